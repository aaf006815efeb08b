// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"
#include "check.h"
#include "compressions.h"
#include "stopping_source.h"
#include "tar_builder.h"
#include "tree_text.h"

#include "base/limits.h"
#include "io/file_set.h"

#include <algorithm>

#include <sys/stat.h>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

using Files = std::shared_ptr<const FileSet>;

/// Throws where it is no tar.
Files filesOf(const TarBuilder& tar)
{
    return tarFileSet(memorySource(tar.bytes()), {}).value();
}

/// The same bytes again and again.
class RepeatingSource : public ByteSource
{
public:
    RepeatingSource(Bytes bytes, std::uint64_t times)
        : m_bytes(std::move(bytes))
        , m_times(times)
    {
    }
    std::uint64_t size() const override { return m_bytes.size() * m_times; }
    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        if (offset >= size()) {
            return 0;
        }
        const auto part =
            std::span(m_bytes).subspan(static_cast<std::size_t>(offset % m_bytes.size()));
        const auto n = std::min(part.size(), into.size());
        std::ranges::copy(part.first(n), into.begin());
        return n;
    }

private:
    Bytes m_bytes;
    std::uint64_t m_times;
};

/// The file's content, or the name of the error.
std::string textOf(const FileSet& files, std::string_view name)
{
    const auto source = files.open(name);
    if (!source) {
        return outcome(source);
    }
    const auto bytes = readAll(**source, 1U << 20U);
    return bytes ? toText(*bytes) : outcome(bytes);
}

/// textOf each of `names`, on a line each: "a content".
std::string textsOf(const FileSet& files, std::initializer_list<std::string_view> names)
{
    std::string out;
    for (const auto name : names) {
        out += std::string(name) + " " + textOf(files, name) + "\n";
    }
    return out;
}

std::string sortedNames(const FileSet& files)
{
    auto names = files.names();
    std::ranges::sort(names);
    std::string out;
    for (const auto& name : names) {
        out += name + "\n";
    }
    return out;
}

} // namespace

class TestFileSet : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void tarMembersByCleanedName();
    void absentMembersAreMissing();
    void onlyFilesAreFiles();
    void linksInsideATarAreFollowed();
    void linksThatLeadNowhereAreRefused();
    void linksLongerThanAnyAreNotFollowed();
    void membersThatCannotBeReadAreWarnedAbout();
    void namesAreBoundedInAll();
    void sharedBytesHaveOneIdentity();
    void aCutTarGivesWhatCameBefore();
    void damageBehindTheTarIsWarnedAbout();
    void bytesThatAreNoTar();
    void emptyTarHasNoFiles();
    void readingATarCanBeCancelled();
    void directoryFiles();
    void absentDirectoryIsNotFound();
    void linksInsideADirectoryAreFollowed();
    void nothingOutOfADirectoryIsRead();
    void whatIsNoFileInADirectoryIsRefused();
    void namesInADirectoryEndAtNoNul();
    void namesInADirectoryAreListedSoFarDown();
    void spoolDecompresses_data() { addCompressionRows(); }
    void spoolDecompresses();
    void spoolGivesWhatCameBeforeTheDamage();
    void spoolHandsErrorsOn();
    void spoolCanBeCancelled();

private:
    Files layout() const;

    std::unique_ptr<QTemporaryDir> m_temporary;
    std::filesystem::path m_outside;
    std::filesystem::path m_layout;
};

/// A layout's folder with a secret beside it.
void TestFileSet::init()
{
    m_temporary = std::make_unique<QTemporaryDir>();
    m_outside = m_temporary->path().toStdString();
    m_layout = m_outside / "layout";
    writeFile(m_outside / "secret", toBytes("secret"));
    writeFile(m_layout / "index.json", toBytes("{}"));
    writeFile(m_layout / "blobs/sha256/abc", toBytes("blob"));
}

Files TestFileSet::layout() const
{
    return directoryFileSet(m_layout).value();
}

void TestFileSet::tarMembersByCleanedName()
{
    const auto files = filesOf(TarBuilder()
                                   .dir("./")
                                   .file("./manifest.json", "m")
                                   .file("/nix/layer.tar", "l")
                                   .file("a//b", "b"));
    QCOMPARE(sortedNames(*files), "a/b\nmanifest.json\nnix/layer.tar\n"s);
    QCOMPARE(textsOf(*files, {"manifest.json", "nix/layer.tar", "a/b"}),
             "manifest.json m\nnix/layer.tar l\na/b b\n"s);
    QVERIFY(files->contains("a/b"));
    QCOMPARE(files->sizeOf("a/b").value_or(99), std::uint64_t{1});
    QVERIFY(files->warnings().empty());
}

void TestFileSet::absentMembersAreMissing()
{
    const auto files = filesOf(TarBuilder().file("a", "x"));
    QCOMPARE(textOf(*files, "b"), "Missing"s);
    QVERIFY(!files->contains("b"));
    QVERIFY(!files->sizeOf("b"));
    QCOMPARE(files->identity("b"), ""s);
    QVERIFY(!files->contains(""));
    QVERIFY(!files->contains("../a"));
}

void TestFileSet::onlyFilesAreFiles()
{
    const auto files = filesOf(
        TarBuilder().dir("d").charDevice("null", 1, 3).fifo("p").file("a", "old").file("a", "new"));
    QCOMPARE(sortedNames(*files), "a\n"s);
    QCOMPARE(textOf(*files, "a"), "new"s);
}

void TestFileSet::linksInsideATarAreFollowed()
{
    const auto files = filesOf(TarBuilder()
                                   .symlink("one/layer.tar", "../abc.tar")
                                   .symlink("two/layer.tar", "../one/layer.tar")
                                   .file("abc.tar", "content")
                                   .hardlink("hard", "abc.tar")
                                   .hardlink("absolute", "/abc.tar")
                                   .hardlink("dotted", "./abc.tar"));
    QCOMPARE(textsOf(*files, {"one/layer.tar", "two/layer.tar", "hard", "absolute", "dotted"}),
             "one/layer.tar content\ntwo/layer.tar content\nhard content\nabsolute content\n"
             "dotted content\n"s);
    QVERIFY(files->contains("two/layer.tar"));
    QCOMPARE(files->sizeOf("two/layer.tar").value_or(0), std::uint64_t{7});
}

void TestFileSet::linksThatLeadNowhereAreRefused()
{
    const auto files = filesOf(TarBuilder()
                                   .symlink("a", "b")
                                   .symlink("b", "a")
                                   .symlink("self", "self")
                                   .hardlink("hard", "hard")
                                   .symlink("up", "../../etc/passwd")
                                   .symlink("d/up", "../../x")
                                   .hardlink("hard-up", "../x")
                                   .symlink("absolute", "/etc/hostname"));
    QCOMPARE(textsOf(*files, {"a", "self", "hard", "up", "d/up", "hard-up", "absolute"}),
             "a Malformed\nself Malformed\nhard Malformed\nup Denied\nd/up Denied\n"
             "hard-up Denied\nabsolute Missing\n"s);
    QVERIFY(!files->contains("a"));
    QVERIFY(!files->sizeOf("a"));
}

void TestFileSet::linksLongerThanAnyAreNotFollowed()
{
    const auto target = [](std::size_t bytes, const std::string& name) {
        return std::string(bytes - name.size(), '/') + name;
    };
    TarBuilder tar;
    tar.file("file", "content").symlink("just", target(limits::symlinkTargetBytes, "file"));
    tar.symlink("longer", target(limits::symlinkTargetBytes + 1, "file"));
    // Each of them may be followed, but not all in a row.
    tar.symlink("s0", "file");
    for (int i = 1; i <= 5; ++i) {
        tar.symlink("s" + std::to_string(i),
                    target(limits::symlinkTargetBytes, "s" + std::to_string(i - 1)));
    }
    QCOMPARE(textsOf(*filesOf(tar), {"just", "longer", "s3", "s5"}),
             "just content\nlonger Malformed\ns3 content\ns5 Malformed\n"s);
}

void TestFileSet::membersThatCannotBeReadAreWarnedAbout()
{
    const auto tooLong = std::string(limits::pathBytes + 1, 'n');
    const auto files = filesOf(TarBuilder()
                                   .file("../evil", "x")
                                   .file(tooLong, "x")
                                   .symlink("long", tooLong)
                                   .sparse(SparseForm::Pax10, "holes", {{512, "x"}}, 2000)
                                   .file("ok", "y"));
    QCOMPARE(sortedNames(*files), "ok\n"s);
    QCOMPARE(warningKinds(files->warnings()), "PathEscapes LimitReached LimitReached Other"s);
    for (const auto& warning : files->warnings().items()) {
        QVERIFY(warning.text.size() < 1000);
    }
}

void TestFileSet::namesAreBoundedInAll()
{
    // A few names again and again: what a hostile archive holds in a few compressed bytes.
    const auto one = TarBuilder().file(std::string(limits::pathBytes, 'n')).end(0).bytes();
    const auto count = limits::archiveNameBytes / limits::pathBytes + 10;
    const auto source = std::make_shared<RepeatingSource>(one, count);
    const auto files = tarFileSet(source, {});
    VERIFY_OK(files);
    QCOMPARE(warningKinds((*files)->warnings()), "LimitReached"s);
}

void TestFileSet::sharedBytesHaveOneIdentity()
{
    const auto files = filesOf(
        TarBuilder().file("a", "same").symlink("b", "a").hardlink("c", "a").file("d", "same"));
    QVERIFY(!files->identity("a").empty());
    QCOMPARE(files->identity("b"), files->identity("a"));
    QCOMPARE(files->identity("c"), files->identity("a"));
    QVERIFY(files->identity("d") != files->identity("a"));
}

void TestFileSet::aCutTarGivesWhatCameBefore()
{
    auto tar = TarBuilder().file("whole", "content").file("cut", std::string(5000, 'x')).bytes();
    tar.resize(1024 + 512 + 1000);
    const auto files = tarFileSet(memorySource(tar), {});
    VERIFY_OK(files);
    QCOMPARE(textsOf(**files, {"whole", "cut"}), "whole content\ncut Truncated\n"s);
    QCOMPARE(warningKinds((*files)->warnings()), "LayerDamaged"s);
}

void TestFileSet::damageBehindTheTarIsWarnedAbout()
{
    const Error damage{ErrorCode::Truncated, "gzip data that ends early", {}};
    const auto tar = memorySource(TarBuilder().file("a", "x").bytes());
    const auto files = tarFileSet(tar, {}, damage);
    VERIFY_OK(files);
    QCOMPARE(textOf(**files, "a"), "x"s);
    QCOMPARE((*files)->warnings().texts().at(0),
             "the archive is incomplete: gzip data that ends early"s);
    QCOMPARE((*files)->warnings().items().size(), std::size_t{1});
    // A cut within the first header: that it is cut says more than that it is no tar.
    QCOMPARE(outcome(tarFileSet(sourceOf("a few bytes"), {}, damage)), "Truncated"s);
}

void TestFileSet::bytesThatAreNoTar()
{
    QCOMPARE(outcome(tarFileSet(sourceOf("this is a text, and not a tar at all"), {})),
             "NotAnImage"s);
    QCOMPARE(outcome(tarFileSet(memorySource(noise(5000)), {})), "NotAnImage"s);
}

void TestFileSet::emptyTarHasNoFiles()
{
    const auto files = tarFileSet(memorySource(Bytes(1024)), {});
    VERIFY_OK(files);
    QVERIFY((*files)->names().empty());
}

void TestFileSet::readingATarCanBeCancelled()
{
    std::stop_source stop;
    stop.request_stop();
    const Job job{stop.get_token(), {}};
    QCOMPARE(outcome(tarFileSet(memorySource(TarBuilder().file("a").bytes()), job)), "Cancelled"s);
}

void TestFileSet::directoryFiles()
{
    const auto files = layout();
    QCOMPARE(sortedNames(*files), "blobs/sha256/abc\nindex.json\n"s);
    QCOMPARE(textsOf(*files, {"blobs/sha256/abc", "./index.json", "absent"}),
             "blobs/sha256/abc blob\n./index.json {}\nabsent Missing\n"s);
    QCOMPARE(files->sizeOf("index.json").value_or(0), std::uint64_t{2});
    QVERIFY(!files->contains("blobs"));
}

void TestFileSet::absentDirectoryIsNotFound()
{
    QCOMPARE(outcome(directoryFileSet(m_outside / "absent")), "NotFound"s);
}

void TestFileSet::linksInsideADirectoryAreFollowed()
{
    std::filesystem::create_symlink("blobs/sha256/abc", m_layout / "link");
    const auto files = layout();
    QCOMPARE(textOf(*files, "link"), "blob"s);
    QVERIFY(files->contains("link"));
    QCOMPARE(files->identity("link"), files->identity("blobs/sha256/abc"));
}

void TestFileSet::nothingOutOfADirectoryIsRead()
{
    std::filesystem::create_symlink("../secret", m_layout / "relative");
    std::filesystem::create_symlink(m_outside / "secret", m_layout / "absolute");
    std::filesystem::create_directory_symlink("..", m_layout / "up");
    const auto files = layout();
    QCOMPARE(textsOf(*files, {"relative", "absolute", "up/secret", "../secret"}),
             "relative Denied\nabsolute Denied\nup/secret Denied\n../secret Missing\n"s);
    QCOMPARE(textOf(*files, (m_outside / "secret").string()), "Missing"s);
    QVERIFY(!files->contains("relative"));
    QVERIFY(!files->contains("../secret"));
}

void TestFileSet::whatIsNoFileInADirectoryIsRefused()
{
    std::filesystem::create_symlink("b", m_layout / "a");
    std::filesystem::create_symlink("a", m_layout / "b");
    std::filesystem::create_symlink("nowhere", m_layout / "dangling");
    std::filesystem::create_directory_symlink(".", m_layout / "loop");
    QCOMPARE(::mkfifo((m_layout / "pipe").c_str(), 0600), 0);
    const auto files = layout();
    QCOMPARE(textsOf(*files, {"a", "dangling", "pipe", "blobs"}),
             "a Malformed\ndangling Missing\npipe Unsupported\nblobs Unsupported\n"s);
    QCOMPARE(sortedNames(*files), "blobs/sha256/abc\nindex.json\n"s);
}

void TestFileSet::namesInADirectoryEndAtNoNul()
{
    QCOMPARE(textOf(*layout(), "index.json\0.sig"s), "Missing"s);
    QCOMPARE(layout()->identity("index.json\0.sig"s), ""s);
}

void TestFileSet::namesInADirectoryAreListedSoFarDown()
{
    std::string folder;
    for (int i = 0; i < limits::folderDepth; ++i) {
        folder += "d/";
    }
    writeFile(m_layout / (folder + "x"), toBytes("x"));
    writeFile(m_layout / (folder + "d/y"), toBytes("y"));
    QCOMPARE(sortedNames(*layout()), "blobs/sha256/abc\n" + folder + "x\nindex.json\n");
    QCOMPARE(textOf(*layout(), folder + "d/y"), "y"s);
}

void TestFileSet::spoolDecompresses()
{
    QFETCH(Compression, compression);
    const auto content = noise(300'000);
    Progress last;
    const auto stored = compress(content, compression);
    const auto spooled = spool(memorySource(stored), {{}, [&](const Progress& p) { last = p; }});
    VERIFY_OK(spooled);
    QVERIFY(!spooled->damage);
    const auto all = readAll(*spooled->bytes, 1U << 20U);
    VERIFY_OK(all);
    QVERIFY(*all == content);
    QVERIFY(last.done > 0);
    QCOMPARE(last.total, std::uint64_t{stored.size()});
}

void TestFileSet::spoolGivesWhatCameBeforeTheDamage()
{
    const auto content = noise(3'000'000);
    const auto whole = compress(content, Compression::Gzip);
    auto cut = whole;
    cut.resize(whole.size() / 2);
    auto wrong = whole;
    wrong[whole.size() - 6] ^= std::byte{1}; // the checksum, behind all content
    const std::pair<ErrorCode, const Bytes*> cases[] = {{ErrorCode::Truncated, &cut},
                                                        {ErrorCode::Malformed, &wrong}};
    for (const auto& [code, stored] : cases) {
        const auto spooled = spool(memorySource(*stored), {});
        VERIFY_OK(spooled);
        QVERIFY(spooled->damage);
        QCOMPARE(errorCodeName(spooled->damage->code), errorCodeName(code));
        const auto all = readAll(*spooled->bytes, 1U << 30U);
        VERIFY_OK(all);
        QVERIFY(all->size() > 1'400'000);
        QVERIFY(std::equal(all->begin(), all->end(), content.begin()));
        QCOMPARE(all->size() == content.size(), stored == &wrong);
    }
}

void TestFileSet::spoolHandsErrorsOn()
{
    auto stored = compress(noise(300'000), Compression::Gzip);
    stored.resize(15);
    QCOMPARE(outcome(spool(memorySource(stored), {})), "Truncated"s);
    stored[10] = std::byte{0xff};
    QCOMPARE(outcome(spool(memorySource(stored), {})), "Malformed"s);
}

void TestFileSet::spoolCanBeCancelled()
{
    const auto source = std::make_shared<StoppingSource>(
        memorySource(compress(noise(3'000'000), Compression::Gzip)), 4);
    QCOMPARE(outcome(spool(source, {source->token(), {}})), "Cancelled"s);
    QCOMPARE(source->readsAfterTheStop(), std::size_t{0});
}

QTEST_GUILESS_MAIN(TestFileSet)
#include "tst_file_set.moc"
