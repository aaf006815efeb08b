// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ids.h"

#include <QPoint>

class QPainter;

namespace strata::ui {

/// A rounded square in the layer's colour with its number, as high as `height`. Gives its width.
int paintLayerChip(QPainter& painter, QPoint topLeft, int height, LayerNo layer);

} // namespace strata::ui
