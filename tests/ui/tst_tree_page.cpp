// SPDX-License-Identifier: Apache-2.0
// The page "Files" with a real session: clicks and keys in, rows and texts out.
#include "models/tree_model.h"
#include "session_fixture.h"
#include "tree/breadcrumb_bar.h"
#include "tree/empty_state.h"
#include "tree/extract_line.h"
#include "tree/filter_bar.h"
#include "tree/tree_page.h"
#include "tree/tree_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

#include <QtTest>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;

namespace {

struct PageFixture : SessionFixture
{
    TreePage page{session};
    TreeView* view = page.view();
    TreeModel* model = page.model();

    explicit PageFixture(const ImageBuilder& image)
    {
        page.resize(1000, 600);
        page.show();
        ready = QTest::qWaitForWindowExposed(&page) && open(image) && settle();
    }
    bool settle()
    {
        return QTest::qWaitFor([this] { return !page.busy() && model->projection(); }) &&
               (QTest::qWait(60), true) && QTest::qWaitFor([this] { return !page.busy(); });
    }
    QModelIndex at(const char* path) { return model->indexOf(*session.tree()->find(path)); }
    QString cell(const char* path, int column)
    {
        return at(path).siblingAtColumn(column).data().toString();
    }
    bool filter(const QString& text)
    {
        page.filterBar()->setText(text);
        return settle();
    }
    QString note() { return page.findChild<QLabel*>(QStringLiteral("matchNote"))->text(); }

    bool ready = false;
};

} // namespace

class TestTreePage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void clickingARowSelectsItsPath()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        f.view->expand(f.at("/etc"));
        const QRect rect = f.view->visualRect(f.at("/etc/passwd"));
        QVERIFY(rect.isValid());
        QTest::mouseClick(f.view->viewport(), Qt::LeftButton, {}, rect.center());
        QCOMPARE(f.session.currentNode(), *f.session.tree()->find("/etc/passwd"));
        QCOMPARE(f.cell("/etc/passwd", TreeModel::Changed), QStringLiteral("~ modified"));
        QCOMPARE(f.at("/etc/passwd").data(TreeModel::LayerRole).toInt(), 2);
        QVERIFY(f.cell("/etc/passwd", TreeModel::Origin).contains(QStringLiteral("apache2")));
    }

    void theSessionsPathIsShown()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        f.session.setCurrentNode(*f.session.tree()->find("/usr/bin/emacs"));
        QTRY_COMPARE(f.view->currentNode(), *f.session.tree()->find("/usr/bin/emacs"));
        QVERIFY(f.view->isExpanded(f.at("/usr/bin")));
    }

    void keysOpenAndCloseFolders()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        f.view->collapseEverything();
        f.view->setCurrentIndex(f.at("/usr"));
        f.view->setFocus();
        QTest::keyClick(f.view, Qt::Key_Right);
        QVERIFY(f.view->isExpanded(f.at("/usr")));
        QVERIFY(!f.view->isExpanded(f.at("/usr/bin")));
        QTest::keyClick(f.view, Qt::Key_Asterisk);
        QVERIFY(f.view->isExpanded(f.at("/usr/bin")));
        QVERIFY(f.view->isExpanded(f.at("/usr/sbin")));
        QTest::keyClick(f.view, Qt::Key_Minus);
        QVERIFY(!f.view->isExpanded(f.at("/usr")));
    }

    void scopesChangeTheRows()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        QVERIFY(!f.at("/etc/motd").isValid()); // removed by layer 2
        f.session.setCurrentLayer(1);
        QVERIFY(f.settle());
        QVERIFY(f.at("/etc/motd").isValid());
        QVERIFY(!f.at("/usr/sbin").isValid());
        QVERIFY(f.note().contains(QStringLiteral("up to layer 1")));
        f.session.setCurrentLayer(2);
        f.session.setScope(Scope::OnlyLayer);
        QVERIFY(f.settle());
        QVERIFY(f.at("/etc/motd").data(TreeModel::RemovedRole).toBool());
        QVERIFY(!f.at("/usr/bin/emacs").isValid());
    }

    void filteringKeepsWhatWasOpenAndSelected()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        f.view->collapseEverything();
        f.view->expand(f.at("/etc"));
        f.view->setCurrentIndex(f.at("/etc/passwd"));
        QVERIFY(f.filter(QStringLiteral("emacs")));
        QVERIFY(f.at("/usr/bin/emacs").isValid());
        QVERIFY(f.view->isExpanded(f.at("/usr/bin"))); // opened to show the match
        QVERIFY(!f.at("/usr").data(TreeModel::MatchesRole).toBool());
        QVERIFY(f.note().startsWith(QStringLiteral("1 of ")));
        QVERIFY(f.filter({}));
        QVERIFY(!f.view->isExpanded(f.at("/usr")));
        QVERIFY(f.view->isExpanded(f.at("/etc")));
        QCOMPARE(f.session.currentNode(), *f.session.tree()->find("/etc/passwd"));
        QTRY_COMPARE(f.view->currentNode(), *f.session.tree()->find("/etc/passwd"));
    }

    void aClickOnAColumnSorts()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        auto* header = f.view->header();
        const int x = header->sectionViewportPosition(TreeModel::Size) + 20;
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, QPoint(x, header->height() / 2));
        QCOMPARE(header->sortIndicatorSection(), int(TreeModel::Size));
        QVERIFY(f.settle());
        QCOMPARE(f.model->projection()->spec().sortKey, SortKey::Size);
        const bool descending = f.model->projection()->spec().descending;
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, QPoint(x, header->height() / 2));
        QVERIFY(f.settle());
        QCOMPARE(f.model->projection()->spec().descending, !descending);
    }

    void ctrlCCopiesPaths()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        f.view->expandEverything();
        f.view->setCurrentIndex(f.at("/etc/passwd"));
        f.view->selectionModel()->select(f.at("/usr/bin/emacs"),
                                         QItemSelectionModel::Select | QItemSelectionModel::Rows);
        f.view->setFocus();
        QTest::keyClick(f.view, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 QStringLiteral("/etc/passwd\n/usr/bin/emacs"));
    }

    void breadcrumbsLeadUp()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        f.session.setCurrentNode(*f.session.tree()->find("/usr/bin/emacs"));
        auto* bar = f.page.findChild<BreadcrumbBar*>();
        QToolButton* usr = nullptr;
        for (auto* button : bar->findChildren<QToolButton*>()) {
            usr = button->isVisible() && button->text() == QLatin1String("usr") ? button : usr;
        }
        QVERIFY(usr);
        QTest::mouseClick(usr, Qt::LeftButton);
        QCOMPARE(f.session.currentNode(), *f.session.tree()->find("/usr"));
    }

    void emptyResultsSayWhatToDo()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        QVERIFY(f.filter(QStringLiteral("no-such-name")));
        auto* empty = f.page.findChild<EmptyState*>();
        QVERIFY(empty->isVisible());
        QVERIFY(empty->headline().contains(QStringLiteral("no-such-name")));
        QTest::keyClick(&f.page, Qt::Key_Escape);
        QVERIFY(f.settle());
        QVERIFY(!empty->isVisible());

        PageFixture g(ImageBuilder()
                          .layer(TarBuilder().file("a", "a"), "COPY a /")
                          .layer(TarBuilder(), "RUN true"));
        QVERIFY(g.ready);
        g.session.setCurrentLayer(1);
        g.session.setScope(Scope::OnlyLayer);
        QVERIFY(g.settle());
        QVERIFY(g.page.findChild<EmptyState*>()->headline().contains(
            QStringLiteral("Layer 1 changes no files")));
    }

    void matchesAreWalkedWithReturn()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        QVERIFY(f.filter(QStringLiteral("type:file")));
        f.view->setCurrentIndex({});
        auto* field = f.page.filterBar()->findChild<QLineEdit*>();
        QTest::keyClick(field, Qt::Key_Return);
        const auto first = f.view->currentNode();
        QVERIFY(first.valid());
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(f.view->currentNode() != first);
        QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(f.view->currentNode(), first);
    }

    void extractsTheSelection()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        QTemporaryDir target;
        f.view->setCurrentIndex(f.at("/etc"));
        f.page.extractTo(target.path());
        auto* line = f.page.findChild<ExtractLine*>();
        QVERIFY(line->isVisible());
        QTRY_VERIFY(!line->busy());
        QVERIFY2(line->text().contains(QStringLiteral("Extracted")), qPrintable(line->text()));
        QVERIFY(QFile::exists(target.filePath(QStringLiteral("etc/passwd"))));
        QVERIFY(!QFile::exists(target.filePath(QStringLiteral("usr"))));
    }

    void extractionSaysWhatWasLeftOut()
    {
        PageFixture f(ImageBuilder().layer(
            TarBuilder().file("d/a", "1").hardlink("d/b", "nowhere").hardlink("d/c", "nowhere")));
        QVERIFY(f.ready);
        QTemporaryDir target;
        f.page.extractTo(target.path());
        auto* line = f.page.findChild<ExtractLine*>();
        QTRY_VERIFY(!line->busy());
        QVERIFY2(line->text().contains(QStringLiteral(
                     "2 paths were left out. /d/b was not written: it is a hard link to nothing")),
                 qPrintable(line->text()));
        f.view->setCurrentIndex(f.at("/d/c"));
        f.page.extractTo(target.path());
        QTRY_VERIFY(!line->busy());
        QVERIFY2(line->text().contains(QStringLiteral("1 path was left out. /d/c was not written")),
                 qPrintable(line->text()));
    }

    void originLayerCanBeSelected()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        f.session.setCurrentNode(*f.session.tree()->find("/usr/bin/emacs"));
        f.page.showOriginLayer();
        QCOMPARE(f.session.currentLayer(), std::optional<LayerNo>(1));
        f.page.showOnlyOriginLayer();
        QCOMPARE(f.session.scope(), Scope::OnlyLayer);
    }
};

QTEST_MAIN(TestTreePage)
#include "tst_tree_page.moc"
