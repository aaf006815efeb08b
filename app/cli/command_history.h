// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"
#include "outcome.h"
#include "output.h"

namespace strata::cli {

/// Prints what each layer did to a path, base first.
Outcome<ExitStatus> runHistory(const Options& options, Output& output);

} // namespace strata::cli
