// SPDX-License-Identifier: Apache-2.0
#include "window/window_actions.h"

#include "containers/container_actions.h"
#include "session/place_history.h"
#include "theme/page_tabs.h"
#include "tree/filter_bar.h"
#include "tree/tree_header.h"
#include "tree/tree_page.h"
#include "tree/tree_view.h"
#include "window/recent_menu.h"
#include "window/scope_names.h"
#include "window/workspace.h"

#include <QAction>
#include <QActionGroup>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>

#include <algorithm>
#include <array>

namespace strata::ui {

WindowActions::WindowActions(ImageSession& session, RecentImages& recent, Workspace& workspace,
                             const ContainerActions& containers, QMainWindow& window)
    : QObject(&window)
    , m_session(session)
    , m_workspace(workspace)
    , m_window(window)
    , m_history(new PlaceHistory(session, this))
{
    auto& bar = *window.menuBar();
    buildFile(bar, recent);
    buildEdit(bar, containers);
    buildView(bar);
    containers.fillMenu(*bar.addMenu(tr("&Container")));
    buildHelp(bar);
    for (const auto signal : {&ImageSession::stateChanged, &ImageSession::archiveReady,
                              &ImageSession::scopeChanged, &ImageSession::currentLayerChanged}) {
        connect(&m_session, signal, this, &WindowActions::refresh);
    }
    connect(m_history, &PlaceHistory::changed, this, &WindowActions::refresh);
    refresh();
}

void WindowActions::buildFile(QMenuBar& bar, RecentImages& recent)
{
    auto* menu = bar.addMenu(tr("&File"));
    m_open = menu->addAction(tr("&Open…"), QKeySequence::Open, this, &WindowActions::openWanted);
    m_open->setToolTip(tr("Open an image archive: from “docker save”, “podman save”, “skopeo copy” "
                          "and the like."));
    auto* folder = menu->addAction(tr("Open &folder…"), QKeySequence(tr("Ctrl+Shift+O")), this,
                                   &WindowActions::openFolderWanted);
    auto* recents = new RecentMenu(recent, tr("Open &recent"), menu);
    connect(recents, &RecentMenu::fileChosen, this, &WindowActions::fileWanted);
    menu->addMenu(recents);
    auto* sample = menu->addAction(tr("Open &sample image"), &m_session, &ImageSession::openSample);
    menu->addSeparator();
    m_needsFile +=
        menu->addAction(tr("Re&load"), QKeySequence(Qt::Key_F5), &m_session, &ImageSession::reload);
    m_needsFile +=
        menu->addAction(tr("&Close"), QKeySequence(tr("Ctrl+W")), &m_session, &ImageSession::close);
    menu->addSeparator();
    menu->addAction(tr("&Index cache…"), this, &WindowActions::cacheWanted);
    menu->addSeparator();
    menu->addAction(tr("&Quit"), QKeySequence(tr("Ctrl+Q")), &m_window, &QWidget::close);

    m_openMenu = new QMenu(&m_window);
    m_openMenu->setObjectName(QStringLiteral("openMenu"));
    m_openMenu->addAction(m_open);
    m_openMenu->addAction(folder);
    m_openMenu->addMenu(recents);
    m_openMenu->addSeparator();
    m_openMenu->addAction(sample);
}

void WindowActions::buildEdit(QMenuBar& bar, const ContainerActions& containers)
{
    auto* page = m_workspace.treePage();
    auto* menu = bar.addMenu(tr("&Edit"));
    menu->addAction(containers.undoAction());
    menu->addAction(containers.redoAction());
    menu->addSeparator();
    auto* copy = menu->addAction(tr("&Copy path"), QKeySequence::Copy, page, &TreePage::copyPaths);
    // The key is the page's alone: elsewhere it copies what is selected there.
    copy->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    page->addAction(copy);
    m_needsImage += copy;
    m_needsImage += menu->addAction(tr("Copy &name"), page, &TreePage::copyNames);
    m_needsImage += menu->addAction(tr("E&xtract…"), QKeySequence(tr("Ctrl+Shift+X")), page,
                                    &TreePage::extract);
    menu->addSeparator();
    m_needsImage += menu->addAction(tr("&Find"), QKeySequence::Find, this, [this, page] {
        m_workspace.showPage(Workspace::Files);
        page->filterBar()->focusField();
    });
    m_needsImage += menu->addAction(tr("Next matc&h"), QKeySequence(Qt::Key_F3), page,
                                    [page] { page->goToMatch(true); });
    m_needsImage += menu->addAction(tr("&Previous match"), QKeySequence(Qt::SHIFT | Qt::Key_F3),
                                    page, [page] { page->goToMatch(false); });
}

void WindowActions::addScopes(QMenu* menu)
{
    auto* group = new QActionGroup(this);
    const auto names = scopeNames(m_session);
    constexpr std::array keys = {Qt::Key_1, Qt::Key_2, Qt::Key_3};
    static_assert(keys.size() == std::tuple_size_v<decltype(names)>);
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto* action = menu->addAction(names[i], QKeySequence(Qt::CTRL | keys[i]), this,
                                       [this, i] { m_session.setScope(static_cast<Scope>(i)); });
        action->setCheckable(true);
        group->addAction(action);
        m_scopes += action;
        m_needsLayers += action;
    }
}

void WindowActions::addPages(QMenu* menu)
{
    auto* group = new QActionGroup(this);
    constexpr std::array keys = {Qt::Key_1, Qt::Key_2, Qt::Key_3, Qt::Key_4};
    static_assert(keys.size() == Workspace::PageCount);
    for (int page = 0; page < Workspace::PageCount; ++page) {
        auto* action = menu->addAction(m_workspace.tabs()->tabText(page),
                                       QKeySequence(Qt::ALT | keys[static_cast<std::size_t>(page)]),
                                       &m_workspace, [this, page] { m_workspace.showPage(page); });
        action->setCheckable(true);
        group->addAction(action);
        m_pages += action;
        m_needsImage += action;
    }
    m_pages[m_workspace.currentPage()]->setChecked(true);
    connect(m_workspace.tabs(), &QTabBar::currentChanged, this,
            [this](int page) { m_pages[page]->setChecked(true); });
}

void WindowActions::addHistory(QMenu* menu)
{
    m_back = menu->addAction(tr("Bac&k"), QKeySequence::Back, m_history, &PlaceHistory::goBack);
    m_back->setToolTip(tr("To the path, layer and scope looked at before"));
    m_forward =
        menu->addAction(tr("Fo&rward"), QKeySequence::Forward, m_history, &PlaceHistory::goForward);
}

void WindowActions::addTree(QMenu* menu)
{
    auto* page = m_workspace.treePage();
    auto* filter = page->filterBar();
    auto* columns = page->view()->columns();
    m_removed = menu->addAction(tr("Show re&moved paths"), QKeySequence(tr("Ctrl+H")));
    m_removed->setCheckable(true);
    m_removed->setChecked(filter->showRemoved());
    connect(m_removed, &QAction::toggled, filter, &FilterBar::setShowRemoved);
    connect(filter, &FilterBar::showRemovedChanged, m_removed, &QAction::setChecked);
    const auto addMenu = [&](const QString& text, const char* name, auto fill) {
        auto* sub = menu->addMenu(text);
        sub->setObjectName(QLatin1StringView(name));
        connect(sub, &QMenu::aboutToShow, columns, [sub, columns, fill] {
            sub->clear();
            qDeleteAll(sub->findChildren<QActionGroup*>());
            (columns->*fill)(*sub);
        });
    };
    addMenu(tr("&Sort by"), "sortMenu", &TreeHeader::addSortActions);
    addMenu(tr("Colum&ns"), "viewColumns", &TreeHeader::addColumnActions);
    m_needsImage += menu->addAction(tr("&Expand all"), QKeySequence(tr("Ctrl+E")), page->view(),
                                    &TreeView::expandEverything);
    m_needsImage += menu->addAction(tr("Expand &below"), page->view(), &TreeView::expandBelow);
    m_needsImage += menu->addAction(tr("&Collapse all"), QKeySequence(tr("Ctrl+Shift+E")),
                                    page->view(), &TreeView::collapseEverything);
}

void WindowActions::buildView(QMenuBar& bar)
{
    auto* menu = bar.addMenu(tr("&View"));
    addHistory(menu);
    menu->addSeparator();
    addScopes(menu);
    menu->addSeparator();
    m_needsLayers += menu->addAction(tr("Layer &above"), QKeySequence(Qt::CTRL | Qt::Key_Up), this,
                                     [this] { stepLayer(1); });
    m_needsLayers += menu->addAction(tr("Layer be&low"), QKeySequence(Qt::CTRL | Qt::Key_Down),
                                     this, [this] { stepLayer(-1); });
    menu->addSeparator();
    addTree(menu);
    menu->addSeparator();
    addPages(menu);
    menu->addSeparator();
    m_fullScreen = menu->addAction(tr("&Full screen"), QKeySequence(Qt::Key_F11));
    m_fullScreen->setCheckable(true);
    connect(m_fullScreen, &QAction::toggled, &m_window, [this](bool on) {
        m_window.setWindowState(m_window.windowState().setFlag(Qt::WindowFullScreen, on));
    });
}

void WindowActions::windowStateChanged()
{
    m_fullScreen->setChecked(m_window.isFullScreen());
}

void WindowActions::buildHelp(QMenuBar& bar)
{
    auto* menu = bar.addMenu(tr("&Help"));
    menu->addAction(tr("What are &layers?"), QKeySequence(Qt::Key_F1), this,
                    &WindowActions::layersHelpWanted);
    menu->addSeparator();
    menu->addAction(tr("&About Stratascope"), this, &WindowActions::aboutWanted);
}

void WindowActions::stepLayer(int by)
{
    const auto* image = m_session.image();
    if (!image || image->layers.empty()) {
        return;
    }
    const int last = static_cast<int>(image->layers.size()) - 1;
    const auto layer = m_session.currentLayer();
    const int now = layer ? static_cast<int>(*layer) + by : by > 0 ? 0 : last;
    m_session.setCurrentLayer(static_cast<LayerNo>(std::clamp(now, 0, last)));
}

void WindowActions::refresh()
{
    const bool open = m_session.state() != ImageSession::State::Empty;
    for (auto* action : std::as_const(m_needsFile)) {
        action->setEnabled(open);
    }
    for (auto* action : std::as_const(m_needsImage)) {
        action->setEnabled(m_session.image() != nullptr);
    }
    for (auto* action : std::as_const(m_needsLayers)) {
        action->setEnabled(m_session.image() && !m_session.image()->layers.empty());
    }
    m_back->setEnabled(m_history->canGoBack());
    m_forward->setEnabled(m_history->canGoForward());
    m_scopes[static_cast<int>(m_session.scope())]->setChecked(true);
    const auto names = scopeNames(m_session);
    for (std::size_t i = 0; i < names.size(); ++i) {
        m_scopes[static_cast<qsizetype>(i)]->setText(names[i]);
    }
}

} // namespace strata::ui
