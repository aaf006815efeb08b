// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/stack_model.h"

#include <QColor>
#include <QFont>
#include <QRectF>
#include <QString>

class QPainter;

/// The shapes that the stack is drawn with. Pure painting in logical pixels; nothing here knows
/// what a layer is, but for the bracket's parts.
namespace strata::ui::plate {

struct SlabColors
{
    QColor strong; ///< edge strip, top and side are mixed from it
    QColor face;
    QColor border;
    QColor under; ///< what the slab lies on
    qreal borderWidth = 1.0;
    bool dashed = false;
    bool mirrored = false; ///< its side is at the left
};

/// A slab seen a little from above and the left: `face` is its front; its top and right side stick
/// out by `depth` above and to the right. Corners and edge strip are in proportion to `depth`.
void drawSlab(QPainter& painter, const QRectF& face, qreal depth, const SlabColors& colors);
struct DiscColors
{
    QColor fill;
    QColor border;
    QColor ink;
};

/// A disc with a number, stretched to a pill where the number is long.
void drawNumber(QPainter& painter, const QRectF& disc, const DiscColors& colors,
                const QString& number, const QFont& font);
/// `share` (0…1) of the bar filled, from its right end if `mirrored`; a share above nothing shows
/// at least a dot.
void drawBar(QPainter& painter, const QRectF& bar, double share, const QColor& fill,
             const QColor& track, bool mirrored);
void drawCheckMark(QPainter& painter, const QRectF& box, const QColor& color);
void drawCross(QPainter& painter, const QRectF& box, const QColor& color);
/// A triangle with an exclamation mark.
void drawWarning(QPainter& painter, const QRectF& box, const QColor& color);
/// Diagonal hatching, a line every `step`, inside a rounded frame.
void drawHatched(QPainter& painter, const QRectF& rect, qreal step, const QColor& line,
                 const QColor& border);
/// One row's piece of a curly bracket that opens to the left, or to the right if `mirrored`; `box`
/// spans the row's height. The insets are how far its ends stay off the top and bottom of the first
/// and last row.
void drawBracket(QPainter& painter, const QRectF& box, StackModel::Bracket part, qreal topInset,
                 qreal bottomInset, const QColor& color, bool mirrored);

} // namespace strata::ui::plate
