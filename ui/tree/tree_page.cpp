// SPDX-License-Identifier: Apache-2.0
#include "tree/tree_page.h"

#include "models/tree_model.h"
#include "models/tree_tooltips.h"
#include "text/format.h"
#include "theme/theme.h"
#include "tree/breadcrumb_bar.h"
#include "tree/empty_state.h"
#include "tree/extract_line.h"
#include "tree/filter_bar.h"
#include "tree/tree_view.h"

#include <QAction>
#include <QClipboard>
#include <QEvent>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLocale>
#include <QMenu>
#include <QScopedValueRollback>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace strata::ui {

namespace {

constexpr std::array sortKeys = {SortKey::Name, SortKey::Origin, SortKey::Change, SortKey::Size,
                                 SortKey::Mode, SortKey::Owner,  SortKey::Time};
static_assert(sortKeys.size() == TreeModel::ColumnCount);

QString count(quint64 n)
{
    return QLocale().toString(n);
}

} // namespace

TreePage::TreePage(ImageSession& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_model(new TreeModel(this))
    , m_view(new TreeView(this))
    , m_filterBar(new FilterBar(this))
    , m_breadcrumbs(new BreadcrumbBar(this))
    , m_empty(new EmptyState(this))
    , m_extractLine(new ExtractLine(this))
{
    buildLayout();
    connectSession();

    connect(m_view->header(), &QHeaderView::sortIndicatorChanged, this,
            &TreePage::updateProjection);
    connect(m_view, &TreeView::currentNodeChanged, this, [this](NodeId node) {
        const QScopedValueRollback follow(m_followSession, false);
        const auto* shown = shownTree();
        m_session.setCurrentNode(shown && m_session.tree() ? shown->nodeIn(*m_session.tree(), node)
                                                           : node);
    });
    connect(m_view, &TreeView::selectedNodesChanged, this, &TreePage::selectedNodesChanged);
    connect(m_view, &TreeView::menuWanted, this, &TreePage::showContextMenu);
    connect(m_view, &TreeView::filesDropped, this, [this](const QStringList& files, NodeId onto) {
        const auto* shown = shownTree();
        if (!shown) {
            return;
        }
        const auto* version = onto.valid() ? shown->visible(onto) : nullptr;
        const bool folder = version && shown->entry(*version).type == FileType::Directory;
        const auto at = !onto.valid() ? MergedTree::root() : folder ? onto : shown->parent(onto);
        Q_EMIT filesDropped(files, shown->path(at));
    });
    connect(m_breadcrumbs, &BreadcrumbBar::nodeChosen, &m_session, &ImageSession::setCurrentNode);
    connect(m_filterBar, &FilterBar::filterChanged, this, &TreePage::updateProjection);
    connect(m_filterBar, &FilterBar::errorChanged, this, &TreePage::updateNote);
    m_filterBar->keepErrorOver(this);
    connect(m_filterBar, &FilterBar::showRemovedChanged, this, &TreePage::updateProjection);
    connect(m_filterBar, &FilterBar::matchWanted, this, &TreePage::goToMatch);
    connect(m_filterBar, &FilterBar::leaveWanted, m_view, [this] { m_view->setFocus(); });
    connect(m_empty, &EmptyState::buttonClicked, this, &TreePage::emptyStateAction);
    updateEmptyState();
}

void TreePage::buildLayout()
{
    m_view->setObjectName(QStringLiteral("pathTree"));
    m_view->setAccessibleName(tr("Paths of the image"));
    m_view->setTreeModel(m_model);
    m_view->header()->setSortIndicator(TreeModel::Name, Qt::AscendingOrder);
    m_stack = new QStackedLayout;
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_empty);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_breadcrumbs);
    layout->addLayout(m_stack, 1);
    layout->addWidget(m_extractLine);
    m_breadcrumbs->setAutoFillBackground(true);
    updateHeaderColors();
}

void TreePage::connectSession()
{
    connect(&m_session, &ImageSession::openingStarted, this, &TreePage::imageChanged);
    connect(&m_session, &ImageSession::archiveReady, this, &TreePage::imageChanged);
    connect(&m_session, &ImageSession::closed, this, &TreePage::imageChanged);
    connect(&m_session, &ImageSession::failed, this, &TreePage::updateEmptyState);
    connect(&m_session, &ImageSession::layerIndexed, this, [this] {
        ++m_layersRead;
        updateEmptyState();
    });
    connect(&m_session, &ImageSession::imageReady, this, &TreePage::updateProjection);
    connect(&m_session, &ImageSession::changesResolved, this, &TreePage::updateProjection);
    connect(&m_session, &ImageSession::viewChanged, this, &TreePage::viewChanged);
    connect(&m_session, &ImageSession::scopeChanged, this, &TreePage::updateProjection);
    connect(&m_session, &ImageSession::currentLayerChanged, this, [this] {
        if (m_session.scope() != Scope::WholeImage) {
            updateProjection();
        }
    });
    connect(&m_session, &ImageSession::currentNodeChanged, this, &TreePage::showSessionNode);
}

void TreePage::imageChanged()
{
    dropProjection();
    m_view->setTakesFiles(false);
    if (!m_extractLine->busy()) {
        m_extractLine->hide(); // what it says is of the image before
    }
    m_layersRead = 0;
    nameLayers();
    m_breadcrumbs->setNode(nullptr, {});
    updateNote();
    updateEmptyState();
}

void TreePage::nameLayers()
{
    auto labels = m_session.opened()  ? layerLabels(m_session.opened()->image())
                  : m_session.image() ? layerLabels(*m_session.image())
                                      : std::vector<LayerLabel>();
    if (m_session.showsContainer()) {
        labels.back().container = true;
    }
    m_filterBar->setLayers(labels);
    m_model->setLayers(std::move(labels));
}

void TreePage::viewChanged()
{
    nameLayers();
    m_view->setTakesFiles(m_session.showsContainer());
    updateProjection();
}

const MergedTree* TreePage::shownTree() const
{
    const auto& projection = m_model->projection();
    return projection ? &projection->tree() : nullptr;
}

std::vector<NodeId> TreePage::selectedNodes() const
{
    auto nodes = m_view->selectedNodes();
    const auto* shown = shownTree();
    if (const auto* tree = m_session.tree(); tree && shown && tree != shown) {
        for (auto& node : nodes) {
            node = shown->nodeIn(*tree, node);
        }
        std::erase(nodes, NodeId{});
    }
    return nodes;
}

void TreePage::dropProjection()
{
    m_projector.cancel();
    m_sameImage = false;
    m_view->showProjection(nullptr, false, false);
    Q_EMIT countsChanged();
}

void TreePage::updateProjection()
{
    if (!m_session.opened()) {
        return;
    }
    ProjectionSpec spec;
    spec.scope = m_session.scope();
    spec.layer = m_session.currentLayer().value_or(0);
    spec.showRemoved = m_filterBar->showRemoved();
    if (m_session.showsContainer()) { // what was deleted just now is still to be seen, struck out
        spec.showRemovedBy = static_cast<LayerNo>(m_session.tree()->layerCount() - 1);
    }
    const auto* header = m_view->header();
    const auto column = std::clamp(header->sortIndicatorSection(), 0, TreeModel::ColumnCount - 1);
    spec.sortKey = sortKeys[static_cast<std::size_t>(column)];
    spec.descending = header->sortIndicatorOrder() == Qt::DescendingOrder;
    spec.filter = m_filterBar->filter();
    m_projector.start([tree = m_session.opened()->tree,
                       spec = std::move(spec)](const Job& job) { return project(tree, spec, job); },
                      [this](auto result) {
                          if (result) {
                              projectionReady(std::move(*result));
                          }
                      });
}

void TreePage::projectionReady(std::shared_ptr<const Projection> projection)
{
    const bool reveal =
        !projection->spec().filter.empty() || projection->spec().scope == Scope::OnlyLayer;
    m_view->showProjection(std::move(projection), reveal, m_sameImage);
    const bool first = !m_sameImage;
    m_sameImage = true;
    if (first || m_session.currentNode() != m_view->currentNode()) {
        showSessionNode();
    }
    updateNote();
    updateEmptyState();
    if (first && m_view->isVisible() && !m_filterBar->isAncestorOf(window()->focusWidget())) {
        m_view->setFocus();
    }
    Q_EMIT countsChanged();
}

void TreePage::showSessionNode()
{
    m_breadcrumbs->setNode(m_session.tree(), m_session.currentNode());
    updateNote();
    const auto* shown = shownTree();
    const bool behind = shown && m_session.tree() && !shown->sameNodes(*m_session.tree());
    // A row may have the focus without being chosen.
    const bool chosen = m_view->currentNode() == m_session.currentNode() &&
                        m_view->selectionModel()->isSelected(m_view->currentIndex());
    if (!m_followSession || behind || chosen) {
        return;
    }
    const QScopedValueRollback follow(m_followSession, false);
    if (!m_view->showNode(m_session.currentNode())) {
        m_view->clearSelection();
    }
}

quint64 TreePage::pathCount() const
{
    const auto* tree = m_session.tree();
    return tree ? tree->nodeCount() - 1 : 0;
}

quint64 TreePage::shownCount() const
{
    return m_model->projection() ? m_model->projection()->matchCount() : 0;
}

void TreePage::updateNote()
{
    const auto& projection = m_model->projection();
    if (!projection) {
        m_breadcrumbs->setNote({});
        return;
    }
    QStringList parts;
    if (m_filterBar->errorText().isEmpty()) {
        parts += countNote(*projection);
    } else {
        const auto& filter = projection->spec().filter;
        parts +=
            filter.empty()
                ? tr("filter not understood, showing all")
                : tr("filter not understood, still showing “%1”").arg(displayText(filter.text()));
    }
    const auto node = m_session.currentNode();
    if (node.valid() && node != MergedTree::root() && !m_model->indexOf(node).isValid()) {
        parts += tr("the selected path is not among them");
    }
    m_breadcrumbs->setNote(parts.join(QStringLiteral(" · ")));
}

QString TreePage::countNote(const Projection& projection) const
{
    const auto& spec = projection.spec();
    const auto matches = projection.matchCount();
    const auto shown = count(matches);
    if (!spec.filter.empty()) {
        return pathCount() == 1 ? tr("%1 of 1 path matches").arg(shown)
                                : tr("%1 of %2 paths match").arg(shown, count(pathCount()));
    }
    if (spec.scope == Scope::WholeImage) {
        return matches == 1 ? tr("1 path") : tr("%1 paths").arg(shown);
    }
    const auto layer = layerWords(m_model->layers(), spec.layer);
    if (spec.scope == Scope::OnlyLayer) {
        return matches == 1 ? tr("1 path changed by %1").arg(layer)
                            : tr("%1 paths changed by %2").arg(shown, layer);
    }
    return matches == 1 ? tr("1 path up to %1").arg(layer)
                        : tr("%1 paths up to %2").arg(shown, layer);
}

void TreePage::updateEmptyState()
{
    const auto& projection = m_model->projection();
    if (projection && projection->rowCount() > 1) {
        m_stack->setCurrentWidget(m_view);
        return;
    }
    m_stack->setCurrentWidget(m_empty);
    switch (m_session.state()) {
    case ImageSession::State::Empty:
        m_empty->setMessage(tr("Nothing is open"), tr("Open an image with Ctrl+O."));
        return;
    case ImageSession::State::Opening:
        m_empty->setMessage(tr("Opening %1…").arg(m_session.title()),
                            tr("Finding out which images it holds. Nothing is unpacked."));
        return;
    case ImageSession::State::Loading: {
        const auto layers = m_session.image() ? m_session.image()->layers.size() : 0;
        m_empty->setMessage(
            tr("Reading layers: %1 of %2").arg(m_layersRead).arg(layers),
            tr("The tree appears when all are read: only the whole stack tells which copy of a "
               "path is the visible one."));
        return;
    }
    case ImageSession::State::Failed:
        m_empty->setMessage(tr("There are no files to show"),
                            tr("The message above says why, and what can be done."));
        return;
    case ImageSession::State::Ready:
        break;
    }
    if (!projection) {
        m_empty->setMessage(tr("Folding the layers…"), {});
        return;
    }
    const auto& spec = projection->spec();
    if (!spec.filter.empty()) {
        m_empty->setMessage(tr("No path matches “%1”").arg(displayText(spec.filter.text())),
                            spec.showRemoved || spec.scope == Scope::OnlyLayer
                                ? tr("Clear the filter with Esc, or look at another layer.")
                                : tr("Clear the filter with Esc. Removed paths are only searched "
                                     "when they are shown."),
                            tr("Clear the filter"));
    } else if (spec.scope == Scope::OnlyLayer) {
        const auto& labels = m_model->layers();
        if (spec.layer < labels.size() && labels[spec.layer].container) {
            m_empty->setMessage(
                tr("Nothing has changed in %1 yet").arg(labels[spec.layer].shortText),
                tr("Its layer is empty: all that is seen comes from the image."),
                tr("Show the whole container"));
            return;
        }
        m_empty->setMessage(tr("Layer %1 changes no files").arg(spec.layer),
                            tr("Some build steps make a layer that holds nothing new."),
                            tr("Show the whole image"));
    } else {
        m_empty->setMessage(tr("This image has no files"),
                            tr("Its layers are empty, or are not in this archive."));
    }
}

void TreePage::emptyStateAction()
{
    if (!m_filterBar->filter().empty()) {
        m_filterBar->clear();
    } else {
        m_session.setScope(Scope::WholeImage);
    }
    m_view->setFocus();
}

void TreePage::goToMatch(bool forward)
{
    m_view->goToMatch(forward);
}

QByteArray TreePage::columnState() const
{
    return m_view->columnState();
}

void TreePage::restoreColumns(const QByteArray& state)
{
    m_view->restoreColumns(state);
}

void TreePage::updateHeaderColors()
{
    auto colors = palette();
    colors.setColor(QPalette::Window, theme::panel(palette()));
    m_breadcrumbs->setPalette(colors);
}

void TreePage::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy)) {
        copyPaths();
    } else if (event->key() == Qt::Key_Escape && !m_filterBar->text().isEmpty()) {
        m_filterBar->clear();
    } else {
        QWidget::keyPressEvent(event);
    }
}

void TreePage::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange && m_stack) {
        updateHeaderColors();
    }
    QWidget::changeEvent(event);
}

} // namespace strata::ui
