// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"
#include "outcome.h"
#include "output.h"

namespace strata::cli {

/// Prints every image of the archive, and what it is.
Outcome<ExitStatus> runInfo(const Options& options, Output& output);

} // namespace strata::cli
