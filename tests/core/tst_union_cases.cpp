// SPDX-License-Identifier: Apache-2.0
// The tricky cases 1 to 12 of core/RULES.md: whiteouts, replacements, links among the parents.
// Each states the tree with the layer that owns each path, the history of what it is about, and
// every warning.
#include "check.h"
#include "tree_text.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

class TestUnionCases : public QObject
{
    Q_OBJECT

private slots:
    void case01_whiteoutBesideItsDirectory_data();
    void case01_whiteoutBesideItsDirectory();
    void case01_whiteoutBesideAChildOfItsUnlistedDirectory();
    void case01_aFileBesideItsWhiteout();
    void case02_opaqueAfterItsChildren();
    void case03_opaqueInAnUnlistedDirectory();
    void case04_opaqueOverNothing();
    void case04_opaqueInADirectoryThatIsNowhere();
    void case05_whiteoutOfNothing();
    void case05_whiteoutInADirectoryThatIsNowhere();
    void case05_whiteoutOfWhatIsGoneAlready();
    void case06_whiteoutBesideAWhiteoutInside_data() { case01_whiteoutBesideItsDirectory_data(); }
    void case06_whiteoutBesideAWhiteoutInside();
    void case07_whiteoutOfNoName_data();
    void case07_whiteoutOfNoName();
    void case07_bareWhiteoutBelowAFile();
    void case08_fileOverDirectory();
    void case09_directoryOverFileOrSymlink();
    void case09_aFileBetweenHidesTheDirectoryBelowIt();
    void case10_entryBelowALowerSymlink();
    void case10_withADirectoryEntryThereIsNothingToWarnAbout();
    void case10_whiteoutBelowALowerSymlink();
    void case10_aLayerThatTakesTheLinkAwayDoesNotWriteThroughIt();
    void case11_entryBelowASymlinkOfTheSameLayer_data();
    void case11_entryBelowASymlinkOfTheSameLayer();
    void case11_aDirectoryInPlaceOfTheLinkIsNoLongerFollowed();
    void case11_linksThatLeadDeeperAndDeeper();
    void case11_symlinkThatPassesAFile();
    void case11_symlinkCyclesEnd();
    void case12_symlinkOverDirectory();
};

void TestUnionCases::case01_whiteoutBesideItsDirectory_data()
{
    QTest::addColumn<bool>("whiteoutFirst");
    QTest::newRow("whiteout first") << true;
    QTest::newRow("whiteout last") << false;
}

void TestUnionCases::case01_whiteoutBesideItsDirectory()
{
    // umoci 0.4.7 shows what we show, and so does buildah 1.39 with vfs if the whiteout stands
    // first. With overlay its /d/old and /d/e come back then, as with containerd 1.7.27, and
    // go-containerregistry 0.20.3 (Extract) has no /d. Where the whiteout stands last, buildah and
    // containerd refuse the layer, and go-containerregistry shows /d/old and /d/e.
    QFETCH(bool, whiteoutFirst);
    TarBuilder upper;
    if (whiteoutFirst) {
        upper.whiteout("d").dir("d", {.mode = 0700}).file("d/new");
    } else {
        upper.dir("d", {.mode = 0700}).file("d/new").whiteout("d");
    }
    QCOMPARE(stackText({TarBuilder().dir("d").file("d/old").dir("d/e").file("d/e/f"), upper},
                       {"/d", "/d/e/f", "/d/new"}),
             "dir /d 0700 L1\n"
             "file /d/new 0 L1\n"
             "/d: L0 added dir, L1 metadata dir\n"
             "/d/e/f: L0 added file 0, L1 removed by whiteout\n"
             "/d/new: L1 added file 0\n"
             "L1 warns: WhiteoutBesideEntry\n"s);
}

void TestUnionCases::case01_whiteoutBesideAChildOfItsUnlistedDirectory()
{
    // umoci does the same. buildah with vfs has no /d at all, with overlay it refuses the layer, as
    // containerd does; go-containerregistry has only /d/new.
    QCOMPARE(stackText({TarBuilder().dir("d", {.mode = 0700}).file("d/old"),
                        TarBuilder().file("d/new").whiteout("d")},
                       {"/d", "/d/old", "/d/new"}),
             "dir /d implicit L1\n"
             "file /d/new 0 L1\n"
             "/d: L0 added dir, L1 metadata dir implicit\n"
             "/d/old: L0 added file 0, L1 removed by whiteout\n"
             "/d/new: L1 added file 0\n"
             "L1 warns: WhiteoutBesideEntry\n"s);
}

void TestUnionCases::case01_aFileBesideItsWhiteout()
{
    // Here umoci and go-containerregistry agree; buildah removes the new file too with vfs, and
    // refuses the layer with overlay, as containerd does. With the whiteout first it is
    // go-containerregistry alone that has no /f.
    QCOMPARE(stackText({TarBuilder().file("f", "old"), TarBuilder().file("f", "n").whiteout("f")},
                       {"/f"}),
             "file /f 1 L1\n"
             "/f: L0 added file 3, L1 modified file 1\n"
             "L1 warns: WhiteoutBesideEntry\n"s);
}

void TestUnionCases::case02_opaqueAfterItsChildren()
{
    QCOMPARE(stackText({TarBuilder().dir("d").file("d/old").file("d/same", "1"),
                        TarBuilder().dir("d").file("d/new").file("d/same", "22").opaque("d")},
                       {"/d", "/d/new", "/d/old", "/d/same"}),
             "dir /d 0755 L1\n"
             "file /d/new 0 L1\n"
             "file /d/same 2 L1\n"
             "/d: L0 added dir, L1 unchanged dir\n"
             "/d/new: L1 added file 0\n"
             "/d/old: L0 added file 0, L1 removed by opaque\n"
             "/d/same: L0 added file 1, L1 modified file 2\n"s);
}

void TestUnionCases::case03_opaqueInAnUnlistedDirectory()
{
    QCOMPARE(stackText({TarBuilder().dir("d", {.mode = 0700, .uid = 5}).file("d/old"),
                        TarBuilder().opaque("d").file("d/new")},
                       {"/d", "/d/new", "/d/old"}),
             "dir /d 0700 5:0 L0\n"
             "file /d/new 0 L1\n"
             "/d: L0 added dir\n"
             "/d/new: L1 added file 0\n"
             "/d/old: L0 added file 0, L1 removed by opaque\n"s);
}

void TestUnionCases::case04_opaqueOverNothing()
{
    const auto tree = mergeTars(
        {TarBuilder().file("a").dir("empty"), TarBuilder().dir("d").opaque("d").opaque("empty")});
    QCOMPARE(stackText(*tree, {"/a", "/d", "/empty"}), "file /a 0 L0\n"
                                                       "dir /d 0755 L1\n"
                                                       "dir /empty 0755 L0\n"
                                                       "/a: L0 added file 0\n"
                                                       "/d: L1 added dir\n"
                                                       "/empty: L0 added dir\n"s);
    QCOMPARE(tree->counts(1).removed, std::uint64_t{0});
}

void TestUnionCases::case04_opaqueInADirectoryThatIsNowhere()
{
    // buildah 1.39 and containerd 1.7.27 make the directory; umoci 0.4.7 does not.
    const auto tree = mergeTars({TarBuilder().file("a"), TarBuilder().opaque("nowhere")});
    QCOMPARE(stackText(*tree, {"/nowhere"}), "file /a 0 L0\n"
                                             "dir /nowhere implicit L1\n"
                                             "/nowhere: L1 added dir implicit\n"s);
    QCOMPARE(tree->counts(1).removed, std::uint64_t{0});
}

void TestUnionCases::case05_whiteoutOfNothing()
{
    const auto tree =
        mergeTars({TarBuilder().dir("d"), TarBuilder().whiteout("absent").whiteout("d/x")});
    QCOMPARE(stackText(*tree, {"/d", "/absent", "/d/x"}), "dir /d 0755 L0\n"
                                                          "/d: L0 added dir\n"
                                                          "/absent: no such path\n"
                                                          "/d/x: no such path\n"s);
    QCOMPARE(tree->counts(1).removed, std::uint64_t{0});
}

void TestUnionCases::case05_whiteoutInADirectoryThatIsNowhere()
{
    // As with case04_opaqueInADirectoryThatIsNowhere.
    QCOMPARE(
        stackText({TarBuilder().file("a"), TarBuilder().whiteout("foo/bar")}, {"/foo", "/foo/bar"}),
        "file /a 0 L0\n"
        "dir /foo implicit L1\n"
        "/foo: L1 added dir implicit\n"
        "/foo/bar: no such path\n"s);
}

void TestUnionCases::case05_whiteoutOfWhatIsGoneAlready()
{
    QCOMPARE(
        stackText({TarBuilder().file("a"), TarBuilder().whiteout("a"), TarBuilder().whiteout("a")},
                  {"/a"}),
        "/a: L0 added file 0, L1 removed by whiteout\n"s);
}

void TestUnionCases::case06_whiteoutBesideAWhiteoutInside()
{
    QFETCH(bool, whiteoutFirst);
    TarBuilder upper;
    if (whiteoutFirst) {
        upper.whiteout("foo").whiteout("foo/bar");
    } else {
        upper.whiteout("foo/bar").whiteout("foo");
    }
    QCOMPARE(stackText({TarBuilder().dir("foo").file("foo/bar").file("foo/baz"), upper},
                       {"/foo", "/foo/bar", "/foo/baz"}),
             "/foo: L0 added dir, L1 removed by whiteout\n"
             "/foo/bar: L0 added file 0, L1 removed by whiteout\n"
             "/foo/baz: L0 added file 0, L1 removed by whiteout\n"s);
}

void TestUnionCases::case07_whiteoutOfNoName_data()
{
    QTest::addColumn<std::string>("name");
    for (const auto* name : {".wh.", "d/.wh.", ".wh..", "d/.wh...", ".wh.d/a", "d/.wh.a/b"}) {
        QTest::newRow(name) << std::string(name);
    }
}

void TestUnionCases::case07_whiteoutOfNoName()
{
    QFETCH(const std::string, name);
    QCOMPARE(stackText({TarBuilder().dir("d").file("d/a"), TarBuilder().file(name)},
                       {"/d", "/d/a", "/" + name}),
             "dir /d 0755 L0\n"
             "file /d/a 0 L0\n"
             "/d: L0 added dir\n"
             "/d/a: L0 added file 0\n"
             "/" +
                 name +
                 ": no such path\n"
                 "L1 warns: BadWhiteout\n");
}

void TestUnionCases::case07_bareWhiteoutBelowAFile()
{
    // What is ignored must not make a folder of the file it stands below.
    QCOMPARE(stackText({TarBuilder().file("f", "1").file("f/.wh.")}, {"/f"}),
             "file /f 1 L0\n"
             "/f: L0 added file 1\n"
             "L0 warns: BadWhiteout\n"s);
}

void TestUnionCases::case08_fileOverDirectory()
{
    QCOMPARE(stackText({TarBuilder().dir("d").file("d/a").dir("d/e").file("d/e/f"),
                        TarBuilder().file("d", "now a file")},
                       {"/d", "/d/a", "/d/e", "/d/e/f"}),
             "file /d 10 L1\n"
             "/d: L0 added dir, L1 modified file 10\n"
             "/d/a: L0 added file 0, L1 removed by replaced-parent\n"
             "/d/e: L0 added dir, L1 removed by replaced-parent\n"
             "/d/e/f: L0 added file 0, L1 removed by replaced-parent\n"s);
}

void TestUnionCases::case09_directoryOverFileOrSymlink()
{
    QCOMPARE(
        stackText(
            {TarBuilder().file("f", "x").symlink("s", "target").dir("target").file("target/child"),
             TarBuilder().dir("f").dir("s").file("s/new")},
            {"/f", "/s", "/s/new", "/s/child", "/target/child"}),
        "dir /f 0755 L1\n"
        "dir /s 0755 L1\n"
        "file /s/new 0 L1\n"
        "dir /target 0755 L0\n"
        "file /target/child 0 L0\n"
        "/f: L0 added file 1, L1 modified dir\n"
        "/s: L0 added symlink, L1 modified dir\n"
        "/s/new: L1 added file 0\n"
        "/s/child: no such path\n"
        "/target/child: L0 added file 0\n"s);
}

void TestUnionCases::case09_aFileBetweenHidesTheDirectoryBelowIt()
{
    QCOMPARE(stackText({TarBuilder().dir("d").file("d/old"), TarBuilder().file("d"),
                        TarBuilder().dir("d").file("d/new")},
                       {"/d", "/d/old", "/d/new"}),
             "dir /d 0755 L2\n"
             "file /d/new 0 L2\n"
             "/d: L0 added dir, L1 modified file 0, L2 modified dir\n"
             "/d/old: L0 added file 0, L1 removed by replaced-parent\n"
             "/d/new: L2 added file 0\n"s);
}

void TestUnionCases::case10_entryBelowALowerSymlink()
{
    // buildah 1.39 with overlay and containerd 1.7.27 show this. With vfs, and umoci 0.4.7 and tar,
    // /usr/lib/x is made; bsdtar refuses the entry.
    QCOMPARE(
        stackText(
            {TarBuilder().dir("usr").dir("usr/lib").file("usr/lib/y").symlink("lib", "usr/lib"),
             TarBuilder().file("lib/x", "1")},
            {"/lib", "/lib/x", "/usr/lib/x"}),
        "dir /lib implicit L1\n"
        "file /lib/x 1 L1\n"
        "dir /usr 0755 L0\n"
        "dir /usr/lib 0755 L0\n"
        "file /usr/lib/y 0 L0\n"
        "/lib: L0 added symlink, L1 modified dir implicit\n"
        "/lib/x: L1 added file 1\n"
        "/usr/lib/x: no such path\n"
        "L1 warns: ParentIsLowerLink\n"s);
}

void TestUnionCases::case10_withADirectoryEntryThereIsNothingToWarnAbout()
{
    QCOMPARE(stackText({TarBuilder().dir("usr").symlink("lib", "usr"),
                        TarBuilder().dir("lib").file("lib/x", "1")},
                       {"/lib", "/lib/x"}),
             "dir /lib 0755 L1\n"
             "file /lib/x 1 L1\n"
             "dir /usr 0755 L0\n"
             "/lib: L0 added symlink, L1 modified dir\n"
             "/lib/x: L1 added file 1\n"s);
}

void TestUnionCases::case10_whiteoutBelowALowerSymlink()
{
    // buildah with overlay shows this; with vfs, and umoci, /usr/x is gone and /lib a link still.
    QCOMPARE(stackText({TarBuilder().dir("usr").file("usr/x").symlink("lib", "usr"),
                        TarBuilder().whiteout("lib/x")},
                       {"/lib", "/lib/x", "/usr/x"}),
             "dir /lib implicit L1\n"
             "dir /usr 0755 L0\n"
             "file /usr/x 0 L0\n"
             "/lib: L0 added symlink, L1 modified dir implicit\n"
             "/lib/x: no such path\n"
             "/usr/x: L0 added file 0\n"
             "L1 warns: ParentIsLowerLink\n"s);
}

void TestUnionCases::case10_aLayerThatTakesTheLinkAwayDoesNotWriteThroughIt()
{
    const auto lower = TarBuilder().dir("usr").symlink("lib", "usr");
    QCOMPARE(stackText({lower, TarBuilder().whiteout("lib").file("lib/x", "1")},
                       {"/lib", "/lib/x", "/usr"}),
             "dir /lib implicit L1\n"
             "file /lib/x 1 L1\n"
             "dir /usr 0755 L0\n"
             "/lib: L0 added symlink, L1 modified dir implicit\n"
             "/lib/x: L1 added file 1\n"
             "/usr: L0 added dir\n"
             "L1 warns: WhiteoutBesideEntry\n"s);
    QCOMPARE(
        stackText({lower, TarBuilder().opaque("").file("lib/x", "1")}, {"/lib", "/lib/x", "/usr"}),
        "dir /lib implicit L1\n"
        "file /lib/x 1 L1\n"
        "/lib: L0 added symlink, L1 modified dir implicit\n"
        "/lib/x: L1 added file 1\n"
        "/usr: L0 added dir, L1 removed by opaque\n"s);
}

void TestUnionCases::case11_entryBelowASymlinkOfTheSameLayer_data()
{
    QTest::addColumn<std::string>("target");
    QTest::newRow("relative") << "usr/lib"s;
    QTest::newRow("absolute") << "/usr/lib"s;
    QTest::newRow("clamped to the root") << "../../../usr/lib"s;
    QTest::newRow("through another link") << "second"s;
    QTest::newRow("with dots") << "./usr/./lib/"s;
}

void TestUnionCases::case11_entryBelowASymlinkOfTheSameLayer()
{
    QFETCH(const std::string, target);
    QCOMPARE(stackText({TarBuilder()
                            .dir("usr")
                            .dir("usr/lib")
                            .symlink("second", "usr/lib")
                            .symlink("lib", target)
                            .file("lib/x", "1")},
                       {"/lib", "/lib/x", "/usr/lib/x"}),
             "symlink /lib -> " + target +
                 " L0\n"
                 "symlink /second -> usr/lib L0\n"
                 "dir /usr 0755 L0\n"
                 "dir /usr/lib 0755 L0\n"
                 "file /usr/lib/x 1 L0\n"
                 "/lib: L0 added symlink\n"
                 "/lib/x: no such path\n"
                 "/usr/lib/x: L0 added file 1\n");
}

void TestUnionCases::case11_aDirectoryInPlaceOfTheLinkIsNoLongerFollowed()
{
    QCOMPARE(
        stackText(
            {TarBuilder().dir("usr").symlink("lib", "usr").file("lib/x").dir("lib").file("lib/y")},
            {"/lib", "/lib/x", "/lib/y", "/usr/x"}),
        "dir /lib 0755 L0\n"
        "file /lib/y 0 L0\n"
        "dir /usr 0755 L0\n"
        "file /usr/x 0 L0\n"
        "/lib: L0 added dir\n"
        "/lib/x: no such path\n"
        "/lib/y: L0 added file 0\n"
        "/usr/x: L0 added file 0\n"
        "L0 warns: DuplicateEntry\n"s);
}

void TestUnionCases::case11_linksThatLeadDeeperAndDeeper()
{
    // Every link starts where the one before it ends: short paths, and folders without end.
    std::string folders;
    for (int i = 0; i < 2'000; ++i) {
        folders += "/d";
    }
    TarBuilder tar;
    tar.symlink("l0", folders.substr(1));
    for (int i = 1; i < 5; ++i) {
        tar.symlink("l" + std::to_string(i), "l" + std::to_string(i - 1) + folders);
        tar.file("l" + std::to_string(i) + "/x");
    }
    const auto tree = mergeTars({tar.file("l0/x")});
    QCOMPARE(historyText(*tree, folders + "/x"), "L0 added file 0\n"s);
    QCOMPARE(historyText(*tree, folders + folders + "/x"), "L0 added file 0\n"s);
    QCOMPARE(tree->nodeCount(), std::size_t{1 + 5 + 4'000 + 2});
    QCOMPARE(warningKinds(*tree, 0), "LimitReached LimitReached LimitReached"s);
}

void TestUnionCases::case11_symlinkThatPassesAFile()
{
    // A file on the way of a target that goes up again is no folder, and stays what it is. umoci
    // 0.4.7 makes /d/g/x too; tar and buildah 1.39 ask the kernel, which refuses (ENOTDIR).
    QCOMPARE(
        stackText({TarBuilder().dir("d").file("d/f", "1").symlink("d/l", "f/../g").file("d/l/x")},
                  {"/d/f", "/d/g", "/d/g/x"}),
        "dir /d 0755 L0\n"
        "file /d/f 1 L0\n"
        "dir /d/g implicit L0\n"
        "file /d/g/x 0 L0\n"
        "symlink /d/l -> f/../g L0\n"
        "/d/f: L0 added file 1\n"
        "/d/g: L0 added dir implicit\n"
        "/d/g/x: L0 added file 0\n"s);
}

void TestUnionCases::case11_symlinkCyclesEnd()
{
    QCOMPARE(stackText({TarBuilder()
                            .symlink("a", "b")
                            .symlink("b", "a")
                            .file("a/x")
                            .symlink("self", "self/self")
                            .file("self/y")
                            .file("z")},
                       {"/a", "/a/x", "/self/y", "/z"}),
             "symlink /a -> b L0\n"
             "symlink /b -> a L0\n"
             "symlink /self -> self/self L0\n"
             "file /z 0 L0\n"
             "/a: L0 added symlink\n"
             "/a/x: no such path\n"
             "/self/y: no such path\n"
             "/z: L0 added file 0\n"
             "L0 warns: LimitReached LimitReached\n"s);
}

void TestUnionCases::case12_symlinkOverDirectory()
{
    QCOMPARE(stackText({TarBuilder().dir("d").file("d/a").dir("e").file("e/b"),
                        TarBuilder().symlink("d", "e")},
                       {"/d", "/d/a", "/e/b"}),
             "symlink /d -> e L1\n"
             "dir /e 0755 L0\n"
             "file /e/b 0 L0\n"
             "/d: L0 added dir, L1 modified symlink\n"
             "/d/a: L0 added file 0, L1 removed by replaced-parent\n"
             "/e/b: L0 added file 0\n"s);
}

QTEST_GUILESS_MAIN(TestUnionCases)
#include "tst_union_cases.moc"
