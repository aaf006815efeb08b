// SPDX-License-Identifier: Apache-2.0
// The tree's model: what each cell says, and that it is a sound item model over any projection.
#include "models/tree_model.h"
#include "tree_text.h"

#include <QAbstractItemModelTester>

#include <QtTest>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;

namespace {

std::shared_ptr<const Projection> projectionOf(const Tree& tree, const ProjectionSpec& spec = {})
{
    auto made = project(tree, spec, {});
    return made ? *made : nullptr;
}

/// Three layers: a base; one that changes a file, a mode and adds; one that removes.
Tree sampleTree()
{
    return mergeTars({
        TarBuilder()
            .dir("etc")
            .file("etc/group", "root\n")
            .file("etc/motd", "hello\n")
            .file("etc/shadow", "secret", {.mode = 0640, .uid = 0, .gid = 42})
            .symlink("lib", "usr/lib"),
        TarBuilder().file("etc/group", "root\nweb\n").file("bin/su", "su", {.mode = 04755}),
        TarBuilder().whiteout("etc/motd"),
    });
}

/// One line a row, children indented: name, change, origin.
QString printed(const TreeModel& model, const QModelIndex& parent = {}, int depth = 0)
{
    QString out;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const auto name = model.index(row, TreeModel::Name, parent);
        out += QString(qsizetype{2} * depth, QLatin1Char(' ')) + name.data().toString();
        const int layer = name.data(TreeModel::LayerRole).toInt();
        out += layer < 0 ? QStringLiteral(" -") : QStringLiteral(" L%1").arg(layer);
        out += QLatin1Char(' ') + name.siblingAtColumn(TreeModel::Changed).data().toString();
        out += name.data(TreeModel::RemovedRole).toBool() ? QStringLiteral(" gone\n")
                                                          : QStringLiteral("\n");
        out += printed(model, name, depth + 1);
    }
    return out;
}

} // namespace

class TestTreeModel : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void showsEveryRowWithItsOrigin()
    {
        TreeModel model;
        const QAbstractItemModelTester tester(&model);
        model.setProjection(projectionOf(sampleTree()));
        QCOMPARE(printed(model), QStringLiteral("bin L1 + added\n"
                                                "  su L1 + added\n"
                                                "etc L0 + added\n"
                                                "  group L1 ~ modified\n"
                                                "  shadow L0 + added\n"
                                                "lib L0 + added\n"));
    }

    void showsRemovedPathsWhenAsked()
    {
        TreeModel model;
        const QAbstractItemModelTester tester(&model);
        model.setProjection(projectionOf(sampleTree(), {.showRemoved = true, .filter = {}}));
        QVERIFY(printed(model).contains(QStringLiteral("  motd L2 − removed gone\n")));
        const auto motd = model.indexOf(*model.projection()->tree().find("/etc/motd"));
        // Its metadata is that of the copy that was there.
        QCOMPARE(motd.siblingAtColumn(TreeModel::Size).data().toString(), QStringLiteral("6 B"));
        QCOMPARE(motd.siblingAtColumn(TreeModel::Mode).data().toString(), QStringLiteral("0644"));
    }

    void showsOnlyALayersChanges()
    {
        TreeModel model;
        model.setProjection(
            projectionOf(sampleTree(), {.scope = Scope::OnlyLayer, .layer = 2, .filter = {}}));
        QVERIFY(printed(model).contains(QStringLiteral("motd L2 − removed")));
        QVERIFY(!printed(model).contains(QStringLiteral("group")));
    }

    void cellsAreRawByRoleAndTextForPeople()
    {
        TreeModel model;
        model.setProjection(projectionOf(sampleTree()));
        const auto& tree = model.projection()->tree();
        const auto su = model.indexOf(*tree.find("/bin/su"));
        QCOMPARE(su.data(TreeModel::ModeRole).toUInt(), 04755U);
        QCOMPARE(su.siblingAtColumn(TreeModel::Mode).data().toString(), QStringLiteral("4755"));
        QCOMPARE(su.data(TreeModel::SizeRole).toULongLong(), 2ULL);
        QCOMPARE(su.data(TreeModel::NodeRole).toUInt(), tree.find("/bin/su")->value);
        QVERIFY(su.siblingAtColumn(TreeModel::Mode)
                    .data(Qt::ToolTipRole)
                    .toString()
                    .contains(QStringLiteral("setuid")));
        const auto shadow = model.indexOf(*tree.find("/etc/shadow"));
        QCOMPARE(shadow.siblingAtColumn(TreeModel::Owner).data().toString(),
                 QStringLiteral("0:42"));
        const auto lib = model.indexOf(*tree.find("/lib"));
        QCOMPARE(lib.data(TreeModel::TypeRole).toInt(), static_cast<int>(FileType::Symlink));
        QCOMPARE(lib.data(TreeModel::TargetRole).toByteArray(), QByteArray("usr/lib"));
        QVERIFY(lib.siblingAtColumn(TreeModel::Size).data().toString().isEmpty());
    }

    void toolTipsEscapeNames()
    {
        TreeModel model;
        model.setProjection(projectionOf(mergeTars({TarBuilder().file("<b>x", "")})));
        const auto text = model.index(0, 0).data(Qt::ToolTipRole).toString();
        QVERIFY(text.contains(QStringLiteral("&lt;b&gt;x")));
        for (int column = 0; column < TreeModel::ColumnCount; ++column) {
            QVERIFY(
                !model.headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString().isEmpty());
        }
    }

    void findsRowsOfNodesAndBack()
    {
        TreeModel model;
        model.setProjection(projectionOf(sampleTree()));
        const auto node = *model.projection()->tree().find("/etc/group");
        const auto index = model.indexOf(node);
        QVERIFY(index.isValid());
        QCOMPARE(model.node(index), node);
        QCOMPARE(index.parent().data().toString(), QStringLiteral("etc"));
        QVERIFY(!model.indexOf(MergedTree::root()).isValid());
        const auto motd = *model.projection()->tree().find("/etc/motd");
        QVERIFY(!model.indexOf(motd).isValid()); // removed, not shown
    }

    void walksTheMatchesAround()
    {
        auto filter = Filter::parse("s");
        QVERIFY(filter);
        TreeModel model;
        model.setProjection(projectionOf(sampleTree(), {.filter = *filter}));
        QStringList names;
        auto at = model.nextMatch({}, true);
        for (int i = 0; i < 3; ++i) {
            names += at.data().toString();
            at = model.nextMatch(at, true);
        }
        QCOMPARE(names.join(QLatin1Char(' ')), QStringLiteral("su shadow su"));
        QCOMPARE(model.nextMatch({}, false).data().toString(), QStringLiteral("shadow"));
    }

    void swapsProjectionsUnderATester()
    {
        TreeModel model;
        const QAbstractItemModelTester tester(&model);
        const auto tree = sampleTree();
        for (const auto key : {SortKey::Size, SortKey::Origin, SortKey::Time, SortKey::Name}) {
            model.setProjection(
                projectionOf(tree, {.sortKey = key, .descending = true, .filter = {}}));
            QCOMPARE(model.rowCount(), 3);
        }
        model.setProjection(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    void onlyFoldersMayHaveChildren()
    {
        TreeModel model;
        model.setProjection(projectionOf(sampleTree()));
        const auto etc = model.indexOf(*model.projection()->tree().find("/etc"));
        QVERIFY(!(etc.flags() & Qt::ItemNeverHasChildren));
        QVERIFY(model.index(0, 0, etc).flags() & Qt::ItemNeverHasChildren);
    }
};

QTEST_MAIN(TestTreeModel)
#include "tst_tree_model.moc"
