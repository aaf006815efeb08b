// SPDX-License-Identifier: Apache-2.0
#include "containers/container_actions.h"

#include "containers/act_text.h"
#include "containers/commit_dialog.h"
#include "session/image_session.h"
#include "text/format.h"
#include "tree/tree_page.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>

#include <algorithm>
#include <iterator>

namespace strata::ui {

namespace {

const QString folderKey = QStringLiteral("containers/folder");

QString lastFolder()
{
    return QSettings().value(folderKey, QDir::homePath()).toString();
}

QString fileFilter()
{
    return ContainerActions::tr("Containers (*.container);;All files (*)");
}

std::string parentOf(const std::string& path)
{
    const auto slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

} // namespace

ContainerActions::ContainerActions(ContainerDeck& deck, ImageSession& session, TreePage& page,
                                   QWidget& window)
    : QObject(&window)
    , m_deck(deck)
    , m_session(session)
    , m_page(page)
    , m_window(window)
{
    addContainerActions();
    addOperations();
    connect(&deck, &ContainerDeck::listChanged, this, &ContainerActions::refresh);
    connect(&deck, &ContainerDeck::currentChanged, this, &ContainerActions::refresh);
    connect(&deck, &ContainerDeck::busyChanged, this, &ContainerActions::refresh);
    connect(&deck, &ContainerDeck::performed, this, &ContainerActions::refresh);
    connect(&deck, &ContainerDeck::stepped, this, &ContainerActions::refresh);
    connect(&session, &ImageSession::stateChanged, this, &ContainerActions::refresh);
    connect(&page, &TreePage::selectedNodesChanged, this, &ContainerActions::refresh);
    connect(&session, &ImageSession::scopeChanged, this, &ContainerActions::refresh);
    connect(&session, &ImageSession::viewChanged, this, &ContainerActions::refresh);
    refresh();
}

void ContainerActions::addContainerActions()
{
    m_start = new QAction(tr("&Start container"), this);
    m_start->setObjectName(QStringLiteral("startContainer"));
    m_start->setShortcut(QKeySequence(tr("Ctrl+R")));
    m_start->setToolTip(tr("Put a writable layer on top of the image, as a container engine does, "
                           "and change files in it. The image stays as it is."));
    connect(m_start, &QAction::triggered, &m_deck, &ContainerDeck::start);
    m_metacopy = new QAction(tr("Start with &metacopy=on"), this);
    m_metacopy->setCheckable(true);
    m_metacopy->setToolTip(tr("Containers started from now on copy only a file's metadata up where "
                              "its mode, owner or attributes change; its content follows when it "
                              "is written to."));
    connect(m_metacopy, &QAction::toggled, &m_deck, &ContainerDeck::setMetacopy);
    m_undo = new QAction(tr("&Undo"), this);
    m_undo->setShortcut(QKeySequence::Undo);
    connect(m_undo, &QAction::triggered, &m_deck, &ContainerDeck::undo);
    m_redo = new QAction(tr("&Redo"), this);
    m_redo->setShortcuts({QKeySequence(tr("Ctrl+Shift+Z")), QKeySequence(tr("Ctrl+Y"))});
    connect(m_redo, &QAction::triggered, &m_deck, &ContainerDeck::redo);
    m_copyScript = new QAction(tr("Copy as scr&ipt"), this);
    m_copyScript->setToolTip(tr("Copy all that was done as a script for “strata run”."));
    connect(m_copyScript, &QAction::triggered, this,
            [this] { copyScript(m_deck.key(m_deck.current())); });
    m_save = new QAction(tr("Sa&ve container…"), this);
    m_save->setShortcut(QKeySequence::Save);
    m_save->setToolTip(tr("Write the container's layer to a file, to go on with it later."));
    connect(m_save, &QAction::triggered, this,
            [this] { saveContainer(m_deck.key(m_deck.current())); });
    m_open = new QAction(tr("&Open saved container…"), this);
    connect(m_open, &QAction::triggered, this, &ContainerActions::openContainer);
    m_commit = new QAction(tr("&Commit to a new image…"), this);
    m_commit->setShortcut(QKeySequence(tr("Ctrl+Shift+S")));
    m_commit->setToolTip(tr("Make the container's layer one more layer of a new image."));
    connect(m_commit, &QAction::triggered, this,
            [this] { commitContainer(m_deck.key(m_deck.current())); });
    m_leave = new QAction(tr("Look at the ima&ge alone"), this);
    connect(m_leave, &QAction::triggered, &m_deck, [this] { m_deck.setCurrent(-1); });
    m_remove = new QAction(tr("Remove co&ntainer"), this);
    connect(m_remove, &QAction::triggered, this,
            [this] { removeContainer(m_deck.key(m_deck.current())); });
}

void ContainerActions::addOperations()
{
    const auto separate = [this] {
        auto* line = new QAction(this);
        line->setSeparator(true);
        m_operations << line;
    };
    add(tr("New &file…"), tr("Make a file and write its text. It lies in the container's layer."),
        QKeySequence(tr("Ctrl+N")), &ContainerActions::newFile);
    add(tr("New fol&der…"), tr("Make a folder in the container's layer."),
        QKeySequence(tr("Ctrl+Shift+N")), &ContainerActions::newFolder);
    add(tr("New symbolic lin&k…"), tr("Make a symbolic link to the chosen path."), {},
        &ContainerActions::newLink);
    m_onPath << m_operations.back();
    separate();
    m_onFile << add(tr("&Read"),
                    tr("Open the file as a process does: the look-up goes from the "
                       "container down, and nothing is copied."),
                    QKeySequence(tr("Ctrl+Shift+R")), &ContainerActions::read);
    m_onFile << add(tr("&Edit…"),
                    tr("Change the file's text. A file of the image is copied up into "
                       "the container first."),
                    QKeySequence(Qt::Key_F4), &ContainerActions::edit);
    m_onFile << add(tr("&Append…"), tr("Write at the file's end: all of it is copied up for that."),
                    QKeySequence(tr("Ctrl+Shift+A")), &ContainerActions::append);
    separate();
    m_onPath << add(tr("Rename…"),
                    tr("Rename as mv does: a file is copied up and leaves a "
                       "whiteout, a folder of the image is copied as a whole."),
                    QKeySequence(Qt::Key_F2), &ContainerActions::rename);
    m_onPaths << add(tr("&Permissions…"),
                     tr("Change the mode. Even for one bit the whole file is "
                        "copied up."),
                     QKeySequence(tr("Ctrl+Shift+P")), &ContainerActions::changeMode);
    m_onPaths << add(tr("De&lete"),
                     tr("Delete the chosen paths with all that is in them. What is "
                        "in the image stays there, hidden by a whiteout."),
                     QKeySequence::Delete, &ContainerActions::removePaths);
}

QAction* ContainerActions::add(const QString& text, const QString& help, const QKeySequence& key,
                               void (ContainerActions::*slot)())
{
    auto* action = new QAction(text, this);
    action->setToolTip(help);
    action->setShortcut(key);
    // The keys are the tree's alone: Delete and F2 mean other things elsewhere.
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_page.addAction(action);
    connect(action, &QAction::triggered, this, slot);
    m_operations << action;
    return action;
}

void ContainerActions::fillMenu(QMenu& menu) const
{
    menu.setToolTipsVisible(true);
    menu.addAction(m_start);
    menu.addAction(m_metacopy);
    menu.addSeparator();
    menu.addActions(m_operations);
    menu.addSeparator();
    menu.addAction(m_copyScript);
    menu.addAction(m_save);
    menu.addAction(m_open);
    menu.addAction(m_commit);
    menu.addSeparator();
    menu.addAction(m_leave);
    menu.addAction(m_remove);
}

void ContainerActions::refresh()
{
    const bool inside = m_deck.showsCurrent();
    const auto nodes = inside ? m_page.selectedNodes() : std::vector<NodeId>();
    const auto* tree = m_session.tree();
    const bool there = !nodes.empty() && std::ranges::all_of(nodes, [&](NodeId node) {
        return tree->visible(node) != nullptr;
    });
    m_start->setEnabled(m_deck.canStart());
    for (auto* action : std::as_const(m_operations)) {
        action->setEnabled(inside);
    }
    for (auto* action : std::as_const(m_onPaths)) {
        action->setEnabled(there);
    }
    for (auto* action : std::as_const(m_onPath)) {
        action->setEnabled(there && nodes.size() == 1);
    }
    const bool file = there && nodes.size() == 1 &&
                      tree->entry(*tree->visible(nodes.front())).type != FileType::Directory;
    for (auto* action : std::as_const(m_onFile)) {
        action->setEnabled(file);
    }
    const std::span<const ContainerAct> none;
    const auto undo = m_deck.busy() ? none : m_deck.nextUndo();
    const auto redo = m_deck.busy() ? none : m_deck.nextRedo();
    m_undo->setEnabled(!undo.empty());
    m_undo->setText(undo.empty() ? tr("&Undo") : tr("&Undo %1").arg(requestText(undo)));
    m_undo->setIconText(tr("Undo"));
    m_redo->setEnabled(!redo.empty());
    m_redo->setText(redo.empty() ? tr("&Redo") : tr("&Redo %1").arg(requestText(redo)));
    m_redo->setIconText(tr("Redo"));
    const bool any = m_deck.current() >= 0;
    m_copyScript->setEnabled(any && !m_deck.acts(m_deck.current()).empty());
    m_save->setEnabled(any);
    m_open->setEnabled(m_deck.canStart());
    m_commit->setEnabled(any);
    m_leave->setEnabled(any);
    m_remove->setEnabled(any);
}

std::optional<std::string> ContainerActions::chosenPath() const
{
    const auto nodes = m_page.selectedNodes();
    const auto* tree = m_session.tree();
    return tree && nodes.size() == 1 ? std::optional(tree->path(nodes.front())) : std::nullopt;
}

std::vector<NodeId> ContainerActions::outermostNodes() const
{
    auto nodes = m_page.selectedNodes();
    std::ranges::sort(nodes);
    const auto* tree = m_session.tree();
    const auto isInner = [&](NodeId node) {
        while (node != MergedTree::root()) {
            node = tree->parent(node);
            if (std::ranges::binary_search(nodes, node)) {
                return true;
            }
        }
        return false;
    };
    std::vector<NodeId> outer;
    std::ranges::remove_copy_if(nodes, std::back_inserter(outer), isInner);
    return outer;
}

std::string ContainerActions::chosenFolder() const
{
    const auto* tree = m_session.tree();
    auto node = m_session.currentNode();
    if (!tree || !node.valid()) {
        return "/";
    }
    const auto* version = tree->visible(node);
    return version && tree->entry(*version).type == FileType::Directory
               ? tree->path(node)
               : parentOf(tree->path(node));
}

void ContainerActions::copyScript(ContainerKey container)
{
    if (const int at = m_deck.number(container); at >= 0) {
        QApplication::clipboard()->setText(QString::fromStdString(m_deck.script(at)));
    }
}

bool ContainerActions::saveContainer(ContainerKey container)
{
    const int at = m_deck.number(container);
    if (at < 0) {
        return false;
    }
    const auto file = QFileDialog::getSaveFileName(
        &m_window, tr("Save container"),
        QDir(lastFolder()).filePath(m_deck.name(at) + QStringLiteral(".container")), fileFilter());
    if (file.isEmpty() || m_deck.number(container) < 0) {
        return false;
    }
    QSettings().setValue(folderKey, QFileInfo(file).absolutePath());
    m_deck.save(container, file);
    return true;
}

void ContainerActions::openContainer()
{
    const auto name = QFileDialog::getOpenFileName(&m_window, tr("Open a saved container"),
                                                   lastFolder(), fileFilter());
    if (!name.isEmpty()) {
        QSettings().setValue(folderKey, QFileInfo(name).absolutePath());
        m_deck.open(name);
    }
}

void ContainerActions::commitContainer(ContainerKey container)
{
    const int at = m_deck.number(container);
    if (at < 0) {
        return;
    }
    const auto& names = m_session.openedImage()->image().names;
    CommitDialog ask(m_deck.name(at), names.empty() ? QString() : displayText(names.front()),
                     lastFolder(), &m_window);
    if (ask.exec() == QDialog::Accepted) {
        QSettings().setValue(folderKey, QFileInfo(ask.target()).absolutePath());
        m_deck.commit(container, ask.target(), ask.format(), ask.compression(), ask.options());
    }
}

void ContainerActions::removeContainer(ContainerKey container)
{
    const int at = m_deck.number(container);
    if (at >= 0 && m_deck.hasChanges(at)) {
        QMessageBox ask(QMessageBox::Question, tr("Remove container"),
                        tr("Remove %1 with all that was changed in it?").arg(m_deck.name(at)),
                        QMessageBox::Cancel, &m_window);
        ask.setTextFormat(Qt::PlainText);
        ask.setInformativeText(tr("This cannot be undone. The image is not touched."));
        auto* remove = ask.addButton(tr("&Remove"), QMessageBox::DestructiveRole);
        ask.setDefaultButton(QMessageBox::Cancel);
        ask.exec();
        if (ask.clickedButton() != static_cast<QAbstractButton*>(remove)) {
            return;
        }
    }
    m_deck.remove(container);
}

} // namespace strata::ui
