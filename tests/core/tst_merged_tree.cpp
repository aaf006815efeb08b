// SPDX-License-Identifier: Apache-2.0
#include "archive_text.h"
#include "check.h"
#include "tree_text.h"

#include "base/limits.h"
#include "layer/layer_indexer.h"
#include "tree/opened_image.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

std::vector<TarBuilder> sample()
{
    return {TarBuilder().dir("etc").file("etc/a", "1").file("etc/b", "2").dir("opt").file("opt/x"),
            TarBuilder().file("etc/a", "longer").whiteout("opt"),
            TarBuilder().file("etc/c", "3").dir("opt", {.mode = 0700})};
}

std::string countsText(const ChangeCounts& c)
{
    return "added " + std::to_string(c.added) + " modified " + std::to_string(c.modified) +
           " metadata " + std::to_string(c.metadata) + " removed " + std::to_string(c.removed) +
           " unchanged " + std::to_string(c.unchanged) + " undecided " +
           std::to_string(c.undecided);
}

/// Everything a second entry can do to a file of the same size.
std::vector<TarBuilder> sameSizes()
{
    return {TarBuilder()
                .file("content", "aaaa")
                .file("metadata", "bbbb")
                .file("unchanged", "cccc")
                .file("size", "dd")
                .file("empty")
                .dir("dir")
                .symlink("link", "x"),
            TarBuilder()
                .file("content", "AAAA")
                .file("metadata", "bbbb", {.mode = 0600})
                .file("unchanged", "cccc")
                .file("size", "dddd")
                .file("empty", {}, {.uid = 3})
                .dir("dir")
                .symlink("link", "y")};
}

const std::string decided = "modified file /content\n"
                            "unchanged dir /dir\n"
                            "metadata file /empty\n"
                            "modified symlink /link\n"
                            "metadata file /metadata\n"
                            "modified file /size\n"
                            "unchanged file /unchanged\n";

} // namespace

class TestMergedTree : public QObject
{
    Q_OBJECT

private slots:
    void versionsByLayer();
    void findCleansThePath();
    void childrenAreContiguousAndSorted();
    void pathsAndNames();
    void namesOfBytes();
    void countsOfEachLayer();
    void originIsTheLayerOfTheVisibleEntry();
    void implicitDirectoriesHaveDefaultMetadata();
    void linkTargetsAndXattrs();
    void outlinesAreThoseOfTheEntries();
    void contentOfWhatHasNone();
    void sameSizeIsUndecided();
    void hashedContentsAreDecided();
    void resolvingDecidesTheRest_data();
    void resolvingDecidesTheRest();
    void resolvingLeavesTheOldTreeAlone();
    void resolvingCanBeCancelled();
    void resolvingReportsProgress();
    void theSameLayerTwiceIsUnchanged();
    void xattrsAndTimesAreMetadata();
    void devicesAndTypes();
    void noLayersAtAll();
    void mergingCanBeCancelled();
    void hidingAgainAndAgain();
    void manyLayersThatHideTheSameFolder();
    void staysSmall_data();
    void staysSmall();
};

void TestMergedTree::versionsByLayer()
{
    const auto tree = mergeTars(sample());
    const auto a = *tree->find("/etc/a");
    QCOMPARE(tree->versions(a).size(), std::size_t{2});
    QCOMPARE(tree->versionAt(a, 0)->layer, std::uint16_t{0});
    QCOMPARE(tree->versionAt(a, 1)->layer, std::uint16_t{1});
    QCOMPARE(tree->versionAt(a, 2)->layer, std::uint16_t{1});
    QVERIFY(tree->versionIn(a, 2) == nullptr);
    QCOMPARE(tree->versionIn(a, 1), tree->versionAt(a, 2));
    const auto x = *tree->find("/opt/x");
    QVERIFY(tree->visibleAt(x, 0) != nullptr);
    QVERIFY(tree->versionAt(x, 1)->removed());
    QVERIFY(tree->visibleAt(x, 1) == nullptr);
    QVERIFY(tree->visible(x) == nullptr);
    const auto c = *tree->find("/etc/c");
    QVERIFY(tree->versionAt(c, 1) == nullptr);
    QCOMPARE(historyText(*tree, "/opt"), "L0 added dir\nL1 removed by whiteout\nL2 added dir\n"s);
    QCOMPARE(treeText(*tree, 1), "dir /etc 0755 L0\nfile /etc/a 6 L1\nfile /etc/b 1 L0\n"s);
}

void TestMergedTree::findCleansThePath()
{
    const auto tree = mergeTars(sample());
    QCOMPARE(*tree->find("/"), MergedTree::root());
    QCOMPARE(*tree->find(""), MergedTree::root());
    QCOMPARE(*tree->find("."), MergedTree::root());
    const auto a = tree->find("/etc/a");
    QVERIFY(a);
    for (const auto* spelling : {"etc/a", "./etc/a", "//etc//a/", "/opt/../etc/./a"}) {
        QCOMPARE(tree->find(spelling), a);
    }
    QVERIFY(!tree->find("/etc/absent"));
    QVERIFY(!tree->find("/etc/a/b"));
    QVERIFY(!tree->find("/et"));
    QVERIFY(!tree->find("/etc/aa"));
    QVERIFY(tree->child(MergedTree::root(), "etc"));
    QVERIFY(!tree->child(MergedTree::root(), "etc/a"));
}

void TestMergedTree::childrenAreContiguousAndSorted()
{
    TarBuilder one;
    TarBuilder two;
    for (int i = 0; i < 500; ++i) {
        const auto number = std::to_string(i * 7919 % 500);
        (i % 2 == 0 ? one : two).file("d" + std::to_string(i % 7) + "/f" + number);
    }
    const auto tree = mergeTars({one, two});
    std::size_t seen = 1;
    for (std::uint32_t n = 0; n < tree->nodeCount(); ++n) {
        const auto [first, last] = tree->children({n});
        QVERIFY(first <= last);
        if (first < last) {
            QCOMPARE(std::size_t{first}, seen);
        }
        seen += last - first;
        for (auto c = first; c < last; ++c) {
            QCOMPARE(tree->parent({c}), NodeId{n});
            QVERIFY(c == first || tree->name({c - 1}) < tree->name({c}));
        }
    }
    QCOMPARE(seen, tree->nodeCount());
}

void TestMergedTree::pathsAndNames()
{
    const auto tree = mergeTars(sample());
    QCOMPARE(tree->path(MergedTree::root()), "/"s);
    QCOMPARE(std::string(tree->name(MergedTree::root())), ""s);
    for (std::uint32_t n = 0; n < tree->nodeCount(); ++n) {
        QCOMPARE(*tree->find(tree->path({n})), NodeId{n});
    }
}

void TestMergedTree::namesOfBytes()
{
    const auto tree =
        mergeTars({TarBuilder().file("caf\xe9/\xff\n"), TarBuilder().file("caf\xe9/z")});
    QVERIFY(tree->find("/caf\xe9/\xff\n"));
    QCOMPARE(tree->path(*tree->find("/caf\xe9/z")), "/caf\xe9/z"s);
    QVERIFY(treeText(*tree).contains("\\n"));
}

void TestMergedTree::countsOfEachLayer()
{
    const auto tree = mergeTars(sample());
    QCOMPARE(countsText(tree->counts(0)),
             "added 5 modified 0 metadata 0 removed 0 unchanged 0 undecided 0"s);
    QCOMPARE(countsText(tree->counts(1)),
             "added 0 modified 1 metadata 0 removed 2 unchanged 0 undecided 0"s);
    QCOMPARE(countsText(tree->counts(2)),
             "added 2 modified 0 metadata 0 removed 0 unchanged 0 undecided 0"s);
}

void TestMergedTree::originIsTheLayerOfTheVisibleEntry()
{
    const auto tree = mergeTars({TarBuilder().dir("d").file("d/a", "1").file("d/b"),
                                 TarBuilder().dir("d").file("d/c"),
                                 TarBuilder().file("d/a", "1", {.mode = 0600})});
    QCOMPARE(treeText(*tree), "dir /d 0755 L1\n"
                              "file /d/a 1 0600 L2\n"
                              "file /d/b 0 L0\n"
                              "file /d/c 0 L1\n"s);
}

void TestMergedTree::implicitDirectoriesHaveDefaultMetadata()
{
    const auto tree = mergeTars({TarBuilder(), TarBuilder().file("a/b/c")});
    const auto node = tree->find("/a/b");
    QVERIFY(node);
    const auto* version = tree->visible(*node);
    QVERIFY(version->implicit());
    QCOMPARE(version->layer, std::uint16_t{1});
    QCOMPARE(tree->entry(*version).mode, std::uint16_t{0755});
    QCOMPARE(tree->entry(*version).type, FileType::Directory);
    QVERIFY(tree->versions(MergedTree::root()).empty());
}

void TestMergedTree::linkTargetsAndXattrs()
{
    const auto tree = mergeTars({TarBuilder()
                                     .symlink("s", "../t")
                                     .xattr("user.b", "2")
                                     .xattr("trusted.overlay.opaque", "y")
                                     .dir("d")
                                     .xattr("user.a", "1\0"s)
                                     .file("f"),
                                 TarBuilder().hardlink("h", "f")});
    const auto visible = [&](const char* path) { return *tree->visible(*tree->find(path)); };
    QCOMPARE(std::string(tree->linkTarget(visible("/s"))), "../t"s);
    QCOMPARE(std::string(tree->linkTarget(visible("/h"))), "/f"s);
    QCOMPARE(std::string(tree->linkTarget(visible("/f"))), ""s);
    const auto ofDirectory = tree->xattrs(visible("/d"));
    QCOMPARE(ofDirectory.size(), std::size_t{1});
    QCOMPARE(std::string(ofDirectory[0].first), "user.b"s);
    const auto ofLink = tree->xattrs(visible("/h"));
    QCOMPARE(ofLink.size(), std::size_t{1});
    QVERIFY(std::string(ofLink[0].second) == "1\0"s);
}

void TestMergedTree::outlinesAreThoseOfTheEntries()
{
    const auto tree = mergeTars(
        {TarBuilder()
             .dir("d")
             .file("d/f", "12345")
             .symlink("s", "d")
             .hardlink("h", "d/f")
             .hardlink("hs", "s")
             .charDevice("c", 1, 3)
             .hardlink("lost", "absent"),
         TarBuilder().hardlink("lower", "d/f").hardlink("ls", "s").file("implied/x", "1")});
    for (std::uint32_t i = 1; i < tree->nodeCount(); ++i) {
        for (const auto& version : tree->versions(NodeId{i})) {
            const auto entry = tree->entry(version);
            const auto outline = tree->outline(version);
            QCOMPARE(outline.type, entry.type);
            QCOMPARE(outline.size, entry.size);
            QCOMPARE(outline.hardlink, entry.hardlink);
        }
    }
}

void TestMergedTree::contentOfWhatHasNone()
{
    const auto tree = mergeTars(
        {TarBuilder().file("i/f").hardlink("lost", "absent"), TarBuilder().whiteout("i/f")});
    QVERIFY(!tree->content(*tree->visible(*tree->find("/i"))));
    QVERIFY(!tree->content(*tree->visible(*tree->find("/lost"))));
    QVERIFY(!tree->content(tree->versions(*tree->find("/i/f"))[1]));
    QVERIFY(tree->content(tree->versions(*tree->find("/i/f"))[0]));
}

void TestMergedTree::sameSizeIsUndecided()
{
    const auto tree = mergeTars(sameSizes());
    QCOMPARE(diffText(*tree, 1), "modified? file /content\n"
                                 "unchanged dir /dir\n"
                                 "metadata file /empty\n"
                                 "modified symlink /link\n"
                                 "modified? file /metadata\n"
                                 "modified file /size\n"
                                 "modified? file /unchanged\n"s);
    QCOMPARE(tree->undecidedCount(), std::uint64_t{3});
    QCOMPARE(tree->counts(1).undecided, std::uint64_t{3});
}

void TestMergedTree::hashedContentsAreDecided()
{
    const auto image = loadTars(sameSizes(), {Compression::Gzip, Compression::Zstd});
    QVERIFY(image);
    QCOMPARE(diffText(*image->tree, 1), decided);
    QCOMPARE(image->tree->undecidedCount(), std::uint64_t{0});
}

void TestMergedTree::resolvingDecidesTheRest_data()
{
    QTest::addColumn<int>("lower");
    QTest::addColumn<int>("upper");
    QTest::newRow("both plain") << 0 << 0;
    QTest::newRow("gzip below") << 1 << 0;
    QTest::newRow("gzip above") << 0 << 1;
    QTest::newRow("both gzip") << 1 << 1;
}

void TestMergedTree::resolvingDecidesTheRest()
{
    QFETCH(int, lower);
    QFETCH(int, upper);
    const auto of = [](int n) { return n == 0 ? Compression::None : Compression::Gzip; };
    const auto image = loadTars(sameSizes(), {of(lower), of(upper)});
    QVERIFY(image);
    const auto resolved = resolveContents(*image, {});
    VERIFY_OK(resolved);
    const auto& tree = *(*resolved)->tree;
    QCOMPARE(diffText(tree, 1), decided);
    QCOMPARE(tree.undecidedCount(), std::uint64_t{0});
    QCOMPARE(countsText(tree.counts(1)),
             "added 0 modified 3 metadata 2 removed 0 unchanged 2 undecided 0"s);
}

void TestMergedTree::resolvingLeavesTheOldTreeAlone()
{
    const auto image = loadTars(sameSizes(), {Compression::None});
    QVERIFY(image);
    const auto before = image->tree;
    VERIFY_OK(resolveContents(*image, {}));
    QCOMPARE(before->undecidedCount(), std::uint64_t{3});
}

void TestMergedTree::resolvingCanBeCancelled()
{
    const auto image = loadTars(sameSizes(), {Compression::None});
    QVERIFY(image);
    std::stop_source stop;
    stop.request_stop();
    QCOMPARE(outcome(resolveContents(*image, {stop.get_token(), {}})), "Cancelled"s);
}

void TestMergedTree::resolvingReportsProgress()
{
    const auto content = toText(noise(3'000'000));
    const auto image = loadTars({TarBuilder().file("a", content), TarBuilder().file("a", content)},
                                {Compression::None});
    QVERIFY(image);
    Progress last;
    VERIFY_OK(resolveContents(*image, {{}, [&](const Progress& p) { last = p; }}));
    QCOMPARE(last.done, std::uint64_t{content.size()});
    QCOMPARE(last.total, std::uint64_t{content.size()});
}

void TestMergedTree::theSameLayerTwiceIsUnchanged()
{
    const auto tar = TarBuilder().dir("d").file("d/a", "x").symlink("s", "d").hardlink("h", "d/a");
    for (const auto compression : {Compression::None, Compression::Gzip}) {
        const auto image = loadTars({tar, tar}, {compression});
        QVERIFY(image);
        const auto resolved = resolveContents(*image, {});
        VERIFY_OK(resolved);
        QCOMPARE((*resolved)->tree->layerCount(), std::size_t{2});
        QCOMPARE(diffText(*(*resolved)->tree, 1), "unchanged dir /d\n"
                                                  "unchanged file /d/a\n"
                                                  "unchanged file /h\n"
                                                  "unchanged symlink /s\n"s);
    }
}

void TestMergedTree::xattrsAndTimesAreMetadata()
{
    const auto image = loadTars(
        {TarBuilder().file("time", "x").file("xattr", "x").xattr("user.a", "1").file("same", "x"),
         TarBuilder()
             .file("time", "x", {.mtime = 5})
             .xattr("user.a", "1")
             .file("xattr", "x")
             .xattr("user.a", "1")
             .file("same", "x")},
        {Compression::Gzip});
    QVERIFY(image);
    QCOMPARE(diffText(*image->tree, 1),
             "unchanged file /same\nmetadata file /time\nmetadata file /xattr\n"s);
}

void TestMergedTree::devicesAndTypes()
{
    const auto tree = mergeTars(
        {TarBuilder().charDevice("a", 1, 3).charDevice("b", 1, 3).fifo("p"),
         TarBuilder().charDevice("a", 1, 5).charDevice("b", 1, 3, {.mode = 0600}).fifo("p")});
    QCOMPARE(diffText(*tree, 1), "modified char /a\nmetadata char /b\nunchanged fifo /p\n"s);
}

void TestMergedTree::noLayersAtAll()
{
    const auto tree = mergeLayers({}, {});
    VERIFY_OK(tree);
    QCOMPARE((*tree)->nodeCount(), std::size_t{1});
    QCOMPARE((*tree)->layerCount(), std::size_t{0});
    QVERIFY((*tree)->visible(MergedTree::root()) == nullptr);
    QCOMPARE(treeText(**tree), ""s);
}

void TestMergedTree::mergingCanBeCancelled()
{
    std::stop_source stop;
    stop.request_stop();
    QCOMPARE(outcome(mergeLayers({indexTar(TarBuilder().file("a"))}, {stop.get_token(), {}})),
             "Cancelled"s);
}

void TestMergedTree::hidingAgainAndAgain()
{
    // What is hidden leaves the lists of children that are walked, and what comes back returns.
    const auto tree = mergeTars(
        {TarBuilder().dir("d").file("d/a").dir("d/e").file("d/e/b"), TarBuilder().opaque("d"),
         TarBuilder().file("d/a"), TarBuilder().opaque("d").file("d/c").whiteout("d/a"),
         TarBuilder().file("d/e/b"), TarBuilder().file("d"), TarBuilder().file("d"),
         TarBuilder().file("d/a"), TarBuilder().opaque("").file("z")});
    QCOMPARE(historyText(*tree, "/d/a"), "L0 added file 0\n"
                                         "L1 removed by opaque\n"
                                         "L2 added file 0\n"
                                         "L3 removed by whiteout\n"
                                         "L7 added file 0\n"
                                         "L8 removed by opaque\n"s);
    QCOMPARE(historyText(*tree, "/d/c"), "L3 added file 0\nL5 removed by replaced-parent\n"s);
    QCOMPARE(historyText(*tree, "/d/e/b"), "L0 added file 0\n"
                                           "L1 removed by opaque\n"
                                           "L4 added file 0\n"
                                           "L5 removed by replaced-parent\n"s);
    QCOMPARE(treeText(*tree, 7), "dir /d implicit L7\nfile /d/a 0 L7\n"s);
    QCOMPARE(treeText(*tree), "file /z 0 L8\n"s);
}

void TestMergedTree::manyLayersThatHideTheSameFolder()
{
    // Each layer covers a folder whose many children were removed long ago, and need not be met
    // again for every one of them.
    TarBuilder base;
    for (int i = 0; i < 200'000; ++i) {
        base.file("d/" + std::to_string(i));
    }
    std::vector<Layer> layers(limits::layers, indexTar(TarBuilder().opaque("d").file("d/x")));
    layers[0] = indexTar(base);
    const auto tree = mergeLayers(layers, {});
    VERIFY_OK(tree);
    QCOMPARE(treeText(**tree), "dir /d implicit L0\nfile /d/x 0 L8191\n"s);
    QCOMPARE((*tree)->counts(1).removed, std::uint64_t{200'000});
    QCOMPARE((*tree)->counts(2).removed, std::uint64_t{0});
}

void TestMergedTree::staysSmall_data()
{
    QTest::addColumn<bool>("compressed");
    QTest::newRow("plain layers") << false;
    QTest::newRow("compressed layers") << true;
}

/// At most 150 bytes a path in all, each path having one version and a name of its own
/// of usual length. Where they go: 20 + 32 (+ 8 hash) + 8 + name in the layer's index, 16 + 8 + 8 +
/// name in the tree.
void TestMergedTree::staysSmall()
{
    QFETCH(bool, compressed);
    TarBuilder one;
    TarBuilder two;
    constexpr std::size_t count = 20'000;
    for (std::size_t i = 0; i < count; ++i) {
        (i % 4 == 0 ? two : one)
            .file("dir" + std::to_string(i % 300) + "/a-name-of-" + std::to_string(i));
    }
    const auto image = loadTars({one, two}, {compressed ? Compression::Gzip : Compression::None});
    QVERIFY(image);
    const auto& tree = *image->tree;
    const auto all = tree.bytes() + tree.layer(0).bytes() + tree.layer(1).bytes();
    QVERIFY2(all / tree.nodeCount() <= 150, std::to_string(all / tree.nodeCount()).c_str());
    qInfo("%zu bytes a path", all / tree.nodeCount());
}

QTEST_GUILESS_MAIN(TestMergedTree)
#include "tst_merged_tree.moc"
