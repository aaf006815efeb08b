// SPDX-License-Identifier: Apache-2.0
#include "stack/plate_layout.h"

#include "image/instruction.h"
#include "stack/stack_delegate.h"
#include "text/format.h"
#include "theme/theme.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace strata::ui {

namespace {

constexpr qreal facePadding = 9;
constexpr qreal denseFacePadding = 7;
constexpr qreal barHeight = 4;
constexpr qreal denseBarWidth = 64;

QFont resized(QFont font, const QFont& like, double factor)
{
    if (like.pointSizeF() > 0) {
        font.setPointSizeF(like.pointSizeF() * factor);
    } else {
        font.setPixelSize(static_cast<int>(std::lround(like.pixelSize() * factor)));
    }
    return font;
}

} // namespace

QFont PlateLayout::minorFont(const QFont& font)
{
    return resized(font, font, 0.9);
}

QFont PlateLayout::monoFont(const QFont& font, double factor)
{
    return resized(theme::monospace(), font, factor);
}

QFont PlateLayout::bold(QFont font)
{
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont PlateLayout::italic(QFont font)
{
    font.setItalic(true);
    return font;
}

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

QRectF PlateLayout::faceIn(const QRect& row, bool dense)
{
    const QRectF r(row);
    return {r.left() + StackDelegate::leftMargin, r.top() + depth(dense),
            r.width() - StackDelegate::leftMargin - StackDelegate::rightMargin - depth(dense),
            r.height() - depth(dense) - rowGap(dense)};
}

int PlateLayout::rowHeight(const QStyleOptionViewItem& option, const QModelIndex& index, bool dense)
{
    const qreal line = QFontMetricsF(option.font).height();
    const qreal small = QFontMetricsF(minorFont(option.font)).height();
    qreal height = 0;
    switch (index.data(StackModel::KindRole).value<StackModel::Kind>()) {
    case StackModel::Kind::Caption:
        height = small + (index.row() == 0 ? 10 : 18);
        break;
    case StackModel::Kind::Step:
        height = small + 9;
        break;
    case StackModel::Kind::Bootfs:
        height = line + 26 + rowGap(false);
        break;
    case StackModel::Kind::Layer:
    case StackModel::Kind::Container:
        height = depth(dense) + rowGap(dense) +
                 (dense ? denseFacePadding * 2 + line + 4 + small
                        : facePadding * 2 + line + 2 + small + 7 + barHeight + 6 + small);
        break;
    }
    return static_cast<int>(std::ceil(height));
}

PlateLayout::PlateLayout(const QStyleOptionViewItem& option, const QModelIndex& index, bool dense)
    : layer(index.data(StackModel::LayerRole).value<LayerNo>())
    , state(index.data(StackModel::StateRole).value<StackModel::LayerState>())
    , mono(monoFont(option.font))
    , minor(minorFont(option.font))
    , face(faceIn(option.rect, dense))
{
    const qreal line = QFontMetricsF(option.font).height();
    const qreal small = QFontMetricsF(minor).height();
    badge = line * 0.9;

    const qreal diameter = line + 6;
    const qreal number = QFontMetricsF(bold(minor)).horizontalAdvance(QString::number(layer));
    const qreal top = face.top() + (dense ? denseFacePadding : facePadding);
    disc = QRectF(face.left() + 13, top - 1, std::max(diameter, number + 12), diameter);
    const qreal left = disc.right() + 9;
    const qreal right = face.right() - 10;
    title = QRectF(left, top, right - left, line);

    const QFontMetricsF sizeMetrics(bold(option.font));
    const auto bytes = index.data(StackModel::ContentSizeRole);
    qreal sizeWidth =
        bytes.isValid() ? sizeMetrics.horizontalAdvance(sizeText(bytes.toULongLong())) + 2 : 0;
    if (dense) {
        // One width for all rows, so that their bars stand below each other.
        sizeWidth = std::max(sizeWidth, sizeMetrics.horizontalAdvance(QStringLiteral("888 MB")));
        const qreal y = top + line + 4;
        size = QRectF(right - sizeWidth, y, sizeWidth, small);
        bar =
            QRectF(size.left() - denseBarWidth - 8, y + small / 2 - 1.5, denseBarWidth, barHeight);
        counts = QRectF(left, y, (read() ? bar.left() - 8 : right) - left, small);
    } else {
        const qreal y = top + line + 2;
        size = QRectF(right - sizeWidth, y + (small - line) / 2, sizeWidth, line);
        sub = QRectF(left, y, size.left() - 8 - left, small);
        bar = QRectF(left, y + small + 7, right - left, barHeight);
        counts = QRectF(left, bar.bottom() + 6, right - left, small);
    }
}

bool PlateLayout::read() const
{
    return state == StackModel::LayerState::Ready || state == StackModel::LayerState::Damaged;
}

} // namespace strata::ui
