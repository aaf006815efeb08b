// SPDX-License-Identifier: Apache-2.0
#include "containers/commit_dialog.h"
#include "containers/container_list.h"
#include "containers/container_log.h"
#include "containers/mode_dialog.h"
#include "containers/path_dialog.h"
#include "containers/text_dialog.h"
#include "containers/trace_player.h"
#include "tree_text.h"
#include "window_fixture.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QTimer>
#include <QToolBar>
#include <QToolButton>

#include <functional>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;
using namespace std::string_literals;

namespace {

/// The window with a container on the article's image, and what a person does there.
struct ContainerWindow : WindowFixture
{
    ContainerDeck& deck() { return window.containers(); }
    bool quiet()
    {
        return QTest::qWaitFor([this] { return !deck().busy(); }, patienceMs) && settle();
    }
    bool start()
    {
        window.openFile(article());
        if (!ready()) {
            return false;
        }
        click("startButton");
        return quiet() && session().showsContainer();
    }
    /// Chooses a path in the tree, so that keys go there.
    void choose(const char* path)
    {
        select(path);
        view().setFocus();
    }
    /// Answers the next dialog that opens, whatever it takes until then.
    template <typename Dialog> void answer(const std::function<void(Dialog&)>& act)
    {
        answered = false;
        auto* wait = new QTimer(&window);
        QObject::connect(wait, &QTimer::timeout, &window, [this, wait, act] {
            auto* dialog = qobject_cast<Dialog*>(QApplication::activeModalWidget());
            if (dialog && dialog->isVisible() && dialog->isActiveWindow()) {
                wait->stop(); // it may live on for a while
                wait->deleteLater();
                answered = true;
                act(*dialog);
            }
        });
        wait->start(20);
    }
    std::string lastLine()
    {
        const auto& acts = deck().acts(deck().current());
        return acts.empty() ? std::string() : acts.back().line;
    }
    std::string tree() { return treeText(*session().tree()); }
    bool answered = false;
};

} // namespace

/// Containers in the window, by mouse and by key.
class ContainerWindowTest : public QObject
{
    Q_OBJECT
public:
    using Application = QApplication;

private Q_SLOTS:
    void initTestCase() { qputenv("STRATASCOPE_MOTION", "none"); }
    void init() { QSettings().clear(); }
    void startingPutsAPlateOnTheStack();
    void aFileIsMadeByKey();
    void aFolderIsMadeByKey();
    void aFileIsEdited();
    void throwingAwayIsAsked();
    void whatIsNoTextIsNotEdited();
    void textIsAppended();
    void readingChangesNothing();
    void renamingGoesByKey();
    void permissionsGoByBoxesAndDigits();
    void deletingStrikesOut();
    void theMenuOffersOperations();
    void undoAndRedoStandInTheEditMenu();
    void droppedFilesAreWritten();
    void droppingBesideOpensAnImage();
    void theLogCanBeCopied();
    void tracesArePlayedAndReplayed();
    void clickingAPlateLooksAtIt();
    void closingAsks();
    void committingAsksWhatFor();
    void theToolbarHasTheOperations();
    void linesCanBeTyped();
    void metacopyIsForNewContainers();
    void aWrongPathIsSaidAtOnce();
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

void ContainerWindowTest::aFileIsMadeByKey()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.choose("/etc");
    w.answer<PathDialog>([&](PathDialog& ask) {
        QCOMPARE(ask.path(), "/etc/new.txt"s);
        QTest::keyClicks(ask.findChild<QLineEdit*>(), QStringLiteral("fresh.conf"));
        w.answer<TextDialog>([](TextDialog& text) {
            QTest::keyClicks(text.editor(), QStringLiteral("a = 1"));
            QTest::keyClick(text.editor(), Qt::Key_Return);
            QTest::keyClick(&text, Qt::Key_S, Qt::ControlModifier);
        });
        QTest::keyClick(&ask, Qt::Key_Return);
    });
    QTest::keyClick(&w.view(), Qt::Key_N, Qt::ControlModifier);
    QVERIFY(w.quiet());
    QVERIFY(w.answered);
    QCOMPARE(w.lastLine(), "write /etc/fresh.conf $'a = 1\\n'"s);
    QVERIFY(w.tree().contains("file /etc/fresh.conf 6 L3"));
}

void ContainerWindowTest::aFolderIsMadeByKey()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.choose("/etc/passwd"); // its folder is meant
    w.answer<PathDialog>([](PathDialog& ask) {
        QTest::keyClicks(ask.findChild<QLineEdit*>(), QStringLiteral("sub dir"));
        QTest::keyClick(&ask, Qt::Key_Return);
    });
    QTest::keyClick(&w.view(), Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(w.quiet());
    QCOMPARE(w.lastLine(), "mkdir '/etc/sub dir'"s);
    QVERIFY(w.tree().contains("dir /etc/sub dir 0755 L3"));
}

void ContainerWindowTest::aFileIsEdited()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.choose("/etc/passwd");
    w.answer<TextDialog>([](TextDialog& text) {
        QCOMPARE(text.text(), QStringLiteral("root\nwww-data\n"));
        QTest::keyClicks(text.editor(), QStringLiteral("x"));
        QTest::keyClick(text.editor(), Qt::Key_Return, Qt::ControlModifier);
    });
    QTest::keyClick(&w.view(), Qt::Key_F4);
    QVERIFY(QTest::qWaitFor([&] { return w.answered; }, patienceMs));
    QVERIFY(QTest::qWaitFor([&] { return !w.lastLine().empty(); }, patienceMs));
    QVERIFY(w.quiet());
    QCOMPARE(w.lastLine(), "write /etc/passwd $'xroot\\nwww-data\\n'"s);
    QVERIFY(w.tree().contains("file /etc/passwd 15 L3"));
}

void ContainerWindowTest::throwingAwayIsAsked()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.choose("/etc/passwd");
    bool asked = false;
    w.answer<TextDialog>([&](TextDialog& text) {
        QTest::keyClicks(text.editor(), QStringLiteral("x"));
        w.answer<QMessageBox>([&](QMessageBox& ask) {
            asked = true;
            ask.button(QMessageBox::Discard)->click();
        });
        QTest::keyClick(&text, Qt::Key_Escape);
    });
    QTest::keyClick(&w.view(), Qt::Key_F4);
    QVERIFY(QTest::qWaitFor([&] { return asked; }, patienceMs));
    QVERIFY(w.quiet());
    QVERIFY(w.lastLine().empty());
}

void ContainerWindowTest::whatIsNoTextIsNotEdited()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.deck().perform({"write /binary $'a\\0b'"});
    QVERIFY(w.quiet());
    w.choose("/binary");
    QTest::keyClick(&w.view(), Qt::Key_F4);
    auto* banner = w.child<QWidget>("errorBanner");
    QVERIFY(banner);
    QVERIFY(QTest::qWaitFor([&] { return banner->isVisible(); }, patienceMs));
}

void ContainerWindowTest::textIsAppended()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.choose("/etc/passwd");
    w.answer<TextDialog>([](TextDialog& text) {
        QTest::keyClicks(text.editor(), QStringLiteral("me"));
        QTest::keyClick(&text, Qt::Key_S, Qt::ControlModifier);
    });
    QTest::keyClick(&w.view(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(w.quiet());
    QCOMPARE(w.lastLine(), "append /etc/passwd $'me\\n'"s);
    QVERIFY(w.tree().contains("file /etc/passwd 17 L3"));
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

void ContainerWindowTest::renamingGoesByKey()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.choose("/etc/passwd");
    w.answer<PathDialog>([](PathDialog& ask) {
        QTest::keyClicks(ask.findChild<QLineEdit*>(), QStringLiteral("users"));
        QTest::keyClick(&ask, Qt::Key_Return);
    });
    QTest::keyClick(&w.view(), Qt::Key_F2);
    QVERIFY(w.quiet());
    QCOMPARE(w.lastLine(), "mv /etc/passwd /etc/users"s);
    QVERIFY(w.tree().contains("file /etc/users 14 L3"));
    QVERIFY(!w.tree().contains("/etc/passwd"));
}

void ContainerWindowTest::permissionsGoByBoxesAndDigits()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.choose("/etc/passwd");
    w.answer<ModeDialog>([](ModeDialog& ask) {
        QCOMPARE(ask.mode(), 0644);
        for (auto* box : ask.findChildren<QCheckBox*>()) {
            if (box->accessibleName() == QStringLiteral("Group: write")) {
                QTest::keyClick(box, Qt::Key_Space);
            }
        }
        auto* digits = ask.findChild<QLineEdit*>();
        QCOMPARE(digits->text(), QStringLiteral("0664"));
        QTest::keyClick(digits, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(digits, QStringLiteral("4755"));
        QCOMPARE(ask.mode(), 04755);
        QTest::keyClick(&ask, Qt::Key_Return);
    });
    QTest::keyClick(&w.view(), Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(w.quiet());
    QCOMPARE(w.lastLine(), "chmod 4755 /etc/passwd"s);
    QVERIFY(w.tree().contains("file /etc/passwd 14 4755 L3"));
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
}

void ContainerWindowTest::closingAsks()
{
    ContainerWindow w;
    QVERIFY(w.start());
    QVERIFY(w.deck().report(0));
    w.deck().perform({"mkdir /a"});
    QVERIFY(w.quiet());
    w.answer<QMessageBox>([](QMessageBox& ask) { QTest::keyClick(&ask, Qt::Key_Escape); });
    QVERIFY(!w.window.close());
    QVERIFY(w.answered);
    QVERIFY(w.window.isVisible());
    auto* list = w.window.workspace()->containerList();
    list->setFocus();
    w.answer<QMessageBox>([](QMessageBox& ask) { QTest::keyClick(&ask, Qt::Key_Escape); });
    QTest::keyClick(list, Qt::Key_Delete);
    QVERIFY(w.answered);
    QCOMPARE(w.deck().count(), 1);
    w.answer<QMessageBox>([](QMessageBox& ask) {
        for (auto* button : ask.buttons()) {
            if (ask.buttonRole(button) == QMessageBox::DestructiveRole) {
                button->click();
                return;
            }
        }
    });
    const bool closed = w.window.close();
    QVERIFY(w.answered);
    QVERIFY(!w.window.isVisible());
    QVERIFY(closed);
}

void ContainerWindowTest::committingAsksWhatFor()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.deck().perform({"mkdir /a"});
    QVERIFY(w.quiet());
    const auto file = w.folder.filePath(QStringLiteral("new.tar"));
    w.answer<CommitDialog>([&](CommitDialog& ask) {
        const auto type = [&](const char* field, const QString& text) {
            auto* edit = ask.findChild<QWidget*>(QString::fromLatin1(field));
            QTest::keyClick(edit, Qt::Key_A, Qt::ControlModifier);
            QTest::keyClicks(edit, text);
        };
        auto* write = ask.findChild<QDialogButtonBox*>()->buttons().constFirst();
        for (auto* button : ask.findChild<QDialogButtonBox*>()->buttons()) {
            write = button->text().contains(QStringLiteral("rite")) ? button : write;
        }
        type("commitTarget", QStringLiteral("/no/such/folder/x.tar"));
        QVERIFY(!write->isEnabled());
        type("commitTarget", file);
        QVERIFY(write->isEnabled());
        type("commitCmd", QStringLiteral("[\"sh\", 1]"));
        QVERIFY(!write->isEnabled());
        type("commitCmd", QStringLiteral("[\"sh\"]"));
        type("commitEnv", QStringLiteral("=x"));
        QVERIFY(!write->isEnabled());
        type("commitEnv", QStringLiteral("A=b"));
        type("commitName", QStringLiteral("localhost/x:2"));
        type("commitMessage", QStringLiteral("why"));
        QVERIFY(write->isEnabled());
        write->click();
    });
    QTest::keyClick(&w.window, Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(w.answered);
    QVERIFY(w.quiet());
    QVERIFY(QFile::exists(file));
    w.window.openFile(file);
    QVERIFY(w.ready());
    QCOMPARE(w.session().image()->layers.size(), std::size_t{4});
    QCOMPARE(w.session().image()->config.runtime.cmd, std::vector<std::string>{"sh"});
    QCOMPARE(w.session().image()->names, std::vector<std::string>{"localhost/x:2"});
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

void ContainerWindowTest::aWrongPathIsSaidAtOnce()
{
    PathDialog ask(QStringLiteral("New file"), QStringLiteral("Path:"), "/etc/x");
    auto* field = ask.findChild<QLineEdit*>();
    const auto wrong = [&](const QString& text) {
        field->setText(text);
        field->setModified(true);
        return ask.findChild<QWidget*>(QStringLiteral("pathWrong"))->property("text").toString();
    };
    QCOMPARE(wrong(QStringLiteral("/etc/ok")).trimmed(), QString());
    QVERIFY(!wrong(QStringLiteral("etc/ok")).trimmed().isEmpty());
    QVERIFY(!wrong(QStringLiteral("/etc/")).trimmed().isEmpty());
    QVERIFY(!wrong(QStringLiteral("/etc/..")).trimmed().isEmpty());
    QVERIFY(!wrong(QStringLiteral("/") + QString(256, QLatin1Char('n'))).trimmed().isEmpty());
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
