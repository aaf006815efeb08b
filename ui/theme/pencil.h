// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QRectF>

class QPainter;

namespace strata::ui::theme {

/// A pencil across a square, the sign of what can be written to: containers, which have no number.
void drawPencil(QPainter& painter, const QRectF& box, const QColor& color);

} // namespace strata::ui::theme
