// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "tree_text.h"

#include "tree/projection.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

Q_DECLARE_METATYPE(strata::SortKey)

namespace {

Tree sample()
{
    return mergeTars({TarBuilder()
                          .dir("etc")
                          .file("etc/a", "1")
                          .file("etc/b", "22", {.mode = 04755})
                          .dir("opt")
                          .file("opt/x", "333"),
                      TarBuilder().file("etc/a", "longer").whiteout("opt").file("zed", "4444"),
                      TarBuilder().file("etc/sub/c", "55555", {.uid = 7})});
}

std::string rows(const Tree& tree, const ProjectionSpec& spec)
{
    const auto projection = project(tree, spec, {});
    return projection ? rowsText(**projection) : "error: " + projection.error().message();
}

ProjectionSpec scopeOf(Scope scope, LayerNo layer = 0, bool showRemoved = false)
{
    ProjectionSpec spec;
    spec.scope = scope;
    spec.layer = layer;
    spec.showRemoved = showRemoved;
    return spec;
}

} // namespace

class TestProjection : public QObject
{
    Q_OBJECT

private slots:
    void wholeImage();
    void upToALayer();
    void onlyALayer();
    void onlyALayerLeavesOutTheUnchanged();
    void removedPathsOnRequest();
    void removedRowsKnowWhatWasThere();
    void sortsByEachKey_data();
    void sortsByEachKey();
    void directoriesFirst();
    void filterKeepsAncestors();
    void filterThatMatchesNothing();
    void filterLooksAtTheShownVersion();
    void rowsAndNodesLeadToEachOther();
    void sizesOfDirectories();
    void sizesCountHardLinkedContentOnce();
    void hardLinksCountWhereTheirHolderIsNotShown();
    void claimedSizesDoNotOverflow();
    void emptyTree();
    void canBeCancelled();
};

void TestProjection::wholeImage()
{
    QCOMPARE(rows(sample(), {}), "etc/ 13 L0 added\n"
                                 "  sub/ 5 L2 added\n"
                                 "    c 5 L2 added\n"
                                 "  a 6 L1 modified\n"
                                 "  b 2 L0 added\n"
                                 "zed 4 L1 added\n"s);
}

void TestProjection::upToALayer()
{
    QCOMPARE(rows(sample(), scopeOf(Scope::UpToLayer, 0)), "etc/ 3 L0 added\n"
                                                           "  a 1 L0 added\n"
                                                           "  b 2 L0 added\n"
                                                           "opt/ 3 L0 added\n"
                                                           "  x 3 L0 added\n"s);
    QCOMPARE(rows(sample(), scopeOf(Scope::UpToLayer, 1)), "etc/ 8 L0 added\n"
                                                           "  a 6 L1 modified\n"
                                                           "  b 2 L0 added\n"
                                                           "zed 4 L1 added\n"s);
    QCOMPARE(rows(sample(), scopeOf(Scope::UpToLayer, 2)), rows(sample(), {}));
}

void TestProjection::onlyALayer()
{
    QCOMPARE(rows(sample(), scopeOf(Scope::OnlyLayer, 1)), "(etc/) 6 L0\n"
                                                           "  a 6 L1 modified\n"
                                                           "-opt/ 0 L1 removed\n"
                                                           "  -x 0 L1 removed\n"
                                                           "zed 4 L1 added\n"s);
    QCOMPARE(rows(sample(), scopeOf(Scope::OnlyLayer, 2)), "(etc/) 5 L0\n"
                                                           "  sub/ 5 L2 added\n"
                                                           "    c 5 L2 added\n"s);
}

void TestProjection::onlyALayerLeavesOutTheUnchanged()
{
    const auto tree =
        mergeTars({TarBuilder().dir("d").file("d/a"), TarBuilder().dir("d").dir("e")});
    QCOMPARE(rows(tree, scopeOf(Scope::OnlyLayer, 1)), "e/ 0 L1 added\n"s);
}

void TestProjection::removedPathsOnRequest()
{
    QCOMPARE(rows(sample(), scopeOf(Scope::WholeImage, 0, true)), "etc/ 13 L0 added\n"
                                                                  "  sub/ 5 L2 added\n"
                                                                  "    c 5 L2 added\n"
                                                                  "  a 6 L1 modified\n"
                                                                  "  b 2 L0 added\n"
                                                                  "-opt/ 0 L1 removed\n"
                                                                  "  -x 0 L1 removed\n"
                                                                  "zed 4 L1 added\n"s);
    QVERIFY(!rows(sample(), scopeOf(Scope::UpToLayer, 0, true)).contains('-'));
}

void TestProjection::removedRowsKnowWhatWasThere()
{
    const auto tree = sample();
    const auto projection = project(tree, scopeOf(Scope::WholeImage, 0, true), {});
    VERIFY_OK(projection);
    const auto row = (*projection)->rowOf(*tree->find("/opt/x"));
    QVERIFY(row);
    QVERIFY((*projection)->isRemoved(*row));
    QVERIFY((*projection)->version(*row)->removed());
    QCOMPARE(tree->entry(*(*projection)->lastSeen(*row)).size, std::uint64_t{3});
    const auto other = (*projection)->rowOf(*tree->find("/zed"));
    QCOMPARE((*projection)->lastSeen(*other), (*projection)->version(*other));
}

void TestProjection::sortsByEachKey_data()
{
    QTest::addColumn<SortKey>("key");
    QTest::addColumn<QByteArray>("ascending");
    QTest::addColumn<QByteArray>("descending");
    QTest::newRow("name") << SortKey::Name << QByteArray("a b c") << QByteArray("c b a");
    QTest::newRow("origin") << SortKey::Origin << QByteArray("b c a") << QByteArray("a b c");
    QTest::newRow("change") << SortKey::Change << QByteArray("b c a") << QByteArray("a b c");
    QTest::newRow("size") << SortKey::Size << QByteArray("c a b") << QByteArray("b a c");
    QTest::newRow("mode") << SortKey::Mode << QByteArray("b c a") << QByteArray("a c b");
    QTest::newRow("owner") << SortKey::Owner << QByteArray("c b a") << QByteArray("a b c");
    QTest::newRow("time") << SortKey::Time << QByteArray("a c b") << QByteArray("b c a");
}

void TestProjection::sortsByEachKey()
{
    QFETCH(SortKey, key);
    QFETCH(QByteArray, ascending);
    QFETCH(QByteArray, descending);
    const auto tree =
        mergeTars({TarBuilder()
                       .file("a", "0")
                       .file("b", "333", {.mode = 0400, .uid = 1, .gid = 5, .mtime = 300})
                       .file("c", "1", {.mode = 0600, .uid = 1, .gid = 2, .mtime = 200}),
                   TarBuilder().file("a", "22", {.mode = 0755, .uid = 2, .mtime = -5})});
    ProjectionSpec spec;
    spec.sortKey = key;
    for (const bool down : {false, true}) {
        spec.descending = down;
        const auto projection = project(tree, spec, {});
        VERIFY_OK(projection);
        QByteArray order;
        const auto& root = (*projection)->row({0});
        for (std::uint32_t i = 0; i < root.childCount; ++i) {
            const auto name = tree->name((*projection)->row({root.firstChild + i}).node);
            order += (order.isEmpty() ? "" : " ") + QByteArray(name.data(), qsizetype(name.size()));
        }
        QCOMPARE(order, down ? descending : ascending);
    }
}

void TestProjection::directoriesFirst()
{
    const auto tree = mergeTars({TarBuilder().file("a").dir("b").file("c").dir("d")});
    ProjectionSpec spec;
    QCOMPARE(rows(tree, spec), "b/ 0 L0 added\nd/ 0 L0 added\na 0 L0 added\nc 0 L0 added\n"s);
    spec.descending = true;
    QCOMPARE(rows(tree, spec), "d/ 0 L0 added\nb/ 0 L0 added\nc 0 L0 added\na 0 L0 added\n"s);
    spec.descending = false;
    spec.directoriesFirst = false;
    QCOMPARE(rows(tree, spec), "a 0 L0 added\nb/ 0 L0 added\nc 0 L0 added\nd/ 0 L0 added\n"s);
}

void TestProjection::filterKeepsAncestors()
{
    const auto filter = Filter::parse("c type:file");
    VERIFY_OK(filter);
    ProjectionSpec spec;
    spec.filter = *filter;
    const auto projection = project(sample(), spec, {});
    VERIFY_OK(projection);
    QCOMPARE(rowsText(**projection), "(etc/) 5 L0 added\n"
                                     "  (sub/) 5 L2 added\n"
                                     "    c 5 L2 added\n"s);
    QCOMPARE((*projection)->matchCount(), std::size_t{1});
    QCOMPARE((*projection)->rowCount(), std::size_t{4});
}

void TestProjection::filterThatMatchesNothing()
{
    const auto filter = Filter::parse("nothing-is-called-so");
    VERIFY_OK(filter);
    ProjectionSpec spec;
    spec.filter = *filter;
    const auto projection = project(sample(), spec, {});
    VERIFY_OK(projection);
    QCOMPARE((*projection)->rowCount(), std::size_t{1});
    QCOMPARE((*projection)->matchCount(), std::size_t{0});
}

void TestProjection::filterLooksAtTheShownVersion()
{
    const auto filter = Filter::parse("layer:1");
    VERIFY_OK(filter);
    auto spec = scopeOf(Scope::UpToLayer, 0);
    spec.filter = *filter;
    QCOMPARE(rows(sample(), spec), ""s);
    spec.layer = 1;
    QCOMPARE(rows(sample(), spec), "(etc/) 6 L0 added\n  a 6 L1 modified\nzed 4 L1 added\n"s);
}

void TestProjection::rowsAndNodesLeadToEachOther()
{
    const auto tree = sample();
    ProjectionSpec spec;
    spec.sortKey = SortKey::Size;
    spec.descending = true;
    const auto projection = project(tree, spec, {});
    VERIFY_OK(projection);
    QCOMPARE((*projection)->row({0}).node, MergedTree::root());
    QVERIFY(!(*projection)->row({0}).parent.valid());
    for (std::uint32_t i = 0; i < (*projection)->rowCount(); ++i) {
        const auto& row = (*projection)->row({i});
        QCOMPARE((*projection)->rowOf(row.node), std::optional(RowId{i}));
        for (std::uint32_t c = 0; c < row.childCount; ++c) {
            const RowId child{row.firstChild + c};
            QCOMPARE((*projection)->row(child).parent, RowId{i});
            QCOMPARE((*projection)->position(child), c);
            QCOMPARE(tree->parent((*projection)->row(child).node), row.node);
        }
    }
    QVERIFY(!(*projection)->rowOf(*tree->find("/opt")));
    QVERIFY(!(*projection)->rowOf(NodeId{}));
}

void TestProjection::sizesOfDirectories()
{
    const auto tree = mergeTars({TarBuilder()
                                     .file("d/a", "12345")
                                     .hardlink("d/linked", "d/a")
                                     .symlink("d/s", "a")
                                     .file("d/e/f", "67")
                                     .file("hidden", "890"),
                                 TarBuilder().whiteout("hidden")});
    const auto projection = project(tree, scopeOf(Scope::WholeImage, 0, true), {});
    VERIFY_OK(projection);
    QCOMPARE((*projection)->row({0}).size, std::uint64_t{7});
    QCOMPARE((*projection)->row(*(*projection)->rowOf(*tree->find("/d"))).size, std::uint64_t{7});
    QCOMPARE((*projection)->row(*(*projection)->rowOf(*tree->find("/d/e"))).size, std::uint64_t{2});
}

void TestProjection::sizesCountHardLinkedContentOnce()
{
    // /a/x/1 is three more names: beside it, in a cousin, and in another branch from a later layer.
    const auto tree = mergeTars({TarBuilder()
                                     .file("a/x/1", "55555")
                                     .hardlink("a/x/2", "a/x/1")
                                     .hardlink("a/y/3", "a/x/1")
                                     .file("a/z", "22"),
                                 TarBuilder().hardlink("b/4", "a/x/1").file("b/own", "1")});
    QCOMPARE(rows(tree, {}), "a/ 7 L0 added\n"
                             "  x/ 5 L0 added\n"
                             "    1 5 L0 added\n"
                             "    2 5 L0 added\n"
                             "  y/ 5 L0 added\n"
                             "    3 5 L0 added\n"
                             "  z 2 L0 added\n"
                             "b/ 6 L1 added\n"
                             "  4 5 L1 added\n"
                             "  own 1 L1 added\n"s);
    const auto projection = project(tree, {}, {});
    VERIFY_OK(projection);
    QCOMPARE((*projection)->row({0}).size, std::uint64_t{8});
}

void TestProjection::hardLinksCountWhereTheirHolderIsNotShown()
{
    const auto tree =
        mergeTars({TarBuilder()
                       .file("a/holder", "55555")
                       .hardlink("b/one", "a/holder")
                       .hardlink("b/two", "a/holder"),
                   TarBuilder().whiteout("a/holder").hardlink("c/three", "b/one").dir("d")});
    QCOMPARE(rows(tree, scopeOf(Scope::WholeImage, 0, true)), "a/ 0 L0 added\n"
                                                              "  -holder 0 L1 removed\n"
                                                              "b/ 5 L0 added\n"
                                                              "  one 5 L0 added\n"
                                                              "  two 5 L0 added\n"
                                                              "c/ 5 L1 added\n"
                                                              "  three 5 L1 added\n"
                                                              "d/ 0 L1 added\n"s);
    const auto root = [&tree](const ProjectionSpec& spec) {
        const auto projection = project(tree, spec, {});
        return projection ? (*projection)->row({0}).size : 0;
    };
    QCOMPARE(root({}), std::uint64_t{5});
    QCOMPARE(root(scopeOf(Scope::UpToLayer, 0)), std::uint64_t{5});
    QCOMPARE(root(scopeOf(Scope::OnlyLayer, 1)), std::uint64_t{5});
    const auto filter = Filter::parse("t*");
    VERIFY_OK(filter);
    ProjectionSpec spec;
    spec.filter = *filter;
    QCOMPARE(root(spec), std::uint64_t{5});
}

void TestProjection::claimedSizesDoNotOverflow()
{
    TarBuilder tar;
    for (int i = 0; i < 8; ++i) {
        tar.sparse(SparseForm::Pax10, "d/" + std::to_string(i), {{0, "x"}}, 1ULL << 61U);
    }
    const auto projection = project(mergeTars({tar}), {}, {});
    VERIFY_OK(projection);
    QCOMPARE((*projection)->row({0}).size, ~std::uint64_t{0});
}

void TestProjection::emptyTree()
{
    QCOMPARE(rows(mergeTars({TarBuilder()}), {}), ""s);
    const auto none = mergeLayers({}, {});
    VERIFY_OK(none);
    for (const auto scope : {Scope::WholeImage, Scope::UpToLayer, Scope::OnlyLayer}) {
        QCOMPARE(rows(*none, scopeOf(scope)), ""s);
    }
}

void TestProjection::canBeCancelled()
{
    std::stop_source stop;
    stop.request_stop();
    QCOMPARE(outcome(project(sample(), {}, {stop.get_token(), {}})), "Cancelled"s);
}

QTEST_GUILESS_MAIN(TestProjection)
#include "tst_projection.moc"
