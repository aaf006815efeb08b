// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"
#include "outcome.h"
#include "output.h"

namespace strata::cli {

/// Writes the merged tree, or parts of it, below a directory.
Outcome<ExitStatus> runExtract(const Options& options, Output& output);

} // namespace strata::cli
