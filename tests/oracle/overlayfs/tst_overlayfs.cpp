// SPDX-License-Identifier: Apache-2.0
// The kernel as referee: stacks of layers are unpacked, mounted with real overlayfs and compared
// with the merged tree. Options: --seed, --count, --user-namespace; what follows "--" is Qt Test's.
#include "check.h"
#include "overlay_stage.h"
#include "script_generator.h"
#include "shrinker.h"
#include "stack_check.h"
#include "tree_text.h"

#include <QCommandLineParser>
#include <QtTest>

#include <cstdio>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

/// CTest's word for a test that could not be run (SKIP_RETURN_CODE).
constexpr int skipped = 77;
constexpr std::uint64_t defaultSeed = 1;
constexpr std::uint64_t defaultCount = 1000;

struct Options
{
    std::uint64_t seed = defaultSeed;
    std::uint64_t count = defaultCount;
};

} // namespace

Q_DECLARE_METATYPE(strata::test::StackScript)

class TestOverlayfs : public QObject
{
    Q_OBJECT

public:
    TestOverlayfs(const OverlayStage& stage, const Options& options)
        : m_stage(stage)
        , m_options(options)
    {
    }

private Q_SLOTS:
    void everyDifferenceIsFound_data();
    void everyDifferenceIsFound();
    void aFailureIsShrunk();
    void aSeedIsAlwaysTheSameStack();
    void everyKindOfChangeOccurs();
    void namedStacks_data();
    void namedStacks();
    void randomStacks();

private:
    bool differs(const StackScript& stack) const
    {
        return checkStack(m_stage, stack).outcome == Outcome::Different;
    }

    const OverlayStage& m_stage;
    Options m_options;
};

/// Pairs of stacks that are not the same: the kernel gets the one, the core the other.
void TestOverlayfs::everyDifferenceIsFound_data()
{
    QTest::addColumn<StackScript>("kernels");
    QTest::addColumn<StackScript>("cores");
    QTest::addColumn<QString>("word");
    const auto base = LayerScript().dir("d").file("d/a", "1").file("d/b", "1").hardlink("c", "d/a");
    const auto row = [&](const char* name, const LayerScript& kernels, const LayerScript& cores,
                         const char* word) {
        QTest::newRow(name) << StackScript{base, kernels} << StackScript{base, cores}
                            << QString::fromLatin1(word);
    };
    row("missing", LayerScript().file("x"), LayerScript(), "expected a file, actual nothing");
    row("too much", LayerScript(), LayerScript().fifo("x"), "expected nothing, actual a fifo");
    row("type", LayerScript().file("x"), LayerScript().fifo("x"), "type");
    row("mode", LayerScript().file("x", "", {.mode = 0600}), LayerScript().file("x"), "mode");
    row("setuid", LayerScript().file("x", "", {.mode = 04644}), LayerScript().file("x"), "mode");
    row("time", LayerScript().file("x", "", {.mtime = 5}), LayerScript().file("x"), "mtime");
    row("fraction", LayerScript().pax({{"mtime", "1600000000.5"}}).file("x"),
        LayerScript().file("x"), "mtime");
    row("time of a directory", LayerScript().dir("d", {.mtime = 5}), LayerScript().dir("d"),
        "mtime");
    row("target", LayerScript().symlink("x", "a"), LayerScript().symlink("x", "b"), "target");
    row("content", LayerScript().file("x", "1"), LayerScript().file("x", "2"), "content");
    row("size", LayerScript().file("x", "1"), LayerScript().file("x", "11"), "size");
    row("long content", LayerScript().file("x", std::string(9000, 'x') + "1"),
        LayerScript().file("x", std::string(9000, 'x') + "2"), "differs behind the first bytes");
    row("long target", LayerScript().symlink("x", std::string(240, 'm') + "/a"),
        LayerScript().symlink("x", std::string(240, 'm') + "/b"), "differs behind the first bytes");
    const std::string one = std::string(90, 'n') + "1";
    const std::string two = std::string(90, 'n') + "2";
    const auto both = LayerScript().file(one, "same").file(two, "same");
    row("long names of one file", LayerScript(both).hardlink("x", one).hardlink("y", two),
        LayerScript(both).hardlink("x", two).hardlink("y", one), "differs behind the first bytes");
    row("one file or two", LayerScript().file("x", "1").hardlink("y", "x"),
        LayerScript().file("x", "1").file("y", "1"), "same file as");
    row("whiteout", LayerScript().whiteout("d/a"), LayerScript(), "d/a");
    row("opaque", LayerScript().opaque("d"), LayerScript(), "d/a");
    row("change", LayerScript().file("d/a", "1", {.mode = 0600}), LayerScript().file("d/a", "1"),
        "expected metadata, actual unchanged");
    if (m_stage.abilities().owners) {
        row("owner", LayerScript().file("x", "", {.uid = 5}), LayerScript().file("x"), "owner");
        row("group", LayerScript().dir("d", {.gid = 5}), LayerScript().dir("d"), "owner");
    }
    if (m_stage.abilities().devices) {
        row("device", LayerScript().charDevice("x", 1, 3), LayerScript().charDevice("x", 1, 5),
            "devices");
    }
    if (m_stage.abilities().user) {
        row("xattr", LayerScript().xattr("user.a", "1").file("x"), LayerScript().file("x"),
            "xattr user.a: expected");
        row("xattr behind a NUL", LayerScript().xattr("user.a", "1\0002"s).file("x"),
            LayerScript().xattr("user.a", "1"s).file("x"), "xattr user.a");
    }
}

void TestOverlayfs::everyDifferenceIsFound()
{
    QFETCH(StackScript, kernels);
    QFETCH(StackScript, cores);
    QFETCH(QString, word);
    QCOMPARE(checkStack(m_stage, kernels).text, ""s);
    QCOMPARE(checkStack(m_stage, cores).text, ""s);
    const auto verdict = checkStack(m_stage, kernels, cores);
    QCOMPARE(verdict.outcome, Outcome::Different);
    QVERIFY2(QString::fromStdString(verdict.text).contains(word), verdict.text.c_str());
}

void TestOverlayfs::aFailureIsShrunk()
{
    // It fails where layer n hides what a layer below lists.
    const auto fails = [](const StackScript& stack) {
        bool listed = false;
        for (const auto& layer : stack) {
            for (const auto& entry : layer.entries) {
                if (listed && entry.path == "d/.wh.a") {
                    return true;
                }
                listed = listed || entry.path == "d/a";
            }
        }
        return false;
    };
    auto stack = randomStack(1);
    stack.push_back(LayerScript().file("d/a", "long", {.mode = 0600, .uid = 5}).file("more"));
    stack.push_back(randomStack(2).front());
    stack.push_back(LayerScript().dir("d").whiteout("d/a").compressed(Compression::Gzip));
    stack.push_back(randomStack(3).front());
    QCOMPARE(scriptText(shrunk(stack, fails)),
             scriptText({LayerScript().file("d/a"), LayerScript().whiteout("d/a")}));
}

void TestOverlayfs::aSeedIsAlwaysTheSameStack()
{
    QCOMPARE(scriptText(randomStack(7)), scriptText(randomStack(7)));
    QVERIFY(scriptText(randomStack(7)) != scriptText(randomStack(8)));
    // Written down: what a seed means must not depend on the machine or its library. A change of
    // the generator changes it.
    std::string text;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        text += scriptText(randomStack(seed));
    }
    QCOMPARE(sha256Hex(toBytes(text)),
             "54f32abbe49524465362c7c6c9d135a0e6e63db0bb04c5ed723dd84cba6508cc"s);
}

/// The random stacks are worth their time only if they reach every rule.
void TestOverlayfs::everyKindOfChangeOccurs()
{
    std::set<std::string> seen;
    for (auto seed = defaultSeed; seed < defaultSeed + defaultCount; ++seed) {
        std::vector<TarBuilder> tars;
        for (const auto& layer : randomStack(seed)) {
            tars.push_back(tarOf(layer));
        }
        const auto tree = mergeTars(tars);
        for (std::uint32_t i = 0; i < tree->nodeCount(); ++i) {
            for (const auto& version : tree->versions(NodeId{i})) {
                seen.insert(std::string(changeName(version.change)) + " by " +
                            std::string(causeName(version.cause)));
                if (!version.removed()) {
                    const auto& entry = tree->entry(version);
                    seen.insert(version.implicit() ? "implicit"s
                                                   : std::string(fileTypeName(entry.type)) +
                                                         (entry.hardlink ? " hardlink" : "") +
                                                         (entry.xattrs ? " with xattrs" : ""));
                }
            }
        }
        for (LayerNo k = 0; k < tree->layerCount(); ++k) {
            std::istringstream kinds(warningKinds(*tree, k));
            seen.insert(std::istream_iterator<std::string>(kinds), {});
        }
    }
    for (const auto* wanted : {"added by entry",
                               "modified by entry",
                               "metadata by entry",
                               "unchanged by entry",
                               "removed by whiteout",
                               "removed by opaque",
                               "removed by replaced-parent",
                               "implicit",
                               "file",
                               "dir",
                               "symlink",
                               "char",
                               "block",
                               "fifo",
                               "file hardlink",
                               "symlink hardlink",
                               "fifo hardlink",
                               "file with xattrs",
                               "dir with xattrs",
                               "symlink with xattrs",
                               "BadWhiteout",
                               "PathEscapes",
                               "ParentIsLowerLink",
                               "ParentIsNotDirectory",
                               "LinkToLowerLayer",
                               "LinkBeforeTarget",
                               "DuplicateEntry",
                               "AufsLeftover",
                               "DeviceWhiteout"}) {
        QVERIFY2(seen.contains(wanted), wanted);
    }
}

void TestOverlayfs::namedStacks_data()
{
    QTest::addColumn<StackScript>("stack");
    const auto row = [](const char* name, const StackScript& stack) {
        QTest::newRow(name) << stack;
    };
    const auto old = LayerScript().dir("d", {.mode = 0700}).file("d/old", "1");
    row("one layer", {old});
    row("no entries", {LayerScript(), LayerScript()});
    row("01 whiteout before its directory", {old, LayerScript().whiteout("d").file("d/new")});
    row("01 whiteout after its directory", {old, LayerScript().dir("d").whiteout("d")});
    row("02 opaque after its children", {old, LayerScript().file("d/new").dir("d").opaque("d")});
    row("03 opaque in an unlisted directory", {old, LayerScript().opaque("d").file("d/new")});
    row("04 opaque over nothing", {old, LayerScript().opaque("e").dir("d/f").opaque("d/f")});
    row("05 whiteout of nothing", {old, LayerScript().whiteout("x").whiteout("e/x")});
    row("06 whiteout in what is whited out", {old, LayerScript().whiteout("d/old").whiteout("d")});
    row("08 file over directory", {old, LayerScript().file("d")});
    row("09 directory over file over directory",
        {old, LayerScript().file("d"), LayerScript().file("d/new")});
    row("10 entry below a lower symlink",
        {old, LayerScript().symlink("l", "d"), LayerScript().file("l/x")});
    row("11 entry below a symlink of its layer",
        {old, LayerScript().symlink("l", "../d").file("l/x").whiteout("l/old")});
    row("12 symlink over directory", {old, LayerScript().symlink("d", "e")});
    row("13 hardlink to a lower file", {old, LayerScript().hardlink("h", "d/old")});
    row("14 hardlink before its target", {LayerScript().hardlink("h", "a").file("a", "1")});
    row("15 hardlink to a symlink", {LayerScript().symlink("s", "a").hardlink("h", "s")});
    row("16 replaced hardlink", {LayerScript().file("a", "1").hardlink("b", "a").file("a", "22"),
                                 LayerScript().file("b", "3")});
    row("17 duplicates", {LayerScript().file("a").dir("a").file("a/b").fifo("a/b").dir("a")});
    row("18 metadata of a directory", {old, LayerScript().dir("d", {.uid = 5, .mtime = 6})});
    row("19 unlisted parents", {LayerScript().file("p/q/r"), old, LayerScript().fifo("d/new")});
    row("20 root", {LayerScript().dir("./", {.mode = 0700}), LayerScript().opaque("").dir("d")});
    row("24 whiteout of a whiteout's name", {old, LayerScript().whiteout(".wh.d")});
    row("25 device 0/0", {old, LayerScript().charDevice("d/old", 0, 0).blockDevice("b", 0, 0)});
    row("25 device 0/0 in a new directory", {LayerScript().dir("e").charDevice("e/x", 0, 0)});
    const auto opaqueDir = LayerScript().xattr("trusted.overlay.opaque", "y").dir("d");
    row("26 opaque by attribute", {old, opaqueDir});
    row("26 opaque no more",
        {old, LayerScript(opaqueDir).xattr("trusted.overlay.opaque", "n").dir("d")});
    row("26 opaque attribute of what was a file before",
        {old, LayerScript().xattr("trusted.overlay.opaque", "y").file("d").dir("d")});
    row("26 opaque attribute of the root",
        {old, LayerScript().xattr("trusted.overlay.opaque", "y").dir("./")});
    row("whiteout of what is a whiteout device before it is a directory",
        {old, LayerScript().whiteout("d").charDevice("d", 0, 0).dir("d")});
    row("symlink past a file", {LayerScript().file("d/f").symlink("d/l", "f/../g").file("d/l/x")});
    row("bare whiteout below a file", {LayerScript().file("f", "1").file("f/.wh.")});
    row("symlink that becomes a directory",
        {LayerScript().symlink("l", "d").file("l/x").dir("l").file("l/y")});
}

void TestOverlayfs::namedStacks()
{
    QFETCH(StackScript, stack);
    const auto verdict = checkStack(m_stage, stack);
    QCOMPARE(verdict.text, ""s);
    QCOMPARE(verdict.outcome, Outcome::Same);
}

void TestOverlayfs::randomStacks()
{
    std::uint64_t compared = 0;
    std::uint64_t notDefined = 0;
    for (auto seed = m_options.seed; compared < m_options.count; ++seed) {
        const auto stack = randomStack(seed);
        const auto verdict = checkStack(m_stage, stack);
        if (verdict.outcome == Outcome::NotDefined) {
            ++notDefined;
            QVERIFY2(notDefined < 50 + compared, verdict.text.c_str());
            continue;
        }
        if (verdict.outcome == Outcome::Different) {
            const auto least = shrunk(stack, [this](const StackScript& s) { return differs(s); });
            std::fprintf(stderr, "%s%s\nas generated:\n%s", scriptText(least).c_str(),
                         checkStack(m_stage, least).text.c_str(), verdict.text.c_str());
            QFAIL(("overlayfs and the merged tree differ; again: tst_overlayfs --count 1 --seed " +
                   std::to_string(seed))
                      .c_str());
        }
        ++compared;
    }
    qInfo("%llu stacks compared from seed %llu on; %llu without a meaning were passed over",
          static_cast<unsigned long long>(compared),
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
    const QCommandLineOption seed(QStringLiteral("seed"), QStringLiteral("Of the first stack."),
                                  QStringLiteral("n"), QString::number(defaultSeed));
    const QCommandLineOption count(QStringLiteral("count"), QStringLiteral("How many stacks."),
                                   QStringLiteral("n"), QString::number(defaultCount));
    const QCommandLineOption userNamespace(QStringLiteral("user-namespace"),
                                           QStringLiteral("As a plain user would, even as root."));
    parser.addOptions({seed, count, userNamespace});
    if (!parser.parse(arguments)) {
        std::fprintf(stderr, "%s\n", qPrintable(parser.errorText()));
        return 2;
    }
    const auto stage = OverlayStage::enter(
        parser.isSet(userNamespace) ? OverlayStage::As::UserNamespace : OverlayStage::As::Anyone);
    if (!stage) {
        std::fprintf(stderr, "SKIP: %s\n", stage.error().c_str());
        if (qEnvironmentVariable("CI") == QStringLiteral("true")) {
            std::fprintf(stderr, "With CI=true this test must not be skipped.\n");
            return 1;
        }
        return skipped;
    }
    TestOverlayfs test(**stage, {.seed = parser.value(seed).toULongLong(),
                                 .count = parser.value(count).toULongLong()});
    return QTest::qExec(&test, QStringList{arguments.first()} + parser.positionalArguments());
}

#include "tst_overlayfs.moc"
