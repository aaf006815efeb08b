// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/tree_model.h"
#include "session_fixture.h"
#include "tree/filter_bar.h"
#include "tree/tree_page.h"
#include "tree/tree_view.h"
#include "window/main_window.h"
#include "window/status_line.h"
#include "window/workspace.h"

#include <QAbstractButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryFile>

namespace strata::test {

/// The window on the screen, and a folder for the images that it opens.
struct WindowFixture
{
    QTemporaryDir folder;
    ui::MainWindow window;
    bool shown = false;

    WindowFixture()
    {
        window.resize(1280, 800);
        window.show();
        window.activateWindow();
        shown = QTest::qWaitForWindowActive(&window);
    }
    ui::ImageSession& session() { return window.session(); }
    ui::TreePage& page() { return *window.workspace()->treePage(); }
    ui::TreeView& view() { return *page().view(); }
    ui::TreeModel& model() { return *page().model(); }
    bool ready()
    {
        return QTest::qWaitFor(
                   [this] { return session().state() == ui::ImageSession::State::Ready; },
                   patienceMs) &&
               settle();
    }
    /// Waits until the rows are those of the session's place.
    bool settle()
    {
        return QTest::qWaitFor([this] { return !page().busy() && model().projection(); },
                               patienceMs) &&
               (QTest::qWait(ui::FilterBar::typingPauseMs + 20), true) &&
               QTest::qWaitFor([this] { return !page().busy(); }, patienceMs);
    }
    QString write(const char* name, const ArchiveBuilder& archive)
    {
        const QString path = folder.filePath(QString::fromLatin1(name));
        archive.writeFile(path.toStdString());
        return path;
    }
    QString article()
    {
        return write("article.tar", ArchiveBuilder(ArchiveForm::Oci).image(articleImage()));
    }
    template <typename T = QAbstractButton> T* child(const char* name)
    {
        return window.findChild<T*>(QString::fromLatin1(name));
    }
    void click(const char* name) { QTest::mouseClick(child(name), Qt::LeftButton); }
    QModelIndex at(const char* path)
    {
        const auto node = session().tree()->find(path);
        return node ? model().indexOf(*node) : QModelIndex();
    }
    void select(const char* path)
    {
        session().setCurrentNode(session().tree()->find(path).value_or(NodeId{}));
    }
    QString status() { return window.findChild<ui::StatusLine*>()->text(); }
};

/// Runs a test class on a wide screen, with settings of its own.
template <typename Test> int runWindowTest(int argc, char* argv[])
{
    // The offscreen platform's own screen is 800 × 800: windows would be cut to it.
    QTemporaryFile screen;
    if (qEnvironmentVariable("QT_QPA_PLATFORM") == QLatin1String("offscreen") && screen.open()) {
        screen.write(R"({"screens": [{"name": "wide", "x": 0, "y": 0, "width": 1920, "height": 1080,
                         "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}]})");
        screen.flush();
        qputenv("QT_QPA_PLATFORM", "offscreen:configfile=" + screen.fileName().toUtf8());
    }
    typename Test::Application application(argc, argv);
    QTemporaryDir settings;
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("Stratascope"));
    QCoreApplication::setApplicationName(QStringLiteral("Stratascope"));
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
    Test test;
    return QTest::qExec(&test, argc, argv);
}

} // namespace strata::test
