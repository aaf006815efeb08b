// SPDX-License-Identifier: Apache-2.0
#include "tree/tree_header.h"

#include "theme/theme.h"

#include <QAction>
#include <QActionGroup>
#include <QContextMenuEvent>
#include <QMenu>
#include <QPainter>

namespace strata::ui {

namespace {
constexpr int firstMargin = 16;
constexpr int margin = 6;
constexpr qreal arrow = 3.2;
} // namespace

TreeHeader::TreeHeader(QWidget* parent)
    : QHeaderView(Qt::Horizontal, parent)
{
    setSectionsMovable(false);
    setHighlightSections(false);
    setStretchLastSection(false);
    setMinimumSectionSize(40);
    setAccessibleName(tr("Columns; choose one to sort by it"));
}

QSize TreeHeader::sizeHint() const
{
    return {QHeaderView::sizeHint().width(), fontMetrics().height() + 12};
}

QString TreeHeader::title(int section) const
{
    return model()->headerData(section, orientation(), Qt::DisplayRole).toString();
}

void TreeHeader::addColumnActions(QMenu& menu)
{
    for (int section = 1; section < count(); ++section) {
        auto* action = menu.addAction(title(section));
        action->setCheckable(true);
        action->setChecked(!isSectionHidden(section));
        connect(action, &QAction::toggled, this, [this, section](bool shown) {
            setSectionHidden(section, !shown);
            Q_EMIT columnToggled();
        });
    }
    menu.addSeparator();
    menu.addAction(tr("&Fit columns to the window"), this, &TreeHeader::fitWanted);
}

void TreeHeader::addSortActions(QMenu& menu)
{
    auto* columns = new QActionGroup(&menu);
    for (int section = 0; section < count(); ++section) {
        auto* action = columns->addAction(menu.addAction(title(section), this, [this, section] {
            setSortIndicator(section, sortIndicatorOrder());
        }));
        action->setCheckable(true);
        action->setChecked(sortIndicatorSection() == section);
    }
    menu.addSeparator();
    auto* orders = new QActionGroup(&menu);
    for (const auto order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
        auto* action = orders->addAction(
            menu.addAction(order == Qt::AscendingOrder ? tr("&Ascending") : tr("&Descending"), this,
                           [this, order] { setSortIndicator(sortIndicatorSection(), order); }));
        action->setCheckable(true);
        action->setChecked(sortIndicatorOrder() == order);
    }
}

void TreeHeader::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    menu.setObjectName(QStringLiteral("columnMenu"));
    addColumnActions(menu);
    menu.exec(event->globalPos());
}

void TreeHeader::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), theme::panel(palette()));
    painter.end();
    QHeaderView::paintEvent(event);
    painter.begin(viewport());
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme::hairline(palette()));
}

void TreeHeader::paintSection(QPainter* painter, const QRect& rect, int section) const
{
    if (!rect.isValid()) {
        return;
    }
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->fillRect(rect, theme::panel(palette()));
    const bool sorted = sortIndicatorSection() == section;
    QFont font = this->font();
    font.setWeight(sorted ? QFont::DemiBold : QFont::Medium);
    painter->setFont(font);
    const QColor ink = sorted ? palette().color(QPalette::Text) : theme::mutedText(palette());
    painter->setPen(ink);
    const bool right = (model()->headerData(section, orientation(), Qt::TextAlignmentRole).toInt() &
                        Qt::AlignRight) != 0;
    const int arrowRoom = sorted ? 14 : 0;
    const QRect text =
        rect.adjusted(section == 0 ? firstMargin : margin, 0, -margin - arrowRoom, 0);
    const QString shown =
        painter->fontMetrics().elidedText(title(section), Qt::ElideRight, text.width());
    painter->drawText(text, Qt::AlignVCenter | (right ? int(Qt::AlignRight) : int(Qt::AlignLeft)),
                      shown);
    if (sorted) {
        const int width = painter->fontMetrics().horizontalAdvance(shown);
        const qreal x = (right ? text.right() : text.left() + width) + 9.0;
        const qreal y = rect.center().y() + 0.5;
        const qreal up = sortIndicatorOrder() == Qt::AscendingOrder ? -1.0 : 1.0;
        painter->setPen(QPen(ink, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter->drawPolyline(QPolygonF({{x - arrow, y - up * arrow / 2},
                                         {x, y + up * arrow / 2},
                                         {x + arrow, y - up * arrow / 2}}));
    }
    // A mark to pull the width by.
    if (visualIndex(section) + 1 < count()) {
        painter->fillRect(QRect(rect.right(), rect.top() + 7, 1, rect.height() - 14),
                          theme::hairline(palette()));
    }
    painter->restore();
}

} // namespace strata::ui
