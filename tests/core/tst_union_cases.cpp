// SPDX-License-Identifier: Apache-2.0
// The tricky cases of the union rules, by the numbers of core/README.md.
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
    void case02_opaqueAfterItsChildren();
    void case03_opaqueInAnUnlistedDirectory();
    void case04_opaqueOverNothing();
    void case05_whiteoutOfNothing();
    void case05_whiteoutInADirectoryThatIsNowhere();
    void case05_whiteoutOfWhatIsGoneAlready();
    void case06_whiteoutBesideAWhiteoutInside_data() { case01_whiteoutBesideItsDirectory_data(); }
    void case06_whiteoutBesideAWhiteoutInside();
    void case07_bareWhiteout();
    void case07_bareWhiteoutBelowAFile();
    void case08_fileOverDirectory();
    void case09_directoryOverFileOrSymlink();
    void case09_aFileBetweenHidesTheDirectoryBelowIt();
    void case10_entryBelowALowerSymlink();
    void case10_withADirectoryEntryThereIsNothingToWarnAbout();
    void case10_whiteoutBelowALowerSymlink();
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
    QFETCH(bool, whiteoutFirst);
    TarBuilder upper;
    if (whiteoutFirst) {
        upper.whiteout("d").dir("d", {.mode = 0700}).file("d/new");
    } else {
        upper.dir("d", {.mode = 0700}).file("d/new").whiteout("d");
    }
    const auto tree =
        mergeTars({TarBuilder().dir("d").file("d/old").dir("d/e").file("d/e/f"), upper});
    QCOMPARE(treeText(*tree), "dir /d 0700 L1\nfile /d/new 0 L1\n"s);
    QCOMPARE(historyText(*tree, "/d/e/f"), "L0 added file 0\nL1 removed by whiteout\n"s);
    QCOMPARE(historyText(*tree, "/d/new"), "L1 added file 0\n"s);
}

void TestUnionCases::case01_whiteoutBesideAChildOfItsUnlistedDirectory()
{
    const auto tree = mergeTars({TarBuilder().dir("d", {.mode = 0700}).file("d/old"),
                                 TarBuilder().file("d/new").whiteout("d")});
    QCOMPARE(treeText(*tree), "dir /d implicit L1\nfile /d/new 0 L1\n"s);
}

void TestUnionCases::case02_opaqueAfterItsChildren()
{
    const auto tree =
        mergeTars({TarBuilder().dir("d").file("d/old").file("d/same", "1"),
                   TarBuilder().dir("d").file("d/new").file("d/same", "22").opaque("d")});
    QCOMPARE(treeText(*tree), "dir /d 0755 L1\nfile /d/new 0 L1\nfile /d/same 2 L1\n"s);
    QCOMPARE(historyText(*tree, "/d/old"), "L0 added file 0\nL1 removed by opaque\n"s);
}

void TestUnionCases::case03_opaqueInAnUnlistedDirectory()
{
    const auto tree = mergeTars({TarBuilder().dir("d", {.mode = 0700, .uid = 5}).file("d/old"),
                                 TarBuilder().opaque("d").file("d/new")});
    QCOMPARE(treeText(*tree), "dir /d 0700 5:0 L0\nfile /d/new 0 L1\n"s);
}

void TestUnionCases::case04_opaqueOverNothing()
{
    const auto tree = mergeTars(
        {TarBuilder().file("a").dir("empty"), TarBuilder().dir("d").opaque("d").opaque("empty")});
    QCOMPARE(treeText(*tree), "file /a 0 L0\ndir /d 0755 L1\ndir /empty 0755 L0\n"s);
    QCOMPARE(diffText(*tree, 1), "added dir /d\n"s);
    QCOMPARE(tree->counts(1).removed, std::uint64_t{0});
}

void TestUnionCases::case05_whiteoutOfNothing()
{
    const auto tree =
        mergeTars({TarBuilder().dir("d"), TarBuilder().whiteout("absent").whiteout("d/x")});
    QCOMPARE(treeText(*tree), "dir /d 0755 L0\n"s);
    QCOMPARE(diffText(*tree, 1), ""s);
    QCOMPARE(tree->counts(1).removed, std::uint64_t{0});
    QVERIFY(!tree->find("/absent"));
    QVERIFY(!tree->find("/d/x"));
}

void TestUnionCases::case05_whiteoutInADirectoryThatIsNowhere()
{
    const auto tree = mergeTars({TarBuilder().file("a"), TarBuilder().whiteout("foo/bar")});
    QCOMPARE(treeText(*tree), "file /a 0 L0\ndir /foo implicit L1\n"s);
}

void TestUnionCases::case05_whiteoutOfWhatIsGoneAlready()
{
    const auto tree =
        mergeTars({TarBuilder().file("a"), TarBuilder().whiteout("a"), TarBuilder().whiteout("a")});
    QCOMPARE(historyText(*tree, "/a"), "L0 added file 0\nL1 removed by whiteout\n"s);
    QCOMPARE(diffText(*tree, 2), ""s);
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
    const auto tree = mergeTars({TarBuilder().dir("foo").file("foo/bar").file("foo/baz"), upper});
    QCOMPARE(treeText(*tree), ""s);
    QCOMPARE(diffText(*tree, 1),
             "removed dir /foo\nremoved file /foo/bar\nremoved file /foo/baz\n"s);
}

void TestUnionCases::case07_bareWhiteout()
{
    const auto tree = mergeTars(
        {TarBuilder().dir("d").file("d/a"), TarBuilder().file(".wh.").dir("d").file("d/.wh.")});
    QCOMPARE(treeText(*tree), "dir /d 0755 L1\nfile /d/a 0 L0\n"s);
    QCOMPARE(warningKinds(*tree, 1), "BadWhiteout BadWhiteout"s);
    QVERIFY(!tree->find("/.wh."));
}

void TestUnionCases::case07_bareWhiteoutBelowAFile()
{
    // What is ignored must not make a folder of the file it stands below.
    const auto tree = mergeTars({TarBuilder().file("f", "1").file("f/.wh.")});
    QCOMPARE(treeText(*tree), "file /f 1 L0\n"s);
    QCOMPARE(warningKinds(*tree, 0), "BadWhiteout"s);
}

void TestUnionCases::case08_fileOverDirectory()
{
    const auto tree = mergeTars({TarBuilder().dir("d").file("d/a").dir("d/e").file("d/e/f"),
                                 TarBuilder().file("d", "now a file")});
    QCOMPARE(treeText(*tree), "file /d 10 L1\n"s);
    QCOMPARE(diffText(*tree, 1), "modified file /d\n"
                                 "removed file /d/a\n"
                                 "removed dir /d/e\n"
                                 "removed file /d/e/f\n"s);
    QCOMPARE(historyText(*tree, "/d/e/f"), "L0 added file 0\nL1 removed by replaced-parent\n"s);
}

void TestUnionCases::case09_directoryOverFileOrSymlink()
{
    const auto tree = mergeTars(
        {TarBuilder().file("f", "x").symlink("s", "target").dir("target").file("target/child"),
         TarBuilder().dir("f").dir("s").file("s/new")});
    QCOMPARE(treeText(*tree), "dir /f 0755 L1\n"
                              "dir /s 0755 L1\n"
                              "file /s/new 0 L1\n"
                              "dir /target 0755 L0\n"
                              "file /target/child 0 L0\n"s);
    QCOMPARE(diffText(*tree, 1), "modified dir /f\nmodified dir /s\nadded file /s/new\n"s);
}

void TestUnionCases::case09_aFileBetweenHidesTheDirectoryBelowIt()
{
    const auto tree = mergeTars({TarBuilder().dir("d").file("d/old"), TarBuilder().file("d"),
                                 TarBuilder().dir("d").file("d/new")});
    QCOMPARE(treeText(*tree), "dir /d 0755 L2\nfile /d/new 0 L2\n"s);
}

void TestUnionCases::case10_entryBelowALowerSymlink()
{
    const auto tree = mergeTars(
        {TarBuilder().dir("usr").dir("usr/lib").file("usr/lib/y").symlink("lib", "usr/lib"),
         TarBuilder().file("lib/x", "1")});
    QCOMPARE(treeText(*tree), "dir /lib implicit L1\n"
                              "file /lib/x 1 L1\n"
                              "dir /usr 0755 L0\n"
                              "dir /usr/lib 0755 L0\n"
                              "file /usr/lib/y 0 L0\n"s);
    QCOMPARE(warningKinds(*tree, 1), "ParentIsLowerLink"s);
    QCOMPARE(warningKinds(*tree, 0), ""s);
}

void TestUnionCases::case10_withADirectoryEntryThereIsNothingToWarnAbout()
{
    const auto tree = mergeTars({TarBuilder().dir("usr").symlink("lib", "usr"),
                                 TarBuilder().dir("lib").file("lib/x", "1")});
    QCOMPARE(treeText(*tree), "dir /lib 0755 L1\nfile /lib/x 1 L1\ndir /usr 0755 L0\n"s);
    QCOMPARE(warningKinds(*tree, 1), ""s);
}

void TestUnionCases::case10_whiteoutBelowALowerSymlink()
{
    const auto tree = mergeTars({TarBuilder().dir("usr").file("usr/x").symlink("lib", "usr"),
                                 TarBuilder().whiteout("lib/x")});
    QVERIFY(treeText(*tree).ends_with("dir /usr 0755 L0\nfile /usr/x 0 L0\n"));
    QVERIFY(!tree->find("/lib/x"));
}

void TestUnionCases::case11_entryBelowASymlinkOfTheSameLayer_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::newRow("relative") << QByteArray("usr/lib");
    QTest::newRow("absolute") << QByteArray("/usr/lib");
    QTest::newRow("clamped to the root") << QByteArray("../../../usr/lib");
    QTest::newRow("through another link") << QByteArray("second");
    QTest::newRow("with dots") << QByteArray("./usr/./lib/");
}

void TestUnionCases::case11_entryBelowASymlinkOfTheSameLayer()
{
    QFETCH(QByteArray, target);
    const auto tree = mergeTars({TarBuilder()
                                     .dir("usr")
                                     .dir("usr/lib")
                                     .symlink("second", "usr/lib")
                                     .symlink("lib", target.toStdString())
                                     .file("lib/x", "1")});
    const auto node = tree->find("/usr/lib/x");
    QVERIFY(node);
    QVERIFY(tree->visible(*node) != nullptr);
    const auto lib = tree->find("/lib");
    QVERIFY(lib);
    QCOMPARE(tree->entry(*tree->visible(*lib)).type, FileType::Symlink);
    QVERIFY(!tree->find("/lib/x"));
}

void TestUnionCases::case11_aDirectoryInPlaceOfTheLinkIsNoLongerFollowed()
{
    const auto tree = mergeTars(
        {TarBuilder().dir("usr").symlink("lib", "usr").file("lib/x").dir("lib").file("lib/y")});
    QCOMPARE(treeText(*tree), "dir /lib 0755 L0\n"
                              "file /lib/y 0 L0\n"
                              "dir /usr 0755 L0\n"
                              "file /usr/x 0 L0\n"s);
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
    QVERIFY(tree->find(folders + "/x"));
    QVERIFY(tree->find(folders + folders + "/x"));
    QCOMPARE(tree->nodeCount(), std::size_t{1 + 5 + 4'000 + 2});
    QVERIFY(warningKinds(*tree, 0).starts_with("LimitReached"));
}

void TestUnionCases::case11_symlinkThatPassesAFile()
{
    // A file on the way of a target that goes up again is no folder, and stays what it is.
    const auto tree =
        mergeTars({TarBuilder().dir("d").file("d/f", "1").symlink("d/l", "f/../g").file("d/l/x")});
    QVERIFY(treeText(*tree).contains("file /d/f 1 L0\n"));
}

void TestUnionCases::case11_symlinkCyclesEnd()
{
    const auto tree = mergeTars({TarBuilder()
                                     .symlink("a", "b")
                                     .symlink("b", "a")
                                     .file("a/x")
                                     .symlink("self", "self/self")
                                     .file("self/y")
                                     .file("z")});
    QVERIFY(tree->find("/z"));
    QVERIFY(!warningKinds(*tree, 0).empty());
}

void TestUnionCases::case12_symlinkOverDirectory()
{
    const auto tree = mergeTars(
        {TarBuilder().dir("d").file("d/a").dir("e").file("e/b"), TarBuilder().symlink("d", "e")});
    QCOMPARE(treeText(*tree), "symlink /d -> e L1\ndir /e 0755 L0\nfile /e/b 0 L0\n"s);
    QCOMPARE(historyText(*tree, "/d/a"), "L0 added file 0\nL1 removed by replaced-parent\n"s);
}

QTEST_GUILESS_MAIN(TestUnionCases)
#include "tst_union_cases.moc"
