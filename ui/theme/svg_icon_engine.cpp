// SPDX-License-Identifier: Apache-2.0
#include "theme/svg_icon_engine.h"

#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

#include <utility>

namespace strata::ui {

SvgIconEngine::SvgIconEngine(QByteArray svg, QColor color, QColor disabledColor)
    : m_svg(std::move(svg))
    , m_color(color)
    , m_disabledColor(disabledColor)
{
}

void SvgIconEngine::paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State)
{
    const QColor& color = mode == QIcon::Disabled ? m_disabledColor : m_color;
    QSvgRenderer renderer(
        QByteArray(m_svg).replace("currentColor", color.name(QColor::HexRgb).toLatin1()));
    renderer.setAspectRatioMode(Qt::KeepAspectRatio);
    renderer.render(painter, QRectF(rect));
}

QPixmap SvgIconEngine::pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state)
{
    QPixmap pixmap(size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paint(&painter, QRect(QPoint(), size), mode, state);
    return pixmap;
}

QIconEngine* SvgIconEngine::clone() const
{
    return new SvgIconEngine(*this);
}

} // namespace strata::ui
