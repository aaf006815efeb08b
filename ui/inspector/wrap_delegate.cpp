// SPDX-License-Identifier: Apache-2.0
#include "inspector/wrap_delegate.h"

#include <QPainter>
#include <QTableView>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace strata::ui {

namespace {

constexpr int padX = 6;
constexpr int padY = 4;
constexpr qsizetype longest = 8192; ///< characters that are drawn; copying gives all

double layOut(QTextLayout& layout, int width)
{
    QTextOption wrap;
    wrap.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(wrap);
    double y = 0;
    layout.beginLayout();
    for (auto line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(std::max(20, width));
        line.setPosition({0, y});
        y += line.height();
    }
    layout.endLayout();
    return y;
}

} // namespace

void WrapDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const
{
    auto look = option;
    initStyleOption(&look, index);
    const bool selected = look.state.testFlag(QStyle::State_Selected);
    painter->save();
    painter->setClipRect(look.rect);
    if (selected) {
        painter->fillRect(look.rect, look.palette.color(look.state.testFlag(QStyle::State_Active)
                                                            ? QPalette::Active
                                                            : QPalette::Inactive,
                                                        QPalette::Highlight));
    }
    painter->setPen(look.palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
    QTextLayout layout(look.text.left(longest), look.font);
    layOut(layout, look.rect.width() - 2 * padX);
    layout.draw(painter, look.rect.topLeft() + QPoint(padX, padY));
    painter->restore();
}

QSize WrapDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    auto look = option;
    initStyleOption(&look, index);
    int width = look.rect.width();
    if (const auto* table = qobject_cast<const QTableView*>(look.widget)) {
        width = table->columnWidth(index.column());
    }
    QTextLayout layout(look.text.left(longest), look.font);
    const auto height = layOut(layout, width - 2 * padX);
    return {width, static_cast<int>(std::ceil(height)) + 2 * padY};
}

} // namespace strata::ui
