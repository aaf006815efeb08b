// SPDX-License-Identifier: Apache-2.0
// One test for each MUST of image-spec layer.md that concerns who reads layers.
#include "check.h"
#include "tree_text.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

class TestUnionSpec : public QObject
{
    Q_OBJECT

private slots:
    void oneLayerIsItsOwnTree();
    void additionsAreAdded();
    void modificationsReplaceTheWholeFile();
    void additionsAndModificationsLookTheSameInATar();
    void everyFileTypeIsSupported();
    void everyAttributeIsKept();
    void ownerNamesAreIgnored();
    void hardlinksShareTheirContent();
    void directoryOverDirectoryReplacesTheAttributes();
    void directoryOverDirectoryKeepsTheChildren();
    void everyOtherPairIsRemovedAndMadeAnew_data();
    void everyOtherPairIsRemovedAndMadeAnew();
    void whiteoutHidesAFile();
    void whiteoutHidesADirectoryWithAllBelow();
    void whiteoutItselfIsNeverVisible();
    void whiteoutAppliesToLowerLayersOnly_data();
    void whiteoutAppliesToLowerLayersOnly();
    void whatIsBesideAWhiteoutIsHiddenByLaterLayersOnly();
    void aRemovedPathMayComeBack();
    void opaqueWhiteoutHidesAllLowerChildren();
    void opaqueWhiteoutDoesNotHideItsDirectory();
    void opaqueWhiteoutHidesNothingOfItsOwnLayer();
    void opaqueWhiteoutWorksAtTheRoot();
    void explicitAndOpaqueWhiteoutsGiveTheSameTree();
    void whiteoutsDoNotReachAbove();
};

void TestUnionSpec::oneLayerIsItsOwnTree()
{
    const auto tree = mergeTars({TarBuilder()
                                     .dir("etc/")
                                     .file("etc/my-app-config", "cfg")
                                     .dir("bin/")
                                     .file("bin/my-app-binary", "binary", {.mode = 0755})});
    QCOMPARE(treeText(*tree), "dir /bin 0755 L0\n"
                              "file /bin/my-app-binary 6 0755 L0\n"
                              "dir /etc 0755 L0\n"
                              "file /etc/my-app-config 3 L0\n"s);
    QCOMPARE(diffText(*tree, 0), "added dir /bin\n"
                                 "added file /bin/my-app-binary\n"
                                 "added dir /etc\n"
                                 "added file /etc/my-app-config\n"s);
}

void TestUnionSpec::additionsAreAdded()
{
    const auto tree = mergeTars(
        {TarBuilder().dir("etc").file("etc/a", "1"), TarBuilder().dir("etc").file("etc/b", "22")});
    QCOMPARE(treeText(*tree), "dir /etc 0755 L1\n"
                              "file /etc/a 1 L0\n"
                              "file /etc/b 2 L1\n"s);
    QCOMPARE(diffText(*tree, 1), "unchanged dir /etc\nadded file /etc/b\n"s);
}

void TestUnionSpec::modificationsReplaceTheWholeFile()
{
    const std::vector<TarBuilder> tars = {TarBuilder().file("a", "long content", {.mode = 0600}),
                                          TarBuilder().file("a", "short")};
    const auto tree = mergeTars(tars);
    QCOMPARE(treeText(*tree), "file /a 5 L1\n"s);
    QCOMPARE(diffText(*tree, 1), "modified file /a\n"s);
    QCOMPARE(contentOf(*tree, tars, "/a"), "short"s);
}

void TestUnionSpec::additionsAndModificationsLookTheSameInATar()
{
    const auto layer = TarBuilder().file("a", "new");
    QCOMPARE(diffText(*mergeTars({TarBuilder(), layer}), 1), "added file /a\n"s);
    QCOMPARE(diffText(*mergeTars({TarBuilder().file("a"), layer}), 1), "modified file /a\n"s);
}

void TestUnionSpec::everyFileTypeIsSupported()
{
    const auto tree = mergeTars({TarBuilder()
                                     .file("file", "x")
                                     .dir("dir")
                                     .symlink("symlink", "../target")
                                     .hardlink("hardlink", "file")
                                     .blockDevice("block", 8, 1)
                                     .charDevice("char", 1, 3)
                                     .fifo("fifo")});
    QCOMPARE(treeText(*tree), "block /block 8:1 L0\n"
                              "char /char 1:3 L0\n"
                              "dir /dir 0755 L0\n"
                              "fifo /fifo L0\n"
                              "file /file 1 L0\n"
                              "file /hardlink 1 L0 = /file\n"
                              "symlink /symlink -> ../target L0\n"s);
}

void TestUnionSpec::everyAttributeIsKept()
{
    const auto tree = mergeTars({TarBuilder()
                                     .xattr("user.x", "v\0w"s)
                                     .pax({{"mtime", "12345.5"}})
                                     .file("a", "x", {.mode = 04711, .uid = 1000, .gid = 100})});
    const auto node = tree->find("/a");
    QVERIFY(node);
    const auto& entry = tree->entry(*tree->visible(*node));
    QCOMPARE(entry.mode, std::uint16_t{04711});
    QCOMPARE(entry.uid, 1000U);
    QCOMPARE(entry.gid, 100U);
    QCOMPARE(entry.mtime, std::int64_t{12345});
    QCOMPARE(entry.mtimeNsec, 500'000'000U);
    const auto xattrs = tree->layer(0).xattrs(entry.xattrs);
    QCOMPARE(xattrs.size(), std::size_t{1});
    QCOMPARE(std::string(tree->layer(0).name(xattrs[0].name)), "user.x"s);
    QVERIFY(xattrs[0].value == "v\0w"s);
}

void TestUnionSpec::ownerNamesAreIgnored()
{
    const auto tree = mergeTars({TarBuilder().header(
        {.name = "a", .uid = 7, .gid = 8, .uname = "root", .gname = "wheel"})});
    QCOMPARE(treeText(*tree), "file /a 0 7:8 L0\n"s);
}

void TestUnionSpec::hardlinksShareTheirContent()
{
    const std::vector<TarBuilder> tars = {
        TarBuilder().file("a", "shared", {.mode = 0755}).hardlink("b", "a").hardlink("c", "./a")};
    const auto tree = mergeTars(tars);
    QCOMPARE(treeText(*tree), "file /a 6 0755 L0\n"
                              "file /b 6 0755 L0 = /a\n"
                              "file /c 6 0755 L0 = /a\n"s);
    QCOMPARE(contentOf(*tree, tars, "/b"), "shared"s);
    QCOMPARE(contentOf(*tree, tars, "/c"), "shared"s);
}

void TestUnionSpec::directoryOverDirectoryReplacesTheAttributes()
{
    const auto tree =
        mergeTars({TarBuilder().xattr("user.a", "x").dir("d", {.mode = 0700, .uid = 5, .gid = 6}),
                   TarBuilder().dir("d", {.mode = 01777})});
    QCOMPARE(treeText(*tree), "dir /d 1777 L1\n"s);
    QCOMPARE(diffText(*tree, 1), "metadata dir /d\n"s);
    const auto& entry = tree->entry(*tree->visible(*tree->find("/d")));
    QVERIFY(!entry.xattrs.valid());
}

void TestUnionSpec::directoryOverDirectoryKeepsTheChildren()
{
    const auto tree = mergeTars({TarBuilder().dir("d").file("d/a", "a").dir("d/e").file("d/e/b"),
                                 TarBuilder().dir("d", {.mode = 0700}).file("d/c")});
    QCOMPARE(treeText(*tree), "dir /d 0700 L1\n"
                              "file /d/a 1 L0\n"
                              "file /d/c 0 L1\n"
                              "dir /d/e 0755 L0\n"
                              "file /d/e/b 0 L0\n"s);
}

void TestUnionSpec::everyOtherPairIsRemovedAndMadeAnew_data()
{
    QTest::addColumn<QString>("below");
    QTest::addColumn<QString>("above");
    const QStringList types = {"file", "dir", "symlink", "char", "block", "fifo"};
    for (const auto& below : types) {
        for (const auto& above : types) {
            if (below != above) {
                QTest::newRow(qPrintable(above + " over " + below)) << below << above;
            }
        }
    }
}

void TestUnionSpec::everyOtherPairIsRemovedAndMadeAnew()
{
    QFETCH(QString, below);
    QFETCH(QString, above);
    const auto make = [](const QString& type) {
        TarBuilder tar;
        if (type == "file") {
            tar.file("x", "content");
        } else if (type == "dir") {
            tar.dir("x").file("x/child").dir("x/sub").file("x/sub/deep");
        } else if (type == "symlink") {
            tar.symlink("x", "target");
        } else if (type == "char") {
            tar.charDevice("x", 1, 5);
        } else if (type == "block") {
            tar.blockDevice("x", 8, 2);
        } else {
            tar.fifo("x");
        }
        return tar;
    };
    const auto tree = mergeTars({make(below), make(above)});
    auto expected = treeText(*mergeTars({make(above)}));
    for (auto at = expected.find(" L0"); at != std::string::npos; at = expected.find(" L0")) {
        expected[at + 2] = '1';
    }
    QCOMPARE(treeText(*tree), expected);
    QVERIFY(diffText(*tree, 1).starts_with("modified " + above.toStdString() + " /x\n"));
    if (below == "dir") {
        QCOMPARE(historyText(*tree, "/x/sub/deep"),
                 "L0 added file 0\nL1 removed by replaced-parent\n"s);
    }
}

void TestUnionSpec::whiteoutHidesAFile()
{
    const auto tree = mergeTars(
        {TarBuilder().dir("etc").file("etc/a").file("etc/b"), TarBuilder().whiteout("etc/a")});
    QCOMPARE(treeText(*tree), "dir /etc 0755 L0\nfile /etc/b 0 L0\n"s);
    QCOMPARE(diffText(*tree, 1), "removed file /etc/a\n"s);
    QCOMPARE(historyText(*tree, "/etc/a"), "L0 added file 0\nL1 removed by whiteout\n"s);
    QCOMPARE(treeText(*tree, 0), "dir /etc 0755 L0\nfile /etc/a 0 L0\nfile /etc/b 0 L0\n"s);
}

void TestUnionSpec::whiteoutHidesADirectoryWithAllBelow()
{
    const auto tree =
        mergeTars({TarBuilder().dir("d").file("d/a").dir("d/e").file("d/e/b").file("z"),
                   TarBuilder().whiteout("d")});
    QCOMPARE(treeText(*tree), "file /z 0 L0\n"s);
    QCOMPARE(diffText(*tree, 1), "removed dir /d\n"
                                 "removed file /d/a\n"
                                 "removed dir /d/e\n"
                                 "removed file /d/e/b\n"s);
    QCOMPARE(historyText(*tree, "/d/e/b"), "L0 added file 0\nL1 removed by whiteout\n"s);
}

void TestUnionSpec::whiteoutItselfIsNeverVisible()
{
    const auto tree = mergeTars({TarBuilder().dir("d").file("d/a"),
                                 TarBuilder().whiteout("d/a").opaque("d").whiteout("absent")});
    QCOMPARE(treeText(*tree), "dir /d 0755 L0\n"s);
    QVERIFY(!tree->find("/d/.wh.a"));
    QVERIFY(!tree->find("/d/.wh..wh..opq"));
    QVERIFY(!tree->find("/.wh.absent"));
}

void TestUnionSpec::whiteoutAppliesToLowerLayersOnly_data()
{
    QTest::addColumn<bool>("whiteoutFirst");
    QTest::newRow("whiteout before its sibling") << true;
    QTest::newRow("whiteout after its sibling") << false;
}

void TestUnionSpec::whiteoutAppliesToLowerLayersOnly()
{
    QFETCH(bool, whiteoutFirst);
    TarBuilder upper;
    if (whiteoutFirst) {
        upper.whiteout("a").file("a", "new content");
    } else {
        upper.file("a", "new content").whiteout("a");
    }
    QCOMPARE(treeText(*mergeTars({TarBuilder().file("a", "old"), upper})), "file /a 11 L1\n"s);
    QCOMPARE(treeText(*mergeTars({upper})), "file /a 11 L0\n"s);
}

void TestUnionSpec::whatIsBesideAWhiteoutIsHiddenByLaterLayersOnly()
{
    const auto tree =
        mergeTars({TarBuilder().file("a", "1"), TarBuilder().whiteout("a").file("a", "22"),
                   TarBuilder().whiteout("a")});
    QCOMPARE(treeText(*tree, 1), "file /a 2 L1\n"s);
    QCOMPARE(treeText(*tree), ""s);
}

void TestUnionSpec::aRemovedPathMayComeBack()
{
    const auto tree = mergeTars(
        {TarBuilder().file("a", "1"), TarBuilder().whiteout("a"), TarBuilder().file("a", "1")});
    QCOMPARE(treeText(*tree, 1), ""s);
    QCOMPARE(treeText(*tree), "file /a 1 L2\n"s);
    QCOMPARE(historyText(*tree, "/a"),
             "L0 added file 1\nL1 removed by whiteout\nL2 added file 1\n"s);
}

void TestUnionSpec::opaqueWhiteoutHidesAllLowerChildren()
{
    const auto tree = mergeTars(
        {TarBuilder().dir("a").dir("a/b").file("a/b/c").dir("a/b/c2").file("a/b/c2/d").file("a/z"),
         TarBuilder().dir("a").opaque("a")});
    QCOMPARE(treeText(*tree), "dir /a 0755 L1\n"s);
    QCOMPARE(historyText(*tree, "/a/b/c2/d"), "L0 added file 0\nL1 removed by opaque\n"s);
}

void TestUnionSpec::opaqueWhiteoutDoesNotHideItsDirectory()
{
    const auto tree =
        mergeTars({TarBuilder().dir("a", {.mode = 0711}).file("a/b"), TarBuilder().opaque("a")});
    QCOMPARE(treeText(*tree), "dir /a 0711 L0\n"s);
    QCOMPARE(diffText(*tree, 1), "removed file /a/b\n"s);
}

void TestUnionSpec::opaqueWhiteoutHidesNothingOfItsOwnLayer()
{
    const auto tree = mergeTars({TarBuilder().dir("a").file("a/old").file("a/both", "1"),
                                 TarBuilder().file("a/new").opaque("a").file("a/both", "22")});
    QCOMPARE(treeText(*tree), "dir /a 0755 L0\nfile /a/both 2 L1\nfile /a/new 0 L1\n"s);
}

void TestUnionSpec::opaqueWhiteoutWorksAtTheRoot()
{
    const auto tree = mergeTars(
        {TarBuilder().dir("a").file("a/b").file("c"), TarBuilder().opaque("").file("new")});
    QCOMPARE(treeText(*tree), "file /new 0 L1\n"s);
    QCOMPARE(historyText(*tree, "/a/b"), "L0 added file 0\nL1 removed by opaque\n"s);
}

void TestUnionSpec::explicitAndOpaqueWhiteoutsGiveTheSameTree()
{
    const auto lower =
        TarBuilder().dir("bin").file("bin/a").file("bin/b").dir("bin/d").file("bin/d/x");
    const auto opaque = mergeTars({lower, TarBuilder().dir("bin").opaque("bin").file("bin/new")});
    const auto whiteouts = mergeTars(
        {lower, TarBuilder().dir("bin").whiteout("bin/a").whiteout("bin/b").whiteout("bin/d").file(
                    "bin/new")});
    QCOMPARE(treeText(*opaque), treeText(*whiteouts));
    QCOMPARE(diffText(*opaque, 1), diffText(*whiteouts, 1));
}

void TestUnionSpec::whiteoutsDoNotReachAbove()
{
    const auto tree = mergeTars(
        {TarBuilder().whiteout("a").dir("d").opaque("d"), TarBuilder().file("a").file("d/x")});
    QCOMPARE(treeText(*tree), "file /a 0 L1\ndir /d 0755 L0\nfile /d/x 0 L1\n"s);
}

QTEST_GUILESS_MAIN(TestUnionSpec)
#include "tst_union_spec.moc"
