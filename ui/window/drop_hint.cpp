// SPDX-License-Identifier: Apache-2.0
#include "window/drop_hint.h"

#include "theme/theme.h"

#include <QFileInfo>
#include <QPainter>

namespace strata::ui {

DropHint::DropHint(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("dropHint"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
}

void DropHint::showFor(const QString& fileName)
{
    m_fileName = QFileInfo(fileName).fileName();
    setGeometry(parentWidget()->rect());
    raise();
    show();
}

void DropHint::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor veil = palette().color(QPalette::Base);
    veil.setAlphaF(0.88F);
    painter.fillRect(rect(), veil);
    const QColor accent = palette().color(QPalette::Highlight);
    QPen pen(accent, 2.5, Qt::DashLine);
    pen.setDashPattern({5, 4});
    painter.setPen(pen);
    painter.setBrush(theme::mix(accent, palette().color(QPalette::Base), 0.08));
    painter.drawRoundedRect(QRectF(rect()).adjusted(24, 24, -24, -24), 14, 14);
    QFont font = theme::resized(this->font(), this->font(), 1.6);
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(palette().color(QPalette::Text));
    const QRect text = rect().adjusted(60, 0, -60, 0);
    const QString line = tr("Drop to open %1").arg(m_fileName);
    painter.drawText(text, Qt::AlignCenter,
                     painter.fontMetrics().elidedText(line, Qt::ElideMiddle, text.width()));
}

} // namespace strata::ui
