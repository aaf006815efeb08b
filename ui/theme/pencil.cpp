// SPDX-License-Identifier: Apache-2.0
#include "theme/pencil.h"

#include <QPainter>
#include <QPolygonF>

namespace strata::ui::theme {

void drawPencil(QPainter& painter, const QRectF& box, const QColor& color)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(box.topLeft());
    painter.scale(box.width() / 16, box.height() / 16);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPolygon(QPolygonF{{2, 14}, {3.2, 10.2}, {5.8, 12.8}});
    painter.drawPolygon(QPolygonF{{4, 9.4}, {9.8, 3.6}, {12.4, 6.2}, {6.6, 12}});
    painter.drawPolygon(QPolygonF{{10.6, 2.8}, {11.8, 1.6}, {14.4, 4.2}, {13.2, 5.4}});
    painter.restore();
}

} // namespace strata::ui::theme
