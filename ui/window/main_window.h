// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/recent_images.h"
#include "session/container_deck.h"
#include "session/image_session.h"

#include <QMainWindow>

#include <optional>

class QStackedWidget;
class QToolButton;

namespace strata::ui {

class ContainerActions;
class DropHint;
class ErrorBanner;
class StatusLine;
class WelcomePage;
class WindowActions;
class Workspace;

/// The window: toolbar, error line, welcome page or workspace, status line. Owns the session and
/// puts the views around it; remembers its shape and the images opened last.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    ImageSession& session() { return m_session; }
    ContainerDeck& containers() { return m_deck; }
    RecentImages& recent() { return m_recent; }
    Workspace* workspace() const { return m_workspace; }

public Q_SLOTS:
    void openFile(const QString& fileName);
    void openSample();
    /// Asks for a file, then opens it.
    void chooseFile();
    void chooseFolder();

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* buildToolBar();
    void connectAll();
    void sessionChanged();
    void showFailure();
    void updateTitle();
    void updateColors();
    void connectContainers();
    bool mayLeave();
    bool saveChanged();
    void restoreState();
    QString lastFolder() const;

    ImageSession m_session;
    ContainerDeck m_deck;
    RecentImages m_recent;
    Workspace* m_workspace;
    ContainerActions* m_containerActions;
    WindowActions* m_actions = nullptr;
    WelcomePage* m_welcome;
    ErrorBanner* m_banner;
    StatusLine* m_status;
    DropHint* m_dropHint;
    QStackedWidget* m_stack;
    QToolButton* m_openButton = nullptr;
    QWidget* m_toolBar = nullptr;
    QString m_lineFault;             ///< what the banner says while a line was not understood
    std::optional<int> m_pageBefore; ///< where to go back to from what is no image
};

} // namespace strata::ui
