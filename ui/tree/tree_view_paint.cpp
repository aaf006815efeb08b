// SPDX-License-Identifier: Apache-2.0
// How TreeView paints its rows.
#include "theme/theme.h"
#include "tree/tree_delegate.h"
#include "tree/tree_view.h"

#include <QHeaderView>
#include <QPainter>

#include <algorithm>

namespace strata::ui {

void TreeView::drawRow(QPainter* painter, const QStyleOptionViewItem& options,
                       const QModelIndex& index) const
{
    // The whole row is painted here, so that chips and change colours stay readable on the
    // selection: a wash of the highlight colour rather than the full one.
    QStyleOptionViewItem option = options;
    initViewItemOption(&option);
    option.rect = options.rect;
    const auto base = palette().color(QPalette::Base);
    const auto accent = palette().color(QPalette::Highlight);
    const QRect row(0, options.rect.top(), viewport()->width(), options.rect.height());
    const bool selected = selectionModel()->isSelected(index.siblingAtColumn(0));
    const bool current =
        currentIndex().isValid() && currentIndex().internalId() == index.internalId();
    const bool under =
        row.contains(viewport()->mapFromGlobal(QCursor::pos())) && viewport()->underMouse();
    if (selected) {
        painter->fillRect(row, theme::selection(palette(), hasFocus()));
    } else if (under) {
        painter->fillRect(row, theme::mix(accent, base, 0.07));
    } else if (((row.top() + verticalOffset()) / row.height() & 1) != 0) { // rows are one height
        painter->fillRect(row, theme::mix(palette().color(QPalette::Text), base, 0.025));
    }
    if (current && hasFocus() && selected) {
        painter->fillRect(QRect(row.left(), row.top(), 3, row.height()), accent);
    } else if (current && hasFocus()) { // where the keys are, though nothing is chosen
        painter->setPen(theme::accentEdge(palette()));
        painter->drawRect(row.adjusted(0, 0, -1, -1));
    }
    if (m_dropRow.isValid() && m_dropRow.internalId() == index.internalId()) {
        painter->setPen(QPen(theme::containerColor(palette()), 2));
        painter->drawRect(row.adjusted(1, 1, -1, -1));
    }
    int depth = 0;
    for (auto above = index.parent(); above.isValid(); above = above.parent()) {
        ++depth;
    }
    for (int visual = 0; visual < header()->count(); ++visual) {
        const int column = header()->logicalIndex(visual);
        if (header()->isSectionHidden(column)) {
            continue;
        }
        option.rect =
            QRect(columnViewportPosition(column), row.top(), columnWidth(column), row.height());
        if (column == 0) {
            const int indent = std::min((depth + 1) * indentation(), option.rect.width() - 40);
            drawBranches(painter, QRect(option.rect.left(), row.top(), indent, row.height()),
                         index);
            option.rect.setLeft(option.rect.left() + indent);
        }
        m_delegate->paint(painter, option, index.siblingAtColumn(column));
    }
}

void TreeView::drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const
{
    if (!m_model->hasChildren(index.siblingAtColumn(0))) {
        return;
    }
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(
        QPen(theme::mutedText(palette()), 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QPointF middle(rect.right() - indentation() / 2.0 + 1.5, rect.center().y() + 0.5);
    constexpr qreal half = 3.4;
    const QPolygonF chevron =
        isExpanded(index.siblingAtColumn(0))
            ? QPolygonF({{-half, -half / 2}, {0, half / 2}, {half, -half / 2}})
            : QPolygonF({{-half / 2, -half}, {half / 2, 0}, {-half / 2, half}});
    painter->drawPolyline(chevron.translated(middle));
    painter->restore();
}

} // namespace strata::ui
