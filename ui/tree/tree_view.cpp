// SPDX-License-Identifier: Apache-2.0
#include "tree/tree_view.h"

#include "text/format.h"
#include "theme/theme.h"
#include "tree/tree_delegate.h"
#include "tree/tree_header.h"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QScopedValueRollback>
#include <QScrollBar>

#include <algorithm>
#include <utility>

namespace strata::ui {

namespace {

/// Rows up to which a filter's matches, or a small image, are opened on their own.
constexpr std::size_t revealLimit = 2'000;
/// Selections larger than this are not carried over to another projection.
constexpr std::size_t selectionLimit = 5'000;

} // namespace

TreeView::TreeView(QWidget* parent)
    : QTreeView(parent)
    , m_delegate(new TreeDelegate(this))
    , m_columns(new TreeHeader(this))
{
    setItemDelegate(m_delegate);
    setUniformRowHeights(true);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setFrameShape(QFrame::NoFrame);
    setAllColumnsShowFocus(true);
    setExpandsOnDoubleClick(true);
    setIndentation(18);
    setMouseTracking(true);
    setHeader(m_columns);
    connect(m_columns, &TreeHeader::columnToggled, this, [this] {
        m_columnsChosen = true;
        fillWidth();
    });
    connect(m_columns, &TreeHeader::fitWanted, this, [this] {
        m_columnsChosen = false;
        fitColumns();
    });
    // setHeader takes both away, for views that do not sort their model themselves.
    header()->setSectionsClickable(true);
    header()->setSortIndicatorShown(true);
    connect(header(), &QHeaderView::sectionResized, this, [this](int column) {
        m_columnsChosen = m_columnsChosen || (!m_fitting && column + 1 < TreeModel::ColumnCount);
    });
    connect(this, &QTreeView::expanded, this, [this](const QModelIndex& i) { remember(i, true); });
    connect(this, &QTreeView::collapsed, this,
            [this](const QModelIndex& i) { remember(i, false); });
}

void TreeView::setTreeModel(TreeModel* model)
{
    m_model = model;
    setModel(model);
}

void TreeView::fitColumns()
{
    if (m_columnsChosen || !m_model) {
        return;
    }
    const QScopedValueRollback fitting(m_fitting, true);
    const int one = fontMetrics().averageCharWidth();
    int rest = viewport()->width();
    const auto give = [&](int column, int width) {
        setColumnWidth(column, width);
        rest -= width;
    };
    int widest = 0;
    for (const auto change : {Change::Modified, Change::Metadata, Change::Unchanged}) {
        widest = std::max(widest, fontMetrics().horizontalAdvance(changeText(change)));
    }
    give(TreeModel::Changed, widest + 34); // in a pill with its margins
    give(TreeModel::Size, 7 * one + 16);
    give(TreeModel::Modified, 10 * one + 14);
    // Names and origins matter more: in a narrow window the owner, then the mode, give way to them.
    const int owner = 6 * one + 12;
    const int mode = 5 * one + 16;
    const int wanted = 42 * one;
    setColumnHidden(TreeModel::Mode, rest - mode < wanted);
    setColumnHidden(TreeModel::Owner, rest - mode - owner < wanted);
    if (!isColumnHidden(TreeModel::Mode)) {
        give(TreeModel::Mode, mode);
    }
    if (!isColumnHidden(TreeModel::Owner)) {
        give(TreeModel::Owner, owner);
    }
    for (const int column :
         {TreeModel::Origin, TreeModel::Changed, TreeModel::Size, TreeModel::Modified}) {
        setColumnHidden(column, false);
    }
    // Of what is left, names have the first call.
    give(TreeModel::Origin,
         std::min(originWidth(), std::clamp(rest - 34 * one, 14 * one, 36 * one)));
    give(TreeModel::Name, std::max(rest, 20 * one));
}

int TreeView::originWidth() const
{
    const QFontMetrics metrics(theme::monospace());
    int widest = header()->sectionSizeHint(TreeModel::Origin);
    for (const auto& label : m_model->layers()) {
        widest = std::max(widest, metrics.horizontalAdvance(label.shortText));
    }
    return widest + 44; // the chip and the margins
}

void TreeView::fillWidth()
{
    const QScopedValueRollback fitting(m_fitting, true);
    const int others = header()->length() - columnWidth(TreeModel::Name);
    setColumnWidth(TreeModel::Name,
                   std::max(viewport()->width() - others, 20 * fontMetrics().averageCharWidth()));
}

QByteArray TreeView::columnState() const
{
    return m_columnsChosen ? header()->saveState() : QByteArray();
}

void TreeView::restoreColumns(const QByteArray& state)
{
    const QScopedValueRollback fitting(m_fitting, true);
    m_columnsChosen = header()->restoreState(state);
    header()->setStretchLastSection(false);
}

void TreeView::resizeEvent(QResizeEvent* event)
{
    QTreeView::resizeEvent(event);
    fitColumns();
    if (m_columnsChosen && header()->length() <= event->oldSize().width()) {
        fillWidth(); // nothing was out of sight, so nothing shall be now
    }
}

void TreeView::remember(const QModelIndex& index, bool isExpanded)
{
    if (m_applying) {
        return;
    }
    auto& bits = m_revealing ? m_revealed : m_opened;
    if (const auto node = m_model->node(index); node.valid() && node.index() < bits.size()) {
        bits[node.index()] = isExpanded;
    }
}

NodeId TreeView::topNode() const
{
    return m_model->node(indexAt(QPoint(4, 1)).siblingAtColumn(0));
}

NodeId TreeView::currentNode() const
{
    return m_model->node(currentIndex());
}

std::vector<NodeId> TreeView::selectedNodes() const
{
    std::vector<NodeId> nodes;
    for (const auto& range : selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row) {
            nodes.push_back(m_model->node(m_model->index(row, 0, range.parent())));
        }
    }
    return nodes;
}

void TreeView::showProjection(std::shared_ptr<const Projection> projection, bool reveal,
                              bool sameImage)
{
    auto selected = sameImage ? selectedNodes() : std::vector<NodeId>();
    auto current = sameImage ? currentNode() : NodeId{};
    auto top = sameImage ? topNode() : NodeId{};
    const int offset = top.valid() ? visualRect(m_model->indexOf(top)).top() : 0;
    const int sideways = horizontalScrollBar()->value();
    const bool wasInSight = current.valid() && inSight(m_model->indexOf(current));
    const QScopedValueRollback applying(m_applying, true);
    const auto before = sameImage ? m_model->projection() : nullptr;
    m_model->setProjection(std::move(projection));
    const auto& now = m_model->projection();
    if (!sameImage) {
        fitColumns(); // to this image's instructions
    }
    if (!now) {
        m_opened.clear();
        return;
    }
    if (before && !before->tree().sameNodes(now->tree())) {
        const auto follow = [&](NodeId node) { return before->tree().nodeIn(now->tree(), node); };
        std::ranges::transform(selected, selected.begin(), follow);
        std::erase(selected, NodeId{});
        current = follow(current);
        top = follow(top);
        followExpansion(m_opened, before->tree(), now->tree());
    }
    const auto nodes = now->tree().nodeCount();
    if (!sameImage || m_opened.size() != nodes) {
        m_opened.assign(nodes, false);
        if (!reveal && now->rowCount() <= revealLimit / 10) {
            m_opened.assign(nodes, true);
        }
    }
    m_revealing = reveal;
    if (reveal) {
        m_revealed.assign(nodes, false);
        revealMatches();
    }
    applyExpansion();
    restoreSelection(selected, current);
    if (top.valid()) {
        // The row that was on top, or the nearest folder above it that is still shown.
        auto anchor = top;
        while (anchor.valid() && !m_model->indexOf(anchor).isValid()) {
            anchor = anchor == MergedTree::root() ? NodeId{} : now->tree().parent(anchor);
        }
        if (const auto index = m_model->indexOf(anchor); index.isValid()) {
            verticalScrollBar()->setValue(verticalScrollBar()->value() + visualRect(index).top() -
                                          offset);
        }
    }
    if (const auto index = m_model->indexOf(current);
        index.isValid() && (wasInSight || reveal) && !inSight(index)) {
        scrollTo(index, PositionAtCenter);
    }
    horizontalScrollBar()->setValue(sideways);
}

/// The bits of the same paths in another tree.
void TreeView::followExpansion(Bits& bits, const MergedTree& before, const MergedTree& now)
{
    if (bits.size() != before.nodeCount()) {
        return;
    }
    Bits out(now.nodeCount(), false);
    for (std::uint32_t node = 0; node < bits.size(); ++node) {
        if (bits[node]) {
            if (const auto same = before.nodeIn(now, NodeId{node}); same.valid()) {
                out[same.index()] = true;
            }
        }
    }
    bits = std::move(out);
}

bool TreeView::inSight(const QModelIndex& index) const
{
    return viewport()->rect().contains(visualRect(index).center());
}

void TreeView::applyExpansion()
{
    const QScopedValueRollback applying(m_applying, true);
    const auto& projection = *m_model->projection();
    const auto& bits = m_revealing ? m_revealed : m_opened;
    // While a layout is pending, expanding only notes the folder: one layout for all of them.
    scheduleDelayedItemsLayout();
    for (std::uint32_t row = 1; row < projection.rowCount(); ++row) {
        const auto& here = projection.row({row});
        if (here.childCount > 0 && bits[here.node.index()]) {
            setExpanded(m_model->indexOf(RowId{row}), true);
        }
    }
    executeDelayedItemsLayout();
}

void TreeView::revealMatches()
{
    const auto& projection = *m_model->projection();
    // Breadth first, so that a large result opens its top levels and stops there.
    std::size_t shown = projection.row({0}).childCount;
    for (std::uint32_t row = 1; row < projection.rowCount() && shown <= revealLimit; ++row) {
        const auto& here = projection.row({row});
        const auto above = projection.row(here.parent).node;
        const bool reachable = here.parent.value == 0 || m_revealed[above.index()];
        if (here.childCount > 0 && reachable) {
            m_revealed[here.node.index()] = true;
            shown += here.childCount;
        }
    }
}

void TreeView::restoreSelection(const std::vector<NodeId>& selected, NodeId current)
{
    if (const auto index = m_model->indexOf(current); index.isValid()) {
        selectionModel()->setCurrentIndex(index, QItemSelectionModel::NoUpdate);
    }
    if (selected.size() > selectionLimit) {
        return;
    }
    QItemSelection selection;
    for (const auto node : selected) {
        if (const auto index = m_model->indexOf(node); index.isValid()) {
            selection.append(
                QItemSelectionRange(index, index.siblingAtColumn(TreeModel::ColumnCount - 1)));
        }
    }
    selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
}

bool TreeView::showNode(NodeId node)
{
    const auto index = m_model->indexOf(node);
    if (!index.isValid()) {
        return false;
    }
    for (auto above = index.parent(); above.isValid(); above = above.parent()) {
        setExpanded(above, true);
    }
    const bool seen = inSight(index);
    setCurrentIndex(index);
    scrollTo(index, seen ? EnsureVisible : PositionAtCenter);
    return true;
}

void TreeView::expandEverything()
{
    if (!m_model->projection()) {
        return;
    }
    auto& bits = m_revealing ? m_revealed : m_opened;
    bits.assign(bits.size(), true);
    const auto current = currentIndex();
    applyExpansion();
    if (current.isValid()) {
        scrollTo(current);
    }
}

void TreeView::collapseEverything()
{
    auto& bits = m_revealing ? m_revealed : m_opened;
    bits.assign(bits.size(), false);
    auto top = currentIndex();
    const bool chosen = top.isValid() && selectionModel()->isSelected(top);
    while (top.parent().isValid()) {
        top = top.parent();
    }
    {
        const QScopedValueRollback applying(m_applying, true);
        collapseAll();
    }
    if (chosen) {
        setCurrentIndex(top); // told: what stood below it is out of sight now
    } else if (top.isValid()) {
        const QScopedValueRollback applying(m_applying, true);
        selectionModel()->setCurrentIndex(top, QItemSelectionModel::NoUpdate);
    }
}

void TreeView::markBelow(RowId row)
{
    auto& bits = m_revealing ? m_revealed : m_opened;
    const auto& projection = *m_model->projection();
    std::vector<RowId> waiting{row};
    while (!waiting.empty()) {
        const auto& here = projection.row(waiting.back());
        waiting.pop_back();
        if (here.childCount == 0) {
            continue;
        }
        bits[here.node.index()] = true;
        for (std::uint32_t child = 0; child < here.childCount; ++child) {
            waiting.push_back({here.firstChild + child});
        }
    }
}

void TreeView::expandBelow()
{
    const auto current = currentIndex();
    if (!current.isValid() || !m_model->projection()) {
        return;
    }
    const int before = visualRect(current).top();
    markBelow(TreeModel::rowId(current));
    applyExpansion();
    verticalScrollBar()->setValue(verticalScrollBar()->value() + visualRect(current).top() -
                                  before);
}

void TreeView::goToMatch(bool forward)
{
    if (const auto next = m_model->nextMatch(currentIndex(), forward); next.isValid()) {
        setCurrentIndex(next.siblingAtColumn(0));
        scrollTo(next);
    }
}

void TreeView::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTreeView::currentChanged(current, previous);
    // A reset model has no current row for a moment; that is nobody's wish.
    if (!m_applying && current.isValid()) {
        Q_EMIT currentNodeChanged(m_model->node(current));
    }
}

void TreeView::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected)
{
    QTreeView::selectionChanged(selected, deselected);
    Q_EMIT selectedNodesChanged();
    // The row that merely had the focus becomes the chosen one without a change of current row.
    if (!m_applying && currentIndex().isValid() && selected.contains(currentIndex())) {
        Q_EMIT currentNodeChanged(m_model->node(currentIndex()));
    }
}

void TreeView::focusInEvent(QFocusEvent* event)
{
    // Qt makes the first row current when the view is first entered; nobody has chosen it.
    const QScopedValueRollback applying(m_applying, true);
    QTreeView::focusInEvent(event);
}

void TreeView::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Asterisk) {
        expandBelow();
        event->accept();
        return;
    }
    if (event->matches(QKeySequence::Copy)) {
        event->ignore(); // the page copies paths, not a cell's text
        return;
    }
    QTreeView::keyPressEvent(event);
}

void TreeView::contextMenuEvent(QContextMenuEvent* event)
{
    auto index = indexAt(event->pos());
    QPoint at = event->pos();
    if (event->reason() == QContextMenuEvent::Keyboard) { // Qt gives the middle of the view
        index = currentIndex();
        if (index.isValid()) {
            scrollTo(index);
            const QRect row = visualRect(index.siblingAtColumn(TreeModel::Name));
            at = {row.left() + indentation(), row.center().y()};
        }
    }
    if (index.isValid()) {
        Q_EMIT menuWanted(viewport()->mapToGlobal(at));
    }
    event->setAccepted(index.isValid());
}

void TreeView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange ||
        event->type() == QEvent::ApplicationFontChange) {
        m_delegate->refreshFonts();
    }
    QTreeView::changeEvent(event);
}

} // namespace strata::ui
