// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "overlay/trace.h"
#include "tree/merged_tree.h"

#include <string_view>
#include <vector>

/// Private to core/overlay.
namespace strata {

/// Looks for a path in the layers of an image from the top down, until one of them ends it, and
/// appends what each of them says to `looks`. O(layers · depth · log siblings).
void lookInLayers(const MergedTree& tree, const std::vector<std::string_view>& parts,
                  std::vector<LayerLook>& looks);

} // namespace strata
