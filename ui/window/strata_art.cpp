// SPDX-License-Identifier: Apache-2.0
#include "window/strata_art.h"

#include <QPainter>

namespace strata::ui {

StrataArt::StrataArt(QWidget* parent)
    : QWidget(parent)
    , m_picture(QStringLiteral(":/stratascope/icons/app.svg"))
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_picture.setAspectRatioMode(Qt::KeepAspectRatio);
}

void StrataArt::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    m_picture.render(&painter, rect());
}

} // namespace strata::ui
