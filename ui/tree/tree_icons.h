// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/tar_reader.h"

#include <QGuiApplication>
#include <QPalette>
#include <QRectF>

class QPainter;

namespace strata::ui {

/// Paints the small picture of a file type into `rect`, sharp at any scale, in colours that work
/// on the palette's base.
void paintFileIcon(QPainter& painter, const QRectF& rect, FileType type, const QPalette& palette);

/// Paints a layer's chip, the rounded square with its number in its colour, and gives its width.
/// `height` high, at least as wide, centred on `middleY`.
qreal paintLayerChip(QPainter& painter, qreal left, qreal middleY, qreal height, unsigned layer,
                     const QPalette& palette = QGuiApplication::palette());

} // namespace strata::ui
