// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "layer/layer_index.h"

namespace strata {

/// Whether two entries, each of its own layer, agree in mode, owner, time and extended attributes
/// (in any order). Contents, types and link targets are the caller's matter. Private to tree.
bool sameMetadata(const LayerIndex& layerA, const LayerEntry& a, const LayerIndex& layerB,
                  const LayerEntry& b);

} // namespace strata
