// SPDX-License-Identifier: Apache-2.0
// Hard links to what is no file of the layer: to whiteouts that are devices, and out of the root.
#include "check.h"
#include "tree_text.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

class TestLayerLinks : public QObject
{
    Q_OBJECT

private slots:
    void linksToADeviceWhiteoutAreWhiteouts_data();
    void linksToADeviceWhiteoutAreWhiteouts();
    void whatReplacesADeviceWhiteoutIsLinkedItself();
    void case22_hardlinksOutOfTheRootAreRefused_data();
    void case22_hardlinksOutOfTheRootAreRefused();
    void hardlinksToNothingLeadNowhere();
};

void TestLayerLinks::linksToADeviceWhiteoutAreWhiteouts_data()
{
    QTest::addColumn<Bytes>("upper");
    QTest::newRow("behind it")
        << TarBuilder().charDevice("a", 0, 0).hardlink("b", "a").hardlink("c", "a").bytes();
    QTest::newRow("in front of it")
        << TarBuilder().hardlink("b", "a").hardlink("c", "/a").charDevice("a", 0, 0).bytes();
    QTest::newRow("one through the other")
        << TarBuilder().charDevice("a", 0, 0).hardlink("b", "a").hardlink("c", "b").bytes();
    QTest::newRow("one through the other, in front of it")
        << TarBuilder().hardlink("c", "b").hardlink("b", "a").charDevice("a", 0, 0).bytes();
}

// Since Linux 5.8 overlayfs makes all whiteouts of a mount links of one device, and tar writes them
// as such.
void TestLayerLinks::linksToADeviceWhiteoutAreWhiteouts()
{
    QFETCH(Bytes, upper);
    const auto lower = TarBuilder().file("a", "old").file("b", "old").file("c", "old").file("d");
    const auto tree = mergeTars(std::vector{lower.bytes(), upper});
    QCOMPARE(treeText(*tree), "file /d 0 L0\n"s);
    QCOMPARE(diffText(*tree, 1), "removed file /a\nremoved file /b\nremoved file /c\n"s);
    QCOMPARE(warningKinds(*tree, 1), "DeviceWhiteout DeviceWhiteout DeviceWhiteout"s);
}

void TestLayerLinks::whatReplacesADeviceWhiteoutIsLinkedItself()
{
    const auto tree =
        mergeTars({TarBuilder().file("a", "old").file("b", "old"), TarBuilder()
                                                                       .charDevice("a", 0, 0)
                                                                       .hardlink("gone", "a")
                                                                       .file("a", "new!")
                                                                       .hardlink("b", "a")});
    QCOMPARE(treeText(*tree), "file /a 4 L1\nfile /b 4 L1 = /a\n"s);
}

void TestLayerLinks::case22_hardlinksOutOfTheRootAreRefused_data()
{
    QTest::addColumn<Bytes>("lower");
    QTest::addColumn<Bytes>("upper");
    QTest::addColumn<std::string>("tree");
    const auto secret = TarBuilder().file("etc/passwd", "root");
    const auto link = TarBuilder().hardlink("h", "../../etc/passwd");
    const auto nothing = TarBuilder().bytes();
    const auto below = "dir /etc implicit L0\nfile /etc/passwd 4 L0\n"s;
    const auto beside = "dir /etc implicit L1\nfile /etc/passwd 4 L1\n"s;
    QTest::newRow("to nothing") << nothing << link.bytes() << ""s;
    QTest::newRow("to what is in the layer below") << secret.bytes() << link.bytes() << below;
    QTest::newRow("to what stands before it")
        << nothing << TarBuilder(secret).hardlink("h", "../../etc/passwd").bytes() << beside;
    QTest::newRow("to what stands behind it")
        << nothing << TarBuilder(link).file("etc/passwd", "root").bytes() << beside;
    QTest::newRow("by a folder of its own")
        << nothing << TarBuilder(secret).hardlink("h", "etc/../../etc/passwd").bytes() << beside;
}

void TestLayerLinks::case22_hardlinksOutOfTheRootAreRefused()
{
    QFETCH(Bytes, lower);
    QFETCH(Bytes, upper);
    QFETCH(std::string, tree);
    const auto merged = mergeTars(std::vector{lower, upper});
    QCOMPARE(treeText(*merged), tree);
    QCOMPARE(warningKinds(*merged, 1), "PathEscapes"s);
    QVERIFY(!merged->find("/h"));
}

void TestLayerLinks::hardlinksToNothingLeadNowhere()
{
    const auto merged = mergeTars(
        std::vector{TarBuilder().file("a", "1").bytes(), TarBuilder().hardlink("h", "").bytes()});
    QCOMPARE(treeText(*merged), "file /a 1 L0\nfile /h 0 L1 = /\n"s);
    QCOMPARE(warningKinds(*merged, 1), "LinkTargetMissing"s);
}

QTEST_GUILESS_MAIN(TestLayerLinks)
#include "tst_layer_links.moc"
