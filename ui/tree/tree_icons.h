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

} // namespace strata::ui
