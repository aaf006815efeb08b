// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"
#include "outcome.h"
#include "output.h"

namespace strata::cli {

/// Prints the merged tree, or a part of it, with the layer of every path.
Outcome<ExitStatus> runTree(const Options& options, Output& output);

} // namespace strata::cli
