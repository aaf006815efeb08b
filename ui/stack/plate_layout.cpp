// SPDX-License-Identifier: Apache-2.0
#include "stack/plate_layout.h"

#include "image/instruction.h"
#include "text/format.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace strata::ui {

QString PlateLayout::fitted(const QString& instruction, const QFont& font, qreal width)
{
    const QFontMetricsF metrics(font);
    const auto columns = static_cast<std::size_t>(
        std::max(4.0, std::floor(width / std::max(1.0, metrics.averageCharWidth()))));
    // Measuring what cannot fit would cost its whole length at every paint.
    if (static_cast<std::size_t>(instruction.size()) <= 2 * columns &&
        metrics.horizontalAdvance(instruction) <= width) {
        return instruction;
    }
    const auto shortened =
        QString::fromStdString(shortInstruction(instruction.toStdString(), columns));
    return metrics.elidedText(shortened, Qt::ElideRight, width);
}

QRectF PlateLayout::visual(const QStyleOptionViewItem& option, const QRectF& rect,
                           const QRectF& within)
{
    return option.direction == Qt::RightToLeft
               ? rect.translated(within.left() + within.right() - rect.left() - rect.right(), 0)
               : rect;
}

PlateLayout::PlateLayout(const QStyleOptionViewItem& option, const QModelIndex& index, bool dense)
    : metrics(option.font, dense)
    , layer(index.data(StackModel::LayerRole).value<LayerNo>())
    , state(index.data(StackModel::StateRole).value<StackModel::LayerState>())
    , mono(StackMetrics::monoFont(option.font))
    , minor(StackMetrics::minorFont(option.font))
    , badge(metrics.of(14.4))
{
    const auto& m = metrics;
    face = QRectF(option.rect.adjusted(m.leftMargin, m.depth, -m.rightMargin - m.depth, -m.rowGap));
    const qreal diameter = m.of(21.6);
    // As wide as the longest number needs, so that what is right of the discs lines up.
    const auto* model = qobject_cast<const StackModel*>(index.model());
    const auto digits = QString::number(model ? model->layerCount() - 1 : layer).size();
    const qreal number = QFontMetricsF(StackMetrics::bold(minor))
                             .horizontalAdvance(QString(digits, QLatin1Char('8')));
    const qreal top = face.top() + m.padding;
    disc = QRectF(face.left() + m.of(12.2), top - m.of(1), std::max(diameter, number + m.of(11.4)),
                  diameter);
    const qreal left = disc.right() + m.of(8.5);
    const qreal right = face.right() - m.of(9.5);
    title = QRectF(left, top, right - left, m.line);

    const QFontMetricsF sizeMetrics(StackMetrics::bold(option.font));
    const auto bytes = index.data(StackModel::ContentSizeRole);
    qreal sizeWidth =
        bytes.isValid() ? sizeMetrics.horizontalAdvance(sizeText(bytes.toULongLong())) + 2 : 0;
    const qreal space = m.of(7.5);
    if (dense) {
        // One width for all rows, so that their bars stand below each other.
        sizeWidth = std::max(sizeWidth, sizeMetrics.horizontalAdvance(QStringLiteral("888 MB")));
        const qreal barWidth = m.of(60);
        const qreal y = top + m.line + m.of(3.8);
        size = QRectF(right - sizeWidth, y, sizeWidth, m.small);
        bar = QRectF(size.left() - barWidth - space, y + (m.small - m.barHeight) / 2, barWidth,
                     m.barHeight);
        counts = QRectF(left, y, (read() ? bar.left() - space : right) - left, m.small);
    } else {
        const qreal y = top + m.line + m.of(1.9);
        size = QRectF(right - sizeWidth, y + (m.small - m.line) / 2, sizeWidth, m.line);
        sub = QRectF(left, y, size.left() - space - left, m.small);
        bar = QRectF(left, y + m.small + m.of(6.6), right - left, m.barHeight);
        counts = QRectF(left, bar.bottom() + m.of(5.6), right - left, m.small);
    }
    const QRectF row(option.rect);
    for (auto* part : {&face, &disc, &title, &sub, &size, &bar, &counts}) {
        *part = visual(option, *part, row);
    }
}

bool PlateLayout::read() const
{
    return state == StackModel::LayerState::Ready || state == StackModel::LayerState::Damaged;
}

bool PlateLayout::expected() const
{
    return state != StackModel::LayerState::Absent && state != StackModel::LayerState::Foreign;
}

} // namespace strata::ui
