// SPDX-License-Identifier: Apache-2.0
#include "inspector/picture_view.h"

#include "theme/theme.h"

#include <QPainter>

namespace strata::ui {

namespace {
constexpr int margin = 12;
constexpr int square = 8;
constexpr int largestIcon = 256;
} // namespace

PictureView::PictureView(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMinimumHeight(120);
}

void PictureView::setPicture(const QImage& image, QSize size, const QString& format)
{
    m_image = image;
    m_size = size;
    m_caption = tr("%1 · %2 × %3 pixels").arg(format).arg(size.width()).arg(size.height());
    setAccessibleName(tr("Picture, %1").arg(m_caption));
    update();
}

void PictureView::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Base));
    const int captionHeight = fontMetrics().height() + margin;
    const QRect room = rect().adjusted(margin, margin, -margin, -margin - captionHeight);
    if (m_image.isNull() || room.isEmpty()) {
        return;
    }
    QSize fit = m_size;
    // A drawing has no pixels of its own: its image is larger than the size it asks for.
    const QSize roomy = room.size().boundedTo(QSize(largestIcon, largestIcon));
    if (m_image.width() > m_size.width() && m_size.width() < roomy.width() &&
        m_size.height() < roomy.height()) {
        fit.scale(roomy, Qt::KeepAspectRatio);
    }
    if (fit.width() > room.width() || fit.height() > room.height()) {
        fit.scale(room.size(), Qt::KeepAspectRatio);
    }
    QRect place({}, fit.expandedTo({1, 1}));
    place.moveCenter(room.center());
    const auto base = palette().color(QPalette::Base);
    painter.save();
    painter.setClipRect(place);
    painter.fillRect(place, base);
    const auto other = theme::mix(palette().color(QPalette::Text), base, 0.1);
    for (int y = place.top(); y <= place.bottom(); y += square) {
        for (int x = place.left() + ((y - place.top()) / square % 2) * square; x <= place.right();
             x += 2 * square) {
            painter.fillRect(x, y, square, square, other);
        }
    }
    painter.restore();
    painter.setRenderHint(QPainter::SmoothPixmapTransform, fit.width() < m_image.width());
    painter.drawImage(place, m_image);
    painter.setPen(theme::hairline(palette()));
    painter.drawRect(place.adjusted(-1, -1, 0, 0));
    painter.setPen(theme::mutedText(palette()));
    painter.drawText(QRect(0, height() - captionHeight, width(), captionHeight - margin / 2),
                     Qt::AlignHCenter | Qt::AlignVCenter, m_caption);
}

} // namespace strata::ui
