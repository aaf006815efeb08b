// SPDX-License-Identifier: Apache-2.0
#include "container_window_fixture.h"
#include "containers/act_model.h"
#include "containers/container_list.h"
#include "containers/container_log.h"
#include "containers/trace_player.h"
#include "models/problem_model.h"

#include <QClipboard>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QToolBar>
#include <QToolButton>

#include <memory>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;
using namespace std::string_literals;

/// Containers in the window, by mouse and by key.
class ContainerWindowTest : public QObject
{
    Q_OBJECT
public:
    using Application = QApplication;

private Q_SLOTS:
    void startingPutsAPlateOnTheStack();
    void readingChangesNothing();
    void deletingStrikesOut();
    void severalPathsAreDeletedAtOnce();
    void scopesAreNamedForTheContainer();
    void whatNoLayerCanHoldIsAProblem();
    void workOutOfSightIsToldBelow();
    void theMenuOffersOperations();
    void undoAndRedoStandInTheEditMenu();
    void droppedFilesAreWritten();
    void droppingBesideOpensAnImage();
    void theLogCanBeCopied();
    void tracesArePlayedAndReplayed();
    void clickingAPlateLooksAtIt();
    void theToolbarHasTheOperations();
    void linesCanBeTyped();
    void metacopyIsForNewContainers();
    void refusalsShowInTheLog();
};

void ContainerWindowTest::startingPutsAPlateOnTheStack()
{
    ContainerWindow w;
    QVERIFY(w.shown);
    QVERIFY(w.window.workspace()->containerList()->isHidden());
    QVERIFY(w.start());
    auto* list = w.window.workspace()->containerList();
    QVERIFY(list->isVisible());
    QVERIFY(!list->plate(0).isEmpty());
    QVERIFY(w.window.workspace()->containerLog()->isVisible());
    QVERIFY(w.child<QWidget>("upperPane")->isVisible());
    QTest::keyClick(&w.window, Qt::Key_R, Qt::ControlModifier);
    QVERIFY(w.quiet());
    QCOMPARE(w.deck().count(), 2);
    QCOMPARE(w.deck().current(), 1);
}

void ContainerWindowTest::readingChangesNothing()
{
    ContainerWindow w;
    QVERIFY(w.start());
    const auto before = w.tree();
    w.choose("/usr/bin/emacs");
    QTest::keyClick(&w.view(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(w.quiet());
    QCOMPARE(w.lastLine(), "read /usr/bin/emacs"s);
    QCOMPARE(w.tree(), before);
    QVERIFY(!w.deck().hasChanges(0));
    QCOMPARE(w.window.workspace()->tracePlayer().steps().size(), std::size_t{3});
}

void ContainerWindowTest::deletingStrikesOut()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.choose("/usr/bin");
    QTest::keyClick(&w.view(), Qt::Key_Delete);
    QVERIFY(w.quiet());
    QCOMPARE(w.lastLine(), "rm -r /usr/bin"s);
    QVERIFY(!w.tree().contains("/usr/bin/emacs"));
    const auto index = w.at("/usr/bin");
    QVERIFY(index.isValid()); // still shown, struck out
    QVERIFY(index.data(TreeModel::RemovedRole).toBool());
    QVERIFY(index.data(TreeModel::ContainerRole).toBool());
    w.choose("/usr/bin");
    QTest::keyClick(&w.view(), Qt::Key_Delete); // is not there any more
    QVERIFY(w.quiet());
    QCOMPARE(w.deck().acts(0).size(), std::size_t{1});
}

void ContainerWindowTest::severalPathsAreDeletedAtOnce()
{
    ContainerWindow w;
    QVERIFY(w.start());
    const auto image = w.tree();
    w.deck().perform({"mkdir /a", "mkdir /a-b", "write /a/c x"});
    QVERIFY(w.quiet());
    const auto before = w.tree();
    w.choose("/a");
    for (const char* path : {"/a-b", "/a/c"}) {
        w.view().selectionModel()->select(w.at(path),
                                          QItemSelectionModel::Select | QItemSelectionModel::Rows);
    }
    QTest::keyClick(&w.view(), Qt::Key_Delete);
    QVERIFY(w.quiet());
    QCOMPARE(w.lastLine(), "rm -r /a-b"s); // what lies below /a goes with it
    QCOMPARE(w.tree(), image);
    QTest::keyClick(&w.window, Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(w.quiet());
    QCOMPARE(w.tree(), before);
}

void ContainerWindowTest::scopesAreNamedForTheContainer()
{
    ContainerWindow w;
    QVERIFY(w.start());
    const auto names = [&] {
        QStringList out;
        for (const char* button : {"scopeWhole", "scopeUpTo", "scopeOnly"}) {
            out << w.child<QAbstractButton>(button)->text();
        }
        return out;
    };
    const QStringList own{QStringLiteral("Container"), QStringLiteral("Up to layer"),
                          QStringLiteral("Only its changes")};
    QCOMPARE(names(), own);
    w.deck().perform({"mkdir /a"});
    QVERIFY(w.quiet());
    w.session().setScope(Scope::OnlyLayer); // of the container, which has the highest layer
    QVERIFY(w.settle());
    QCOMPARE(names(), own);
    QCOMPARE(w.session().currentLayer(), LayerNo{3});
    w.session().setCurrentLayer(1);
    QCOMPARE(names(), (QStringList{QStringLiteral("Container"), QStringLiteral("Up to layer 1"),
                                   QStringLiteral("Only layer 1")}));
    w.deck().setCurrent(-1);
    QCOMPARE(names(), (QStringList{QStringLiteral("Whole image"), QStringLiteral("Up to layer 1"),
                                   QStringLiteral("Only layer 1")}));
}

void ContainerWindowTest::whatNoLayerCanHoldIsAProblem()
{
    ContainerWindow w;
    QVERIFY(w.start());
    const auto* problems = w.window.findChild<ProblemModel*>();
    QVERIFY(problems);
    const int before = problems->rowCount();
    w.deck().perform({"create /.wh.x"});
    QVERIFY(w.quiet());
    QCOMPARE(problems->rowCount(), before + 1);
    const auto row = problems->index(before, 0);
    QVERIFY(row.data().toString().contains(QStringLiteral(".wh.x")));
    QVERIFY(row.data(ProblemModel::ContainerRole).toBool());
    w.deck().setCurrent(-1);
    QCOMPARE(problems->rowCount(), before);
}

void ContainerWindowTest::workOutOfSightIsToldBelow()
{
    ContainerWindow w;
    QVERIFY(w.start());
    auto* cancel = w.child<QAbstractButton>("cancelOpening");
    const auto before = w.status();
    w.deck().perform({"mkdir /a"});
    w.deck().perform({"mkdir /b"});
    QVERIFY(cancel->isHidden()); // the log has a button of its own
    w.deck().setCurrent(-1);
    QVERIFY(w.status() != before);
    QVERIFY(cancel->isVisible());
    QTest::mouseClick(cancel, Qt::LeftButton);
    QVERIFY(w.quiet());
    QCOMPARE(w.status(), before);
    QVERIFY(cancel->isHidden());
    w.deck().setCurrent(0);
    QVERIFY(!w.tree().contains("dir /b"));
}

void ContainerWindowTest::theMenuOffersOperations()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.choose("/etc/passwd");
    QContextMenuEvent event(QContextMenuEvent::Keyboard, QPoint(), QPoint());
    QApplication::sendEvent(&w.view(), &event);
    auto* menu = w.page().findChild<QMenu*>(QStringLiteral("pathMenu"));
    QVERIFY(menu);
    QStringList texts;
    QAction* erase = nullptr;
    for (auto* action : menu->actions()) {
        texts << action->text().remove(QLatin1Char('&'));
        erase = texts.back() == QStringLiteral("Delete") ? action : erase;
    }
    for (const char* text : {"New file…", "New folder…", "Read", "Edit…", "Append…", "Rename…",
                             "Permissions…", "Delete"}) {
        QVERIFY2(texts.contains(QString::fromUtf8(text)), text);
    }
    menu->setActiveAction(erase);
    QTest::keyClick(menu, Qt::Key_Return);
    QVERIFY(w.quiet());
    QCOMPARE(w.lastLine(), "rm /etc/passwd"s);
    w.deck().setCurrent(-1);
    w.choose("/etc/passwd");
    QApplication::sendEvent(&w.view(), &event);
    auto menus = w.page().findChildren<QMenu*>(QStringLiteral("pathMenu"));
    for (auto* action : menus.back()->actions()) {
        QVERIFY(!action->text().contains(QStringLiteral("De&lete")));
    }
    menus.back()->close();
}

void ContainerWindowTest::undoAndRedoStandInTheEditMenu()
{
    ContainerWindow w;
    QVERIFY(w.start());
    const auto before = w.tree();
    w.choose("/etc/passwd");
    QTest::keyClick(&w.view(), Qt::Key_Delete);
    QVERIFY(w.quiet());
    const auto after = w.tree();
    QAction* undo = nullptr;
    for (auto* action : w.window.menuBar()->actions()[1]->menu()->actions()) {
        if (action->text().contains(QStringLiteral("ndo"))) {
            undo = action;
        }
    }
    QVERIFY(undo);
    QVERIFY(undo->isEnabled());
    QVERIFY(undo->text().contains(QStringLiteral("rm /etc/passwd")));
    QTest::keyClick(&w.window, Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(w.quiet());
    QCOMPARE(w.tree(), before);
    QVERIFY(!undo->isEnabled());
    QTest::keyClick(&w.window, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(w.quiet());
    QCOMPARE(w.tree(), after);
}

void ContainerWindowTest::droppedFilesAreWritten()
{
    ContainerWindow w;
    QVERIFY(w.start());
    QDir(w.folder.path()).mkpath(QStringLiteral("site/img"));
    for (const char* name : {"site/index.html", "site/img/a b.txt", "lone"}) {
        QFile file(w.folder.filePath(QString::fromLatin1(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("text");
    }
    w.select("/etc");
    const auto place = w.view().visualRect(w.at("/etc")).center();
    QMimeData mime;
    mime.setUrls({QUrl::fromLocalFile(w.folder.filePath(QStringLiteral("site"))),
                  QUrl::fromLocalFile(w.folder.filePath(QStringLiteral("lone")))});
    auto* viewport = w.view().viewport();
    QDragEnterEvent enter(place, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(viewport, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(place, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(viewport, &drop);
    QVERIFY(drop.isAccepted());
    QVERIFY(w.quiet());
    for (const char* line : {"file /etc/lone 4 L3", "dir /etc/site 0755 L3",
                             "file /etc/site/index.html 4 L3", "file /etc/site/img/a b.txt 4 L3"}) {
        QVERIFY2(w.tree().contains(line), line);
    }
}

void ContainerWindowTest::droppingBesideOpensAnImage()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.deck().setCurrent(-1);
    QVERIFY(w.settle());
    QMimeData mime;
    mime.setUrls({QUrl::fromLocalFile(w.folder.filePath(QStringLiteral("article.tar")))});
    const auto place = w.view().visualRect(w.at("/etc")).center();
    QDragEnterEvent enter(place, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(w.view().viewport(), &enter);
    QVERIFY(!w.view().viewport()->acceptDrops());
}

void ContainerWindowTest::theLogCanBeCopied()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.deck().perform({"mkdir /a", "rm /etc/passwd"});
    QVERIFY(w.quiet());
    auto* log = w.window.workspace()->containerLog()->view();
    log->setCurrentIndex(log->model()->index(1, 0));
    log->setFocus();
    QTest::keyClick(log, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("rm /etc/passwd"));
    for (auto* button : w.window.workspace()->containerLog()->findChildren<QToolButton*>()) {
        if (button->text().contains(QStringLiteral("script"))) {
            QTest::mouseClick(button, Qt::LeftButton);
        }
    }
    QCOMPARE(QApplication::clipboard()->text(),
             QStringLiteral("container container-1:\nmkdir /a\nrm /etc/passwd\n"));
}

void ContainerWindowTest::tracesArePlayedAndReplayed()
{
    ContainerWindow w;
    QVERIFY(w.start());
    auto& player = w.window.workspace()->tracePlayer();
    w.choose("/etc/passwd");
    qputenv("STRATASCOPE_MOTION", "full");
    player.setSpeed(50);
    QSignalSpy steps(&player, &TracePlayer::stepChanged);
    QTest::keyClick(&w.view(), Qt::Key_Delete);
    QVERIFY(QTest::qWaitFor([&] { return player.finished(); }, patienceMs));
    QVERIFY(w.quiet());
    const auto count = static_cast<qsizetype>(player.steps().size());
    QCOMPARE(count, 4); // container, layer 2, the folder above, the whiteout
    QCOMPARE(steps.size(), count);
    QTest::keyClick(&w.window, Qt::Key_F9);
    QVERIFY(QTest::qWaitFor([&] { return steps.size() == 2 * count; }, patienceMs));
    qputenv("STRATASCOPE_MOTION", "none");
    auto* log = w.window.workspace()->containerLog()->view();
    log->setCurrentIndex(log->model()->index(0, 0));
    QTest::keyClick(log, Qt::Key_Return);
    QVERIFY(player.still());
    QVERIFY(player.finished()); // at once
    QCOMPARE(player.step(), static_cast<std::size_t>(count - 1));
}

void ContainerWindowTest::clickingAPlateLooksAtIt()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.deck().perform({"mkdir /a"});
    QVERIFY(w.quiet());
    auto* list = w.window.workspace()->containerList();
    const auto middle = list->visualRect(list->model()->index(0, 0)).center();
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, middle);
    QCOMPARE(w.deck().current(), -1);
    QVERIFY(!w.session().showsContainer());
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, middle);
    QCOMPARE(w.deck().current(), 0);
    QVERIFY(w.session().showsContainer());
    w.session().setCurrentLayer(1); // the tree as of a layer; the container stays
    QCOMPARE(w.deck().current(), 0);
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, middle);
    QCOMPARE(w.deck().current(), 0);
    QCOMPARE(w.session().scope(), Scope::WholeImage);
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Escape);
    QCOMPARE(w.deck().current(), -1);
    w.deck().setCurrent(0);
    w.session().setScope(Scope::OnlyLayer);
    const std::unique_ptr<QMenu> menu(list->containerMenu(0, nullptr));
    for (auto* action : menu->actions()) {
        if (action->text().contains(QStringLiteral("Alone"))) {
            action->trigger();
        }
    }
    QCOMPARE(w.deck().current(), -1);
}

void ContainerWindowTest::theToolbarHasTheOperations()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.choose("/etc/passwd");
    auto* bar = w.window.workspace()->containerLog()->findChild<QToolBar*>();
    QVERIFY(bar);
    for (auto* action : bar->actions()) {
        if (action->text().remove(QLatin1Char('&')) == QStringLiteral("Delete")) {
            auto* button = bar->widgetForAction(action);
            QVERIFY(button);
            QTest::mouseClick(button, Qt::LeftButton);
        }
    }
    QVERIFY(w.quiet());
    QCOMPARE(w.lastLine(), "rm /etc/passwd"s);
}

void ContainerWindowTest::linesCanBeTyped()
{
    ContainerWindow w;
    QVERIFY(w.start());
    auto* field = w.window.workspace()->containerLog()->lineField();
    field->setFocus();
    QTest::keyClicks(field, QStringLiteral("chown 33:33 /etc/passwd"));
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(w.quiet());
    QVERIFY(w.tree().contains("file /etc/passwd 14 33:33 L3"));
    QVERIFY(field->text().isEmpty());
    QTest::keyClicks(field, QStringLiteral("touch /b"));
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(w.quiet());
    QTest::keyClick(field, Qt::Key_Up);
    QTest::keyClick(field, Qt::Key_Up);
    QCOMPARE(field->text(), QStringLiteral("chown 33:33 /etc/passwd"));
    QTest::keyClick(field, Qt::Key_Down);
    QCOMPARE(field->text(), QStringLiteral("touch /b"));
    QTest::keyClick(field, Qt::Key_Down);
    QVERIFY(field->text().isEmpty());
    QTest::keyClicks(field, QStringLiteral("dance"));
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(w.child<QWidget>("errorBanner")->isVisible());
    QCOMPARE(w.deck().acts(0).size(), std::size_t{2});
    QCOMPARE(field->text(), QStringLiteral("dance")); // to be mended
    QTest::keyClick(field, Qt::Key_Up);
    QCOMPARE(field->text(), QStringLiteral("touch /b"));
    QTest::keyClick(field, Qt::Key_Down);
    QCOMPARE(field->text(), QStringLiteral("dance"));
    QTest::keyClick(field, Qt::Key_Up);
    w.deck().start(); // in which nothing was done
    QVERIFY(w.quiet());
    QTest::keyClick(field, Qt::Key_Up);
    QTest::keyClick(field, Qt::Key_Down);
    QCOMPARE(w.deck().acts(1).size(), std::size_t{0});
}

void ContainerWindowTest::metacopyIsForNewContainers()
{
    ContainerWindow w;
    QVERIFY(w.start());
    for (auto* action : w.window.menuBar()->actions()[3]->menu()->actions()) {
        if (action->text().contains(QStringLiteral("metacopy"))) {
            action->trigger();
        }
    }
    w.deck().perform({"chmod 0600 /etc/passwd"});
    QVERIFY(w.quiet());
    QVERIFY(w.deck().acts(0).back().traces.back().bytesCopiedUp() > 0);
    QTest::keyClick(&w.window, Qt::Key_R, Qt::ControlModifier);
    QVERIFY(w.quiet());
    w.deck().perform({"chmod 0600 /etc/passwd"});
    QVERIFY(w.quiet());
    QCOMPARE(w.deck().acts(1).back().traces.back().bytesCopiedUp(), 0U);
}

void ContainerWindowTest::refusalsShowInTheLog()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.deck().perform({"rename /usr /other"});
    QVERIFY(w.quiet());
    const auto row = w.window.workspace()->containerLog()->model()->index(0);
    QVERIFY(row.data(ActModel::RefusedRole).toBool());
    QVERIFY(row.data(ActModel::SentenceRole).toString().contains(QStringLiteral("EXDEV")));
    QCOMPARE(w.window.workspace()->tracePlayer().steps().back().kind, TraceStep::Kind::Refuse);
}

int main(int argc, char* argv[])
{
    return runWindowTest<ContainerWindowTest>(argc, argv);
}

#include "tst_container_window.moc"
