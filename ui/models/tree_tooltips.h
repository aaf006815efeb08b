// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/projection.h"

#include <QString>

#include <vector>

namespace strata::ui {

struct LayerLabel;

/// What a cell of the tree means, for someone learning layers. Rich text; names are escaped.
QString treeToolTip(const Projection& projection, RowId row, int column,
                    const std::vector<LayerLabel>& layers);
/// "layer 2", or a container's name.
QString layerWords(const std::vector<LayerLabel>& layers, LayerNo layer);
/// "layer 2: RUN …": what the origin chip says, in words, for screen readers.
QString treeOriginText(const Projection& projection, RowId row,
                       const std::vector<LayerLabel>& layers);
/// What a column of the tree shows.
QString treeColumnHelp(int column);

} // namespace strata::ui
