// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"
#include "outcome.h"
#include "output.h"

namespace strata::cli {

/// Checks every digest, size and diff ID against the bytes, and prints what was found.
Outcome<ExitStatus> runVerify(const Options& options, Output& output);

} // namespace strata::cli
