// SPDX-License-Identifier: Apache-2.0
#include "stack/stack_metrics.h"

#include "theme/theme.h"

#include <QFontMetricsF>

#include <cmath>

namespace strata::ui {

StackMetrics::StackMetrics(const QFont& font, bool isDense)
    : dense(isDense)
    , line(QFontMetricsF(font).height())
    , small(QFontMetricsF(minorFont(font)).height())
    , unit(line / 16)
    , leftMargin(pixels(13))
    , rightMargin(pixels(21))
    , depth(pixels(dense ? 5.6 : 7.5))
    , rowGap(pixels(dense ? 5.6 : 9.5))
    , padding(of(dense ? 6.6 : 8.5))
    , barHeight(of(3.8))
{
}

int StackMetrics::pixels(qreal sixteenths) const
{
    return static_cast<int>(std::lround(of(sixteenths)));
}

int StackMetrics::rowHeight(StackModel::Kind kind, bool first) const
{
    const auto height = [&] {
        switch (kind) {
        case StackModel::Kind::Caption:
            return small + of(first ? 9.5 : 17);
        case StackModel::Kind::Step:
            return small + of(8.5);
        case StackModel::Kind::Bootfs:
            return line + of(34);
        case StackModel::Kind::Layer:
            break;
        }
        const qreal inside = dense ? line + of(3.8) + small
                                   : line + of(1.9) + small + of(6.6) + barHeight + of(5.6) + small;
        return depth + rowGap + 2 * padding + inside;
    }();
    return static_cast<int>(std::ceil(height));
}

QFont StackMetrics::minorFont(const QFont& font)
{
    return theme::resized(font, font, 0.9);
}

QFont StackMetrics::monoFont(const QFont& font, double factor)
{
    return theme::resized(theme::monospace(), font, factor);
}

QFont StackMetrics::bold(QFont font)
{
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont StackMetrics::italic(QFont font)
{
    font.setItalic(true);
    return font;
}

} // namespace strata::ui
