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
};

/// A slab seen a little from above and the left: `face` is its front; its top and right side stick
/// out by `depth` above and to the right.
void drawSlab(QPainter& painter, const QRectF& face, qreal depth, const SlabColors& colors);
/// A filled disc with a number, stretched to a pill where the number is long.
void drawNumber(QPainter& painter, const QRectF& disc, const QColor& fill, const QColor& ink,
                const QString& number, const QFont& font);
/// `share` (0…1) of the bar filled; a share above nothing shows at least a dot.
void drawBar(QPainter& painter, const QRectF& bar, double share, const QColor& fill,
             const QColor& track);
void drawCheckMark(QPainter& painter, const QRectF& box, const QColor& color);
void drawCross(QPainter& painter, const QRectF& box, const QColor& color);
/// A triangle with an exclamation mark.
void drawWarning(QPainter& painter, const QRectF& box, const QColor& color);
/// Diagonal hatching inside a rounded frame.
void drawHatched(QPainter& painter, const QRectF& rect, const QColor& line, const QColor& border);
/// One row's piece of a curly bracket that opens to the left; `box` spans the row's height.
/// `inset` is how far its ends stay off the top and bottom of the first and last row.
void drawBracket(QPainter& painter, const QRectF& box, StackModel::Bracket part, qreal topInset,
                 qreal bottomInset, const QColor& color);

} // namespace strata::ui::plate
