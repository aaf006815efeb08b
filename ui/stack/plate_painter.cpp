// SPDX-License-Identifier: Apache-2.0
#include "stack/plate_painter.h"

#include "theme/theme.h"

#include <QPainter>
#include <QPainterPath>
#include <QPen>

#include <algorithm>
#include <cmath>

namespace strata::ui::plate {

namespace {

/// Turns what is painted from here on as a mirror at the middle of `rect` would.
void mirror(QPainter& painter, const QRectF& rect)
{
    painter.translate(rect.left() + rect.right(), 0);
    painter.scale(-1, 1);
}

QPen rounded(const QColor& color, qreal width)
{
    return {color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin};
}

} // namespace

void drawSlab(QPainter& painter, const QRectF& face, qreal depth, const SlabColors& colors)
{
    const qreal radius = depth * 0.4;
    const qreal edgeStrip = depth * 0.65;
    painter.save();
    if (colors.mirrored) {
        mirror(painter, face);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    // Top and side, a pixel under the face so that no seam shows.
    const QPolygonF top{{face.left(), face.top() + 1},
                        {face.left() + depth, face.top() - depth},
                        {face.right() + depth, face.top() - depth},
                        {face.right(), face.top() + 1}};
    const QPolygonF side{{face.right() - 1, face.top()},
                         {face.right() + depth, face.top() - depth},
                         {face.right() + depth, face.bottom() - depth},
                         {face.right() - 1, face.bottom()}};
    painter.setBrush(theme::mix(colors.strong, colors.under, 0.30));
    painter.drawPolygon(top);
    painter.setBrush(theme::mix(colors.strong, colors.under, 0.46));
    painter.drawPolygon(side);

    QPainterPath shape;
    shape.addRoundedRect(face, radius, radius);
    painter.setBrush(colors.face);
    painter.drawPath(shape);
    painter.setClipPath(shape, Qt::IntersectClip);
    painter.fillRect(QRectF(face.left(), face.top(), edgeStrip, face.height()), colors.strong);
    painter.setClipping(false);

    QPen pen(colors.border, colors.borderWidth);
    if (colors.dashed) {
        pen.setStyle(Qt::DashLine);
    }
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    const qreal half = colors.borderWidth / 2;
    painter.drawRoundedRect(face.adjusted(half, half, -half, -half), radius, radius);
    painter.restore();
}

void drawNumber(QPainter& painter, const QRectF& disc, const DiscColors& colors,
                const QString& number, const QFont& font)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    constexpr qreal width = 1.5;
    const QRectF line = disc.adjusted(width / 2, width / 2, -width / 2, -width / 2);
    painter.setPen(QPen(colors.border, width));
    painter.setBrush(colors.fill);
    painter.drawRoundedRect(line, line.height() / 2, line.height() / 2);
    painter.setPen(colors.ink);
    painter.setFont(font);
    painter.drawText(disc, Qt::AlignCenter, number);
    painter.restore();
}

void drawBar(QPainter& painter, const QRectF& bar, double share, const QColor& fill,
             const QColor& track, bool mirrored)
{
    painter.save();
    if (mirrored) {
        mirror(painter, bar);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const qreal round = bar.height() / 2;
    painter.setBrush(track);
    painter.drawRoundedRect(bar, round, round);
    if (share > 0) {
        QRectF filled = bar;
        filled.setWidth(std::clamp(bar.width() * share, bar.height(), bar.width()));
        painter.setBrush(fill);
        painter.drawRoundedRect(filled, round, round);
    }
    painter.restore();
}

void drawCheckMark(QPainter& painter, const QRectF& box, const QColor& color)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(rounded(color, box.width() * 0.16));
    painter.drawPolyline(
        QPolygonF{{box.left() + box.width() * 0.16, box.center().y()},
                  {box.left() + box.width() * 0.40, box.bottom() - box.height() * 0.24},
                  {box.right() - box.width() * 0.12, box.top() + box.height() * 0.22}});
    painter.restore();
}

void drawCross(QPainter& painter, const QRectF& box, const QColor& color)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(rounded(color, box.width() * 0.16));
    const qreal inset = box.width() * 0.22;
    const QRectF in = box.adjusted(inset, inset, -inset, -inset);
    painter.drawLine(in.topLeft(), in.bottomRight());
    painter.drawLine(in.topRight(), in.bottomLeft());
    painter.restore();
}

void drawWarning(QPainter& painter, const QRectF& box, const QColor& color)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const qreal width = box.width() * 0.11;
    painter.setPen(rounded(color, width));
    painter.drawPolygon(QPolygonF{{box.center().x(), box.top() + width},
                                  {box.right() - width, box.bottom() - width * 1.5},
                                  {box.left() + width, box.bottom() - width * 1.5}});
    const qreal x = box.center().x();
    painter.drawLine(QPointF(x, box.top() + box.height() * 0.42),
                     QPointF(x, box.top() + box.height() * 0.60));
    painter.drawPoint(QPointF(x, box.top() + box.height() * 0.76));
    painter.restore();
}

void drawHatched(QPainter& painter, const QRectF& rect, qreal step, const QColor& line,
                 const QColor& border)
{
    const qreal radius = step * 0.45;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath shape;
    shape.addRoundedRect(rect, radius, radius);
    painter.setClipPath(shape, Qt::IntersectClip);
    painter.setPen(QPen(line, 1.2));
    const qreal first = rect.left() - rect.height();
    const int lines = static_cast<int>(std::ceil((rect.right() - first) / step));
    for (int i = 0; i < lines; ++i) {
        const qreal x = first + i * step;
        painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + rect.height(), rect.top()));
    }
    painter.setClipping(false);
    painter.setPen(QPen(border, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    painter.restore();
}

void drawBracket(QPainter& painter, const QRectF& box, StackModel::Bracket part, qreal topInset,
                 qreal bottomInset, const QColor& color, bool mirrored)
{
    const qreal left = box.left();
    const qreal notch = box.width() * 0.4;
    const qreal stem = box.right() - notch;
    const qreal curve = stem - left;
    qreal y = box.top();
    QPainterPath path;
    if (part.testFlag(StackModel::BracketTop)) {
        y += topInset;
        path.moveTo(left, y);
        path.quadTo(stem, y, stem, y + curve);
    } else {
        path.moveTo(stem, y);
    }
    const bool last = part.testFlag(StackModel::BracketBottom);
    const qreal end = last ? box.bottom() - bottomInset : box.bottom();
    if (part.testFlag(StackModel::BracketNotch)) {
        const qreal middle = (y + end) / 2;
        path.lineTo(stem, middle - notch);
        path.quadTo(stem, middle, stem + notch, middle);
        path.quadTo(stem, middle, stem, middle + notch);
    }
    if (last) {
        path.lineTo(stem, end - curve);
        path.quadTo(stem, end, left, end);
    } else {
        path.lineTo(stem, end);
    }
    painter.save();
    if (mirrored) {
        mirror(painter, box);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color, 1.6, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
    painter.drawPath(path);
    painter.restore();
}

} // namespace strata::ui::plate
