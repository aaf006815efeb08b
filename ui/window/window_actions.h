// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/image_session.h"

#include <QObject>

class QAction;
class QMainWindow;
class QMenu;
class QMenuBar;

namespace strata::ui {

class ContainerActions;
class PlaceHistory;
class RecentImages;
class Workspace;

/// The window's menus and every action that has a key. Acts on the session and the workspace; what
/// only the window can do it asks for by signal.
class WindowActions : public QObject
{
    Q_OBJECT
public:
    WindowActions(ImageSession& session, RecentImages& recent, Workspace& workspace,
                  const ContainerActions& containers, QMainWindow& window);

    /// The menu of the toolbar's Open button.
    QMenu* openMenu() const { return m_openMenu; }
    QAction* openAction() const { return m_open; }

public Q_SLOTS:
    /// The window has entered or left a state such as full screen.
    void windowStateChanged();

Q_SIGNALS:
    void openWanted();
    void openFolderWanted();
    void fileWanted(const QString& fileName);
    void aboutWanted();
    void cacheWanted();
    void layersHelpWanted();

private:
    void buildFile(QMenuBar& bar, RecentImages& recent);
    void buildEdit(QMenuBar& bar, const ContainerActions& containers);
    void buildView(QMenuBar& bar);
    void buildHelp(QMenuBar& bar);
    void addScopes(QMenu* menu);
    void addPages(QMenu* menu);
    void addTree(QMenu* menu);
    void addHistory(QMenu* menu);
    void stepLayer(int by);
    void refresh();

    ImageSession& m_session;
    Workspace& m_workspace;
    QMainWindow& m_window;
    PlaceHistory* m_history;
    QMenu* m_openMenu = nullptr;
    QAction* m_open = nullptr;
    QAction* m_removed = nullptr;
    QAction* m_back = nullptr;
    QAction* m_forward = nullptr;
    QAction* m_fullScreen = nullptr;
    QList<QAction*> m_scopes;
    QList<QAction*> m_pages;
    QList<QAction*> m_needsFile;   ///< enabled while something is open
    QList<QAction*> m_needsImage;  ///< enabled once the stack is known
    QList<QAction*> m_needsLayers; ///< enabled once it is known and has a layer
};

} // namespace strata::ui
