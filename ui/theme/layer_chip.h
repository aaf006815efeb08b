// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QGuiApplication>
#include <QPalette>

class QPainter;

namespace strata::ui {

/// Paints a layer's chip, the rounded square with its number in its colour, and gives its width.
/// `height` high, at least as wide, centred on `middleY`.
qreal paintLayerChip(QPainter& painter, qreal left, qreal middleY, qreal height, unsigned layer,
                     const QPalette& palette = QGuiApplication::palette());

/// The same of a container, which has a pencil where layers have their number.
qreal paintContainerChip(QPainter& painter, qreal left, qreal middleY, qreal height,
                         const QPalette& palette = QGuiApplication::palette());

} // namespace strata::ui
