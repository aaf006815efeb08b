// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/opened_image.h"

#include <vector>

namespace strata::bench {

/// The layer that is stored in the most bytes. Not of an image without layers.
LayerNo largestLayer(const OpenedImage& image);

/// What previews are measured with: files of up to 4 KiB among the last twentieth of a layer's
/// bytes that the whole image shows, evenly chosen, the last one among them.
std::vector<NodeId> lastSmallFiles(const OpenedImage& image, LayerNo layer);

} // namespace strata::bench
