// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QColor>
#include <QIconEngine>

namespace strata::ui {

/// Draws an SVG whose `currentColor` is a colour of ours, at the very size that is asked for, so
/// that it is as sharp at 200 % as at 100 %.
class SvgIconEngine : public QIconEngine
{
public:
    SvgIconEngine(QByteArray svg, QColor color, QColor disabledColor);

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override;
    QIconEngine* clone() const override;
    bool isNull() override { return m_svg.isEmpty(); }

private:
    QByteArray m_svg;
    QColor m_color;
    QColor m_disabledColor;
};

} // namespace strata::ui
