// SPDX-License-Identifier: Apache-2.0
#include "tree/tree_icons.h"

#include "theme/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace strata::ui {

namespace {

/// Everything is drawn on a 16 × 16 grid.
constexpr qreal grid = 16.0;

void paintFolder(QPainter& painter, const QPalette& palette)
{
    const bool dark = theme::isDark(palette);
    const QColor body = dark ? QColor(0xd9, 0xab, 0x4e) : QColor(0xe0, 0xb0, 0x4f);
    const QColor tab = dark ? QColor(0xb0, 0x86, 0x34) : QColor(0xc6, 0x93, 0x30);
    QPainterPath back;
    back.addRoundedRect(QRectF(1.5, 2.5, 6.5, 5.0), 1.2, 1.2);
    painter.fillPath(back, tab);
    QPainterPath front;
    front.addRoundedRect(QRectF(1.5, 4.5, 13.0, 9.0), 1.4, 1.4);
    painter.fillPath(front, body);
}

void paintSheet(QPainter& painter, const QColor& line, const QColor& face)
{
    QPainterPath sheet;
    sheet.moveTo(3.5, 1.5);
    sheet.lineTo(9.5, 1.5);
    sheet.lineTo(12.5, 4.5);
    sheet.lineTo(12.5, 14.5);
    sheet.lineTo(3.5, 14.5);
    sheet.closeSubpath();
    painter.setPen(QPen(line, 1.1, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(face);
    painter.drawPath(sheet);
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(QPolygonF({{9.5, 1.5}, {9.5, 4.5}, {12.5, 4.5}}));
}

void paintArrow(QPainter& painter, const QColor& color)
{
    painter.setPen(QPen(color, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawLine(QPointF(5.6, 10.2), QPointF(10.2, 10.2));
    painter.drawPolyline(QPolygonF({{8.4, 8.2}, {10.4, 10.2}, {8.4, 12.2}}));
}

} // namespace

void paintFileIcon(QPainter& painter, const QRectF& rect, FileType type, const QPalette& palette)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(rect.topLeft());
    painter.scale(rect.width() / grid, rect.height() / grid);
    const auto base = palette.color(QPalette::Base);
    const auto line = theme::mix(palette.color(QPalette::Text), base, 0.5);
    const auto face = theme::mix(palette.color(QPalette::Text), base, 0.03);
    const QColor teal =
        theme::isDark(palette) ? QColor(0x5f, 0xc4, 0xc8) : QColor(0x1f, 0x8a, 0x90);
    switch (type) {
    case FileType::Directory:
        paintFolder(painter, palette);
        break;
    case FileType::Symlink:
        paintSheet(painter, teal, face);
        paintArrow(painter, teal);
        break;
    case FileType::File:
        paintSheet(painter, line, face);
        break;
    case FileType::CharDevice:
    case FileType::BlockDevice:
        painter.setPen(QPen(line, 1.1));
        painter.setBrush(face);
        painter.drawRoundedRect(QRectF(2.5, 4.5, 11.0, 7.0), 1.5, 1.5);
        painter.setBrush(line);
        painter.setPen(Qt::NoPen);
        painter.drawEllipse(QPointF(10.8, 8.0), 1.1, 1.1);
        break;
    case FileType::Fifo:
        painter.setPen(QPen(line, 1.1));
        painter.setBrush(face);
        painter.drawRect(QRectF(4.0, 6.0, 8.0, 4.0));
        painter.drawLine(QPointF(4.0, 4.5), QPointF(4.0, 11.5));
        painter.drawLine(QPointF(12.0, 4.5), QPointF(12.0, 11.5));
        break;
    }
    painter.restore();
}

} // namespace strata::ui
