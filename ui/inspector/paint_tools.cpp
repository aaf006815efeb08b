// SPDX-License-Identifier: Apache-2.0
#include "inspector/paint_tools.h"

#include "theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace strata::ui {

int paintLayerChip(QPainter& painter, QPoint topLeft, int height, LayerNo layer)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    auto font = theme::resized(painter.font(), painter.font(), 0.88);
    font.setBold(true);
    painter.setFont(font);
    const auto text = QString::number(layer);
    const int width = std::max(height, painter.fontMetrics().horizontalAdvance(text) + 8);
    const QRectF box(topLeft.x(), topLeft.y(), width, height);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme::layerColor(layer));
    painter.drawRoundedRect(box, 4, 4);
    painter.setPen(theme::layerText(layer));
    painter.drawText(box, Qt::AlignCenter, text);
    painter.restore();
    return width;
}

} // namespace strata::ui
