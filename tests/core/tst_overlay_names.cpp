// SPDX-License-Identifier: Apache-2.0
#include "overlay_fixture.h"

#include <QtTest>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

/// Names in a container: made, renamed, linked and removed, by the rules of overlayfs. That they
/// are the kernel's rules is for tests/oracle/overlayfs to prove.
class TestOverlayNames : public QObject
{
    Q_OBJECT

private slots:
    void aNewContainerShowsItsImage();
    void aFileOfTheImageLeavesAWhiteout();
    void aFileOfTheContainerLeavesNothing();
    void aFileInsteadOfAWhiteout();
    void aDirectoryInsteadOfAWhiteoutIsOpaque();
    void makingCopiesUpTheDirectoriesAbove();
    void directoriesGoOnlyWhenEmpty();
    void aTreeGoesAsAWhole();
    void renamingAFileCopiesItUp();
    void aDirectoryOfTheImageIsNotRenamed();
    void aDirectoryOfTheContainerIs();
    void movingCopiesWhatCannotBeRenamed();
    void linksBreakAndLinksAreMade();
    void twoNamesOfOneFileStay();
    void symlinksAndNodes();
};

void TestOverlayNames::aNewContainerShowsItsImage()
{
    const auto container = usual();
    QCOMPARE(mergedText(container), "dir /etc 0755 L1\n"
                                    "file /etc/motd 5 0644 L0\n"
                                    "file /etc/new 3 0600 5:0 L1\n"
                                    "dir /etc/sub 0755 L0\n"
                                    "file /etc/sub/deep 4 0644 L0\n"
                                    "symlink /link -> etc/motd L0\n"
                                    "file /one 2 0644 L0\n"
                                    "file /two 2 0644 L0\n"s);
    QCOMPARE(upperText(container), ""s);
    QCOMPARE(membersText(container), ""s);
    QCOMPARE(container.size().bytes, std::uint64_t{0});
    QCOMPARE(container.size().imageBytes, std::uint64_t{15});
}

void TestOverlayNames::aFileOfTheImageLeavesAWhiteout()
{
    auto container = usual();
    QCOMPARE(traceText(container.unlink("/etc/motd")),
             "unlink /etc/motd\n"
             "  look for /etc/motd: container miss, layer 1 miss, layer 0 hit\n"
             "  copied up /etc, a directory, from layer 1\n"
             "  left a whiteout at /etc/motd\n"s);
    QCOMPARE(upperText(container), "dir /etc 0755\nwhiteout /etc/motd\n"s);
    QCOMPARE(traceText(container.unlink("/etc/motd")),
             "unlink /etc/motd\n"
             "  look for /etc/motd: container whiteout\n"
             "  refused: ENOENT, No such file or directory\n"s);
    QCOMPARE(traceText(container.unlink("/etc/gone")),
             "unlink /etc/gone\n"
             "  look for /etc/gone: container miss, layer 1 whiteout\n"
             "  refused: ENOENT, No such file or directory\n"s);
}

void TestOverlayNames::aFileOfTheContainerLeavesNothing()
{
    auto container = usual();
    QCOMPARE(resultOf(container.create("/etc/mine")), "done"s);
    QCOMPARE(traceText(container.unlink("/etc/mine")), "unlink /etc/mine\n"
                                                       "  look for /etc/mine: container hit\n"
                                                       "  removed /etc/mine from the container\n"s);
    QCOMPARE(upperText(container), "dir /etc 0755\n"s);
}

void TestOverlayNames::aFileInsteadOfAWhiteout()
{
    auto container = usual();
    container.unlink("/etc/motd");
    QCOMPARE(traceText(container.create("/etc/motd", 0640)),
             "create /etc/motd\n"
             "  look for /etc/motd: container whiteout\n"
             "  made /etc/motd, a file, instead of a whiteout\n"s);
    QCOMPARE(upperText(container), "dir /etc 0755\nfile /etc/motd 0 0640\n"s);
}

void TestOverlayNames::aDirectoryInsteadOfAWhiteoutIsOpaque()
{
    auto container = usual();
    QCOMPARE(traceText(container.removeTree("/etc")),
             "rm-r /etc\n"
             "  look for /etc: container miss, layer 1 hit, layer 0 hit\n"
             "  left a whiteout at /etc, which hides 5 paths\n"s);
    QCOMPARE(traceText(container.makeDirectory("/etc", 0700)),
             "mkdir /etc\n"
             "  look for /etc: container whiteout\n"
             "  made /etc, a directory, instead of a whiteout\n"
             "  marked /etc opaque\n"s);
    QCOMPARE(upperText(container), "dir /etc 0700 opaque\n"s);
    QCOMPARE(traceText(container.read("/etc/motd").trace),
             "read /etc/motd\n"
             "  look for /etc/motd: container opaque\n"
             "  refused: ENOENT, No such file or directory\n"s);
    // Where nothing lies below there is nothing to hide.
    QCOMPARE(resultOf(container.makeDirectory("/etc/motd")), "done"s);
    QCOMPARE(upperText(container), "dir /etc 0700 opaque\ndir /etc/motd 0755\n"s);
}

void TestOverlayNames::makingCopiesUpTheDirectoriesAbove()
{
    auto container = usual();
    const auto trace = container.create("/etc/sub/mine");
    QCOMPARE(traceText(trace),
             "create /etc/sub/mine\n"
             "  look for /etc/sub/mine: container miss, layer 1 miss, layer 0 miss\n"
             "  copied up /etc, a directory, from layer 1\n"
             "  copied up /etc/sub, a directory, from layer 0\n"
             "  made /etc/sub/mine, a file\n"s);
    QVERIFY(trace.effects[0].parent);
    // Only what holds the new name is dated by it.
    QCOMPARE(container.details(*container.find("/etc")).mtime, defaultMtime);
    QCOMPARE(container.details(*container.find("/etc/sub")).mtime, containerTime.seconds);
}

void TestOverlayNames::directoriesGoOnlyWhenEmpty()
{
    auto container = usual();
    QCOMPARE(resultOf(container.removeDirectory("/etc/sub")), "ENOTEMPTY"s);
    QCOMPARE(upperText(container), ""s);
    container.unlink("/etc/sub/deep");
    QCOMPARE(traceText(container.removeDirectory("/etc/sub")),
             "rmdir /etc/sub\n"
             "  look for /etc/sub: container hit, layer 1 miss, layer 0 hit\n"
             "  removed /etc/sub from the container\n"
             "  left a whiteout at /etc/sub\n"s);
    QCOMPARE(upperText(container), "dir /etc 0755\nwhiteout /etc/sub\n"s);
    QCOMPARE(resultOf(container.removeDirectory("/one")), "ENOTDIR"s);
    QCOMPARE(resultOf(container.unlink("/etc")), "EISDIR"s);
}

void TestOverlayNames::aTreeGoesAsAWhole()
{
    auto container = usual();
    container.makeDirectory("/mine");
    container.makeDirectory("/mine/in");
    container.link("/one", "/mine/in/one");
    QCOMPARE(traceText(container.removeTree("/mine")),
             "rm-r /mine\n"
             "  look for /mine: container hit, layer 1 miss, layer 0 miss\n"
             "  removed /mine from the container, 3 paths in all\n"s);
    QCOMPARE(upperText(container), "file /one 2 0644\n"s);
    QCOMPARE(container.details(*container.find("/one")).links, 1U);
    QCOMPARE(resultOf(container.removeTree("/")), "EBUSY"s);
    QCOMPARE(resultOf(container.removeTree("/etc/..")), "EINVAL"s);
}

void TestOverlayNames::renamingAFileCopiesItUp()
{
    auto container = usual();
    QCOMPARE(traceText(container.rename("/etc/new", "/here")),
             "rename /etc/new to /here\n"
             "  look for /etc/new: container miss, layer 1 hit\n"
             "  look for /here: container miss, layer 1 miss, layer 0 miss\n"
             "  copied up /etc, a directory, from layer 1\n"
             "  copied up /etc/new, 3 bytes from layer 1\n"
             "  renamed /etc/new to /here\n"
             "  left a whiteout at /etc/new\n"s);
    QCOMPARE(upperText(container), "dir /etc 0755\nwhiteout /etc/new\nfile /here 3 0600 5:0\n"s);
    QCOMPARE(readText(container, "/here"), "new"s);
    QCOMPARE(resultOf(container.rename("/here", "/etc/new")), "done"s);
    QCOMPARE(upperText(container), "dir /etc 0755\nfile /etc/new 3 0600 5:0\n"s);
}

void TestOverlayNames::aDirectoryOfTheImageIsNotRenamed()
{
    auto container = usual();
    QCOMPARE(traceText(container.rename("/etc", "/else")),
             "rename /etc to /else\n"
             "  look for /etc: container miss, layer 1 hit, layer 0 hit\n"
             "  look for /else: container miss, layer 1 miss, layer 0 miss\n"
             "  refused: EXDEV, Invalid cross-device link\n"s);
    QCOMPARE(resultOf(container.rename("/etc", "/etc/sub/x")), "EINVAL"s);
    QCOMPARE(resultOf(container.rename("/etc/sub", "/etc")), "ENOTEMPTY"s);
    QCOMPARE(resultOf(container.rename("/etc", "/one")), "ENOTDIR"s);
    QCOMPARE(resultOf(container.rename("/one", "/etc")), "EISDIR"s);
    QCOMPARE(resultOf(container.rename("/none", "/etc")), "ENOENT"s);
    QCOMPARE(upperText(container), ""s);
}

void TestOverlayNames::aDirectoryOfTheContainerIs()
{
    auto container = usual();
    container.makeDirectory("/mine");
    container.create("/mine/file");
    QCOMPARE(traceText(container.rename("/mine", "/etc/mine")),
             "rename /mine to /etc/mine\n"
             "  look for /mine: container hit, layer 1 miss, layer 0 miss\n"
             "  look for /etc/mine: container miss, layer 1 miss, layer 0 miss\n"
             "  copied up /etc, a directory, from layer 1\n"
             "  renamed /mine to /etc/mine\n"
             "  marked /etc/mine opaque\n"s);
    QCOMPARE(upperText(container),
             "dir /etc 0755\ndir /etc/mine 0755 opaque\nfile /etc/mine/file 0 0644\n"s);
}

void TestOverlayNames::movingCopiesWhatCannotBeRenamed()
{
    auto container = usual();
    container.link("/etc/new", "/etc/sub/new");
    const auto steps = container.undoSteps();
    const auto trace = container.move("/etc", "/else");
    QCOMPARE(resultOf(trace), "done"s);
    QCOMPARE(mergedText(container), "dir /else 0755 here\n"
                                    "file /else/motd 5 0644 here\n"
                                    "file /else/new 3 0600 5:0 here\n"
                                    "dir /else/sub 0755 here\n"
                                    "file /else/sub/deep 4 0644 here\n"
                                    "file /else/sub/new 3 0600 5:0 here\n"
                                    "symlink /link -> etc/motd L0\n"
                                    "file /one 2 0644 L0\n"
                                    "file /two 2 0644 L0\n"s);
    QCOMPARE(container.details(*container.find("/else/new")).links, 2U);
    QCOMPARE(container.details(*container.find("/else")).mtime, defaultMtime);
    QCOMPARE(trace.effects.back().kind, EffectKind::WhiteoutLeft);
    QCOMPARE(container.undoSteps(), steps + 1);
    QCOMPARE(readText(container, "/else/sub/deep"), "deep"s);
}

void TestOverlayNames::linksBreakAndLinksAreMade()
{
    auto container = usual();
    QCOMPARE(traceText(container.append("/one", bytesOf("x"))),
             "append /one\n"
             "  look for /one: container miss, layer 1 miss, layer 0 hit\n"
             "  copied up /one, 2 bytes from layer 0\n"
             "  wrote 1 byte to /one\n"s);
    QCOMPARE(readText(container, "/one"), "11x"s);
    QCOMPARE(readText(container, "/two"), "11"s);
    QCOMPARE(traceText(container.link("/two", "/three")),
             "link /three to /two\n"
             "  look for /two: container miss, layer 1 miss, layer 0 hit\n"
             "  look for /three: container miss, layer 1 miss, layer 0 miss\n"
             "  copied up /two, 2 bytes from layer 0\n"
             "  made /three one more name of /two\n"s);
    container.append("/three", bytesOf("y"));
    QCOMPARE(readText(container, "/two"), "11y"s);
    QCOMPARE(membersText(container), "one\nthree\ntwo = three\n"s);
    QCOMPARE(resultOf(container.link("/etc", "/etc2")), "EPERM"s);
    QCOMPARE(resultOf(container.link("/one", "/two")), "EEXIST"s);
}

void TestOverlayNames::twoNamesOfOneFileStay()
{
    auto container = usual();
    container.link("/one", "/l");
    const auto before = upperText(container);
    QCOMPARE(resultOf(container.rename("/one", "/l")), "done"s);
    QCOMPARE(upperText(container), before);
    // Of the image's own two names the kernel knows no more that they are one file.
    QCOMPARE(resultOf(container.rename("/two", "/one")), "done"s);
    QCOMPARE(upperText(container), "file /l 2 0644\nfile /one 2 0644\nwhiteout /two\n"s);
}

void TestOverlayNames::symlinksAndNodes()
{
    auto container = usual();
    QCOMPARE(resultOf(container.symlink("../a", "/s")), "done"s);
    QCOMPARE(resultOf(container.symlink("", "/t")), "ENOENT"s);
    QCOMPARE(resultOf(container.makeNode("/null", FileType::CharDevice, 0666, 1, 3)), "done"s);
    QCOMPARE(resultOf(container.makeNode("/pipe", FileType::Fifo, 0600)), "done"s);
    QCOMPARE(resultOf(container.makeNode("/w", FileType::CharDevice, 0, 0, 0)), "EPERM"s);
    QCOMPARE(upperText(container), "char /null 1:3 0666\nfifo /pipe 0600\nsymlink /s -> ../a\n"s);
    QCOMPARE(readText(container, "/pipe"), "ENXIO"s);
}

QTEST_GUILESS_MAIN(TestOverlayNames)
#include "tst_overlay_names.moc"
