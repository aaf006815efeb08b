// SPDX-License-Identifier: Apache-2.0
// Every control has a name for those who do not see it, and a way to it by keyboard; no key means
// two things.
#include "inspector/inspector.h"
#include "theme/page_tabs.h"
#include "window/about_dialog.h"
#include "window/cache_dialog.h"
#include "window/layers_help.h"
#include "window_fixture.h"

#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QButtonGroup>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMenuBar>
#include <QScrollArea>
#include <QScrollBar>
#include <QTextEdit>

#include <algorithm>
#include <map>
#include <set>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;

namespace {

QString describe(const QWidget* widget)
{
    QStringList path;
    for (; widget; widget = widget->parentWidget()) {
        path.prepend(QLatin1StringView(widget->metaObject()->className()) + u'#' +
                     widget->objectName());
    }
    return path.join(QStringLiteral(" / "));
}

/// What a person can act on. Scroll bars, viewports, headers (View has their menus) and what Qt
/// puts inside its own controls are reached through these.
bool interactive(const QWidget* widget)
{
    const auto* parent = widget->parentWidget();
    if (qobject_cast<const QHeaderView*>(widget) || qobject_cast<const QScrollBar*>(widget) ||
        qobject_cast<const QTabBar*>(parent) || qobject_cast<const QLineEdit*>(parent) ||
        qobject_cast<const QComboBox*>(parent) || widget->inherits("QMenu") ||
        widget->inherits("QMenuBar") || widget->inherits("QTableCornerButton") ||
        widget->inherits("QComboBoxPrivateContainer") ||
        (parent && parent->inherits("QComboBoxPrivateContainer"))) {
        return false;
    }
    return qobject_cast<const QAbstractButton*>(widget) ||
           qobject_cast<const QAbstractItemView*>(widget) ||
           qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QComboBox*>(widget) ||
           qobject_cast<const QAbstractSlider*>(widget) ||
           qobject_cast<const QAbstractSpinBox*>(widget) || qobject_cast<const QTabBar*>(widget) ||
           (widget->inherits("QAbstractScrollArea") && widget->focusPolicy() != Qt::NoFocus) ||
           (widget->focusPolicy() & Qt::TabFocus) != 0;
}

QString spokenName(QWidget* widget)
{
    auto* spoken = QAccessible::queryAccessibleInterface(widget);
    return spoken ? spoken->text(QAccessible::Name) : QString();
}

/// What Tab goes to, all the way round.
std::set<const QWidget*> reachedByTab(QWidget& window)
{
    std::set<const QWidget*> reached;
    for (int i = 0; i < 300; ++i) {
        QTest::keyClick(&window, Qt::Key_Tab);
        const auto* at = QApplication::focusWidget();
        if (!at || at->window() != &window || (!reached.insert(at).second && i > 150)) {
            break;
        }
    }
    return reached;
}

/// One exclusive group of buttons is one stop; the arrow keys go on from there.
bool reachedByArrows(const QWidget* widget, const std::set<const QWidget*>& reached)
{
    const auto* button = qobject_cast<const QAbstractButton*>(widget);
    if (!button || !button->group() || !button->group()->exclusive()) {
        return false;
    }
    return std::ranges::any_of(button->group()->buttons(), [&](const QAbstractButton* other) {
        return reached.contains(other);
    });
}

/// What is wrong with the controls that are to be seen in `window` now.
QStringList complaints(QWidget& window)
{
    QStringList out;
    const auto reached = reachedByTab(window);
    for (auto* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->window() != &window || !interactive(widget)) {
            continue;
        }
        if (spokenName(widget).trimmed().isEmpty()) {
            out += QStringLiteral("no name: ") + describe(widget);
        }
        const auto* target = widget->focusProxy() ? widget->focusProxy() : widget;
        if (widget->isEnabled() && !reached.contains(target) && !reachedByArrows(widget, reached)) {
            out += QStringLiteral("no way by keyboard: ") + describe(widget);
        }
    }
    return out;
}

/// The keys of everything that is in force wherever the focus is, and of what is not.
QStringList clashes(MainWindow& window)
{
    QStringList out;
    std::map<QString, const QAction*> everywhere;
    std::vector<std::pair<QString, const QAction*>> somewhere;
    for (const auto* action : window.findChildren<QAction*>()) {
        for (const auto& key : action->shortcuts()) {
            const auto text = key.toString();
            if (action->shortcutContext() == Qt::WindowShortcut) {
                if (const auto [at, fresh] = everywhere.emplace(text, action);
                    !fresh && at->second != action) {
                    out += text + QStringLiteral(": ") + action->text() + QStringLiteral(" and ") +
                           at->second->text();
                }
            } else {
                somewhere.emplace_back(text, action);
            }
        }
    }
    for (const auto& [text, action] : somewhere) {
        if (const auto at = everywhere.find(text); at != everywhere.end()) {
            out += text + QStringLiteral(": ") + action->text() + QStringLiteral(" and ") +
                   at->second->text();
        }
    }
    return out;
}

void none(const QStringList& complaints)
{
    QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join(u'\n')));
}

} // namespace

class TestWindowAccess : public QObject
{
    Q_OBJECT
public:
    using Application = QApplication;

private Q_SLOTS:
    void init() { QSettings().clear(); }

    void theWelcomePage()
    {
        QSettings().setValue(QStringLiteral("recentImages"),
                             QStringList{QCoreApplication::applicationFilePath()});
        WindowFixture f;
        QVERIFY(f.shown);
        none(complaints(f.window));
    }

    void everyPageOfAnImage()
    {
        WindowFixture f;
        f.window.openFile(f.article());
        QVERIFY(f.ready());
        for (int page = 0; page < Workspace::PageCount; ++page) {
            f.window.workspace()->showPage(page);
            QTest::qWait(50);
            none(complaints(f.window));
        }
    }

    void everyViewOfTheInspector_data()
    {
        QTest::addColumn<QString>("path");
        for (const auto* path :
             {"/etc/passwd", "/etc", "/etc/motd", "/data", "/link", "/deep.bin"}) {
            QTest::newRow(path) << QString::fromLatin1(path);
        }
    }

    void everyViewOfTheInspector()
    {
        QFETCH(const QString, path);
        WindowFixture f;
        auto image = articleImage();
        image.layer(TarBuilder()
                        .file("deep.bin", std::string(3'000, '\0'))
                        .symlink("link", "etc/passwd")
                        .file("data", std::string(2'000'000, 'a')),
                    "COPY data /");
        f.window.openFile(f.write("image.tar", ArchiveBuilder(ArchiveForm::Oci).image(image)));
        QVERIFY(f.ready());
        f.select(qPrintable(path));
        auto* inspector = f.window.findChild<Inspector*>();
        for (const auto tab : {Inspector::Tab::Timeline, Inspector::Tab::Preview,
                               Inspector::Tab::Diff, Inspector::Tab::Details}) {
            inspector->showTab(tab);
            QTest::qWait(250);
            none(complaints(f.window));
        }
    }

    void errorsAndProgress()
    {
        WindowFixture f;
        f.window.openFile(f.folder.filePath(QStringLiteral("nothing-here.tar")));
        QTRY_COMPARE(f.session().state(), ImageSession::State::Failed);
        none(complaints(f.window));
        f.window.openFile(f.article());
        QVERIFY(f.ready());
        QTemporaryDir target;
        f.page().extractTo(target.path());
        none(complaints(f.window));
        QTest::qWait(100);
        none(complaints(f.window));
        f.child<QLineEdit>("filterField")->setText(QStringLiteral("no-such-path"));
        QVERIFY(f.settle());
        none(complaints(f.window));
    }

    void dialogs()
    {
        AboutDialog about;
        LayersHelp help;
        CacheDialog cache(nullptr);
        for (QWidget* dialog : std::initializer_list<QWidget*>{&about, &help, &cache}) {
            dialog->show();
            QVERIFY(QTest::qWaitForWindowActive(dialog));
            none(complaints(*dialog));
            QTest::keyClick(dialog, Qt::Key_Escape);
            QVERIFY(!dialog->isVisible());
        }
    }

    void helpIsOpenedOnce()
    {
        WindowFixture f;
        QTest::keyClick(&f.window, Qt::Key_F1);
        QTRY_COMPARE(f.window.findChildren<LayersHelp*>().size(), 1);
        f.window.activateWindow();
        QTest::keyClick(&f.window, Qt::Key_F1);
        QCOMPARE(f.window.findChildren<LayersHelp*>().size(), 1);
    }

    void noKeyMeansTwoThings()
    {
        WindowFixture f;
        f.window.openFile(f.article());
        QVERIFY(f.ready());
        none(clashes(f.window));
        // Letters of menus are not taken twice either.
        QList<const QWidget*> menus{f.window.menuBar()};
        for (const auto* menu : f.window.menuBar()->findChildren<QMenu*>()) {
            menus += menu;
        }
        for (const auto* menu : std::as_const(menus)) {
            QStringList letters;
            for (const auto* action : menu->actions()) {
                const auto key = QKeySequence::mnemonic(action->text()).toString();
                QVERIFY2(key.isEmpty() || !letters.contains(key), qPrintable(action->text()));
                letters += key;
            }
        }
    }

    void ctrlCCopiesWhatHasTheFocus()
    {
        WindowFixture f;
        f.window.openFile(f.article());
        QVERIFY(f.ready());
        auto* clipboard = QGuiApplication::clipboard();
        const auto copy = [&] {
            clipboard->clear();
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_C, Qt::ControlModifier);
            return clipboard->text();
        };
        f.select("/etc/passwd");
        f.view().setFocus();
        QCOMPARE(copy(), QStringLiteral("/etc/passwd"));
        auto* inspector = f.window.findChild<Inspector*>();
        inspector->findChild<QListView*>()->setFocus();
        QCOMPARE(copy(), QStringLiteral("/etc/passwd"));
        auto* field = f.child<QLineEdit>("filterField");
        field->setText(QStringLiteral("etc"));
        field->setFocus();
        field->selectAll();
        QCOMPARE(copy(), QStringLiteral("etc"));
    }
};

int main(int argc, char* argv[])
{
    return runWindowTest<TestWindowAccess>(argc, argv);
}

#include "tst_window_access.moc"
