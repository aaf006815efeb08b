// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"
#include "outcome.h"
#include "output.h"

namespace strata::cli {

/// `strata cache`: where the index cache lies and how full it is; with --clear, empties it.
Outcome<ExitStatus> runCache(const Options& options, Output& output);

} // namespace strata::cli
