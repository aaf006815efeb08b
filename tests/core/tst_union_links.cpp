// SPDX-License-Identifier: Apache-2.0
// The tricky cases 13 to 16 of core/RULES.md: hard links, within a layer and into those below.
// Each states what those of tst_union_cases.cpp do.
#include "check.h"
#include "tree_text.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

class TestUnionLinks : public QObject
{
    Q_OBJECT

private slots:
    void case13_hardlinkToALowerLayer();
    void case13_theLowerContentIsThatBelowTheLink();
    void case13_hardlinkToNothing();
    void case13_hardlinkToADirectory();
    void case13_hardlinkThroughALowerSymlink_data();
    void case13_hardlinkThroughALowerSymlink();
    void case13_linksToALinkShareItsTarget();
    void case13_manyLinksToALowerLayer();
    void case14_linkCyclesEnd();
    void case14_hardlinkBeforeItsTarget();
    void case15_hardlinkToASymlink();
    void case16_otherNamesKeepTheOldContent();
    void case16_alsoWithinOneLayer();
};

void TestUnionLinks::case13_hardlinkToALowerLayer()
{
    const std::vector<TarBuilder> tars = {
        TarBuilder().dir("d").file("d/a", "hello", {.mode = 0600, .uid = 3}),
        TarBuilder().hardlink("b", "d/a")};
    const auto tree = mergeTars(tars);
    QCOMPARE(stackText(*tree, {"/b", "/d/a"}), "file /b 5 0600 3:0 L1 = /d/a\n"
                                               "dir /d 0755 L0\n"
                                               "file /d/a 5 0600 3:0 L0\n"
                                               "/b: L1 added file 5\n"
                                               "/d/a: L0 added file 5\n"
                                               "L1 warns: LinkToLowerLayer\n"s);
    QCOMPARE(contentOf(*tree, tars, "/b"), "hello"s);
}

void TestUnionLinks::case13_theLowerContentIsThatBelowTheLink()
{
    const std::vector<TarBuilder> tars = {
        TarBuilder().file("a", "old"), TarBuilder().file("a", "below"),
        TarBuilder().hardlink("b", "a"), TarBuilder().file("a", "after it"),
        TarBuilder().whiteout("a")};
    const auto tree = mergeTars(tars);
    QCOMPARE(stackText(*tree, {"/a", "/b"}), "file /b 5 L2 = /a\n"
                                             "/a: L0 added file 3, L1 modified file 5, "
                                             "L3 modified file 8, L4 removed by whiteout\n"
                                             "/b: L2 added file 5\n"
                                             "L2 warns: LinkToLowerLayer\n"s);
    QCOMPARE(contentOf(*tree, tars, "/b"), "below"s);
}

void TestUnionLinks::case13_hardlinkToNothing()
{
    // umoci 0.4.7 and buildah 1.39 refuse the layer, tar leaves the link out. Here its name is
    // shown, without content, so that there is something for the warning to speak of.
    const std::vector<TarBuilder> tars = {TarBuilder().file("a"),
                                          TarBuilder().hardlink("b", "absent")};
    const auto tree = mergeTars(tars);
    QCOMPARE(stackText(*tree, {"/a", "/b"}), "file /a 0 L0\n"
                                             "file /b 0 L1 = /absent\n"
                                             "/a: L0 added file 0\n"
                                             "/b: L1 added file 0\n"
                                             "L1 warns: LinkTargetMissing\n"s);
    QCOMPARE(contentOf(*tree, tars, "/b"), "none"s);
}

void TestUnionLinks::case13_hardlinkToADirectory()
{
    // As with a link to nothing: what Linux cannot make has a name, no content, and a warning.
    const std::vector<TarBuilder> tars = {TarBuilder().dir("d").file("d/x"),
                                          TarBuilder().hardlink("b", "d")};
    const auto tree = mergeTars(tars);
    QCOMPARE(stackText(*tree, {"/b", "/d/x"}), "file /b 0 L1 = /d\n"
                                               "dir /d 0755 L0\n"
                                               "file /d/x 0 L0\n"
                                               "/b: L1 added file 0\n"
                                               "/d/x: L0 added file 0\n"
                                               "L1 warns: LinkTargetMissing\n"s);
    QCOMPARE(contentOf(*tree, tars, "/b"), "none"s);
    QVERIFY(tree->warnings(1).items()[0].text.ends_with("which is a directory"));
    QCOMPARE(stackText({TarBuilder().dir("d").hardlink("b", "d")}, {"/b"}),
             "file /b 0 L0 = /d\n"
             "dir /d 0755 L0\n"
             "/b: L0 added file 0\n"
             "L0 warns: LinkTargetMissing\n"s);
}

void TestUnionLinks::case13_hardlinkThroughALowerSymlink_data()
{
    QTest::addColumn<std::string>("target");
    QTest::addColumn<std::string>("content");
    QTest::newRow("relative") << "lib/f"s << "hello"s;
    QTest::newRow("absolute") << "abs/f"s << "hello"s;
    QTest::newRow("clamped to the root") << "up/f"s << "hello"s;
    QTest::newRow("back up") << "usr/back/f"s << "hello"s;
    QTest::newRow("one to another") << "twice/f"s << "hello"s;
    QTest::newRow("itself a hard link") << "other/f"s << "hello"s;
    QTest::newRow("to a file") << "file/f"s << "none"s;
    QTest::newRow("in a circle") << "round/f"s << "none"s;
    QTest::newRow("to nothing") << "nowhere/f"s << "none"s;
    QTest::newRow("taken away since") << "gone/f"s << "none"s;
}

void TestUnionLinks::case13_hardlinkThroughALowerSymlink()
{
    QFETCH(const std::string, target);
    QFETCH(const std::string, content);
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
                                          TarBuilder().hardlink("b", target)};
    const auto tree = mergeTars(tars);
    const bool found = content != "none";
    const std::string size = found ? "5" : "0";
    QCOMPARE(stackText(*tree, {"/b", "/other", "/gone"}),
             "symlink /abs -> /usr//./lib/ L0\n"
             "file /b " +
                 size + " L2 = /" + target +
                 "\n"
                 "symlink /file -> usr/lib/f L0\n"
                 "symlink /lib -> usr/lib L0\n"
                 "symlink /nowhere -> absent L0\n"
                 "symlink /other -> /usr//./lib/ L1\n"
                 "symlink /round -> round L0\n"
                 "symlink /twice -> lib L0\n"
                 "symlink /up -> ../../usr/lib L0\n"
                 "dir /usr implicit L0\n"
                 "symlink /usr/back -> ../lib L0\n"
                 "dir /usr/lib 0755 L0\n"
                 "file /usr/lib/f 5 L0\n"
                 "/b: L2 added file " +
                 size +
                 "\n"
                 "/other: L1 added symlink\n"
                 "/gone: L0 added symlink, L1 removed by whiteout\n"
                 "L1 warns: LinkToLowerLayer\n"
                 "L2 warns: " +
                 (found ? "LinkToLowerLayer\n" : "LinkTargetMissing\n"));
    QCOMPARE(contentOf(*tree, tars, "/b"), content);
}

void TestUnionLinks::case13_linksToALinkShareItsTarget()
{
    const std::vector<TarBuilder> tars = {TarBuilder().file("a", "hello"),
                                          TarBuilder().hardlink("b", "a").hardlink("c", "b")};
    const auto tree = mergeTars(tars);
    QCOMPARE(stackText(*tree, {"/b", "/c"}), "file /a 5 L0\n"
                                             "file /b 5 L1 = /a\n"
                                             "file /c 5 L1 = /a\n"
                                             "/b: L1 added file 5\n"
                                             "/c: L1 added file 5\n"
                                             "L1 warns: LinkToLowerLayer LinkToLowerLayer\n"s);
    QCOMPARE(contentOf(*tree, tars, "/c"), "hello"s);
}

void TestUnionLinks::case13_manyLinksToALowerLayer()
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

void TestUnionLinks::case14_linkCyclesEnd()
{
    const std::vector<TarBuilder> tars = {
        TarBuilder().hardlink("b", "c").hardlink("c", "b").hardlink("s", "s").file("z")};
    const auto tree = mergeTars(tars);
    QCOMPARE(stackText(*tree, {"/b", "/c", "/s", "/z"}),
             "file /b 0 L0 = /c\n"
             "file /c 0 L0 = /b\n"
             "file /s 0 L0 = /s\n"
             "file /z 0 L0\n"
             "/b: L0 added file 0\n"
             "/c: L0 added file 0\n"
             "/s: L0 added file 0\n"
             "/z: L0 added file 0\n"
             "L0 warns: LinkTargetMissing LinkTargetMissing LinkTargetMissing\n"s);
    QCOMPARE(contentOf(*tree, tars, "/b"), "none"s);
}

void TestUnionLinks::case14_hardlinkBeforeItsTarget()
{
    // umoci 0.4.7 and buildah 1.39 refuse such a layer, tar leaves such links out.
    const std::vector<TarBuilder> tars = {
        TarBuilder().hardlink("a", "b").hardlink("b", "z").hardlink("c", "b").file("z", "late")};
    const auto tree = mergeTars(tars);
    QCOMPARE(stackText(*tree, {"/a", "/b", "/c", "/z"}),
             "file /a 4 L0 = /b\n"
             "file /b 4 L0 = /z\n"
             "file /c 4 L0 = /b\n"
             "file /z 4 L0\n"
             "/a: L0 added file 4\n"
             "/b: L0 added file 4\n"
             "/c: L0 added file 4\n"
             "/z: L0 added file 4\n"
             "L0 warns: LinkBeforeTarget LinkBeforeTarget LinkBeforeTarget\n"s);
    for (const auto* path : {"/a", "/b", "/c"}) {
        QCOMPARE(contentOf(*tree, tars, path), "late"s);
    }
}

void TestUnionLinks::case15_hardlinkToASymlink()
{
    QCOMPARE(stackText({TarBuilder().file("x", "content").symlink("s", "x").hardlink("h", "s")},
                       {"/h", "/s", "/x"}),
             "symlink /h -> x L0\n"
             "symlink /s -> x L0\n"
             "file /x 7 L0\n"
             "/h: L0 added symlink\n"
             "/s: L0 added symlink\n"
             "/x: L0 added file 7\n"s);
}

void TestUnionLinks::case16_otherNamesKeepTheOldContent()
{
    const std::vector<TarBuilder> tars = {TarBuilder().file("a", "old").hardlink("b", "a"),
                                          TarBuilder().file("a", "newer"),
                                          TarBuilder().whiteout("a")};
    const auto tree = mergeTars(tars);
    QCOMPARE(treeText(*tree, 1), "file /a 5 L1\nfile /b 3 L0 = /a\n"s);
    QCOMPARE(stackText(*tree, {"/a", "/b"}),
             "file /b 3 L0 = /a\n"
             "/a: L0 added file 3, L1 modified file 5, L2 removed by whiteout\n"
             "/b: L0 added file 3\n"s);
    QCOMPARE(contentOf(*tree, tars, "/b"), "old"s);
}

void TestUnionLinks::case16_alsoWithinOneLayer()
{
    const std::vector<TarBuilder> tars = {
        TarBuilder().file("a", "old").hardlink("b", "a").file("a", "newer")};
    const auto tree = mergeTars(tars);
    QCOMPARE(stackText(*tree, {"/a", "/b"}), "file /a 5 L0\n"
                                             "file /b 3 L0 = /a\n"
                                             "/a: L0 added file 5\n"
                                             "/b: L0 added file 3\n"
                                             "L0 warns: DuplicateEntry\n"s);
    QCOMPARE(contentOf(*tree, tars, "/a"), "newer"s);
    QCOMPARE(contentOf(*tree, tars, "/b"), "old"s);
}

QTEST_GUILESS_MAIN(TestUnionLinks)
#include "tst_union_links.moc"
