// SPDX-License-Identifier: Apache-2.0
// The kernel as referee: operations in a container, done through a real overlayfs mount and in the
// core, and compared after each of them. Options: --seed, --count; what follows "--" is Qt Test's.
#include "check.h"
#include "container_check.h"
#include "disk_calls.h"
#include "kernel_calls.h"

#include "overlay/upper_directory.h"

#include <QCommandLineParser>
#include <QtTest>

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>

#include <sys/stat.h>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

using Operation = ContainerOperation;

namespace {

/// CTest's word for a test that could not be run (SKIP_RETURN_CODE).
constexpr int skipped = 77;
constexpr std::uint64_t defaultSeed = 1;
constexpr std::uint64_t defaultCount = 200;
constexpr std::size_t scriptLength = 40;

struct Options
{
    std::uint64_t seed = defaultSeed;
    std::uint64_t count = defaultCount;
};

} // namespace

Q_DECLARE_METATYPE(strata::test::ContainerOperation)
Q_DECLARE_METATYPE(strata::test::ContainerScript)

class TestContainer : public QObject
{
    Q_OBJECT

public:
    TestContainer(const OverlayStage& stage, const Options& options)
        : m_stage(stage)
        , m_options(options)
    {
    }

private Q_SLOTS:
    void everyDifferenceIsFound_data();
    void everyDifferenceIsFound();
    void aFailureIsShrunk();
    void aSeedIsAlwaysTheSameScript();
    void everyKindOfThingOccurs();
    void namedScripts_data();
    void namedScripts();
    void metacopyLeavesTheContentBelow();
    void randomScripts();

private:
    const OverlayStage& m_stage;
    Options m_options;
};

/// Operations of which the kernel does one and the core another.
void TestContainer::everyDifferenceIsFound_data()
{
    QTest::addColumn<Operation>("kernels");
    QTest::addColumn<Operation>("cores");
    QTest::addColumn<QString>("word");
    const auto row = [](const char* name, const Operation& kernels, const Operation& cores,
                        const char* word) {
        QTest::newRow(name) << kernels << cores << QString::fromUtf8(word);
    };
    using enum OperationKind;
    row("result", {.kind = Unlink, .path = "/d"}, {.kind = RemoveTree, .path = "/d"},
        "result: expected EISDIR, actual done");
    row("another error", {.kind = Unlink, .path = "/d"}, {.kind = Unlink, .path = "/no"},
        "result: expected EISDIR, actual ENOENT");
    row("copy-up", {.kind = Append, .path = "/d/a"}, {.kind = Read, .path = "/d/a"},
        "in the upper directory:\n“/d”: expected a dir, actual nothing");
    row("content", {.kind = Append, .path = "/d/a", .bytes = "x"},
        {.kind = Append, .path = "/d/a", .bytes = "y"}, "“/d/a” content");
    row("mode", {.kind = ChangeMode, .path = "/d", .mode = 0700},
        {.kind = ChangeMode, .path = "/d", .mode = 0701}, "“/d” mode");
    row("whiteout", {.kind = Unlink, .path = "/d/a"}, {.kind = Unlink, .path = "/d/b"},
        "“/d/a”: expected a char, actual nothing");
    row("time", {.kind = SetTime, .path = "/d", .number = 5},
        {.kind = SetTime, .path = "/d", .number = 6}, "“/d” mtime");
    row("time that it took", {.kind = Replace, .path = "/d/a", .bytes = "1"},
        {.kind = SetTime, .path = "/d/a", .number = 6}, "“/d/a” mtime");
    row("hard link", {.kind = Link, .path = "/d/a", .other = "/l"},
        {.kind = Create, .path = "/l", .mode = 0644}, "“/l” content");
    row("attribute", {.kind = SetXattr, .path = "/d", .other = "user.a", .bytes = "1"},
        {.kind = SetXattr, .path = "/d", .other = "user.a", .bytes = "2"}, "xattr user.a");
}

void TestContainer::everyDifferenceIsFound()
{
    QFETCH(Operation, kernels);
    QFETCH(Operation, cores);
    QFETCH(QString, word);
    const ContainerScript script{
        .stack = {LayerScript().dir("d").file("d/a", "1").file("d/b", "2")},
        .operations = {kernels}};
    const auto verdict = checkContainer(m_stage, script, [&](const Operation&) { return cores; });
    QCOMPARE(verdict.outcome, Outcome::Different);
    QVERIFY2(QString::fromStdString(verdict.text).contains(word), verdict.text.c_str());
}

void TestContainer::aFailureIsShrunk()
{
    // It fails where a file that a layer holds is unlinked after something was made beside it.
    const auto fails = [](const ContainerScript& script) {
        const bool held = std::ranges::any_of(script.stack, [](const LayerScript& layer) {
            return std::ranges::any_of(
                layer.entries, [](const ScriptEntry& entry) { return entry.path == "d/a"; });
        });
        bool made = false;
        for (const auto& operation : script.operations) {
            if (held && made && operation.path == "/d/a") {
                return true;
            }
            made = made || operation.path == "/d/b";
        }
        return false;
    };
    auto script = randomContainerScript(1, scriptLength);
    script.stack.push_back(LayerScript().file("d/a", "long", {.mode = 0600}).file("more"));
    script.operations.insert(script.operations.begin() + 7,
                             {.kind = OperationKind::Create, .path = "/d/b"});
    script.operations.push_back({.kind = OperationKind::Unlink, .path = "/d/a"});
    QCOMPARE(scriptText(shrunk(script, fails)),
             scriptText(
                 ContainerScript{.stack = {LayerScript().file("d/a")},
                                 .operations = {{.kind = OperationKind::Create, .path = "/d/b"},
                                                {.kind = OperationKind::Unlink, .path = "/d/a"}}}));
}

void TestContainer::aSeedIsAlwaysTheSameScript()
{
    std::string text;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        text += scriptText(randomContainerScript(seed, scriptLength));
    }
    // Written down: what a seed means must not depend on the machine or its library. A change of
    // the generators changes it.
    QCOMPARE(sha256Hex(toBytes(text)),
             "5531d27f9ccef8d5722372a229c0b35d449462f9db45680eb4c57b3ecb26d2e4"s);
}

/// The random scripts are worth their time only if they reach every rule.
void TestContainer::everyKindOfThingOccurs()
{
    std::set<std::string> seen;
    for (auto seed = defaultSeed; seed < defaultSeed + defaultCount; ++seed) {
        const auto script = randomContainerScript(seed, scriptLength);
        Container container(openedByCore(script.stack));
        for (const auto& operation : script.operations) {
            const auto trace = runByCore(container, operation);
            const auto name = std::string(operationName(trace.operation));
            seen.insert(name +
                        (trace.done() ? " done" : " " + std::string(posixErrorName(trace.error))));
            for (const auto& effect : trace.effects) {
                seen.insert(std::string(effectName(effect.kind)) + " by " + name);
            }
            for (const auto& lookup : trace.lookups) {
                seen.insert("look-up ends with " +
                            std::string(sightName(lookup.layers.back().sight)));
                if (!lookup.followed.empty()) {
                    seen.insert("followed");
                }
            }
        }
    }
    for (const auto* wanted : {"read done",
                               "read EISDIR",
                               "read ENOENT",
                               "read ENXIO",
                               "read ELOOP",
                               "create done",
                               "create EEXIST",
                               "create ENOTDIR",
                               "create EISDIR",
                               "create ENAMETOOLONG",
                               "replace done",
                               "replace EISDIR",
                               "append done",
                               "edit done",
                               "truncate done",
                               "truncate EINVAL",
                               "mkdir done",
                               "mkdir EEXIST",
                               "mknod done",
                               "mknod EPERM",
                               "symlink done",
                               "link done",
                               "link EPERM",
                               "link EEXIST",
                               "rename done",
                               "rename EXDEV",
                               "rename ENOTEMPTY",
                               "rename EINVAL",
                               "rename EISDIR",
                               "rename ENOTDIR",
                               "rename EBUSY",
                               "mv done",
                               "chmod done",
                               "chown done",
                               "setxattr done",
                               "setxattr EPERM",
                               "setxattr ERANGE",
                               "removexattr done",
                               "removexattr ENODATA",
                               "settime done",
                               "unlink done",
                               "unlink EISDIR",
                               "rmdir done",
                               "rmdir ENOTEMPTY",
                               "rmdir EBUSY",
                               "rm-r done",
                               "followed",
                               "whiteout by unlink",
                               "whiteout by rename",
                               "whiteout by rmdir",
                               "whiteout by rm-r",
                               "opaque by mkdir",
                               "opaque by rename",
                               "removed by unlink",
                               "renamed by mv",
                               "copied-up by chmod",
                               "look-up ends with miss",
                               "look-up ends with hit",
                               "look-up ends with whiteout",
                               "look-up ends with opaque",
                               "look-up ends with not-directory"}) {
        QVERIFY2(seen.contains(wanted), wanted);
    }
}

void TestContainer::namedScripts_data()
{
    QTest::addColumn<ContainerScript>("script");
    const auto base = LayerScript()
                          .dir("d", {.mode = 0700, .uid = 5})
                          .file("d/a", "aa")
                          .file("d/b", "bb")
                          .dir("d/sub")
                          .file("d/sub/deep", "x")
                          .dir("empty")
                          .hardlink("d/sub/same", "d/sub/deep")
                          .file("one", "11")
                          .hardlink("two", "one")
                          .symlink("link", "d/a")
                          .symlink("dir", "/d/")
                          .symlink("loop", "loop");
    const auto row = [&](const char* name, const std::vector<Operation>& operations) {
        QTest::newRow(name) << ContainerScript{.stack = {base}, .operations = operations};
    };
    using enum OperationKind;
    row("what only the container has leaves nothing",
        {{.kind = Create, .path = "/d/new", .mode = 0644}, {.kind = Unlink, .path = "/d/new"}});
    row("a deleted file leaves a whiteout, and made again none",
        {{.kind = Unlink, .path = "/d/a"}, {.kind = Create, .path = "/d/a", .mode = 0600}});
    row("deleted and made again, a directory is opaque",
        {{.kind = RemoveTree, .path = "/d"}, {.kind = MakeDirectory, .path = "/d", .mode = 0755}});
    row("a directory instead of a file is opaque",
        {{.kind = Unlink, .path = "/one"}, {.kind = MakeDirectory, .path = "/one", .mode = 0755}});
    row("hard links break", {{.kind = Append, .path = "/one", .bytes = "x"}});
    row("a link to a lower file copies it up, and breaks it from the others",
        {{.kind = Link, .path = "/one", .other = "/three"},
         {.kind = Append, .path = "/three", .bytes = "x"}});
    row("one lower link over another", {{.kind = Rename, .path = "/one", .other = "/two"}});
    row("two names of one upper file are not renamed",
        {{.kind = Link, .path = "/d/a", .other = "/l"},
         {.kind = Rename, .path = "/l", .other = "/d/a"}});
    row("a lower directory cannot be renamed", {{.kind = Rename, .path = "/d", .other = "/e"},
                                                {.kind = Move, .path = "/d", .other = "/e"}});
    row("a moved directory keeps its links and all its metadata",
        {{.kind = SetXattr, .path = "/d/a", .other = "user.a", .bytes = "1"},
         {.kind = Link, .path = "/d/a", .other = "/d/sub/a"},
         {.kind = Move, .path = "/d", .other = "/empty"}});
    row("an opaque directory can, and leaves a whiteout",
        {{.kind = RemoveTree, .path = "/d"},
         {.kind = MakeDirectory, .path = "/d", .mode = 0755},
         {.kind = Create, .path = "/d/new", .mode = 0644},
         {.kind = Rename, .path = "/d", .other = "/e"}});
    row("a new directory over an empty one of the image",
        {{.kind = MakeDirectory, .path = "/new", .mode = 0755},
         {.kind = Rename, .path = "/new", .other = "/empty"}});
    row("a new directory over one that was emptied",
        {{.kind = Unlink, .path = "/d/sub/deep"},
         {.kind = Unlink, .path = "/d/sub/same"},
         {.kind = MakeDirectory, .path = "/new", .mode = 0755},
         {.kind = Rename, .path = "/new", .other = "/d/sub"}});
    row("an emptied directory is removed with its whiteouts",
        {{.kind = Unlink, .path = "/d/sub/deep"},
         {.kind = Unlink, .path = "/d/sub/same"},
         {.kind = RemoveDirectory, .path = "/d/sub"}});
    row("writing through a symlink", {{.kind = Append, .path = "/link", .bytes = "x"},
                                      {.kind = Create, .path = "/dir/new", .mode = 0644}});
    row("a symlink to nothing makes it", {{.kind = Symlink, .path = "/s", .other = "d/none"},
                                          {.kind = Replace, .path = "/s", .bytes = "x"}});
    row("loops and slashes", {{.kind = Read, .path = "/loop"},
                              {.kind = Read, .path = "/one/"},
                              {.kind = Create, .path = "/new/", .mode = 0644},
                              {.kind = MakeDirectory, .path = "/made/", .mode = 0755},
                              {.kind = Unlink, .path = "/dir/"},
                              {.kind = RemoveDirectory, .path = "/dir"},
                              {.kind = RemoveDirectory, .path = "/d/."},
                              {.kind = RemoveDirectory, .path = "/d/.."},
                              {.kind = RemoveDirectory, .path = "/"}});
    row("whiteouts cannot be made by hand",
        {{.kind = MakeNode, .path = "/w", .mode = 0644, .type = FileType::CharDevice}});
    row("an attribute of no kind, and overlayfs's own",
        {{.kind = RemoveXattr, .path = "/d/a", .other = "nothing"}});
    row("owners take privileges away", {{.kind = ChangeMode, .path = "/d/a", .mode = 06755},
                                        {.kind = ChangeOwner, .path = "/d/a", .first = 1}});
    row("a set-group-ID directory gives its group",
        {{.kind = ChangeOwner, .path = "/d", .second = 33},
         {.kind = ChangeMode, .path = "/d", .mode = 02755},
         {.kind = MakeDirectory, .path = "/d/in", .mode = 0755},
         {.kind = Create, .path = "/d/in/file", .mode = 0644}});
}

void TestContainer::namedScripts()
{
    QFETCH(ContainerScript, script);
    const auto verdict = checkContainer(m_stage, script);
    QCOMPARE(verdict.text, ""s);
    QCOMPARE(verdict.outcome, Outcome::Same);
}

/// A mount with metacopy=on also renames directories, which a container here does not; so only what
/// metacopy itself does is compared.
void TestContainer::metacopyLeavesTheContentBelow()
{
    const auto folder = m_stage.folder() / "metacopy";
    for (const auto* name : {"lower", "upper", "work"}) {
        std::filesystem::create_directories(folder / name);
    }
    writeFile(folder / "lower" / "a", toBytes(std::string(9000, 'x')));
    const auto blocks = [&] { return disk::info(folder / "upper" / "a").st_blocks; };
    const ContainerMount mount(m_stage, {folder / "lower"}, folder / "upper", folder / "work",
                               folder / "merged", "metacopy=on");
    Container container(openedByCore({LayerScript().file("a", std::string(9000, 'x'))}),
                        {.metacopy = true, .clock = {}});
    const Operation mode{.kind = OperationKind::ChangeMode, .path = "/a", .mode = 0600};
    QCOMPARE(runByKernel(mount.path(), mode), 0);
    auto trace = runByCore(container, mode);
    QCOMPARE(blocks(), 0);
    QVERIFY(disk::hasXattr(folder / "upper" / "a", std::string(metacopyXattr), ""));
    QCOMPARE(trace.bytesCopiedUp(), std::uint64_t{0});
    QVERIFY(upperDirectory(container).back().metacopy);

    const Operation write{.kind = OperationKind::Append, .path = "/a", .bytes = "y"};
    QCOMPARE(runByKernel(mount.path(), write), 0);
    trace = runByCore(container, write);
    QVERIFY(blocks() > 0);
    QVERIFY(!disk::hasXattr(folder / "upper" / "a", std::string(metacopyXattr), ""));
    QCOMPARE(trace.bytesCopiedUp(), std::uint64_t{9000});
    QVERIFY(!upperDirectory(container).back().metacopy);
}

void TestContainer::randomScripts()
{
    std::uint64_t compared = 0;
    std::uint64_t notDefined = 0;
    for (auto seed = m_options.seed; compared < m_options.count; ++seed) {
        const auto script = randomContainerScript(seed, scriptLength);
        const auto verdict = checkContainer(m_stage, script);
        if (verdict.outcome == Outcome::NotDefined) {
            ++notDefined;
            QVERIFY2(notDefined < 50 + compared, verdict.text.c_str());
            continue;
        }
        if (verdict.outcome == Outcome::Different) {
            const auto least = shrunk(script, [this](const ContainerScript& s) {
                return checkContainer(m_stage, s).outcome == Outcome::Different;
            });
            std::fprintf(stderr, "%s%s\nas generated:\n%s", scriptText(least).c_str(),
                         checkContainer(m_stage, least).text.c_str(), verdict.text.c_str());
            QFAIL(("overlayfs and the container differ; again: tst_container --count 1 --seed " +
                   std::to_string(seed))
                      .c_str());
        }
        ++compared;
    }
    qInfo("%llu scripts of %zu operations compared from seed %llu on; %llu stacks without a "
          "meaning were passed over",
          static_cast<unsigned long long>(compared), scriptLength,
          static_cast<unsigned long long>(m_options.seed),
          static_cast<unsigned long long>(notDefined));
}

int main(int argc, char** argv)
{
    QStringList arguments;
    for (int i = 0; i < argc; ++i) {
        arguments << QString::fromLocal8Bit(argv[i]);
    }
    QCommandLineParser parser;
    const QCommandLineOption seed(QStringLiteral("seed"), QStringLiteral("Of the first script."),
                                  QStringLiteral("n"), QString::number(defaultSeed));
    const QCommandLineOption count(QStringLiteral("count"), QStringLiteral("How many scripts."),
                                   QStringLiteral("n"), QString::number(defaultCount));
    parser.addOptions({seed, count});
    if (!parser.parse(arguments)) {
        std::fprintf(stderr, "%s\n", qPrintable(parser.errorText()));
        return 2;
    }
    const auto stage = OverlayStage::enter(OverlayStage::As::Anyone);
    if (!stage || !isFullyAble(**stage)) {
        std::fprintf(stderr, "SKIP: %s\n",
                     stage ? "only root can do all that a container's root does"
                           : stage.error().c_str());
        if (qEnvironmentVariable("CI") == QStringLiteral("true")) {
            std::fprintf(stderr, "With CI=true this test must not be skipped.\n");
            return 1;
        }
        return skipped;
    }
    ::umask(0); // modes are what the operations say
    TestContainer test(**stage, {.seed = parser.value(seed).toULongLong(),
                                 .count = parser.value(count).toULongLong()});
    return QTest::qExec(&test, QStringList{arguments.first()} + parser.positionalArguments());
}

#include "tst_container.moc"
