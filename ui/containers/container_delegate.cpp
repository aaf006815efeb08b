// SPDX-License-Identifier: Apache-2.0
#include "containers/container_delegate.h"

#include "models/container_model.h"
#include "stack/plate_layout.h"
#include "stack/plate_painter.h"
#include "stack/stack_metrics.h"
#include "text/format.h"
#include "text/tool_tip.h"
#include "theme/pencil.h"
#include "theme/theme.h"

#include <QLocale>
#include <QPainter>

#include <array>
#include <cmath>

namespace strata::ui {

namespace {

/// What is left of colours on a plate that is not looked at.
constexpr qreal quietShare = 0.45;

QStringList countWords(const ChangeCounts& counts)
{
    const std::array<std::pair<Change, std::uint64_t>, 4> parts{
        {{Change::Added, counts.added},
         {Change::Modified, counts.modified},
         {Change::Metadata, counts.metadata},
         {Change::Removed, counts.removed}}};
    QStringList out;
    for (const auto& [change, count] : parts) {
        if (count > 0) {
            const QString space = change == Change::Metadata ? QStringLiteral(" ") : QString();
            out << changeSymbol(change) + space + QLocale().toString(qulonglong{count});
        }
    }
    return out;
}

} // namespace

QRectF ContainerDelegate::face(const QStyleOptionViewItem& option, const QRect& row)
{
    const StackMetrics m(option.font);
    return PlateLayout::visual(
        option, QRectF(row.adjusted(m.leftMargin, m.depth, -m.rightMargin - m.depth, -m.rowGap)),
        QRectF(row));
}

QSize ContainerDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    const StackMetrics m(option.font);
    return {m.leftMargin + m.rightMargin + m.pixels(75),
            static_cast<int>(
                std::ceil(m.depth + m.rowGap + 2 * m.padding + m.line + m.of(1.9) + m.small))};
}

void ContainerDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const
{
    painter->save();
    const auto& palette = option.palette;
    const StackMetrics m(option.font);
    const QRectF plate = face(option, option.rect);
    const bool current = index.data(ContainerModel::CurrentRole).toBool();
    const bool hovered = option.state.testFlag(QStyle::State_MouseOver);
    const QColor base = palette.color(QPalette::Base);
    const QColor color = theme::containerColor(palette);
    const qreal share = current ? 1.0 : hovered ? 0.7 : quietShare;
    plate::SlabColors colors;
    colors.strong = theme::mix(color, base, share);
    colors.under = base;
    colors.face = theme::mix(theme::containerTint(palette), base, share);
    colors.border = theme::mix(color, base, share);
    colors.borderWidth = current ? 2 : 1;
    colors.dashed = true;
    colors.mirrored = option.direction == Qt::RightToLeft;
    plate::drawSlab(*painter, plate, m.depth, colors);
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        constexpr qreal off = 2.5;
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(palette.color(QPalette::Highlight), 2));
        painter->drawRoundedRect(plate.adjusted(-off, -off, off, off), 5, 5);
    }

    const auto placed = [&](const QRectF& rect) {
        return PlateLayout::visual(option, rect, plate);
    };
    const qreal diameter = m.of(21.6);
    const QRectF disc(plate.left() + m.of(12.2), plate.top() + m.padding - m.of(1), diameter,
                      diameter);
    const QFont minor = StackMetrics::minorFont(option.font);
    plate::drawNumber(*painter, placed(disc),
                      current ? plate::DiscColors{color, color, theme::containerText(palette)}
                              : plate::DiscColors{base, colors.border, colors.border},
                      {}, minor);
    const qreal inset = diameter * 0.26;
    theme::drawPencil(*painter, placed(disc).adjusted(inset, inset, -inset, -inset),
                      current ? theme::containerText(palette) : colors.border);

    const qreal left = disc.right() + m.of(8.5);
    const qreal right = plate.right() - m.of(9.5);
    const auto leading = static_cast<int>(
        QStyle::visualAlignment(option.direction, Qt::AlignLeft | Qt::AlignVCenter).toInt());
    const auto trailing = static_cast<int>(
        QStyle::visualAlignment(option.direction, Qt::AlignRight | Qt::AlignVCenter).toInt());
    const QRectF title(left, plate.top() + m.padding, right - left, m.line);
    const QColor text = current ? palette.color(QPalette::Text) : theme::mutedText(palette);
    const QFont bold = StackMetrics::bold(option.font);
    qreal sizeWidth = 0;
    if (const auto bytes = index.data(ContainerModel::BytesRole); bytes.isValid()) {
        const QString size = sizeText(bytes.toULongLong());
        sizeWidth = QFontMetricsF(bold).horizontalAdvance(size) + m.of(7.5);
        painter->setFont(bold);
        painter->setPen(text);
        painter->drawText(placed(title), trailing, size);
    }
    const QFont mono = StackMetrics::monoFont(option.font);
    const QRectF nameRect = title.adjusted(0, 0, -sizeWidth, 0);
    painter->setFont(mono);
    painter->setPen(text);
    painter->drawText(
        placed(nameRect), leading,
        QFontMetricsF(mono).elidedText(index.data().toString(), Qt::ElideRight, nameRect.width()));

    const QRectF below(left, title.bottom() + m.of(1.9), right - left, m.small);
    const auto counts = index.data(ContainerModel::CountsRole);
    const auto words = counts.isValid() ? countWords(counts.value<ChangeCounts>()) : QStringList();
    if (words.isEmpty()) {
        painter->setFont(StackMetrics::italic(minor));
        painter->setPen(theme::mutedText(palette));
        painter->drawText(placed(below), leading,
                          counts.isValid() ? tr("nothing changed yet") : tr("starting…"));
    } else {
        painter->setFont(StackMetrics::bold(minor));
        painter->setPen(text);
        painter->drawText(placed(below), leading, words.join(QStringLiteral("   ")));
    }
    painter->restore();
}

bool ContainerDelegate::helpEvent(QHelpEvent* event, QAbstractItemView* view,
                                  const QStyleOptionViewItem& option, const QModelIndex& index)
{
    return showPlainToolTip(event, view, option.rect, index);
}

} // namespace strata::ui
