// SPDX-License-Identifier: Apache-2.0
#include "extraction.h"

#include "export/target_folder.h"

#include <QTemporaryDir>

#include <fcntl.h>
#include <unistd.h>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

Q_DECLARE_METATYPE(strata::Compression)

/// Whatever the image or the folder holds, nothing is written outside the folder, and neither
/// memory nor the disk is taken without end.
class TestExtractHostile : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_target = fs::path(m_folder->path().toStdString()) / "out";
    }

    void linksOfTheFolderAreReplacedNeverFollowed();
    void linksOfTheImageAreNeverFollowed();
    void whatWasThereIsReplaced();
    void aDirectoryInTheWayIsKept();
    void aFolderThatExistsKeepsItsOwnMode();
    void namesThatAreOneOnThisFileSystemAreRefused();
    void manyWarningsAreBounded();
    void deepPathsAreWritten();
    void namesAndTargetsAreBytes();
    void holesStayHoles();
    void aLayerCutOffLosesOnlyItsEnd_data();
    void aLayerCutOffLosesOnlyItsEnd();

private:
    Result<ExtractReport> extract(const Opened& image) { return extractTo(m_target, image); }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_target;
};

void TestExtractHostile::linksOfTheFolderAreReplacedNeverFollowed()
{
    const fs::path outside = m_target.parent_path() / "outside";
    fs::create_directories(outside / "sub");
    writeFile(outside / "f", toBytes("safe"));
    fs::create_directories(m_target);
    fs::create_directory_symlink(outside, m_target / "d");
    fs::create_symlink(outside / "f", m_target / "f");
    fs::create_symlink(outside / "new", m_target / "g");
    fs::create_symlink(outside / "f", m_target / "h");
    TarBuilder tar;
    tar.dir("d").file("d/f", "image").dir("d/sub").file("d/sub/x", "image");
    tar.file("f", "image").file("g", "image").hardlink("h", "f");
    VERIFY_OK(extract(imageOf({tar})));
    QCOMPARE(listing(outside), "f 644 safe\nsub/ 755\n"s);
    QCOMPARE(listing(m_target), "d/ 755\nd/f 644 image\nd/sub/ 755\nd/sub/x 644 image\n"
                                "f 644 image\ng 644 image\nh 644 image\n"s);
}

void TestExtractHostile::linksOfTheImageAreNeverFollowed()
{
    const fs::path outside = m_target.parent_path() / "outside";
    fs::create_directories(outside);
    TarBuilder first;
    first.symlink("abs", outside.native())
        .symlink("rel", "../outside")
        .symlink("file", outside.native() + "/made");
    first.symlink("in", outside.native()).file("in/x", "x").hardlink("stolen", "../../etc/passwd");
    TarBuilder second;
    second.file("abs/x", "x").file("rel/x", "x").file("file", "x").file("../x", "x");
    VERIFY_OK(extract(imageOf({first, second})));
    VERIFY_OK(extract(imageOf({first, second}))); // over what is there now
    VERIFY_OK(extract(imageOf({first})));
    VERIFY_OK(extract(imageOf({second, first})));
    QCOMPARE(listing(outside), ""s);
    QVERIFY(!fs::exists(m_target.parent_path() / "x"));
}

void TestExtractHostile::whatWasThereIsReplaced()
{
    fs::create_directories(m_target / "kept");
    writeFile(m_target / "kept/mine", toBytes("mine"));
    writeFile(m_target / "f", toBytes("a longer text than the new one"));
    fs::create_hard_link(m_target / "f", m_target / "other");
    writeFile(m_target / "d", toBytes("a file where a directory shall be"));
    TarBuilder tar;
    tar.dir("kept", {.mode = 0700})
        .file("kept/new", "new")
        .file("f", "new")
        .dir("d")
        .symlink("kept/l", "new");
    VERIFY_OK(extract(imageOf({tar})));
    VERIFY_OK(extract(imageOf({tar})));
    QCOMPARE(listing(m_target), "d/ 755\nf 644 new\nkept/ 700\nkept/l -> new\nkept/mine 644 mine\n"
                                "kept/new 644 new\nother 644 a longer text than the new one\n"s);
}

void TestExtractHostile::aDirectoryInTheWayIsKept()
{
    fs::create_directories(m_target / "f/inside");
    const auto report = extract(imageOf({TarBuilder().file("f", "x").file("g", "x")}));
    VERIFY_OK(report);
    QCOMPARE(listing(m_target), "f/ 755\nf/inside/ 755\ng 644 x\n"s);
    QVERIFY2(warningsOf(report).starts_with("/f was not written: "), warningsOf(report).c_str());
}

void TestExtractHostile::aFolderThatExistsKeepsItsOwnMode()
{
    const Opened image = imageOf({TarBuilder().dir(".", {.mode = 0711}).file("a")});
    VERIFY_OK(extract(image));
    QCOMPARE(statOf(m_target).st_mode & 07777U, 0711U);
    fs::permissions(m_target, fs::perms(0750));
    VERIFY_OK(extract(image));
    QCOMPARE(statOf(m_target).st_mode & 07777U, 0750U);
}

void TestExtractHostile::namesThatAreOneOnThisFileSystemAreRefused()
{
    // Where case does not count "A" and "a" are one name; making one name twice is the same to it.
    fs::create_directories(m_target / "dir");
    writeFile(m_target / "file", toBytes("from before"));
    auto folder = TargetFolder::open(m_target);
    VERIFY_OK(folder);
    const auto file = [&] {
        return folder->make(folder->root(), "file", false, [&] {
            const int fd = openat(folder->root(), "file", O_WRONLY | O_CREAT | O_EXCL, 0600);
            return fd >= 0 ? close(fd) : errno;
        });
    };
    QCOMPARE(file(), 0);
    QCOMPARE(file(), EEXIST);
    bool isNew = true;
    QCOMPARE(folder->makeDirectory(folder->root(), "dir", false, isNew), 0);
    QVERIFY(!isNew);
    QCOMPARE(folder->makeDirectory(folder->root(), "dir", false, isNew), EEXIST);
    QCOMPARE(folder->makeDirectory(folder->root(), "new", true, isNew), 0);
    QVERIFY(isNew);
    QCOMPARE(folder->makeDirectory(folder->root(), "new", true, isNew), EEXIST);
}

void TestExtractHostile::manyWarningsAreBounded()
{
    const std::string longName(300, 'n');
    TarBuilder tar;
    for (int i = 0; i < 1000; ++i) {
        tar.file(longName + std::to_string(i), "x");
    }
    const auto report = extract(imageOf({tar.file("fine", "x")}));
    VERIFY_OK(report);
    QCOMPARE(listing(m_target), "fine 644 x\n"s);
    QVERIFY(report->warnings.texts().size() < 30);
    QVERIFY(!report->warnings.empty());
}

void TestExtractHostile::deepPathsAreWritten()
{
    std::string path;
    for (int i = 0; i < 3000; ++i) {
        path += "dir/";
    }
    const auto report =
        extract(imageOf({TarBuilder().file(path + "f", "deep").file(path + "g", "deeper")}));
    VERIFY_OK(report);
    QCOMPARE(warningsOf(report), ""s);
    QCOMPARE(report->written, std::uint64_t{3002});
    QCOMPARE(report->bytes, std::uint64_t{10});
    // QTemporaryDir's removal recurses; this takes the tower down from where it stands.
    QCOMPARE(system(("rm -rf '" + m_target.native() + "'").c_str()), 0);
}

void TestExtractHostile::namesAndTargetsAreBytes()
{
    VERIFY_OK(extract(imageOf({TarBuilder().file("\xff\n\x1b", "x").symlink("l", "\xfe")})));
    QCOMPARE(listing(m_target), "l -> \xfe\n\xff\n\x1b 644 x\n"s);
    fs::remove_all(m_target); // Qt cannot name these files, so it could not remove them
}

void TestExtractHostile::holesStayHoles()
{
    constexpr std::uint64_t size = 64ULL << 20;
    TarBuilder tar;
    tar.sparse(SparseForm::Pax10, "sparse", {{.offset = 32 << 20, .data = "middle"}}, size);
    VERIFY_OK(extract(imageOf({tar})));
    const struct stat status = statOf(m_target / "sparse");
    QCOMPARE(status.st_size, off_t{size});
    QVERIFY(status.st_blocks * 512 < 4 << 20);
    QCOMPARE(toText(readFile(m_target / "sparse")).find("middle"), std::size_t{32 << 20});
}

void TestExtractHostile::aLayerCutOffLosesOnlyItsEnd_data()
{
    QTest::addColumn<Compression>("compression");
    QTest::newRow("uncompressed") << Compression::None;
    QTest::newRow("gzip") << Compression::Gzip;
}

void TestExtractHostile::aLayerCutOffLosesOnlyItsEnd()
{
    QFETCH(Compression, compression);
    TarBuilder tar;
    tar.file("first", "whole")
        .file("second", toText(noise(500'000)))
        .file("third", "never reached");
    Bytes stored = compress(tar.bytes(), compression);
    stored.resize(200'000);
    ImageBuilder image;
    image.storedLayer(stored, tar.bytes(), compression).layer(TarBuilder().file("above", "fine"));
    const auto report = extract(openBytes(archiveOf(ArchiveForm::Oci, image)));
    VERIFY_OK(report);
    QCOMPARE(listing(m_target), "above 644 fine\nfirst 644 whole\n"s);
    QVERIFY2(warningsOf(report).contains("/second was not written"), warningsOf(report).c_str());
    QCOMPARE(report->written, std::uint64_t{2});
    QCOMPARE(report->bytes, std::uint64_t{9});
}

QTEST_GUILESS_MAIN(TestExtractHostile)
#include "tst_extract_hostile.moc"
