// SPDX-License-Identifier: Apache-2.0
#include "inspector/timeline_delegate.h"

#include "models/timeline_model.h"
#include "theme/pencil.h"
#include "theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace strata::ui {

namespace {

constexpr int beadCenter = 30; ///< from the left edge
constexpr int textLeft = 56;
constexpr int rightMargin = 16;
constexpr int padY = 8;

QColor statusColor(const QModelIndex& index, const QPalette& palette)
{
    const auto kind = index.data(TimelineModel::StateKindRole);
    if (!kind.isValid()) {
        return theme::mutedText(palette);
    }
    switch (static_cast<VersionState::Kind>(kind.toInt())) {
    case VersionState::Kind::Visible:
        return theme::changeColor(Change::Added, palette);
    case VersionState::Kind::Covered:
        return theme::changeColor(Change::Modified, palette);
    case VersionState::Kind::Deleted:
    case VersionState::Kind::Mark:
        return theme::changeColor(Change::Removed, palette);
    case VersionState::Kind::Undone:
    case VersionState::Kind::Later:
        break;
    }
    return theme::mutedText(palette);
}

void paintLine(QPainter& painter, const QRect& row, const QModelIndex& index, int radius,
               const QColor& color)
{
    painter.setPen(QPen(color, 2));
    const int x = row.left() + beadCenter;
    const int y = row.center().y();
    if (index.row() > 0) {
        painter.drawLine(x, row.top(), x, y - radius - 2);
    }
    if (index.row() + 1 < index.model()->rowCount()) {
        painter.drawLine(x, y + radius + 3, x, row.bottom() + 1);
    }
}

void paintBead(QPainter& painter, QPointF center, double radius, const QModelIndex& index,
               const QColor& base)
{
    const LayerNo layer = index.data(TimelineModel::FirstLayerRole).toUInt();
    const bool touched = index.data(TimelineModel::VersionRole).toInt() >= 0;
    const bool container = index.data(TimelineModel::ContainerRole).toBool();
    const auto color = container ? theme::containerColor() : theme::layerColor(layer);
    auto font = painter.font();
    font.setBold(true);
    const auto number = QString::number(layer);
    if (number.size() > 2) {
        font = theme::resized(font, font, number.size() > 3 ? 0.62 : 0.75);
    }
    painter.save();
    painter.setFont(font);
    painter.setPen(QPen(color, 2));
    painter.setBrush(touched ? color : base);
    painter.drawEllipse(center, radius, radius);
    if (container) {
        const double inset = radius * 0.55;
        theme::drawPencil(painter,
                          QRectF(center.x() - inset, center.y() - inset, 2 * inset, 2 * inset),
                          touched ? theme::containerText() : color);
        painter.restore();
        return;
    }
    painter.setPen(touched ? theme::layerText(layer) : painter.pen().color());
    painter.drawText(QRectF(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius),
                     Qt::AlignCenter, number);
    painter.restore();
}

void paintRunOfLayers(QPainter& painter, QPointF center, const QColor& color)
{
    painter.save();
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    for (const int dy : {-6, 0, 6}) {
        painter.drawEllipse(center + QPointF(0, dy), 2, 2);
    }
    painter.restore();
}

} // namespace

void TimelineDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const
{
    const auto& palette = option.palette;
    const QRect row = option.rect;
    const bool run =
        index.data(TimelineModel::FirstLayerRole) != index.data(TimelineModel::LastLayerRole);
    const bool touched = index.data(TimelineModel::VersionRole).toInt() >= 0;
    const bool stacked = index.data(TimelineModel::StackedRole).toBool();
    const auto base = palette.color(QPalette::Base);
    const auto ground = option.state.testFlag(QStyle::State_Selected)
                            ? theme::mix(palette.color(QPalette::Highlight), base,
                                         theme::isDark(palette) ? 0.3 : 0.14)
                        : touched && option.state.testFlag(QStyle::State_MouseOver)
                            ? theme::panel(palette)
                            : base;
    painter->save();
    painter->setFont(option.font);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->fillRect(row, ground);
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        painter->fillRect(row.left(), row.top(), 3, row.height(),
                          palette.color(QPalette::Highlight));
    }
    if (!stacked) {
        painter->setOpacity(0.7);
    }
    const int line = option.fontMetrics.height();
    const double radius = std::max(11.0, line * 0.72);
    const QPointF center(row.left() + beadCenter, row.center().y() + 0.5);
    const auto muted = theme::mutedText(palette);
    paintLine(*painter, row, index, run ? 9 : static_cast<int>(radius), theme::hairline(palette));
    if (run) {
        paintRunOfLayers(*painter, center, muted);
    } else {
        paintBead(*painter, center, radius, index, ground);
    }
    const auto draw = [&](const QRect& where, const QString& text, Qt::Alignment align,
                          Qt::TextElideMode elide = Qt::ElideRight) {
        painter->drawText(where,
                          static_cast<int>((align | Qt::AlignVCenter).toInt()) | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(text, elide, where.width()));
    };
    const auto action = index.data(TimelineModel::ActionRole).toString();
    const int width = row.width() - textLeft - rightMargin;
    if (run) {
        painter->setPen(muted);
        draw({row.left() + textLeft, row.top(), width, row.height()}, action, Qt::AlignLeft);
        painter->restore();
        return;
    }
    const auto status = index.data(TimelineModel::StatusRole).toString();
    auto bold = option.font;
    bold.setWeight(QFont::DemiBold);
    const int statusWidth = QFontMetrics(bold).horizontalAdvance(status) + 2;
    const int top = row.center().y() - line - 1;
    painter->setFont(bold);
    painter->setPen(statusColor(index, palette));
    draw({row.right() - rightMargin - statusWidth, top, statusWidth, line}, status, Qt::AlignRight);
    painter->setFont(theme::resized(theme::monospace(), option.font));
    painter->setPen(touched ? palette.color(QPalette::Text) : muted);
    draw({row.left() + textLeft, top, width - statusWidth - 12, line},
         index.data(TimelineModel::InstructionRole).toString(), Qt::AlignLeft, Qt::ElideMiddle);
    painter->setFont(option.font);
    painter->setPen(muted);
    draw({row.left() + textLeft, row.center().y() + 3, width, line}, action, Qt::AlignLeft);
    painter->restore();
}

QSize TimelineDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const bool run =
        index.data(TimelineModel::FirstLayerRole) != index.data(TimelineModel::LastLayerRole);
    const int line = option.fontMetrics.height();
    return {240, run ? line + 2 * padY + 4 : 2 * line + 2 * padY + 4};
}

} // namespace strata::ui
