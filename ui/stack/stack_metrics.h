// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/stack_model.h"

#include <QFont>

namespace strata::ui {

/// The stack's measures in logical pixels. Every one is a share of the font's, so that the plates
/// grow with it.
struct StackMetrics
{
    /// `dense`: low plates, for images with many layers.
    explicit StackMetrics(const QFont& font, bool dense = false);

    /// Height of a row of this kind; `first`: there is no row above it.
    int rowHeight(StackModel::Kind kind, bool first) const;
    /// This many sixteenths of a line.
    qreal of(qreal sixteenths) const { return sixteenths * unit; }
    /// The same as whole pixels, for what has to be sharp.
    int pixels(qreal sixteenths) const;

    /// Secondary text, and code, in the sizes that suit `font`.
    static QFont minorFont(const QFont& font);
    static QFont monoFont(const QFont& font, double factor = 1.0);
    static QFont bold(QFont font);
    static QFont italic(QFont font);

    bool dense = false;
    qreal line = 0;     ///< height of a line of the font
    qreal small = 0;    ///< height of a line of minorFont()
    qreal unit = 0;     ///< a sixteenth of `line`
    int leftMargin = 0; ///< what stands above and below the stack lines up with its margins
    int rightMargin = 0;
    int depth = 0;       ///< how far a plate's top and side stick out
    int rowGap = 0;      ///< below a plate
    qreal padding = 0;   ///< above and below what is on a plate
    qreal barHeight = 0; ///< of the bar for a layer's size
};

} // namespace strata::ui
