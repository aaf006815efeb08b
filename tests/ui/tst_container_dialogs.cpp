// SPDX-License-Identifier: Apache-2.0
#include "container_window_fixture.h"
#include "containers/commit_dialog.h"
#include "containers/container_list.h"
#include "containers/mode_dialog.h"
#include "containers/path_dialog.h"
#include "containers/text_dialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTemporaryDir>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;
using namespace std::string_literals;

/// What containers ask for, answered by key and by mouse.
class ContainerDialogsTest : public QObject
{
    Q_OBJECT
public:
    using Application = QApplication;

private Q_SLOTS:
    void aFileIsMadeByKey();
    void aFolderIsMadeByKey();
    void aFileIsEdited();
    void textComesBackAsItWas();
    void throwingAwayIsAsked();
    void whatIsNoTextIsNotEdited();
    void textIsAppended();
    void renamingGoesByKey();
    void permissionsGoByBoxesAndDigits();
    void closingAsks();
    void permissionsGoToAllThatIsChosen();
    void committingAsksWhatFor();
    void replacingAnImageIsAsked();
    void pathsAreBytes();
    void nothingNewIsMadeOfWhatIsThere();
    void aWrongPathIsSaidAtOnce();
};

void ContainerDialogsTest::aFileIsMadeByKey()
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

void ContainerDialogsTest::aFolderIsMadeByKey()
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

void ContainerDialogsTest::aFileIsEdited()
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

void ContainerDialogsTest::textComesBackAsItWas()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.deck().perform({"write /list '-----BEGIN\u00a0X-----'"}); // a no-break space
    QVERIFY(w.quiet());
    w.choose("/list");
    w.answer<TextDialog>([](TextDialog& text) {
        QTest::keyClick(text.editor(), Qt::Key_End, Qt::ControlModifier);
        QTest::keyClick(text.editor(), Qt::Key_Return);
        QTest::keyClick(&text, Qt::Key_S, Qt::ControlModifier);
    });
    QTest::keyClick(&w.view(), Qt::Key_F4);
    QVERIFY(QTest::qWaitFor([&] { return w.deck().acts(0).size() == 2; }, patienceMs));
    QVERIFY(w.quiet());
    QCOMPARE(w.lastLine(), "write /list $'-----BEGIN\u00a0X-----\\n'"s);
    // Written by its end, not taken for an option.
    QVERIFY(!w.deck().acts(0).back().refused());
}

void ContainerDialogsTest::throwingAwayIsAsked()
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

void ContainerDialogsTest::whatIsNoTextIsNotEdited()
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

void ContainerDialogsTest::textIsAppended()
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

void ContainerDialogsTest::renamingGoesByKey()
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

void ContainerDialogsTest::permissionsGoByBoxesAndDigits()
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

void ContainerDialogsTest::closingAsks()
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

void ContainerDialogsTest::permissionsGoToAllThatIsChosen()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.choose("/etc");
    w.view().selectionModel()->select(w.at("/etc/passwd"),
                                      QItemSelectionModel::Select | QItemSelectionModel::Rows);
    w.answer<ModeDialog>([](ModeDialog& ask) {
        auto* digits = ask.findChild<QLineEdit*>();
        QTest::keyClick(digits, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(digits, QStringLiteral("0700"));
        QTest::keyClick(&ask, Qt::Key_Return);
    });
    QTest::keyClick(&w.view(), Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(w.quiet());
    QVERIFY(w.answered);
    QCOMPARE(w.deck().acts(0).size(), std::size_t{2});
    QVERIFY(w.tree().contains("dir /etc 0700 L3"));
    QVERIFY(w.tree().contains("file /etc/passwd 14 0700 L3"));
    QCOMPARE(w.deck().nextUndo().size(), std::size_t{2});
}

void ContainerDialogsTest::replacingAnImageIsAsked()
{
    const QTemporaryDir folder;
    const auto name = folder.filePath(QStringLiteral("box.tar"));
    QFile file(name);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.close();
    CommitDialog ask(QStringLiteral("box"), {}, folder.path());
    QCOMPARE(ask.target(), name);
    ask.show();
    bool asked = false;
    const auto press = [&](QMessageBox::ButtonRole role) {
        QTimer::singleShot(0, &ask, [&asked, role] {
            auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            if (!box) {
                return;
            }
            for (auto* button : box->buttons()) {
                if (box->buttonRole(button) == role) {
                    asked = true;
                    button->click();
                    return;
                }
            }
        });
    };
    press(QMessageBox::RejectRole);
    ask.accept();
    QVERIFY(asked);
    QCOMPARE(ask.result(), static_cast<int>(QDialog::Rejected));
    press(QMessageBox::AcceptRole);
    ask.accept();
    QCOMPARE(ask.result(), static_cast<int>(QDialog::Accepted));
}

void ContainerDialogsTest::pathsAreBytes()
{
    PathDialog ask(QStringLiteral("Rename"), QStringLiteral("Path:"), "/caf\xe9/a");
    auto* field = ask.findChild<QLineEdit*>();
    QCOMPARE(field->text(), QStringLiteral("$'/caf\\351/a'"));
    QCOMPARE(ask.path(), "/caf\xe9/a"s);
    ask.selectName();
    QCOMPARE(field->selectedText(), QStringLiteral("a"));
    QTest::keyClicks(field, QStringLiteral("b"));
    QCOMPARE(ask.path(), "/caf\xe9/b"s);
    field->setText(QStringLiteral("$'/no end"));
    QVERIFY(!ask.findChild<QWidget*>(QStringLiteral("pathWrong"))
                 ->property("text")
                 .toString()
                 .trimmed()
                 .isEmpty());
    field->setText(QStringLiteral("/it's/plain $HOME"));
    QCOMPARE(ask.path(), "/it's/plain $HOME"s);
}

void ContainerDialogsTest::nothingNewIsMadeOfWhatIsThere()
{
    ContainerWindow w;
    QVERIFY(w.start());
    w.choose("/etc");
    w.answer<PathDialog>([](PathDialog& ask) {
        QTest::keyClicks(ask.findChild<QLineEdit*>(), QStringLiteral("passwd"));
        auto* ok = ask.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok);
        QVERIFY(!ok->isEnabled());
        QTest::keyClicks(ask.findChild<QLineEdit*>(), QStringLiteral("2"));
        QVERIFY(ok->isEnabled());
        QTest::keyClick(&ask, Qt::Key_Escape);
    });
    QTest::keyClick(&w.view(), Qt::Key_N, Qt::ControlModifier);
    QVERIFY(w.answered);
    QVERIFY(w.lastLine().empty());
}

void ContainerDialogsTest::committingAsksWhatFor()
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

void ContainerDialogsTest::aWrongPathIsSaidAtOnce()
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

int main(int argc, char* argv[])
{
    return runWindowTest<ContainerDialogsTest>(argc, argv);
}

#include "tst_container_dialogs.moc"
