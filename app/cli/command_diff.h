// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"
#include "outcome.h"
#include "output.h"

namespace strata::cli {

/// Prints what layer N changes against the layers below it, in tree order.
Outcome<ExitStatus> runDiff(const Options& options, Output& output);

} // namespace strata::cli
