// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "image/image_archive.h"
#include "layer/layer_indexer.h"
#include "tree/opened_image.h"

#include <vector>

namespace strata {

/// The indexes of an image's layers, each read or taken from the cache, several at a time; a layer
/// that stands twice is read once. As loadImage, which folds them.
Result<std::vector<IndexedLayer>> loadLayers(const ImageArchive& archive, const Image& image,
                                             const Job& job, const LoadOptions& options);

/// Where the layers of an image keep their root, as far as its descriptions say (RULES.md, 40).
LayerRoot layerRoot(const Image& image);

} // namespace strata
