// SPDX-License-Identifier: Apache-2.0
#include "extraction.h"

#include "export/target_folder.h"

#include <QProcess>
#include <QTemporaryDir>

#include <csignal>
#include <cstddef>

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
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
    void whatANewFileTooLargeWouldReplaceIsKept();
    void aFolderSwappedMeanwhileIsNotFollowed();
    void aDirectorySwappedMeanwhileIsNotFollowed();
    void whatIsPutInPlaceOfASpecialFileIsLeftAlone();
    void withoutOpenat2NothingIsFollowedEither_data();
    void withoutOpenat2NothingIsFollowedEither();
    void withoutLinksThereAreCopiesThatCountOnce();
    void aFullDiskEndsItWithNothingHalfWritten();
    void aFileTooLargeIsLeftOut();
    void aHoleTooLargeIsLeftOut();
    void manyWarningsAreBounded();
    void deepPathsAreWritten();
    void namesAndTargetsAreBytes();
    void holesStayHoles();
    void aLayerCutOffLosesOnlyItsEnd_data();
    void aLayerCutOffLosesOnlyItsEnd();

private:
    Result<ExtractReport> extract(const Opened& image, const Job& job = {})
    {
        return extractTo(m_target, image, {}, job);
    }
    /// Outcome, warnings and listing of an extraction whose files may hold 64 KiB.
    std::string extractedInSmallFiles(const Opened& image)
    {
        return inChild([&] {
            std::signal(SIGXFSZ, SIG_IGN);
            const rlimit limit{.rlim_cur = 65'536, .rlim_max = 65'536};
            setrlimit(RLIMIT_FSIZE, &limit);
            const auto report = extract(image);
            return outcome(report) + " " + warningsOf(report) + listing(m_target);
        });
    }

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

void TestExtractHostile::whatANewFileTooLargeWouldReplaceIsKept()
{
    fs::create_directories(m_target);
    writeFile(m_target / "a", toBytes("precious"));
    const Opened image =
        imageOf({TarBuilder().file("a", toText(noise(1 << 20))).file("b", "fits")});
    QCOMPARE(extractedInSmallFiles(image),
             "ok /a was not written: File too large\na 644 precious\nb 644 fits\n"s);
}

void TestExtractHostile::aFolderSwappedMeanwhileIsNotFollowed()
{
    const fs::path outside = m_target.parent_path() / "outside";
    const fs::path moved = m_target.parent_path() / "moved";
    fs::create_directories(outside);
    Job job;
    job.progress = [&](const Progress&) {
        if (!fs::exists(moved)) {
            fs::rename(m_target, moved);
            fs::create_directory_symlink(outside, m_target);
        }
    };
    TarBuilder tar;
    tar.file("a", "first").dir("d", {.mode = 0711}).file("d/b", "second").symlink("d/l", "b");
    VERIFY_OK(extract(imageOf({tar.hardlink("z", "a")}), job));
    QCOMPARE(listing(outside), ""s);
    QCOMPARE(listing(moved), "a 644 first\nd/ 711\nd/b 644 second\nd/l -> b\nz 644 first\n"s);
}

void TestExtractHostile::aDirectorySwappedMeanwhileIsNotFollowed()
{
    const fs::path outside = m_target.parent_path() / "outside";
    fs::create_directories(outside);
    fs::permissions(outside, fs::perms(0750));
    Job job;
    job.progress = [&](const Progress&) {
        if (!fs::is_symlink(m_target / "d")) {
            fs::rename(m_target / "d", m_target.parent_path() / "moved");
            fs::create_directory_symlink(outside, m_target / "d");
        }
    };
    TarBuilder tar;
    tar.dir("d", {.mode = 0777}).file("a", "first").file("d/b", "second").fifo("d/pipe");
    const auto report = extract(imageOf({tar.hardlink("d/z", "a")}), job);
    VERIFY_OK(report);
    QCOMPARE(listing(outside), ""s);
    QCOMPARE(statOf(outside).st_mode & 07777U, 0750U);
    QCOMPARE(report->skipped, std::uint64_t{3});
}

void TestExtractHostile::whatIsPutInPlaceOfASpecialFileIsLeftAlone()
{
    auto folder = TargetFolder::open(m_target);
    VERIFY_OK(folder);
    const auto held = [&](const char* name, unsigned kind) {
        return TargetFolder::holdMade(folder->root(), name, kind).valid();
    };
    QCOMPARE(mkfifo((m_target / "pipe").c_str(), 0600), 0);
    QVERIFY(held("pipe", S_IFIFO));
    writeFile(m_target / "file", toBytes("x"));
    QVERIFY(!held("file", S_IFIFO));
    fs::create_symlink("pipe", m_target / "link");
    QVERIFY(held("link", S_IFLNK));
    QVERIFY(!held("link", S_IFIFO));
    // Somebody else's, linked here.
    fs::create_hard_link(m_target / "pipe", m_target / "other");
    QVERIFY(!held("pipe", S_IFIFO));
    QVERIFY(!held("absent", S_IFIFO));
}

namespace {

/// From now on the kernel answers the system call `number` with `error`.
bool forbid(unsigned number, int error)
{
    constexpr unsigned allow = SECCOMP_RET_ALLOW;
    const unsigned refuse = SECCOMP_RET_ERRNO | static_cast<unsigned>(error);
    std::array<sock_filter, 4> filter = {{
        {.code = BPF_LD | BPF_W | BPF_ABS, .jt = 0, .jf = 0, .k = offsetof(seccomp_data, nr)},
        {.code = BPF_JMP | BPF_JEQ | BPF_K, .jt = 0, .jf = 1, .k = number},
        {.code = BPF_RET | BPF_K, .jt = 0, .jf = 0, .k = refuse},
        {.code = BPF_RET | BPF_K, .jt = 0, .jf = 0, .k = allow},
    }};
    const sock_fprog program{.len = static_cast<unsigned short>(filter.size()),
                             .filter = filter.data()};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/// As old kernels and sandboxes do.
bool forbidOpenat2(int error)
{
    return forbid(SYS_openat2, error) && syscall(SYS_openat2, AT_FDCWD, ".", nullptr, 0) == -1 &&
           errno == error;
}

} // namespace

void TestExtractHostile::withoutOpenat2NothingIsFollowedEither_data()
{
    QTest::addColumn<int>("error");
    QTest::newRow("unknown to the kernel") << ENOSYS;
    QTest::newRow("forbidden") << EPERM;
}

void TestExtractHostile::withoutOpenat2NothingIsFollowedEither()
{
    QFETCH(int, error);
    const fs::path outside = m_target.parent_path() / "outside";
    fs::create_directories(outside / "sub");
    fs::create_directories(m_target / "a/sub");
    fs::create_directory_symlink(outside, m_target / "d");
    fs::create_directory_symlink(outside, m_target / "a/d");
    TarBuilder tar;
    tar.dir("a/sub/deep", {.mode = 0711}).file("a/sub/deep/f", "image").file("a/d/sub/x", "image");
    tar.dir("d").file("d/f", "image").symlink("l", outside.native()).hardlink("d/h", "d/f");
    const Opened image = imageOf({tar});
    const std::string told = inChild([&]() -> std::string {
        return forbidOpenat2(error) ? outcome(extract(image)) : "no filter";
    });
    if (told == "no filter") {
        QSKIP("the kernel takes no filter");
    }
    QCOMPARE(told, "ok"s);
    QCOMPARE(listing(outside), "sub/ 755\n"s);
    QCOMPARE(listing(m_target),
             "a/ 755\na/d/ 755\na/d/sub/ 755\na/d/sub/x 644 image\na/sub/ 755\n"
             "a/sub/deep/ 711\na/sub/deep/f 644 image\nd/ 755\nd/f 644 image\nd/h 644 image\n"
             "l -> " +
                 outside.native() + "\n");

    // A link that takes a directory's place while the folder is written into.
    fs::remove_all(m_target);
    Job job;
    job.progress = [&](const Progress&) {
        if (!fs::is_symlink(m_target / "a/sub")) {
            fs::rename(m_target / "a/sub", m_target / "moved");
            fs::create_directory_symlink(outside, m_target / "a/sub");
        }
    };
    TarBuilder later;
    later.dir("a/sub/deep").file("0", "first").file("a/sub/deep/f", "x").file("a/sub/g", "x");
    const Opened second = imageOf({later});
    const std::string skipped = inChild([&]() -> std::string {
        const auto report =
            forbidOpenat2(error) ? extract(second, job) : fail(ErrorCode::Unsupported, "no filter");
        return report ? std::to_string(report->skipped) : outcome(report);
    });
    QCOMPARE(skipped, "2"s);
    QCOMPARE(listing(outside), "sub/ 755\n"s);
}

void TestExtractHostile::withoutLinksThereAreCopiesThatCountOnce()
{
    const Opened image =
        imageOf({TarBuilder().file("a", "content").hardlink("b", "a").hardlink("c", "a")});
    const std::string told = inChild([&]() -> std::string {
        std::uint64_t most = 0;
        Job job;
        job.progress = [&most](const Progress& progress) { most = std::max(most, progress.done); };
        if (!forbid(SYS_linkat, EPERM)) { // as vfat has it
            return "no filter";
        }
        const auto report = extract(image, job);
        return outcome(report) + " " + std::to_string(most) + " " + std::to_string(report->bytes) +
               " " + std::to_string(report->written) + "\n" + listing(m_target);
    });
    if (told == "no filter") {
        QSKIP("the kernel takes no filter");
    }
    QCOMPARE(told, "ok 7 7 3\na 644 content\nb 644 content\nc 644 content\n"s);
}

void TestExtractHostile::aFullDiskEndsItWithNothingHalfWritten()
{
    fs::create_directories(m_target);
    const Opened image =
        imageOf({TarBuilder().dir("d").file("d/a", "fits").file("d/b", toText(noise(4 << 20)))});
    const std::string told = onSmallDisk(m_target.native(), 1 << 20, [&] {
        const auto report = extract(image);
        return (report ? "ok" : report.error().message()) + "\n" + listing(m_target);
    });
    if (told.empty()) {
        QSKIP("only root may mount");
    }
    QCOMPARE(told, "/d/b: cannot write: No space left on device\nd/ 755\nd/a 644 fits\n"s);
}

void TestExtractHostile::aFileTooLargeIsLeftOut()
{
    const Opened image =
        imageOf({TarBuilder().file("a", toText(noise(1 << 20))).file("b", "fits")});
    QCOMPARE(extractedInSmallFiles(image), "ok /a was not written: File too large\nb 644 fits\n"s);
}

void TestExtractHostile::aHoleTooLargeIsLeftOut()
{
    TarBuilder tar; // to read an exabyte of zeros first would take years
    tar.sparse(SparseForm::Pax10, "a", {{.offset = 0, .data = "x"}}, 1ULL << 60U).file("b", "fits");
    const Opened image = imageOf({tar});
    QCOMPARE(extractedInSmallFiles(image), "ok /a was not written: File too large\nb 644 fits\n"s);
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
    QCOMPARE(QProcess::execute(QStringLiteral("rm"),
                               {QStringLiteral("-rf"), QString::fromStdString(m_target.native())}),
             0);
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
    QCOMPARE(report->skipped, std::uint64_t{1}); // of the third nothing is known
    QCOMPARE(report->bytes, std::uint64_t{9});
}

QTEST_GUILESS_MAIN(TestExtractHostile)
#include "tst_extract_hostile.moc"
