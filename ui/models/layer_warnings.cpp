// SPDX-License-Identifier: Apache-2.0
#include "models/layer_warnings.h"

namespace strata::ui {

WarningList descriptorWarnings(const LayerDescriptor& layer, const LayerIndex* index)
{
    if (!index || !index->warnings().has(WarningCode::LayerMissing) ||
        !layer.warnings.has(WarningCode::LayerMissing)) {
        return layer.warnings;
    }
    WarningList rest;
    for (const auto& warning : layer.warnings.items()) {
        if (warning.code != WarningCode::LayerMissing) {
            rest.add(warning.code, warning.text);
        }
    }
    return rest;
}

} // namespace strata::ui
