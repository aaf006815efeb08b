// SPDX-License-Identifier: Apache-2.0
// The tree in its window: columns chosen and kept, sorting by menu, extraction with its line, the
// way back.
#include "gated_source.h"
#include "tree/extract_line.h"
#include "tree/tree_header.h"
#include "window_fixture.h"

#include <QContextMenuEvent>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QProgressBar>
#include <QPushButton>

#include <filesystem>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;

namespace {

/// Presses a key on a popup menu until the entry so named is the active one, then Return.
bool chooseByKey(QMenu* menu, const QString& text)
{
    for (int i = 0; i < 40; ++i) {
        QTest::keyClick(menu, Qt::Key_Down);
        if (menu->activeAction() && menu->activeAction()->text().remove(u'&') == text) {
            QTest::keyClick(menu, Qt::Key_Return);
            return true;
        }
    }
    return false;
}

/// Opens the header's context menu and chooses an entry by keyboard.
bool toggleColumn(TreeView& view, const QString& text)
{
    bool chosen = false;
    auto* header = view.header();
    QTimer::singleShot(0, header, [&] {
        auto* menu = header->findChild<QMenu*>(QStringLiteral("columnMenu"));
        chosen = menu && chooseByKey(menu, text);
        if (menu) {
            menu->close();
        }
    });
    const QPoint at(20, header->height() / 2);
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, header->viewport()->mapToGlobal(at));
    QApplication::sendEvent(header->viewport(), &event);
    return chosen;
}

/// Chooses an entry of a submenu of "View" by keyboard.
bool chooseInView(MainWindow& window, const char* submenu, const QString& text)
{
    auto* menu = window.findChild<QMenu*>(QString::fromLatin1(submenu));
    if (!menu) {
        return false;
    }
    menu->popup(window.mapToGlobal(QPoint(100, 100)));
    const bool chosen = QTest::qWaitForWindowExposed(menu) && chooseByKey(menu, text);
    menu->close();
    return chosen;
}

int usedWidth(const TreeView& view)
{
    return view.header()->length();
}

} // namespace

class TestWindowTree : public QObject
{
    Q_OBJECT
public:
    using Application = QApplication;

private Q_SLOTS:
    void init() { QSettings().clear(); }

    void columnsFitUntilChosenAndAreKept()
    {
        const auto owner = QStringLiteral("Owner");
        const auto change = QStringLiteral("Change");
        {
            WindowFixture f;
            f.window.resize(1700, 800);
            f.window.openFile(f.article());
            QVERIFY(f.ready());
            QVERIFY(!f.view().isColumnHidden(TreeModel::Owner));
            QVERIFY(toggleColumn(f.view(), owner));
            QVERIFY(f.view().isColumnHidden(TreeModel::Owner));
            QCOMPARE(usedWidth(f.view()), f.view().viewport()->width()); // the name takes the room
            QVERIFY(toggleColumn(f.view(), change));
            QVERIFY(f.view().isColumnHidden(TreeModel::Changed));
            QVERIFY(toggleColumn(f.view(), change));
            QVERIFY(!f.view().isColumnHidden(TreeModel::Changed));
            f.window.resize(1500, 800);
            QTRY_COMPARE(usedWidth(f.view()), f.view().viewport()->width());
            QVERIFY(f.view().isColumnHidden(TreeModel::Owner));
            f.window.close();
        }
        WindowFixture g;
        g.window.resize(1800, 800);
        g.window.openSample();
        QVERIFY(g.ready());
        QVERIFY(g.view().isColumnHidden(TreeModel::Owner));
        QVERIFY(!g.view().isColumnHidden(TreeModel::Changed));
        QTRY_COMPARE(usedWidth(g.view()), g.view().viewport()->width());
        QVERIFY(toggleColumn(g.view(), QStringLiteral("Fit columns to the window")));
        QVERIFY(!g.view().isColumnHidden(TreeModel::Owner));
        g.window.close();
        WindowFixture h;
        h.window.resize(1800, 800);
        h.window.openSample();
        QVERIFY(h.ready());
        QVERIFY(!h.view().isColumnHidden(TreeModel::Owner));
    }

    void columnsAndSortingHaveAKeyPath()
    {
        WindowFixture f;
        f.window.resize(1700, 800);
        f.window.openFile(f.article());
        QVERIFY(f.ready());
        QVERIFY(chooseInView(f.window, "viewColumns", QStringLiteral("Mode")));
        QVERIFY(f.view().isColumnHidden(TreeModel::Mode));
        QVERIFY(chooseInView(f.window, "sortMenu", QStringLiteral("Size")));
        QVERIFY(f.settle());
        QCOMPARE(f.model().projection()->spec().sortKey, SortKey::Size);
        QVERIFY(chooseInView(f.window, "sortMenu", QStringLiteral("Descending")));
        QVERIFY(f.settle());
        QVERIFY(f.model().projection()->spec().descending);
        QVERIFY(chooseInView(f.window, "sortMenu", QStringLiteral("Name")));
        QVERIFY(f.settle());
        QCOMPARE(f.model().projection()->spec().sortKey, SortKey::Name);
    }

    void longInstructionsLeaveRoomForNames()
    {
        WindowFixture f;
        f.window.openFile(f.article());
        QVERIFY(f.ready());
        // Instructions are short here: the origin takes no more than they need.
        QVERIFY(f.view().columnWidth(TreeModel::Name) > f.view().columnWidth(TreeModel::Origin));
    }

    void extractionShowsHowFarItIs()
    {
        Gate gate;
        WindowFixture f;
        TarBuilder tar;
        for (int i = 0; i < 16; ++i) {
            tar.file("usr/f" + std::to_string(i), std::string(4U << 20U, 'x'));
        }
        f.session().openSource(
            std::make_shared<GatedSource>(
                ArchiveBuilder(ArchiveForm::Rootfs).image(ImageBuilder().layer(tar)).bytes(), gate,
                32U << 20U),
            QStringLiteral("large"));
        QVERIFY(f.ready());
        QTRY_VERIFY(!f.session().checking());
        gate.shut();
        QTemporaryDir target;
        auto* line = f.window.findChild<ExtractLine*>();
        QVERIFY(!line->isVisible());
        auto* bar = line->findChild<QProgressBar*>();
        QList<int> values;
        connect(bar, &QProgressBar::valueChanged, &f.window, [&](int value) { values += value; });
        f.page().extractTo(target.path());
        QVERIFY(line->isVisible() && bar->isVisible());
        QVERIFY(line->text().contains(target.path()));
        QTRY_COMPARE(gate.waiting(), 1);
        QTest::qWait(50); // it is told thirty times a second how far it is
        gate.open();
        QTRY_VERIFY(!line->busy());
        QVERIFY2(line->text().startsWith(QStringLiteral("Extracted 17 paths, 67 MB")),
                 qPrintable(line->text()));
        QVERIFY(!bar->isVisible());
        QVERIFY(std::ranges::any_of(values, [bar](int v) { return v > 0 && v < bar->maximum(); }));
        QVERIFY(std::ranges::is_sorted(values));
        QCOMPARE(QFileInfo(target.filePath(QStringLiteral("usr/f15"))).size(), 4 << 20);
        for (auto* button : line->findChildren<QAbstractButton*>()) {
            if (button->accessibleName() == QStringLiteral("Dismiss")) {
                QTest::mouseClick(button, Qt::LeftButton);
            }
        }
        QVERIFY(!line->isVisible());
    }

    void extractionIsCancelledByClickAndStartsAgain()
    {
        WindowFixture f;
        f.window.openFile(f.article());
        QVERIFY(f.ready());
        QTemporaryDir target;
        auto* line = f.window.findChild<ExtractLine*>();
        f.page().extractTo(target.path());
        f.click("cancelExtraction"); // nothing can have been delivered before
        QTRY_VERIFY(!line->busy());
        QTRY_VERIFY(line->text().startsWith(QStringLiteral("Extraction stopped")));
        QVERIFY(line->text().contains(target.path()));
        QVERIFY(!f.child("cancelExtraction")->isVisible());
        QTest::qWait(50);
        QVERIFY(line->text().startsWith(QStringLiteral("Extraction stopped"))); // and so it stays
        f.page().extractTo(target.path());
        QTRY_VERIFY(!line->busy());
        QVERIFY2(line->text().startsWith(QStringLiteral("Extracted")), qPrintable(line->text()));
        QVERIFY(QFile::exists(target.filePath(QStringLiteral("etc/passwd"))));
    }

    void extractionSaysWhyItCannot()
    {
        WindowFixture f;
        f.window.openFile(f.article());
        QVERIFY(f.ready());
        const auto file = f.folder.filePath(QStringLiteral("a file"));
        QVERIFY(QFile(file).open(QIODevice::WriteOnly));
        f.page().extractTo(file);
        auto* line = f.window.findChild<ExtractLine*>();
        QTRY_VERIFY(!line->busy());
        QVERIFY2(line->text().startsWith(QStringLiteral("Could not extract to")),
                 qPrintable(line->text()));
        QVERIFY(line->text().contains(QStringLiteral("a file")));
        QVERIFY(line->isVisible());
        f.window.openSample();
        QVERIFY(f.ready());
        QVERIFY(!line->isVisible()); // it spoke of the image before
    }

    void backAndForward()
    {
        WindowFixture f;
        f.window.openFile(f.article());
        QVERIFY(f.ready());
        const auto& tree = *f.session().tree();
        const auto go = [&](Qt::Key key) { QTest::keyClick(&f.window, key, Qt::AltModifier); };
        f.select("/etc/motd");
        QTest::qWait(10);
        f.select("/etc/passwd"); // beside it: the same place
        QTest::qWait(10);
        f.select("/usr/bin/emacs");
        QTest::qWait(10);
        QTest::keyClick(&f.window, Qt::Key_Up, Qt::ControlModifier); // layer and scope in one act
        QCOMPARE(f.session().scope(), Scope::UpToLayer);
        QTest::qWait(10);
        go(Qt::Key_Left);
        QCOMPARE(f.session().scope(), Scope::WholeImage);
        QVERIFY(!f.session().currentLayer());
        QCOMPARE(f.session().currentNode(), *tree.find("/usr/bin/emacs"));
        go(Qt::Key_Left);
        QCOMPARE(f.session().currentNode(), *tree.find("/etc/passwd"));
        go(Qt::Key_Left);
        QVERIFY(!f.session().currentNode().valid());
        go(Qt::Key_Left); // no further
        QVERIFY(!f.session().currentNode().valid());
        go(Qt::Key_Right);
        QCOMPARE(f.session().currentNode(), *tree.find("/etc/passwd"));
        QTRY_COMPARE(f.view().currentNode(), f.session().currentNode());
        f.select("/usr/sbin/apache2"); // a new way from here
        QTest::qWait(10);
        go(Qt::Key_Right);
        QCOMPARE(f.session().currentNode(), *tree.find("/usr/sbin/apache2"));
        f.window.openSample();
        QVERIFY(f.ready());
        go(Qt::Key_Left); // not into the other image
        QVERIFY(!f.session().currentNode().valid());
    }
};

int main(int argc, char* argv[])
{
    return runWindowTest<TestWindowTree>(argc, argv);
}

#include "tst_window_tree.moc"
