// SPDX-License-Identifier: Apache-2.0
// The tricky cases 13 to 26 of the union rules, by the numbers of core/README.md: links,
// duplicates, spellings, leftovers of other drivers.
#include "check.h"
#include "tree_text.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

class TestUnionEntries : public QObject
{
    Q_OBJECT

private slots:
    void case13_hardlinkToALowerLayer();
    void case13_theLowerContentIsThatBelowTheLink();
    void case13_hardlinkToNothing();
    void case13_hardlinkToALowerDirectory();
    void case13_hardlinkThroughALowerSymlink_data();
    void case13_hardlinkThroughALowerSymlink();
    void case13_linksToALinkShareItsTarget();
    void case13_manyLinksToALowerLayer();
    void case14_linkCyclesEnd();
    void case14_hardlinkBeforeItsTarget();
    void case15_hardlinkToASymlink();
    void case16_otherNamesKeepTheOldContent();
    void case16_alsoWithinOneLayer();
    void case17_lastDuplicateWins();
    void case17_duplicateDirectoriesMerge();
    void case17_duplicatesOfOtherTypes();
    void case18_metadataOfADirectory();
    void case19_parentsNeverListed();
    void case20_rootEntries_data();
    void case20_rootEntries();
    void case21_spellingsOfOnePath();
    void case22_escapesAreRefused_data();
    void case22_escapesAreRefused();
    void case22_linkTargetsThatEscape();
    void case23_aufsLeftovers();
    void case24_whiteoutOfAWhiteoutName();
    void case25_deviceZeroIsAWhiteout();
    void case25_deviceAndWhiteoutAndDirectory();
    void case26_opaqueByXattr();
    void case26_opaqueXattrOfAFileIsNothing();
    void case26_opaqueXattrOfTheRootIsNothing();
};

void TestUnionEntries::case13_hardlinkToALowerLayer()
{
    const std::vector<TarBuilder> tars = {
        TarBuilder().dir("d").file("d/a", "hello", {.mode = 0600, .uid = 3}),
        TarBuilder().hardlink("b", "d/a")};
    const auto tree = mergeTars(tars);
    QCOMPARE(treeText(*tree), "file /b 5 0600 3:0 L1 = /d/a\n"
                              "dir /d 0755 L0\n"
                              "file /d/a 5 0600 3:0 L0\n"s);
    QCOMPARE(warningKinds(*tree, 1), "LinkToLowerLayer"s);
    QCOMPARE(contentOf(*tree, tars, "/b"), "hello"s);
    QCOMPARE(diffText(*tree, 1), "added file /b\n"s);
}

void TestUnionEntries::case13_theLowerContentIsThatBelowTheLink()
{
    const std::vector<TarBuilder> tars = {
        TarBuilder().file("a", "old"), TarBuilder().file("a", "below"),
        TarBuilder().hardlink("b", "a"), TarBuilder().file("a", "after it"),
        TarBuilder().whiteout("a")};
    const auto tree = mergeTars(tars);
    QCOMPARE(treeText(*tree), "file /b 5 L2 = /a\n"s);
    QCOMPARE(contentOf(*tree, tars, "/b"), "below"s);
}

void TestUnionEntries::case13_hardlinkToNothing()
{
    const std::vector<TarBuilder> tars = {TarBuilder().file("a"),
                                          TarBuilder().hardlink("b", "absent")};
    const auto tree = mergeTars(tars);
    QCOMPARE(warningKinds(*tree, 1), "LinkTargetMissing"s);
    QCOMPARE(contentOf(*tree, tars, "/b"), "none"s);
    QVERIFY(tree->find("/a"));
}

void TestUnionEntries::case13_hardlinkToALowerDirectory()
{
    const auto tree =
        mergeTars({TarBuilder().dir("d").file("d/x"), TarBuilder().hardlink("b", "d")});
    QVERIFY(!warningKinds(*tree, 1).empty());
    QVERIFY(treeText(*tree).ends_with("dir /d 0755 L0\nfile /d/x 0 L0\n"));
}

void TestUnionEntries::case13_hardlinkThroughALowerSymlink_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("content");
    QTest::newRow("relative") << "lib/f" << "hello";
    QTest::newRow("absolute") << "abs/f" << "hello";
    QTest::newRow("clamped to the root") << "up/f" << "hello";
    QTest::newRow("back up") << "usr/back/f" << "hello";
    QTest::newRow("one to another") << "twice/f" << "hello";
    QTest::newRow("itself a hard link") << "other/f" << "hello";
    QTest::newRow("to a file") << "file/f" << "none";
    QTest::newRow("in a circle") << "round/f" << "none";
    QTest::newRow("to nothing") << "nowhere/f" << "none";
    QTest::newRow("taken away since") << "gone/f" << "none";
}

void TestUnionEntries::case13_hardlinkThroughALowerSymlink()
{
    QFETCH(QString, target);
    QFETCH(QString, content);
    const std::vector<TarBuilder> tars = {TarBuilder()
                                              .dir("usr/lib")
                                              .file("usr/lib/f", "hello")
                                              .symlink("lib", "usr/lib")
                                              .symlink("abs", "/usr//./lib/")
                                              .symlink("up", "../../usr/lib")
                                              .symlink("usr/back", "../lib")
                                              .symlink("twice", "lib")
                                              .symlink("file", "usr/lib/f")
                                              .symlink("round", "round")
                                              .symlink("nowhere", "absent")
                                              .symlink("gone", "usr/lib"),
                                          TarBuilder().hardlink("other", "abs").whiteout("gone"),
                                          TarBuilder().hardlink("b", target.toStdString())};
    const auto tree = mergeTars(tars);
    QCOMPARE(QString::fromStdString(contentOf(*tree, tars, "/b")), content);
    QCOMPARE(warningKinds(*tree, 2),
             content == "none" ? "LinkTargetMissing"s : "LinkToLowerLayer"s);
}

void TestUnionEntries::case13_linksToALinkShareItsTarget()
{
    const std::vector<TarBuilder> tars = {TarBuilder().file("a", "hello"),
                                          TarBuilder().hardlink("b", "a").hardlink("c", "b")};
    const auto tree = mergeTars(tars);
    QCOMPARE(contentOf(*tree, tars, "/c"), "hello"s);
    QCOMPARE(tree->entry(*tree->visible(*tree->find("/c"))).size, std::uint64_t{5});
}

void TestUnionEntries::case13_manyLinksToALowerLayer()
{
    // However many there are, each is found at once.
    constexpr int count = 50'000;
    TarBuilder links;
    TarBuilder again;
    for (int i = 0; i < count; ++i) {
        links.hardlink("links/" + std::to_string(i), "a");
        again.file("links/" + std::to_string(i), "other content");
    }
    const auto tree = mergeTars({TarBuilder().file("a", "hello"), links, again});
    QCOMPARE(tree->counts(2).modified, std::uint64_t{count});
    QCOMPARE(historyText(*tree, "/links/77"), "L1 added file 5\nL2 modified file 13\n"s);
}

void TestUnionEntries::case14_linkCyclesEnd()
{
    const auto tree = mergeTars({TarBuilder().hardlink("b", "c").hardlink("c", "b").file("z")});
    QVERIFY(tree->find("/z"));
    QVERIFY(warningKinds(*tree, 0).contains("LinkTargetMissing"));
}

void TestUnionEntries::case14_hardlinkBeforeItsTarget()
{
    const std::vector<TarBuilder> tars = {
        TarBuilder().hardlink("a", "b").hardlink("b", "z").hardlink("c", "b").file("z", "late")};
    const auto tree = mergeTars(tars);
    QCOMPARE(treeText(*tree), "file /a 4 L0 = /b\n"
                              "file /b 4 L0 = /z\n"
                              "file /c 4 L0 = /b\n"
                              "file /z 4 L0\n"s);
    for (const auto* path : {"/a", "/b", "/c"}) {
        QCOMPARE(contentOf(*tree, tars, path), "late"s);
    }
    QVERIFY(tree->layer(0).warnings().has(WarningCode::LinkBeforeTarget));
}

void TestUnionEntries::case15_hardlinkToASymlink()
{
    const auto tree =
        mergeTars({TarBuilder().file("x", "content").symlink("s", "x").hardlink("h", "s")});
    QCOMPARE(treeText(*tree), "symlink /h -> x L0\n"
                              "symlink /s -> x L0\n"
                              "file /x 7 L0\n"s);
}

void TestUnionEntries::case16_otherNamesKeepTheOldContent()
{
    const std::vector<TarBuilder> tars = {TarBuilder().file("a", "old").hardlink("b", "a"),
                                          TarBuilder().file("a", "newer"),
                                          TarBuilder().whiteout("a")};
    const auto tree = mergeTars(tars);
    QCOMPARE(treeText(*tree, 1), "file /a 5 L1\nfile /b 3 L0 = /a\n"s);
    QCOMPARE(treeText(*tree), "file /b 3 L0 = /a\n"s);
    QCOMPARE(contentOf(*tree, tars, "/b"), "old"s);
}

void TestUnionEntries::case16_alsoWithinOneLayer()
{
    const std::vector<TarBuilder> tars = {
        TarBuilder().file("a", "old").hardlink("b", "a").file("a", "newer")};
    const auto tree = mergeTars(tars);
    QCOMPARE(contentOf(*tree, tars, "/a"), "newer"s);
    QCOMPARE(contentOf(*tree, tars, "/b"), "old"s);
    QCOMPARE(tree->entry(*tree->visible(*tree->find("/b"))).size, std::uint64_t{3});
}

void TestUnionEntries::case17_lastDuplicateWins()
{
    const std::vector<TarBuilder> tars = {
        TarBuilder().file("a", "one").file("a", "three").file("./a", "the last")};
    const auto tree = mergeTars(tars);
    QCOMPARE(treeText(*tree), "file /a 8 L0\n"s);
    QCOMPARE(contentOf(*tree, tars, "/a"), "the last"s);
    QVERIFY(tree->layer(0).warnings().has(WarningCode::DuplicateEntry));
    QCOMPARE(tree->layer(0).contentBytes(), std::uint64_t{16});
    QCOMPARE(tree->layer(0).memberCount(), std::uint64_t{3});
}

void TestUnionEntries::case17_duplicateDirectoriesMerge()
{
    const auto tree = mergeTars(
        {TarBuilder().dir("d", {.mode = 0700}).file("d/x").dir("d", {.mode = 0711}).file("d/y")});
    QCOMPARE(treeText(*tree), "dir /d 0711 L0\nfile /d/x 0 L0\nfile /d/y 0 L0\n"s);
}

void TestUnionEntries::case17_duplicatesOfOtherTypes()
{
    QCOMPARE(treeText(*mergeTars({TarBuilder().file("d", "x").dir("d").file("d/y")})),
             "dir /d 0755 L0\nfile /d/y 0 L0\n"s);
    QCOMPARE(treeText(*mergeTars({TarBuilder().file("a", "x").symlink("a", "b")})),
             "symlink /a -> b L0\n"s);
    QCOMPARE(treeText(*mergeTars({TarBuilder().dir("d").file("d/y").file("d", "xyz")})),
             "file /d 3 L0\n"s);
}

void TestUnionEntries::case18_metadataOfADirectory()
{
    const auto tree =
        mergeTars({TarBuilder().dir("d").file("d/a", "x"), TarBuilder().dir("d", {.uid = 9}),
                   TarBuilder().dir("d", {.uid = 9, .mtime = 5})});
    QCOMPARE(treeText(*tree), "dir /d 0755 9:0 L2\nfile /d/a 1 L0\n"s);
    QCOMPARE(diffText(*tree, 1), "metadata dir /d\n"s);
    QCOMPARE(diffText(*tree, 2), "metadata dir /d\n"s);
}

void TestUnionEntries::case19_parentsNeverListed()
{
    const auto tree = mergeTars({TarBuilder().file("a/b/c", "1"), TarBuilder().file("a/b/d", "2"),
                                 TarBuilder().dir("a", {.mode = 0700}), TarBuilder().file("a/e")});
    QCOMPARE(treeText(*tree, 1), "dir /a implicit L0\n"
                                 "dir /a/b implicit L0\n"
                                 "file /a/b/c 1 L0\n"
                                 "file /a/b/d 1 L1\n"s);
    QCOMPARE(diffText(*tree, 0), "added dir /a implicit\n"
                                 "added dir /a/b implicit\n"
                                 "added file /a/b/c\n"s);
    QCOMPARE(diffText(*tree, 1), "added file /a/b/d\n"s);
    QVERIFY(treeText(*tree).starts_with("dir /a 0700 L2\n"));
    QCOMPARE(diffText(*tree, 3), "added file /a/e\n"s);
    const auto b = tree->find("/a/b");
    QVERIFY(b);
    const auto& entry = tree->entry(*tree->visible(*b));
    QCOMPARE(entry.type, FileType::Directory);
    QCOMPARE(entry.mode, std::uint16_t{0755});
    QCOMPARE(entry.uid, 0U);
}

void TestUnionEntries::case20_rootEntries_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("./") << QByteArray("./");
    QTest::newRow("/") << QByteArray("/");
    QTest::newRow(".") << QByteArray(".");
}

void TestUnionEntries::case20_rootEntries()
{
    QFETCH(QByteArray, name);
    const auto tree =
        mergeTars({TarBuilder().file("a"), TarBuilder().dir(name.toStdString(), {.mode = 0700})});
    QCOMPARE(treeText(*tree), "file /a 0 L0\n"s);
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
    QCOMPARE(historyText(*tree, "/a/b"), "L0 added file 1\n"
                                         "L1 modified file 2\n"
                                         "L2 modified file 3\n"
                                         "L3 removed by whiteout\n"s);
    QCOMPARE(tree->find("a/b"), tree->find("//a/./b/"));
}

void TestUnionEntries::case22_escapesAreRefused_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("up") << QByteArray("../evil");
    QTest::newRow("up later") << QByteArray("a/../../evil");
    QTest::newRow("absolute") << QByteArray("/../evil");
    QTest::newRow("just up") << QByteArray("..");
    QTest::newRow("whiteout") << QByteArray("../.wh.a");
}

void TestUnionEntries::case22_escapesAreRefused()
{
    QFETCH(QByteArray, name);
    const auto tree =
        mergeTars({TarBuilder().file("a", "x"), TarBuilder().file(name.toStdString(), "y")});
    QCOMPARE(treeText(*tree), "file /a 1 L0\n"s);
    QCOMPARE(warningKinds(*tree, 1), "PathEscapes"s);
}

void TestUnionEntries::case22_linkTargetsThatEscape()
{
    const auto tree = mergeTars({TarBuilder()
                                     .symlink("s", "../../../etc/passwd")
                                     .symlink("absolute", "/etc/passwd")
                                     .hardlink("h", "../../etc/passwd")});
    QVERIFY(treeText(*tree).contains("symlink /s -> ../../../etc/passwd L0\n"));
    QVERIFY(treeText(*tree).contains("symlink /absolute -> /etc/passwd L0\n"));
    const auto kinds = warningKinds(*tree, 0);
    QVERIFY(kinds.contains("PathEscapes") || kinds.contains("LinkTargetMissing"));
}

void TestUnionEntries::case23_aufsLeftovers()
{
    const auto tree = mergeTars({TarBuilder()
                                     .dir(".wh..wh.plnk")
                                     .file(".wh..wh.plnk/123.456", "x")
                                     .file(".wh..wh.aufs")
                                     .dir(".wh..wh.orph")
                                     .file("a")});
    QCOMPARE(treeText(*tree), "file /a 0 L0\n"s);
    QVERIFY(warningKinds(*tree, 0).starts_with("AufsLeftover"));
    QCOMPARE(tree->nodeCount(), std::size_t{2});
}

void TestUnionEntries::case24_whiteoutOfAWhiteoutName()
{
    const auto tree = mergeTars({TarBuilder().file("foo").dir("d").file("d/plnk"),
                                 TarBuilder().file(".wh..wh.foo").file("d/.wh..wh.plnk")});
    QCOMPARE(treeText(*tree), "dir /d 0755 L0\nfile /d/plnk 0 L0\nfile /foo 0 L0\n"s);
    QCOMPARE(diffText(*tree, 1), ""s);
}

void TestUnionEntries::case25_deviceZeroIsAWhiteout()
{
    const auto tree = mergeTars({TarBuilder().file("a").dir("d").file("d/b").file("z"),
                                 TarBuilder().charDevice("a", 0, 0).charDevice("d", 0, 0)});
    QCOMPARE(treeText(*tree), "file /z 0 L0\n"s);
    QCOMPARE(historyText(*tree, "/d/b"), "L0 added file 0\nL1 removed by whiteout\n"s);
    QVERIFY(warningKinds(*tree, 1).starts_with("DeviceWhiteout"));
    QCOMPARE(treeText(*mergeTars({TarBuilder().charDevice("null", 1, 3)})), "char /null 1:3 L0\n"s);
}

void TestUnionEntries::case25_deviceAndWhiteoutAndDirectory()
{
    // The device gives way to the directory; the whiteout of the same name stays.
    const auto tree = mergeTars({TarBuilder().dir("d").file("d/old"),
                                 TarBuilder().whiteout("d").charDevice("d", 0, 0).dir("d")});
    QCOMPARE(treeText(*tree), "dir /d 0755 L1\n"s);
    QCOMPARE(historyText(*tree, "/d/old"), "L0 added file 0\nL1 removed by whiteout\n"s);
}

void TestUnionEntries::case26_opaqueByXattr()
{
    const auto lower = TarBuilder().dir("d").file("d/old");
    const auto opaque = mergeTars(
        {lower, TarBuilder().xattr("trusted.overlay.opaque", "y").dir("d").file("d/new")});
    QCOMPARE(treeText(*opaque), "dir /d 0755 L1\nfile /d/new 0 L1\n"s);
    QCOMPARE(historyText(*opaque, "/d/old"), "L0 added file 0\nL1 removed by opaque\n"s);
    const auto other =
        mergeTars({lower, TarBuilder().xattr("trusted.overlay.opaque", "n").dir("d")});
    QCOMPARE(treeText(*other), "dir /d 0755 L1\nfile /d/old 0 L0\n"s);
}

void TestUnionEntries::case26_opaqueXattrOfAFileIsNothing()
{
    const auto tree =
        mergeTars({TarBuilder().dir("d").file("d/old"),
                   TarBuilder().xattr("trusted.overlay.opaque", "y").file("d").dir("d")});
    QCOMPARE(treeText(*tree), "dir /d 0755 L1\nfile /d/old 0 L0\n"s);
}

void TestUnionEntries::case26_opaqueXattrOfTheRootIsNothing()
{
    // The kernel does not look for it on the root of a lower directory (tried with Linux 6.18).
    const auto tree = mergeTars(
        {TarBuilder().file("old"), TarBuilder().xattr("trusted.overlay.opaque", "y").dir("./")});
    QCOMPARE(treeText(*tree), "file /old 0 L0\n"s);
}

QTEST_GUILESS_MAIN(TestUnionEntries)
#include "tst_union_entries.moc"
