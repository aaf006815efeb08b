// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"
#include "check.h"
#include "tar_builder.h"

#include "io/file_set.h"

#include <algorithm>

#include <sys/stat.h>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

using Files = std::shared_ptr<const FileSet>;

Files filesOf(const TarBuilder& tar)
{
    auto files = tarFileSet(memorySource(tar.bytes()), {});
    return files ? *files : nullptr;
}

std::string textOf(const FileSet& files, std::string_view name)
{
    const auto source = files.open(name);
    if (!source) {
        return outcome(source);
    }
    const auto bytes = readAll(**source, 1U << 20U);
    return bytes ? toText(*bytes) : outcome(bytes);
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
    void directoriesAreNoFiles();
    void laterMembersReplaceEarlierOnes();
    void symlinksInsideATarAreFollowed();
    void hardlinksInsideATarAreFollowed();
    void linkCyclesAreMalformed();
    void linksOutOfTheTarAreRefused();
    void membersOutOfTheTarAreIgnored();
    void sharedBytesHaveOneIdentity();
    void aCutTarGivesWhatCameBefore();
    void bytesThatAreNoTar();
    void emptyTarHasNoFiles();
    void readingATarCanBeCancelled();
    void directoryFiles();
    void absentDirectoryIsNotFound();
    void symlinksInsideADirectoryAreFollowed();
    void linksOutOfADirectoryAreRefused();
    void directoryLinkCyclesAreRefused();
    void namesThatLeaveADirectoryAreRefused();
    void pipesInADirectoryAreNoFiles();
    void spoolDecompresses();
    void spoolOfACutArchiveGivesWhatCameBefore();
    void spoolHandsErrorsOn();
    void spoolCanBeCancelled();

private:
    std::filesystem::path m_dir;
    std::unique_ptr<QTemporaryDir> m_temporary;
};

void TestFileSet::init()
{
    m_temporary = std::make_unique<QTemporaryDir>();
    m_dir = m_temporary->path().toStdString();
}

void TestFileSet::tarMembersByCleanedName()
{
    const auto files = filesOf(TarBuilder()
                                   .dir("./")
                                   .file("./manifest.json", "m")
                                   .file("/nix/layer.tar", "l")
                                   .file("a//b", "b"));
    QVERIFY(files);
    QCOMPARE(sortedNames(*files), "a/b\nmanifest.json\nnix/layer.tar\n"s);
    QCOMPARE(textOf(*files, "manifest.json"), "m"s);
    QCOMPARE(textOf(*files, "nix/layer.tar"), "l"s);
    QCOMPARE(textOf(*files, "a/b"), "b"s);
    QVERIFY(files->contains("a/b"));
    QCOMPARE(files->sizeOf("a/b").value_or(99), std::uint64_t{1});
    QVERIFY(files->warnings().empty());
}

void TestFileSet::absentMembersAreMissing()
{
    const auto files = filesOf(TarBuilder().file("a", "x"));
    QVERIFY(files);
    QCOMPARE(textOf(*files, "b"), "Missing"s);
    QVERIFY(!files->contains("b"));
    QVERIFY(!files->sizeOf("b"));
    QCOMPARE(files->identity("b"), ""s);
    QVERIFY(!files->contains(""));
    QVERIFY(!files->contains("../a"));
}

void TestFileSet::directoriesAreNoFiles()
{
    const auto files = filesOf(TarBuilder().dir("d").charDevice("null", 1, 3).fifo("p"));
    QVERIFY(files);
    QVERIFY(!files->contains("d"));
    QVERIFY(!files->contains("null"));
    QVERIFY(!files->contains("p"));
}

void TestFileSet::laterMembersReplaceEarlierOnes()
{
    const auto files = filesOf(TarBuilder().file("a", "old").file("a", "new"));
    QVERIFY(files);
    QCOMPARE(textOf(*files, "a"), "new"s);
    QCOMPARE(files->names().size(), std::size_t{1});
}

void TestFileSet::symlinksInsideATarAreFollowed()
{
    const auto files = filesOf(TarBuilder()
                                   .symlink("one/layer.tar", "../abc.tar")
                                   .symlink("two/layer.tar", "../one/layer.tar")
                                   .file("abc.tar", "content"));
    QVERIFY(files);
    QCOMPARE(textOf(*files, "one/layer.tar"), "content"s);
    QCOMPARE(textOf(*files, "two/layer.tar"), "content"s);
    QVERIFY(files->contains("two/layer.tar"));
    QCOMPARE(files->sizeOf("two/layer.tar").value_or(0), std::uint64_t{7});
}

void TestFileSet::hardlinksInsideATarAreFollowed()
{
    const auto files = filesOf(TarBuilder()
                                   .file("a.tar.gz", "content")
                                   .hardlink("b/layer", "a.tar.gz")
                                   .hardlink("absolute", "/a.tar.gz")
                                   .hardlink("dotted", "./a.tar.gz"));
    QVERIFY(files);
    QCOMPARE(textOf(*files, "b/layer"), "content"s);
    QCOMPARE(textOf(*files, "absolute"), "content"s);
    QCOMPARE(textOf(*files, "dotted"), "content"s);
}

void TestFileSet::linkCyclesAreMalformed()
{
    const auto files = filesOf(TarBuilder()
                                   .symlink("a", "b")
                                   .symlink("b", "a")
                                   .symlink("self", "self")
                                   .hardlink("hard", "hard"));
    QVERIFY(files);
    QCOMPARE(textOf(*files, "a"), "Malformed"s);
    QCOMPARE(textOf(*files, "self"), "Malformed"s);
    QCOMPARE(textOf(*files, "hard"), "Malformed"s);
    QVERIFY(!files->contains("a"));
    QVERIFY(!files->sizeOf("a"));
}

void TestFileSet::linksOutOfTheTarAreRefused()
{
    const auto files = filesOf(TarBuilder()
                                   .symlink("a", "../../etc/passwd")
                                   .symlink("d/b", "../../x")
                                   .hardlink("h", "../x"));
    QVERIFY(files);
    QCOMPARE(textOf(*files, "a"), "Denied"s);
    QCOMPARE(textOf(*files, "d/b"), "Denied"s);
    QCOMPARE(textOf(*files, "h"), "Denied"s);
    const auto absolute = filesOf(TarBuilder().symlink("c", "/etc/hostname"));
    QVERIFY(!absolute->open("c"));
}

void TestFileSet::membersOutOfTheTarAreIgnored()
{
    const auto files = filesOf(TarBuilder().file("../evil", "x").file("ok", "y"));
    QVERIFY(files);
    QCOMPARE(sortedNames(*files), "ok\n"s);
    QVERIFY(files->warnings().has(WarningCode::PathEscapes));
}

void TestFileSet::sharedBytesHaveOneIdentity()
{
    const auto files = filesOf(
        TarBuilder().file("a", "same").symlink("b", "a").hardlink("c", "a").file("d", "same"));
    QVERIFY(files);
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
    QCOMPARE(textOf(**files, "whole"), "content"s);
    QCOMPARE(textOf(**files, "cut"), "Truncated"s);
    QVERIFY(!(*files)->warnings().empty());
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
    writeFile(m_dir / "index.json", toBytes("{}"));
    writeFile(m_dir / "blobs/sha256/abc", toBytes("blob"));
    const auto files = directoryFileSet(m_dir);
    VERIFY_OK(files);
    QCOMPARE(sortedNames(**files), "blobs/sha256/abc\nindex.json\n"s);
    QCOMPARE(textOf(**files, "blobs/sha256/abc"), "blob"s);
    QCOMPARE(textOf(**files, "./index.json"), "{}"s);
    QCOMPARE((*files)->sizeOf("index.json").value_or(0), std::uint64_t{2});
    QCOMPARE(textOf(**files, "absent"), "Missing"s);
    QVERIFY(!(*files)->contains("blobs"));
}

void TestFileSet::absentDirectoryIsNotFound()
{
    QCOMPARE(outcome(directoryFileSet(m_dir / "absent")), "NotFound"s);
}

void TestFileSet::symlinksInsideADirectoryAreFollowed()
{
    writeFile(m_dir / "abc", toBytes("content"));
    std::filesystem::create_directories(m_dir / "sub");
    std::filesystem::create_symlink("../abc", m_dir / "sub/link");
    const auto files = directoryFileSet(m_dir);
    VERIFY_OK(files);
    QCOMPARE(textOf(**files, "sub/link"), "content"s);
    QVERIFY((*files)->contains("sub/link"));
    QCOMPARE((*files)->identity("sub/link"), (*files)->identity("abc"));
}

void TestFileSet::linksOutOfADirectoryAreRefused()
{
    writeFile(m_dir / "secret", toBytes("secret"));
    std::filesystem::create_directories(m_dir / "layout");
    std::filesystem::create_symlink("../secret", m_dir / "layout/relative");
    std::filesystem::create_symlink(m_dir / "secret", m_dir / "layout/absolute");
    std::filesystem::create_directory_symlink("..", m_dir / "layout/up");
    const auto files = directoryFileSet(m_dir / "layout");
    VERIFY_OK(files);
    QCOMPARE(textOf(**files, "relative"), "Denied"s);
    QCOMPARE(textOf(**files, "absolute"), "Denied"s);
    QCOMPARE(textOf(**files, "up/secret"), "Denied"s);
    QVERIFY(!(*files)->contains("relative"));
}

void TestFileSet::directoryLinkCyclesAreRefused()
{
    std::filesystem::create_symlink("b", m_dir / "a");
    std::filesystem::create_symlink("a", m_dir / "b");
    std::filesystem::create_directory_symlink(".", m_dir / "loop");
    writeFile(m_dir / "f", toBytes("x"));
    const auto files = directoryFileSet(m_dir);
    VERIFY_OK(files);
    QVERIFY(!(*files)->open("a"));
    QVERIFY((*files)->names().size() < 10);
}

void TestFileSet::namesThatLeaveADirectoryAreRefused()
{
    writeFile(m_dir / "secret", toBytes("secret"));
    std::filesystem::create_directories(m_dir / "layout");
    const auto files = directoryFileSet(m_dir / "layout");
    VERIFY_OK(files);
    QVERIFY(!(*files)->open("../secret"));
    QVERIFY(!(*files)->open((m_dir / "secret").string()));
    QVERIFY(!(*files)->contains("../secret"));
}

void TestFileSet::pipesInADirectoryAreNoFiles()
{
    QCOMPARE(::mkfifo((m_dir / "pipe").c_str(), 0600), 0);
    const auto files = directoryFileSet(m_dir);
    VERIFY_OK(files);
    QVERIFY(!(*files)->open("pipe"));
}

void TestFileSet::spoolDecompresses()
{
    const auto content = noise(300'000);
    for (const auto c : {Compression::Gzip, Compression::Xz, Compression::Zstd, Compression::Bzip2,
                         Compression::Lz4}) {
        Progress last;
        const auto stored = compress(content, c);
        const auto spooled =
            spool(memorySource(stored), {{}, [&](const Progress& p) { last = p; }});
        VERIFY_OK(spooled);
        const auto all = readAll(**spooled, 1U << 20U);
        VERIFY_OK(all);
        QVERIFY(*all == content);
        QVERIFY(last.done > 0);
        QCOMPARE(last.total, std::uint64_t{stored.size()});
    }
}

void TestFileSet::spoolOfACutArchiveGivesWhatCameBefore()
{
    const auto content = noise(3'000'000);
    auto stored = compress(content, Compression::Gzip);
    stored.resize(stored.size() / 2);
    const auto spooled = spool(memorySource(stored), {});
    VERIFY_OK(spooled);
    const auto all = readAll(**spooled, 1U << 30U);
    VERIFY_OK(all);
    QVERIFY(all->size() > 1'000'000);
    QVERIFY(std::equal(all->begin(), all->end(), content.begin()));
}

void TestFileSet::spoolHandsErrorsOn()
{
    auto stored = compress(noise(300'000), Compression::Gzip);
    stored[stored.size() - 6] ^= std::byte{1};
    QCOMPARE(outcome(spool(memorySource(stored), {})), "Malformed"s);
}

void TestFileSet::spoolCanBeCancelled()
{
    std::stop_source stop;
    stop.request_stop();
    const auto stored = compress(noise(300'000), Compression::Gzip);
    QCOMPARE(outcome(spool(memorySource(stored), {stop.get_token(), {}})), "Cancelled"s);
}

QTEST_GUILESS_MAIN(TestFileSet)
#include "tst_file_set.moc"
