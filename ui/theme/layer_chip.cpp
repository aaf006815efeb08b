// SPDX-License-Identifier: Apache-2.0
#include "theme/layer_chip.h"

#include "theme/pencil.h"
#include "theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace strata::ui {

qreal paintLayerChip(QPainter& painter, qreal left, qreal middleY, qreal height, unsigned layer,
                     const QPalette& palette)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QFont font = theme::resized(painter.font(), painter.font(), 0.86);
    font.setBold(true);
    painter.setFont(font);
    const QString number = QString::number(layer);
    const qreal width =
        std::max(height, painter.fontMetrics().horizontalAdvance(number) + height * 0.5);
    const QRectF rect(left, middleY - height / 2, width, height);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme::layerColor(layer, palette));
    painter.drawRoundedRect(rect, height * 0.24, height * 0.24);
    painter.setPen(theme::layerText(layer, palette));
    painter.drawText(rect, Qt::AlignCenter, number);
    painter.restore();
    return width;
}

qreal paintContainerChip(QPainter& painter, qreal left, qreal middleY, qreal height,
                         const QPalette& palette)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF rect(left, middleY - height / 2, height, height);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme::containerColor(palette));
    painter.drawRoundedRect(rect, height * 0.24, height * 0.24);
    const qreal inset = height * 0.18;
    theme::drawPencil(painter, rect.adjusted(inset, inset, -inset, -inset),
                      theme::containerText(palette));
    painter.restore();
    return height;
}

} // namespace strata::ui
