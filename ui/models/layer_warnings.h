// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.h"
#include "layer/layer_index.h"

namespace strata::ui {

/// What the manifest and the archive say against a layer, without what its index says as well:
/// that a layer is not there is told once. `index` may be null.
WarningList descriptorWarnings(const LayerDescriptor& layer, const LayerIndex* index);

} // namespace strata::ui
