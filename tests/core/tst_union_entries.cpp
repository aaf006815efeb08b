// SPDX-License-Identifier: Apache-2.0
// The tricky cases 17 to 26 of core/RULES.md: duplicates, spellings, leftovers of other drivers.
// Each states what those of tst_union_cases.cpp do.
#include "check.h"
#include "tree_text.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

class TestUnionEntries : public QObject
{
    Q_OBJECT

private slots:
    void case17_lastDuplicateWins();
    void case17_duplicateDirectoriesMerge();
    void case17_duplicatesOfOtherTypes();
    void case18_metadataOfADirectory();
    void case18_directoriesListedForWhatHappenedBelow();
    void case19_parentsNeverListed();
    void case20_rootEntries_data();
    void case20_rootEntries();
    void case21_spellingsOfOnePath();
    void case22_escapesAreRefused_data();
    void case22_escapesAreRefused();
    void case22_symlinksMayNameAnything();
    void case22_hardlinksOutOfTheRootAreRefused();
    void case23_aufsLeftovers();
    void case24_whiteoutOfAWhiteoutName();
    void case25_deviceZeroIsAWhiteout();
    void case25_deviceAndWhiteoutAndDirectory();
    void case26_opaqueByXattr();
    void case26_opaqueXattrOfAFileIsNothing();
    void case26_opaqueXattrOfTheRootIsNothing();
};

void TestUnionEntries::case17_lastDuplicateWins()
{
    const std::vector<TarBuilder> tars = {
        TarBuilder().file("a", "one").file("a", "three").file("./a", "the last")};
    const auto tree = mergeTars(tars);
    QCOMPARE(stackText(*tree, {"/a"}), "file /a 8 L0\n"
                                       "/a: L0 added file 8\n"
                                       "L0 warns: DuplicateEntry DuplicateEntry\n"s);
    QCOMPARE(contentOf(*tree, tars, "/a"), "the last"s);
    QCOMPARE(tree->layer(0).contentBytes(), std::uint64_t{16});
    QCOMPARE(tree->layer(0).memberCount(), std::uint64_t{3});
}

void TestUnionEntries::case17_duplicateDirectoriesMerge()
{
    QCOMPARE(stackText({TarBuilder()
                            .dir("d", {.mode = 0700})
                            .file("d/x")
                            .dir("d", {.mode = 0711})
                            .file("d/y")},
                       {"/d", "/d/x", "/d/y"}),
             "dir /d 0711 L0\n"
             "file /d/x 0 L0\n"
             "file /d/y 0 L0\n"
             "/d: L0 added dir\n"
             "/d/x: L0 added file 0\n"
             "/d/y: L0 added file 0\n"s);
}

void TestUnionEntries::case17_duplicatesOfOtherTypes()
{
    QCOMPARE(stackText({TarBuilder().file("d", "x").dir("d").file("d/y")}, {"/d", "/d/y"}),
             "dir /d 0755 L0\n"
             "file /d/y 0 L0\n"
             "/d: L0 added dir\n"
             "/d/y: L0 added file 0\n"
             "L0 warns: DuplicateEntry\n"s);
    QCOMPARE(stackText({TarBuilder().file("a", "x").symlink("a", "b")}, {"/a"}),
             "symlink /a -> b L0\n"
             "/a: L0 added symlink\n"
             "L0 warns: DuplicateEntry\n"s);
    QCOMPARE(stackText({TarBuilder().dir("d").file("d/y").file("d", "xyz")}, {"/d", "/d/y"}),
             "file /d 3 L0\n"
             "/d: L0 added file 3\n"
             "/d/y: no such path\n"
             "L0 warns: DuplicateEntry\n"s);
}

void TestUnionEntries::case18_metadataOfADirectory()
{
    QCOMPARE(stackText({TarBuilder().dir("d").file("d/a", "x"), TarBuilder().dir("d", {.uid = 9}),
                        TarBuilder().dir("d", {.uid = 9, .mtime = 5})},
                       {"/d", "/d/a"}),
             "dir /d 0755 9:0 L2\n"
             "file /d/a 1 L0\n"
             "/d: L0 added dir, L1 metadata dir, L2 metadata dir\n"
             "/d/a: L0 added file 1\n"s);
}

void TestUnionEntries::case18_directoriesListedForWhatHappenedBelow()
{
    // Upper directories as Linux 6.18's overlayfs left them: a file made or removed gave its
    // directory a new time, one written to was copied up and left its directory's time as it was.
    const auto lower = TarBuilder()
                           .dir("made")
                           .dir("removed")
                           .file("removed/old")
                           .dir("written")
                           .file("written/old");
    const auto upper = TarBuilder()
                           .dir("made", {.mtime = defaultMtime + 1})
                           .file("made/new")
                           .dir("removed", {.mtime = defaultMtime + 1})
                           .whiteout("removed/old")
                           .dir("written")
                           .file("written/old", "more");
    QCOMPARE(stackText({lower, upper}, {"/made", "/removed", "/removed/old", "/written"}),
             "dir /made 0755 L1\n"
             "file /made/new 0 L1\n"
             "dir /removed 0755 L1\n"
             "dir /written 0755 L1\n"
             "file /written/old 4 L1\n"
             "/made: L0 added dir, L1 metadata dir\n"
             "/removed: L0 added dir, L1 metadata dir\n"
             "/removed/old: L0 added file 0, L1 removed by whiteout\n"
             "/written: L0 added dir, L1 unchanged dir\n"s);
}

void TestUnionEntries::case19_parentsNeverListed()
{
    const auto tree = mergeTars({TarBuilder().file("a/b/c", "1"), TarBuilder().file("a/b/d", "2"),
                                 TarBuilder().dir("a", {.mode = 0700}), TarBuilder().file("a/e")});
    QCOMPARE(treeText(*tree, 1), "dir /a implicit L0\n"
                                 "dir /a/b implicit L0\n"
                                 "file /a/b/c 1 L0\n"
                                 "file /a/b/d 1 L1\n"s);
    QCOMPARE(stackText(*tree, {"/a", "/a/b", "/a/b/c", "/a/b/d", "/a/e"}),
             "dir /a 0700 L2\n"
             "dir /a/b implicit L0\n"
             "file /a/b/c 1 L0\n"
             "file /a/b/d 1 L1\n"
             "file /a/e 0 L3\n"
             "/a: L0 added dir implicit, L2 metadata dir\n"
             "/a/b: L0 added dir implicit\n"
             "/a/b/c: L0 added file 1\n"
             "/a/b/d: L1 added file 1\n"
             "/a/e: L3 added file 0\n"s);
    const auto& entry = tree->entry(*tree->visible(*tree->find("/a/b")));
    QCOMPARE(entry.type, FileType::Directory);
    QCOMPARE(entry.mode, std::uint16_t{0755});
    QCOMPARE(entry.uid, 0U);
    QCOMPARE(entry.gid, 0U);
}

void TestUnionEntries::case20_rootEntries_data()
{
    QTest::addColumn<std::string>("name");
    QTest::newRow("./") << "./"s;
    QTest::newRow("/") << "/"s;
    QTest::newRow(".") << "."s;
}

void TestUnionEntries::case20_rootEntries()
{
    QFETCH(const std::string, name);
    const auto tree = mergeTars({TarBuilder().file("a"), TarBuilder().dir(name, {.mode = 0700})});
    QCOMPARE(stackText(*tree, {"/", "/a"}), "file /a 0 L0\n"
                                            "/: L1 added dir\n"
                                            "/a: L0 added file 0\n"s);
    const auto* root = tree->visible(MergedTree::root());
    QVERIFY(root != nullptr);
    QCOMPARE(root->layer, std::uint16_t{1});
    QCOMPARE(tree->entry(*root).mode, std::uint16_t{0700});
    QCOMPARE(tree->nodeCount(), std::size_t{2});
}

void TestUnionEntries::case21_spellingsOfOnePath()
{
    const auto tree =
        mergeTars({TarBuilder().dir("a/").file("./a/b", "1"), TarBuilder().file("/a//b", "22"),
                   TarBuilder().file("a/./b", "333"), TarBuilder().whiteout("./a/b")});
    QCOMPARE(stackText(*tree, {"/a", "/a/b"}),
             "dir /a 0755 L0\n"
             "/a: L0 added dir\n"
             "/a/b: L0 added file 1, L1 modified file 2, L2 modified file 3, "
             "L3 removed by whiteout\n"s);
    QCOMPARE(tree->find("a/b"), tree->find("//a/./b/"));
}

void TestUnionEntries::case22_escapesAreRefused_data()
{
    QTest::addColumn<std::string>("name");
    QTest::newRow("up") << "../evil"s;
    QTest::newRow("up later") << "a/../../evil"s;
    QTest::newRow("absolute") << "/../evil"s;
    QTest::newRow("just up") << ".."s;
    QTest::newRow("whiteout") << "../.wh.a"s;
}

void TestUnionEntries::case22_escapesAreRefused()
{
    QFETCH(const std::string, name);
    QCOMPARE(
        stackText({TarBuilder().file("a", "x"), TarBuilder().file(name, "y")}, {"/a", "/evil"}),
        "file /a 1 L0\n"
        "/a: L0 added file 1\n"
        "/evil: no such path\n"
        "L1 warns: PathEscapes\n"s);
}

void TestUnionEntries::case22_symlinksMayNameAnything()
{
    // They are shown as they are, and lead nowhere outside: case 11 clamps them.
    QCOMPARE(
        stackText(
            {TarBuilder().symlink("s", "../../../etc/passwd").symlink("absolute", "/etc/passwd")},
            {"/s", "/absolute"}),
        "symlink /absolute -> /etc/passwd L0\n"
        "symlink /s -> ../../../etc/passwd L0\n"
        "/s: L0 added symlink\n"
        "/absolute: L0 added symlink\n"s);
}

void TestUnionEntries::case22_hardlinksOutOfTheRootAreRefused()
{
    // umoci 0.4.7 and buildah 1.39 clamp such a target to the root and GNU tar strips the dots;
    // bsdtar refuses the entry, as here.
    const auto link = TarBuilder().hardlink("h", "../../etc/passwd");
    QCOMPARE(stackText({link}, {"/h"}), "/h: no such path\nL0 warns: PathEscapes\n"s);
    QCOMPARE(stackText({TarBuilder().file("etc/passwd", "p"), link}, {"/h", "/etc/passwd"}),
             "dir /etc implicit L0\n"
             "file /etc/passwd 1 L0\n"
             "/h: no such path\n"
             "/etc/passwd: L0 added file 1\n"
             "L1 warns: PathEscapes\n"s);
    for (const bool targetFirst : {true, false}) {
        TarBuilder tar;
        if (targetFirst) {
            tar.file("etc/passwd", "p").hardlink("h", "../../etc/passwd");
        } else {
            tar.hardlink("h", "../../etc/passwd").file("etc/passwd", "p");
        }
        QCOMPARE(stackText({tar}, {"/h", "/etc/passwd"}), "dir /etc implicit L0\n"
                                                          "file /etc/passwd 1 L0\n"
                                                          "/h: no such path\n"
                                                          "/etc/passwd: L0 added file 1\n"
                                                          "L0 warns: PathEscapes\n"s);
    }
}

void TestUnionEntries::case23_aufsLeftovers()
{
    const auto lower = TarBuilder().dir("wh.plnk").file("plnk").file("a");
    const auto tree = mergeTars({lower, TarBuilder()
                                            .dir(".wh..wh.plnk")
                                            .file(".wh..wh.plnk/123.456", "x")
                                            .file(".wh..wh.aufs")
                                            .dir(".wh..wh.orph")
                                            .file("b")});
    QCOMPARE(stackText(*tree, {"/.wh..wh.plnk", "/.wh.plnk"}),
             "file /a 0 L0\n"
             "file /b 0 L1\n"
             "file /plnk 0 L0\n"
             "dir /wh.plnk 0755 L0\n"
             "/.wh..wh.plnk: no such path\n"
             "/.wh.plnk: no such path\n"
             "L1 warns: AufsLeftover AufsLeftover AufsLeftover AufsLeftover\n"s);
    QCOMPARE(tree->nodeCount(), std::size_t{5});
}

void TestUnionEntries::case24_whiteoutOfAWhiteoutName()
{
    QCOMPARE(stackText({TarBuilder().file("foo").dir("d").file("d/plnk"),
                        TarBuilder().file(".wh..wh.foo").file("d/.wh..wh.plnk")},
                       {"/foo", "/d/plnk", "/.wh.foo", "/d/.wh.plnk"}),
             "dir /d 0755 L0\n"
             "file /d/plnk 0 L0\n"
             "file /foo 0 L0\n"
             "/foo: L0 added file 0\n"
             "/d/plnk: L0 added file 0\n"
             "/.wh.foo: no such path\n"
             "/d/.wh.plnk: no such path\n"s);
}

void TestUnionEntries::case25_deviceZeroIsAWhiteout()
{
    QCOMPARE(stackText({TarBuilder().file("a").dir("d").file("d/b").file("z"),
                        TarBuilder().charDevice("a", 0, 0).charDevice("d", 0, 0)},
                       {"/a", "/d", "/d/b"}),
             "file /z 0 L0\n"
             "/a: L0 added file 0, L1 removed by whiteout\n"
             "/d: L0 added dir, L1 removed by whiteout\n"
             "/d/b: L0 added file 0, L1 removed by whiteout\n"
             "L1 warns: DeviceWhiteout DeviceWhiteout\n"s);
    QCOMPARE(stackText({TarBuilder().charDevice("null", 1, 3)}, {"/null"}),
             "char /null 1:3 L0\n"
             "/null: L0 added char\n"s);
}

void TestUnionEntries::case25_deviceAndWhiteoutAndDirectory()
{
    // The device gives way to the directory; the whiteout of the same name stays.
    QCOMPARE(stackText({TarBuilder().dir("d").file("d/old"),
                        TarBuilder().whiteout("d").charDevice("d", 0, 0).dir("d")},
                       {"/d", "/d/old"}),
             "dir /d 0755 L1\n"
             "/d: L0 added dir, L1 unchanged dir\n"
             "/d/old: L0 added file 0, L1 removed by whiteout\n"
             "L1 warns: DeviceWhiteout WhiteoutBesideEntry\n"s);
}

void TestUnionEntries::case26_opaqueByXattr()
{
    // The kernel heeds it where the layer was unpacked with it. umoci 0.4.7, buildah 1.39,
    // containerd 1.7.27 and tar unpack without it: with them /d/old stays.
    const auto lower = TarBuilder().dir("d").file("d/old");
    QCOMPARE(
        stackText({lower, TarBuilder().xattr("trusted.overlay.opaque", "y").dir("d").file("d/new")},
                  {"/d", "/d/new", "/d/old"}),
        "dir /d 0755 L1\n"
        "file /d/new 0 L1\n"
        "/d: L0 added dir, L1 unchanged dir\n"
        "/d/new: L1 added file 0\n"
        "/d/old: L0 added file 0, L1 removed by opaque\n"
        "L1 warns: DeviceWhiteout\n"s);
    QCOMPARE(stackText({lower, TarBuilder().xattr("trusted.overlay.opaque", "n").dir("d")},
                       {"/d", "/d/old"}),
             "dir /d 0755 L1\n"
             "file /d/old 0 L0\n"
             "/d: L0 added dir, L1 unchanged dir\n"
             "/d/old: L0 added file 0\n"s);
}

void TestUnionEntries::case26_opaqueXattrOfAFileIsNothing()
{
    QCOMPARE(stackText({TarBuilder().dir("d").file("d/old"),
                        TarBuilder().xattr("trusted.overlay.opaque", "y").file("d").dir("d")},
                       {"/d", "/d/old"}),
             "dir /d 0755 L1\n"
             "file /d/old 0 L0\n"
             "/d: L0 added dir, L1 unchanged dir\n"
             "/d/old: L0 added file 0\n"
             "L1 warns: DuplicateEntry\n"s);
}

void TestUnionEntries::case26_opaqueXattrOfTheRootIsNothing()
{
    // The kernel does not look for it on the root of a lower directory (tried with Linux 6.18).
    QCOMPARE(stackText({TarBuilder().file("old"),
                        TarBuilder().xattr("trusted.overlay.opaque", "y").dir("./")},
                       {"/old"}),
             "file /old 0 L0\n"
             "/old: L0 added file 0\n"s);
}

QTEST_GUILESS_MAIN(TestUnionEntries)
#include "tst_union_entries.moc"
