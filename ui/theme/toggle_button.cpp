// SPDX-License-Identifier: Apache-2.0
#include "theme/toggle_button.h"

#include "theme/theme.h"

#include <QButtonGroup>
#include <QPainter>

namespace strata::ui {

namespace {

constexpr qreal radius = 5.0;
constexpr int tickRoom = 18; ///< kept free while off, so that nothing moves
constexpr int padding = 10;

} // namespace

ToggleButton::ToggleButton(QWidget* parent)
    : QToolButton(parent)
{
    setCheckable(true);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
}

QSize ToggleButton::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(text()) + tickRoom + 2 * padding,
            fontMetrics().height() + 10};
}

void ToggleButton::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QPalette colors = palette();
    const QColor window = colors.color(QPalette::Window);
    const bool on = isChecked();
    const QRectF face = QRectF(rect()).adjusted(1, 1, -1, -1);
    const auto edge = on ? theme::accentEdge(colors) : theme::controlEdge(colors);
    painter.setPen(QPen(isEnabled() ? edge : theme::hairline(colors), on || hasFocus() ? 1.5 : 1));
    if (hasFocus()) {
        painter.setPen(QPen(theme::accentEdge(colors), 2));
    }
    painter.setBrush(on             ? theme::selection(colors, true)
                     : underMouse() ? theme::mix(colors.color(QPalette::Text), window, 0.08)
                                    : QColor(Qt::transparent));
    painter.drawRoundedRect(face, radius, radius);

    const bool mirrored = isRightToLeft();
    const QRectF inside = face.adjusted(padding - 1, 0, -padding + 1, 0);
    const QRectF box(mirrored ? inside.right() - 12 : inside.left(), inside.center().y() - 6, 12,
                     12);
    const QColor ink = !isEnabled() ? colors.color(QPalette::Disabled, QPalette::ButtonText)
                       : on         ? colors.color(QPalette::Text)
                                    : colors.color(QPalette::ButtonText);
    painter.setBrush(Qt::NoBrush);
    if (on) {
        painter.setPen(QPen(ink, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(QPolygonF({{box.left() + 1.5, box.center().y()},
                                        {box.left() + 4.8, box.bottom() - 2.5},
                                        {box.right() - 1.0, box.top() + 2.0}}));
    } else if (!group() || !group()->exclusive()) { // of one out of several only the one is marked
        painter.setPen(QPen(isEnabled() ? theme::mutedText(colors) : ink, 1.2));
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 2, 2);
    }
    painter.setPen(ink);
    const QRectF words =
        mirrored ? inside.adjusted(0, 0, -tickRoom, 0) : inside.adjusted(tickRoom, 0, 0, 0);
    painter.drawText(words, Qt::AlignCenter, text());
}

} // namespace strata::ui
