// SPDX-License-Identifier: Apache-2.0
#include "extraction.h"

#include "export/target_folder.h"

#include <QTemporaryDir>

#include <fcntl.h>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

/// Extraction into a folder that holds something already: what is replaced, and what is kept.
class TestExtractReplace : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_target = fs::path(m_folder->path().toStdString()) / "out";
    }

    void whatWasThereIsReplaced();
    void whatCannotBeReplacedIsKept_data();
    void whatCannotBeReplacedIsKept();
    void whatADeviceWouldReplaceIsKept();
    void aDirectoryInTheWayIsKept();
    void aFolderThatExistsKeepsItsOwnMode();
    void directoriesThatExistKeepTheirModeAndTime();
    void directoriesLockedByAnEarlierRunAreOpened();
    void namesThatAreOneOnThisFileSystemAreRefused();

private:
    Result<ExtractReport> extract(const Opened& image, const Job& job = {})
    {
        return extractTo(m_target, image, {}, job);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_target;
};

void TestExtractReplace::whatWasThereIsReplaced()
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
    QCOMPARE(listing(m_target), "d/ 755\nf 644 new\nkept/ 755\nkept/l -> new\nkept/mine 644 mine\n"
                                "kept/new 644 new\nother 644 a longer text than the new one\n"s);
}

void TestExtractReplace::whatCannotBeReplacedIsKept_data()
{
    QTest::addColumn<bool>("cancelled");
    QTest::newRow("damaged layer") << false;
    QTest::newRow("cancelled") << true;
}

void TestExtractReplace::whatCannotBeReplacedIsKept()
{
    QFETCH(bool, cancelled);
    fs::create_directories(m_target / "d");
    writeFile(m_target / "d/f", toBytes("precious"));
    TarBuilder tar;
    tar.dir("d").file("d/f", toText(noise(4 << 20)));
    Bytes stored = compress(tar.bytes(), Compression::Gzip);
    if (!cancelled) {
        stored.resize(stored.size() / 2);
    }
    ImageBuilder image;
    image.storedLayer(stored, tar.bytes(), Compression::Gzip);
    std::stop_source stop;
    Job job;
    job.stop = stop.get_token();
    if (cancelled) {
        job.progress = [&stop](const Progress&) { stop.request_stop(); };
    }
    const auto report = extract(openBytes(archiveOf(ArchiveForm::Oci, image)), job);
    QCOMPARE(outcome(report), cancelled ? "Cancelled"s : "ok"s);
    QCOMPARE(listing(m_target), "d/ 755\nd/f 644 precious\n"s);
}

void TestExtractReplace::whatADeviceWouldReplaceIsKept()
{
    const Opened image = imageOf({TarBuilder().charDevice("null", 1, 3).hardlink("zero", "null")});
    const std::string told = asPlainUser(m_folder->path().toStdString(), [&] {
        fs::create_directories(m_target);
        writeFile(m_target / "null", toBytes("precious"));
        const auto report = extract(image);
        return warningsOf(report) + listing(m_target);
    });
    QCOMPARE(told, "2 device nodes were not made, the first /null: that needs root\n"
                   "null 644 precious\n"s);
}

void TestExtractReplace::aDirectoryInTheWayIsKept()
{
    fs::create_directories(m_target / "f/inside");
    const auto report = extract(imageOf({TarBuilder().file("f", "x").file("g", "x")}));
    VERIFY_OK(report);
    QCOMPARE(listing(m_target), "f/ 755\nf/inside/ 755\ng 644 x\n"s);
    QVERIFY2(warningsOf(report).starts_with("/f was not written: "), warningsOf(report).c_str());
}

void TestExtractReplace::aFolderThatExistsKeepsItsOwnMode()
{
    const Opened image = imageOf({TarBuilder().dir(".", {.mode = 0711}).file("a")});
    VERIFY_OK(extract(image));
    QCOMPARE(statOf(m_target).st_mode & 07777U, 0711U);
    fs::permissions(m_target, fs::perms(0750));
    VERIFY_OK(extract(image));
    QCOMPARE(statOf(m_target).st_mode & 07777U, 0750U);
}

void TestExtractReplace::directoriesThatExistKeepTheirModeAndTime()
{
    const timespec longAgo{.tv_sec = 12'345, .tv_nsec = 678};
    const std::array<timespec, 2> times = {longAgo, longAgo};
    fs::create_directories(m_target / "mine/locked");
    fs::permissions(m_target / "mine/locked", fs::perms(0500));
    fs::permissions(m_target / "mine", fs::perms(0710));
    for (const char* path : {"mine/locked", "mine"}) {
        utimensat(AT_FDCWD, (m_target / path).c_str(), times.data(), 0);
    }
    TarBuilder tar;
    tar.dir("mine", {.mode = 0777, .mtime = 99}).dir("mine/locked", {.mode = 01777, .mtime = 99});
    tar.file("mine/f", "f").file("mine/locked/g", "g").dir("mine/new", {.mode = 0711, .mtime = 99});
    const auto report = extract(imageOf({tar}));
    VERIFY_OK(report);
    QCOMPARE(warningsOf(report), ""s);
    QCOMPARE(listing(m_target), "mine/ 710\nmine/f 644 f\nmine/locked/ 500\n"
                                "mine/locked/g 644 g\nmine/new/ 711\n"s);
    for (const char* path : {"mine/locked", "mine"}) {
        const struct stat now = statOf(m_target / path);
        QCOMPARE(now.st_mtim.tv_sec, longAgo.tv_sec);
        QCOMPARE(now.st_mtim.tv_nsec, longAgo.tv_nsec);
    }
    QCOMPARE(statOf(m_target / "mine/new").st_mtime, time_t{99});
    fs::permissions(m_target / "mine/locked", fs::perms::owner_all);
}

void TestExtractReplace::directoriesLockedByAnEarlierRunAreOpened()
{
    TarBuilder tar;
    tar.dir("locked", {.mode = 0}).dir("locked/in", {.mode = 0500}).file("locked/in/f", "f");
    const Opened image = imageOf({tar});
    const std::string told = asPlainUser(m_folder->path().toStdString(), [&] {
        const auto first = extract(image);
        const auto second = extract(image);
        return outcome(first) + " " + outcome(second) + " " + warningsOf(second);
    });
    QCOMPARE(told, "ok ok "s);
    QCOMPARE(statOf(m_target / "locked").st_mode & 07777U, 0U);
    fs::permissions(m_target / "locked", fs::perms::owner_all);
}

void TestExtractReplace::namesThatAreOneOnThisFileSystemAreRefused()
{
    // Where case does not count "A" and "a" are one name; making one name twice is the same to it.
    fs::create_directories(m_target / "dir");
    writeFile(m_target / "file", toBytes("from before"));
    auto folder = TargetFolder::open(m_target);
    VERIFY_OK(folder);
    const auto file = [&] {
        TargetFolder::Draft draft;
        const auto create = [&](const std::string& as) {
            const int fd = openat(folder->root(), as.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600);
            return fd >= 0 ? close(fd) : errno;
        };
        const int error = folder->make(folder->root(), "file", false, create, draft);
        return error != 0 ? error : folder->putInPlace(draft);
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

QTEST_GUILESS_MAIN(TestExtractReplace)
#include "tst_extract_replace.moc"
