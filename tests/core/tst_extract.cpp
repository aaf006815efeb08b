// SPDX-License-Identifier: Apache-2.0
#include "extraction.h"

#include <QTemporaryDir>

#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

Q_DECLARE_METATYPE(strata::Compression)

class TestExtract : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_target = fs::path(m_folder->path().toStdString()) / "out";
    }

    void writesTheMergedTree_data();
    void writesTheMergedTree();
    void writesTheTreeAsOfALayer();
    void writesChosenPathsAtTheirPlace();
    void keepsTimesOfFilesLinksAndDirectories();
    void aTrailingSlashNamesTheSameFolder();
    void keepsSetuidAndStickyBits();
    void leavesOutSetuidBitsThatWouldActForAnother();
    void writesIntoDirectoriesThatLockThemselves();
    void hardlinksStayLinks();
    void aLinkWhosePartnerIsNotChosenIsAFile();
    void linksIntoLowerLayersShareTheFile();
    void keepsExtendedAttributes();

    // What can go wrong
    void rootGetsOwnersAndDevices();
    void aPlainUserGetsAllButOwnersAndDevices();
    void linksToARefusedDeviceAreRefusedToo();
    void ownersThatCannotBeAreReported();
    void aLinkToWhatIsNotThereIsReported();
    void pathsThatAreNotThereAreReported();
    void aFileIsNoTarget();
    void canBeCancelled();
    void progressIsInContentBytes();

private:
    Result<ExtractReport> extract(const Opened& image, const ExtractOptions& options = {},
                                  const Job& job = {})
    {
        return extractTo(m_target, image, options, job);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_target;
};

void TestExtract::writesTheMergedTree_data()
{
    QTest::addColumn<Compression>("compression");
    QTest::newRow("uncompressed") << Compression::None;
    QTest::newRow("gzip") << Compression::Gzip;
    QTest::newRow("zstd") << Compression::Zstd;
}

void TestExtract::writesTheMergedTree()
{
    QFETCH(Compression, compression);
    TarBuilder base;
    base.dir("etc").file("etc/a", "a0").file("etc/b", "b0", {.mode = 0600}).file("etc/empty");
    base.dir("gone").file("gone/x", "x").symlink("link", "etc/a").fifo("pipe", {.mode = 0640});
    TarBuilder top;
    top.dir("etc", {.mode = 0750})
        .file("etc/a", "a1 is longer")
        .whiteout("gone")
        .file("implied/deep/f", "f");
    const auto report = extract(imageOf({base, top}, compression));
    VERIFY_OK(report);
    QCOMPARE(warningsOf(report), ""s);
    QCOMPARE(listing(m_target), "etc/ 750\n"
                                "etc/a 644 a1 is longer\n"
                                "etc/b 600 b0\n"
                                "etc/empty 644 \n"
                                "implied/ 755\n"
                                "implied/deep/ 755\n"
                                "implied/deep/f 644 f\n"
                                "link -> etc/a\n"
                                "pipe 640 special\n"s);
    QCOMPARE(report->written, std::uint64_t{9});
    QCOMPARE(report->bytes, std::uint64_t{15});
}

void TestExtract::writesTheTreeAsOfALayer()
{
    const Opened image = imageOf({TarBuilder().file("a", "0").file("b", "0"),
                                  TarBuilder().file("a", "1").whiteout("b").file("c", "1")});
    ExtractOptions options;
    options.asOf = 0;
    VERIFY_OK(extract(image, options));
    QCOMPARE(listing(m_target), "a 644 0\nb 644 0\n"s);
}

void TestExtract::writesChosenPathsAtTheirPlace()
{
    TarBuilder tar;
    tar.dir("a", {.mode = 0711})
        .dir("a/b")
        .file("a/b/x", "x")
        .file("a/b/y", "y")
        .file("a/c", "c")
        .file("d", "d");
    const Opened image = imageOf({tar});
    ExtractOptions options;
    options.roots = {*image->tree->find("a/b"), *image->tree->find("a/b/x"),
                     *image->tree->find("d")};
    VERIFY_OK(extract(image, options));
    QCOMPARE(listing(m_target), "a/ 711\na/b/ 755\na/b/x 644 x\na/b/y 644 y\nd 644 d\n"s);
}

void TestExtract::keepsTimesOfFilesLinksAndDirectories()
{
    TarBuilder tar;
    tar.dir(".", {.mtime = 1000}).dir("d", {.mtime = 2000}).file("d/f", "f", {.mtime = 3000});
    tar.symlink("d/l", "f", {.mtime = 4000}).file("d/old", "", {.mtime = -86400});
    VERIFY_OK(extract(imageOf({tar})));
    QCOMPARE(statOf(m_target).st_mtime, time_t{1000});
    QCOMPARE(statOf(m_target / "d").st_mtime, time_t{2000});
    QCOMPARE(statOf(m_target / "d/f").st_mtime, time_t{3000});
    QCOMPARE(statOf(m_target / "d/l").st_mtime, time_t{4000});
    QCOMPARE(statOf(m_target / "d/old").st_mtime, time_t{-86400});
}

void TestExtract::aTrailingSlashNamesTheSameFolder()
{
    m_target /= "deeper/";
    VERIFY_OK(extract(imageOf({TarBuilder().dir(".", {.mode = 0711}).file("a", "x")})));
    QCOMPARE(statOf(m_target.parent_path()).st_mode & 07777U, 0711U); // it is new
    QCOMPARE(listing(m_target), "a 644 x\n"s);
}

void TestExtract::keepsSetuidAndStickyBits()
{
    const auto mine = [](std::int64_t mode) {
        return TarAttributes{.mode = mode, .uid = geteuid(), .gid = getegid()};
    };
    TarBuilder tar;
    tar.file("sg", "sg", mine(02755)).file("su", "su", mine(04755));
    tar.dir("tmp", {.mode = 01777}).dir("mail", {.mode = 02775});
    const auto report = extract(imageOf({tar}));
    VERIFY_OK(report);
    QCOMPARE(listing(m_target), "mail/ 2775\nsg 2755 sg\nsu 4755 su\ntmp/ 1777\n"s);
    QCOMPARE(warningsOf(report), ""s);
}

void TestExtract::leavesOutSetuidBitsThatWouldActForAnother()
{
    TarBuilder tar;
    tar.file("both", "", {.mode = 06755, .uid = 12345, .gid = 12345});
    tar.file("group", "", {.mode = 02755, .uid = geteuid(), .gid = 12345});
    tar.dir("dir", {.mode = 02775, .uid = 12345, .gid = 12345});
    const auto report = extract(imageOf({tar}));
    VERIFY_OK(report);
    QCOMPARE(listing(m_target), "both 755 \ndir/ 2775\ngroup 755 \n"s);
    QCOMPARE(report->skipped, std::uint64_t{0});
    QCOMPARE(warningsOf(report), "the setuid or setgid bits of 2 files were left out, for they "
                                 "would run as their new owner, the first /both\n"s);
}

void TestExtract::writesIntoDirectoriesThatLockThemselves()
{
    TarBuilder tar;
    tar.dir("locked", {.mode = 0})
        .dir("locked/in", {.mode = 0500})
        .file("locked/in/f", "f", {.mode = 0});
    VERIFY_OK(extract(imageOf({tar})));
    QCOMPARE(statOf(m_target / "locked").st_mode & 07777U, 0U);
    fs::permissions(m_target / "locked", fs::perms::owner_all);
    QCOMPARE(statOf(m_target / "locked/in").st_mode & 07777U, 0500U);
    fs::permissions(m_target / "locked/in", fs::perms::owner_all);
    QCOMPARE(statOf(m_target / "locked/in/f").st_size, off_t{1});
}

void TestExtract::hardlinksStayLinks()
{
    for (const Compression compression : {Compression::None, Compression::Gzip}) {
        TarBuilder tar;
        tar.dir("z").file("z/first", "content").hardlink("a", "z/first").hardlink("b", "a");
        tar.symlink("s", "a").hardlink("t", "s");
        const auto report = extract(imageOf({tar}, compression));
        VERIFY_OK(report);
        QCOMPARE(report->bytes, std::uint64_t{7});
        QCOMPARE(statOf(m_target / "a").st_ino, statOf(m_target / "z/first").st_ino);
        QCOMPARE(statOf(m_target / "a").st_nlink, nlink_t{3});
        QCOMPARE(statOf(m_target / "s").st_ino, statOf(m_target / "t").st_ino);
        QCOMPARE(fs::read_symlink(m_target / "t").native(), "a"s);
    }
}

void TestExtract::aLinkWhosePartnerIsNotChosenIsAFile()
{
    TarBuilder tar;
    tar.file("a", "content").dir("d").hardlink("d/b", "a");
    const Opened image = imageOf({tar});
    ExtractOptions options;
    options.roots = {*image->tree->find("d")};
    VERIFY_OK(extract(image, options));
    QCOMPARE(listing(m_target), "d/ 755\nd/b 644 content\n"s);
}

void TestExtract::linksIntoLowerLayersShareTheFile()
{
    const Opened image =
        imageOf({TarBuilder().file("a", "content"), TarBuilder().hardlink("b", "a")});
    VERIFY_OK(extract(image));
    QCOMPARE(listing(m_target), "a 644 content\nb 644 content\n"s);
    QCOMPARE(statOf(m_target / "a").st_ino, statOf(m_target / "b").st_ino);
}

void TestExtract::keepsExtendedAttributes()
{
    fs::create_directories(m_target);
    if (setxattr(m_target.c_str(), "user.test", "", 0, 0) != 0) {
        QSKIP("this file system has no extended attributes");
    }
    TarBuilder tar;
    tar.xattr("user.raw", "a\0\n="s).xattr("trusted.overlay.opaque", "y").file("f", "f");
    tar.xattr("user.dir", "d").dir("d");
    const auto report = extract(imageOf({tar}));
    VERIFY_OK(report);
    QCOMPARE(warningsOf(report), ""s);
    std::array<char, 64> value{};
    const ssize_t size = getxattr((m_target / "f").c_str(), "user.raw", value.data(), value.size());
    QCOMPARE(std::string(value.data(), std::size_t(std::max<ssize_t>(size, 0))), "a\0\n="s);
    QCOMPARE(getxattr((m_target / "d").c_str(), "user.dir", nullptr, 0), ssize_t{1});
    QCOMPARE(getxattr((m_target / "f").c_str(), "trusted.overlay.opaque", nullptr, 0), ssize_t{-1});
}

namespace {

TarBuilder asASystemHasThem()
{
    TarBuilder tar;
    tar.dir("bin", {.uid = 7, .gid = 8}).file("bin/su", "su", {.mode = 04755, .uid = 7});
    tar.symlink("sh", "bin/su", {.gid = 9}).charDevice("null", 1, 3).blockDevice("disk", 8, 0);
    return tar.fifo("pipe", {.mode = 0620, .uid = 7});
}

/// Asked of the system itself: root in a container may lack either right.
bool mayMakeDevicesAndGiveAway(const fs::path& folder)
{
    const fs::path probe = folder / "probe";
    return mknod(probe.c_str(), S_IFCHR | 0600, makedev(1, 3)) == 0 &&
           mknod((folder / "disk").c_str(), S_IFBLK | 0600, makedev(8, 0)) == 0 &&
           lchown(probe.c_str(), 7, 8) == 0;
}

} // namespace

void TestExtract::rootGetsOwnersAndDevices()
{
    if (!mayMakeDevicesAndGiveAway(m_folder->path().toStdString())) {
        QSKIP("only root may make devices and give files away");
    }
    const auto report = extractTree(*imageOf({asASystemHasThem()}), m_target, {}, Job{});
    VERIFY_OK(report);
    QCOMPARE(warningsOf(report), ""s);
    QCOMPARE(statOf(m_target / "bin").st_gid, gid_t{8});
    QCOMPARE(statOf(m_target / "bin/su").st_uid, uid_t{7});
    QCOMPARE(statOf(m_target / "bin/su").st_mode & 07777U, 04755U);
    QCOMPARE(statOf(m_target / "sh").st_gid, gid_t{9});
    QCOMPARE(statOf(m_target / "null").st_rdev, dev_t{259});
    QVERIFY(S_ISBLK(statOf(m_target / "disk").st_mode));
    QCOMPARE(statOf(m_target / "pipe").st_uid, uid_t{7});
    QCOMPARE(statOf(m_target / "pipe").st_mode & 07777U, 0620U);
}

void TestExtract::aPlainUserGetsAllButOwnersAndDevices()
{
    const Opened image = imageOf({asASystemHasThem()});
    const std::string told = asPlainUser(m_folder->path().toStdString(), [&] {
        const auto report = extractTree(*image, m_target, {}, Job{});
        return report ? std::to_string(report->written) + " " + std::to_string(report->skipped) +
                            "\n" + warningsOf(report) + listing(m_target)
                      : report.error().message();
    });
    QCOMPARE(told, "4 0\n"
                   "2 device nodes were not made, the first /null: that needs root\n"
                   "the owners of 4 paths were not kept, the first /bin/su: that needs root\n"
                   "the setuid or setgid bit of 1 file was left out, for it would run as its new "
                   "owner, /bin/su\n"
                   "bin/ 755\nbin/su 755 su\npipe 620 special\nsh -> bin/su\n"s);
}

void TestExtract::linksToARefusedDeviceAreRefusedToo()
{
    const Opened image = imageOf({TarBuilder().charDevice("null", 1, 3).hardlink("zero", "null")});
    const std::string told = asPlainUser(m_folder->path().toStdString(), [&] {
        const auto report = extract(image);
        return report ? std::to_string(report->skipped) + "\n" + warningsOf(report)
                      : report.error().message();
    });
    QCOMPARE(told, "0\n2 device nodes were not made, the first /null: that needs root\n"s);
}

void TestExtract::ownersThatCannotBeAreReported()
{
    // To chown this number means "leave it as it is".
    const Opened image = imageOf({TarBuilder().file("f", "", {.uid = 0xFFFFFFFF})});
    const auto report = extractTree(*image, m_target, {}, Job{});
    VERIFY_OK(report);
    QVERIFY2(warningsOf(report).starts_with("the owner of 1 path was not kept, /f: "),
             warningsOf(report).c_str());
}

void TestExtract::aLinkToWhatIsNotThereIsReported()
{
    fs::create_directories(m_target / "a/in the way");
    const auto report = extract(imageOf({TarBuilder().file("a", "x").hardlink("b", "a")}));
    VERIFY_OK(report);
    QCOMPARE(report->written, std::uint64_t{0});
    QCOMPARE(report->skipped, std::uint64_t{2});
    QVERIFY2(warningsOf(report).contains("/b was not written: it is a hard link"),
             warningsOf(report).c_str());
}

void TestExtract::pathsThatAreNotThereAreReported()
{
    const Opened image =
        imageOf({TarBuilder().file("a", "a"), TarBuilder().whiteout("a").file("b", "b")});
    ExtractOptions options;
    options.roots = {*image->tree->find("a"), *image->tree->find("b")};
    const auto report = extract(image, options);
    VERIFY_OK(report);
    QCOMPARE(report->skipped, std::uint64_t{1});
    QCOMPARE(listing(m_target), "b 644 b\n"s);
    QVERIFY(warningsOf(report).starts_with("/a was not written: "));
}

void TestExtract::aFileIsNoTarget()
{
    writeFile(m_target, toBytes("x"));
    QVERIFY(!extract(imageOf({TarBuilder().file("a")})));
    QCOMPARE(toText(readFile(m_target)), "x"s);
}

void TestExtract::canBeCancelled()
{
    for (const Compression compression : {Compression::None, Compression::Gzip}) {
        const Opened image =
            imageOf({TarBuilder().file("a", toText(noise(4 << 20))).file("b", "b")}, compression);
        std::stop_source stop;
        Job job;
        job.stop = stop.get_token();
        job.progress = [&stop](const Progress&) { stop.request_stop(); };
        QCOMPARE(outcome(extract(image, {}, job)), "Cancelled"s);
        QCOMPARE(listing(m_target), ""s); // the file it was at is not left half written
    }
}

void TestExtract::progressIsInContentBytes()
{
    Progress last;
    Job job;
    job.progress = [&last](const Progress& progress) { last = progress; };
    VERIFY_OK(extract(imageOf({TarBuilder().file("a", "1234").file("b", "56").hardlink("c", "b")}),
                      {}, job));
    QCOMPARE(last.done, std::uint64_t{6});
    QCOMPARE(last.total, std::uint64_t{6});
}

QTEST_GUILESS_MAIN(TestExtract)
#include "tst_extract.moc"
