// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"
#include "outcome.h"
#include "output.h"

namespace strata::cli {

/// Prints each layer, 0 = base, and the steps without a layer.
Outcome<ExitStatus> runLayers(const Options& options, Output& output);

} // namespace strata::cli
