// SPDX-License-Identifier: Apache-2.0
#include "window/card.h"

#include "theme/theme.h"

#include <QPainter>

namespace strata::ui {

namespace {
constexpr int rowMargin = 7;
} // namespace

Card::Card(QWidget* parent)
    : QFrame(parent)
{
    setFrameShape(QFrame::NoFrame);
}

void Card::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme::hairline(palette()));
    painter.setBrush(theme::panel(palette()));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);
}

CardRow::CardRow(const QString& name, const QString& place, QWidget* parent)
    : QAbstractButton(parent)
    , m_place(place)
{
    setText(name);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(tr("Open %1").arg(name));
    setAccessibleDescription(place);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize CardRow::sizeHint() const
{
    return {300, 2 * fontMetrics().height() + 2 * rowMargin + 1};
}

void CardRow::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto base = palette().color(QPalette::Base);
    const auto accent = palette().color(QPalette::Highlight);
    if (isEnabled() && (underMouse() || hasFocus())) {
        painter.setPen(hasFocus() ? QPen(accent, 1.4) : QPen(Qt::NoPen));
        painter.setBrush(theme::mix(accent, base, 0.1));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
    }
    const QRect text = rect().adjusted(sideMargin, rowMargin, -sideMargin, -rowMargin);
    QFont font = this->font();
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    const auto muted = theme::mutedText(palette());
    painter.setPen(isEnabled() ? palette().color(QPalette::Text) : muted);
    painter.drawText(text, Qt::AlignLeft | Qt::AlignTop,
                     painter.fontMetrics().elidedText(this->text(), Qt::ElideMiddle, text.width()));
    painter.setFont(this->font());
    painter.setPen(muted);
    painter.drawText(text, Qt::AlignLeft | Qt::AlignBottom,
                     painter.fontMetrics().elidedText(m_place, Qt::ElideMiddle, text.width()));
}

} // namespace strata::ui
