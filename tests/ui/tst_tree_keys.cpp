// SPDX-License-Identifier: Apache-2.0
// The page "Files": that rows, path bar and notes never say two different things.
#include "gated_source.h"
#include "models/tree_model.h"
#include "session_fixture.h"
#include "theme/theme.h"
#include "tree/breadcrumb_bar.h"
#include "tree/extract_line.h"
#include "tree/filter_bar.h"
#include "tree/tree_delegate.h"
#include "tree/tree_page.h"
#include "tree/tree_view.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

#include <QtTest>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;
using namespace Qt::StringLiterals;

namespace {

struct PageFixture : SessionFixture
{
    TreePage page{session};
    TreeView* view = page.view();
    TreeModel* model = page.model();

    PageFixture()
    {
        page.resize(1000, 400);
        page.show();
    }
    explicit PageFixture(const ImageBuilder& image)
        : PageFixture()
    {
        ready = QTest::qWaitForWindowExposed(&page) && open(image) && settle();
    }
    bool settle()
    {
        return QTest::qWaitFor([this] { return !page.busy() && model->projection(); }) &&
               (QTest::qWait(60), true) && QTest::qWaitFor([this] { return !page.busy(); });
    }
    NodeId node(const char* path) { return *session.tree()->find(path); }
    QModelIndex at(const char* path) { return model->indexOf(node(path)); }
    QString note() { return page.findChild<QLabel*>(u"matchNote"_s)->text(); }
    bool inSight(const char* path)
    {
        return view->viewport()->rect().contains(view->visualRect(at(path)).center());
    }

    bool ready = false;
};

/// More files than there are rows in the window, and one in a layer of its own.
ImageBuilder longImage()
{
    TarBuilder base;
    for (int i = 0; i < 60; ++i) {
        base.file("etc/file" + std::to_string(100 + i), "x");
    }
    TarBuilder upper;
    for (int i = 0; i < 40; ++i) {
        upper.file("etc/file" + std::to_string(100 + i), "yy");
    }
    return ImageBuilder().layer(base).layer(upper);
}

} // namespace

class TestTreeKeys : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void collapsingAllIsTold()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        f.view->expandEverything();
        f.view->setCurrentIndex(f.at("/etc/passwd"));
        QCOMPARE(f.session.currentNode(), f.node("/etc/passwd"));
        f.view->collapseEverything();
        QCOMPARE(f.view->currentNode(), f.node("/etc"));
        QCOMPARE(f.session.currentNode(), f.node("/etc"));
        f.page.filterBar()->setShowRemoved(true); // the next projection opens nothing again
        QVERIFY(f.settle());
        QVERIFY(!f.view->isExpanded(f.at("/etc")));
    }

    void collapsingChoosesNothingByItself()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        f.view->setFocus();
        f.view->collapseEverything();
        QVERIFY(!f.session.currentNode().valid());
        QVERIFY(f.view->selectedNodes().empty());
    }

    void theMenuKeyOpensAtTheCurrentRow()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        f.view->collapseEverything(); // no row in the middle of the view
        f.view->setCurrentIndex(f.at("/etc"));
        const QPoint middle = f.view->rect().center();
        QVERIFY(!f.view->indexAt(middle).isValid());
        QContextMenuEvent key(QContextMenuEvent::Keyboard, middle, f.view->mapToGlobal(middle));
        QApplication::sendEvent(f.view, &key);
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu);
        const QRect row = f.view->visualRect(f.at("/etc"));
        QVERIFY(std::abs(menu->y() - f.view->viewport()->mapToGlobal(row.center()).y()) <=
                row.height());
        menu->close();
    }

    void theMenuIsOfTheRowUnderTheMouse()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        f.view->collapseEverything();
        const QPoint beside(50, f.view->viewport()->height() - 5);
        QContextMenuEvent nowhere(QContextMenuEvent::Mouse, beside,
                                  f.view->viewport()->mapToGlobal(beside));
        QApplication::sendEvent(f.view->viewport(), &nowhere);
        QVERIFY(!QApplication::activePopupWidget());
        const QPoint row = f.view->visualRect(f.at("/etc")).center();
        QContextMenuEvent there(QContextMenuEvent::Mouse, row,
                                f.view->viewport()->mapToGlobal(row));
        QApplication::sendEvent(f.view->viewport(), &there);
        QVERIFY(QApplication::activePopupWidget());
        QApplication::activePopupWidget()->close();
    }

    void theSelectedRowStaysInSight()
    {
        PageFixture f(longImage());
        QVERIFY(f.ready);
        f.view->expandEverything();
        f.session.setCurrentNode(f.node("/etc/file130"));
        QTRY_VERIFY(f.inSight("/etc/file130"));
        f.session.setCurrentLayer(1);
        f.session.setScope(Scope::OnlyLayer);
        QVERIFY(f.settle());
        QVERIFY(f.at("/etc/file130").isValid());
        QVERIFY(f.inSight("/etc/file130"));
        f.session.setScope(Scope::WholeImage);
        QVERIFY(f.settle());
        QVERIFY(f.inSight("/etc/file130"));
    }

    void aPathThatIsNotListedIsTold()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        f.session.setCurrentNode(f.node("/etc/passwd"));
        QVERIFY(!f.note().contains(u"not among them"_s));
        f.page.filterBar()->setText(u"emacs"_s);
        QVERIFY(f.settle());
        QVERIFY2(f.note().contains(u"the selected path is not among them"_s), qPrintable(f.note()));
        f.session.setCurrentNode(f.node("/usr/bin/emacs"));
        QVERIFY(!f.note().contains(u"not among them"_s));
    }

    void aWrongFilterIsNotedBesideTheRows()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        f.page.filterBar()->setText(u"emacs"_s);
        QVERIFY(f.settle());
        f.page.filterBar()->setText(u"size>lots"_s);
        QTRY_VERIFY2(f.note().contains(u"filter not understood, still showing “emacs”"_s),
                     qPrintable(f.note()));
        f.page.filterBar()->clear();
        QVERIFY(f.settle());
        QVERIFY(!f.note().contains(u"not understood"_s));
    }

    void onePathIsOne()
    {
        PageFixture f(ImageBuilder()
                          .layer(TarBuilder().file("a", "1").file("b", "2"))
                          .layer(TarBuilder().file("a", "3")));
        QVERIFY(f.ready);
        f.session.setCurrentLayer(1);
        f.session.setScope(Scope::OnlyLayer);
        QVERIFY(f.settle());
        QCOMPARE(f.note(), u"1 path changed by layer 1"_s);
    }

    void extractionSaysOfWhat()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        QTemporaryDir target;
        auto* line = f.page.findChild<ExtractLine*>();
        f.session.setCurrentLayer(2);
        f.session.setScope(Scope::OnlyLayer);
        QVERIFY(f.settle());
        f.page.extractTo(target.path());
        QTRY_VERIFY(!line->busy());
        QTRY_VERIFY2(line->text().contains(u"the whole tree as of layer 2"_s),
                     qPrintable(line->text()));
        f.session.setScope(Scope::WholeImage);
        QVERIFY(f.settle());
        f.session.setCurrentNode(f.node("/usr/sbin/apache2"));
        QTRY_COMPARE(f.view->selectedNodes().size(), 1U);
        f.page.extractTo(target.path());
        QTRY_VERIFY(!line->busy());
        QTRY_VERIFY2(line->text().contains(u"of /usr/sbin/apache2 to "_s),
                     qPrintable(line->text()));
    }

    void nothingIsWrittenBesideAStoppedExtraction()
    {
        Gate gate;
        {
            PageFixture f;
            f.session.openSource(
                std::make_shared<GatedSource>(archiveOf(ArchiveForm::Oci, articleImage()), gate),
                u"held"_s);
            QTRY_VERIFY(f.session.tree());
            QVERIFY(f.settle());
            QVERIFY(f.waitForChecks());
            QTemporaryDir target;
            gate.shut();
            f.page.extractTo(target.path());
            QTRY_VERIFY(gate.waiting() > 0);
            auto* line = f.page.findChild<ExtractLine*>();
            QTest::mouseClick(line->findChild<QPushButton*>(u"cancelExtraction"_s), Qt::LeftButton);
            QVERIFY(line->busy()); // the thread is still there
            QVERIFY2(line->text().startsWith(u"Stopping"_s), qPrintable(line->text()));
            f.page.extractTo(target.path());
            QVERIFY(line->text().startsWith(u"Stopping"_s));
            QCOMPARE(gate.waiting(), 1);
            gate.open();
            QTRY_VERIFY2(line->text().startsWith(u"Extraction stopped"_s),
                         qPrintable(line->text()));
            QVERIFY(!line->busy());
            f.page.extractTo(target.path());
            QTRY_VERIFY(line->text().startsWith(u"Extracted"_s));
        }
        QVERIFY(!gate.gaveUp());
    }

    void breadcrumbsOfADeepPathAreFew()
    {
        std::string path = "d";
        for (int i = 0; i < 500; ++i) {
            path += "/d";
        }
        PageFixture f(ImageBuilder().layer(TarBuilder().file(path + "/f", "x")));
        QVERIFY(f.ready);
        f.session.setCurrentNode(f.node(("/" + path + "/f").c_str()));
        auto* bar = f.page.findChild<BreadcrumbBar*>();
        const auto buttons = bar->findChildren<QToolButton*>();
        QVERIFY2(buttons.size() <= 40, qPrintable(QString::number(buttons.size())));
        QCOMPARE(buttons.last()->text(), u"f"_s);
        QVERIFY(buttons.last()->isVisible());
    }

    void breadcrumbsKeepTheFocus()
    {
        PageFixture f(articleImage());
        QVERIFY(f.ready);
        f.session.setCurrentNode(f.node("/usr/bin/emacs"));
        auto* bar = f.page.findChild<BreadcrumbBar*>();
        QToolButton* usr = nullptr;
        for (auto* button : bar->findChildren<QToolButton*>()) {
            usr = button->text() == "usr"_L1 ? button : usr;
        }
        QVERIFY(usr);
        usr->setFocus();
        QTest::keyClick(usr, Qt::Key_Space);
        QCOMPARE(f.session.currentNode(), f.node("/usr"));
        QCOMPARE(f.page.window()->focusWidget(), usr);
    }

    void neighbouringRowsDiffer()
    {
        PageFixture f(longImage());
        QVERIFY(f.ready);
        f.view->expandEverything();
        QTest::mouseMove(f.view, QPoint(-50, -50));
        const auto image = f.view->viewport()->grab().toImage();
        const int x = f.view->viewport()->width() - 3;
        const auto ground = [&](const char* path) {
            return image.pixelColor(x, f.view->visualRect(f.at(path)).top() + 2);
        };
        QVERIFY(ground("/etc/file102") != ground("/etc/file103"));
        QCOMPARE(ground("/etc/file102"), ground("/etc/file104"));
    }

    void linkTargetsKeepTheirEnd()
    {
        const QFontMetrics metrics{QFont()};
        const auto target = u"../mods-available/mime.load"_s;
        const int whole = metrics.horizontalAdvance(u"→ "_s + target) + 1;
        QCOMPARE(linkTargetText(metrics, target, whole), QString(u"→ "_s + target));
        const int half = metrics.horizontalAdvance(u"→ …/mime.load"_s) + 2;
        const auto cut = linkTargetText(metrics, target, half);
        QVERIFY2(cut.startsWith(u"→ …"_s) && cut.endsWith(u"mime.load"_s), qPrintable(cut));
        QVERIFY(linkTargetText(metrics, target, 30).isEmpty());
        QCOMPARE(linkTargetText(metrics, u"a"_s, 60), u"→ a"_s); // short, and whole
    }

    void originsKeepWhatTellsThemApart()
    {
        const QFontMetrics metrics{QFont()};
        const auto instruction = u"RUN … apache2"_s;
        const int whole = metrics.horizontalAdvance(instruction);
        QCOMPARE(originText(metrics, instruction, whole), instruction);
        QCOMPARE(originText(metrics, instruction, whole - 1), u"apache2"_s);
        const auto cut = originText(metrics, instruction, metrics.horizontalAdvance(u"apa…"_s));
        QVERIFY2(cut.startsWith(u"a"_s) && cut.endsWith(QChar(0x2026)), qPrintable(cut));
    }

    void cutNamesHaveOneMark()
    {
        const QFontMetrics metrics{QFont()};
        const auto name = u"mpm_event.............conf"_s;
        const auto cut = elidedName(metrics, name, metrics.horizontalAdvance(name) / 2);
        QVERIFY(cut.contains(QChar(0x2026)));
        QVERIFY2(!cut.contains(u".…"_s) && !cut.contains(u"….”"_s) && !cut.contains(u"…."_s),
                 qPrintable(cut));
        QCOMPARE(elidedName(metrics, name, 2000), name);
    }

    void namesComeBeforeOrigins()
    {
        PageFixture f(ImageBuilder().layer(TarBuilder().file("usr/lib/a-long-name.conf", "x"),
                                           "RUN " + std::string(300, 'r')));
        QVERIFY(f.ready);
        f.page.resize(632, 400);
        QTRY_VERIFY(f.view->viewport()->width() <= 632);
        QVERIFY2(f.view->columnWidth(TreeModel::Name) > f.view->columnWidth(TreeModel::Origin),
                 qPrintable(QString::number(f.view->columnWidth(TreeModel::Name))));
        QVERIFY(f.view->columnWidth(TreeModel::Name) >=
                30 * f.view->fontMetrics().averageCharWidth());
    }
};

QTEST_MAIN(TestTreeKeys)
#include "tst_tree_keys.moc"
