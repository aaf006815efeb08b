// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "jobs/worker.h"
#include "session/container_deck.h"

#include <QList>
#include <QObject>

#include <optional>
#include <string>
#include <vector>

class QAction;
class QMenu;
class QWidget;

namespace strata::ui {

class TreePage;

/// All that can be done with containers, as actions: for the menu, the toolbar, the tree's menu and
/// the keys. What is asked for becomes lines of a script, which the deck does.
class ContainerActions : public QObject
{
    Q_OBJECT
public:
    /// All must outlive the actions; dialogs stand over `window`.
    ContainerActions(ContainerDeck& deck, ImageSession& session, TreePage& page, QWidget& window);

    QAction* startAction() const { return m_start; }
    QAction* undoAction() const { return m_undo; }
    QAction* redoAction() const { return m_redo; }
    QAction* copyScriptAction() const { return m_copyScript; }
    /// Operations on the chosen paths, with separators.
    const QList<QAction*>& operations() const { return m_operations; }
    void fillMenu(QMenu& menu) const;

public Q_SLOTS:
    /// Puts files and folders of this system into the folder at a path of the container.
    void putFiles(const QStringList& files, const std::string& folder);
    void copyScript(strata::ui::ContainerKey container);
    void removeContainer(strata::ui::ContainerKey container);
    /// Asks for a file and saves to it. False if none was chosen, or the container is gone.
    bool saveContainer(strata::ui::ContainerKey container);
    /// Asks what the new image shall be, and writes it.
    void commitContainer(strata::ui::ContainerKey container);
    /// Asks for a file that a container was saved to, and opens it.
    void openContainer();

Q_SIGNALS:
    /// A dialog would not do: a sentence for the user.
    void failed(const QString& title, const QString& why);

private:
    void addContainerActions();
    void addOperations();
    QAction* add(const QString& text, const QString& help, const QKeySequence& key,
                 void (ContainerActions::*slot)());
    void refresh();
    void newFile();
    void newFolder();
    void newLink();
    void edit();
    void append();
    void read();
    void rename();
    void changeMode();
    void removePaths();
    void editText(ContainerKey container, const std::string& path, const QByteArray& bytes);
    /// Asks for the path of something new. None if the user would not.
    std::optional<std::string> askForPath(const QString& title, const QString& help,
                                          const std::string& first);
    /// The path, if one alone is chosen.
    std::optional<std::string> chosenPath() const;
    /// Of the chosen paths those that lie below no other one.
    std::vector<NodeId> outermostNodes() const;
    /// The folder that is chosen, or the one that holds what is chosen.
    std::string chosenFolder() const;

    ContainerDeck& m_deck;
    ImageSession& m_session;
    TreePage& m_page;
    QWidget& m_window;
    Worker m_walker; ///< goes through dropped folders
    QAction* m_start = nullptr;
    QAction* m_metacopy = nullptr;
    QAction* m_undo = nullptr;
    QAction* m_redo = nullptr;
    QAction* m_copyScript = nullptr;
    QAction* m_save = nullptr;
    QAction* m_open = nullptr;
    QAction* m_commit = nullptr;
    QAction* m_remove = nullptr;
    QAction* m_leave = nullptr;
    QList<QAction*> m_operations;
    QList<QAction*> m_onPath;  ///< need one path
    QList<QAction*> m_onPaths; ///< need paths
    QList<QAction*> m_onFile;  ///< need one file
};

} // namespace strata::ui
