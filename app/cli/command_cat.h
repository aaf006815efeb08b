// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"
#include "outcome.h"
#include "output.h"

namespace strata::cli {

/// Writes the content of a file as it is: the visible one, or with --layer that layer's copy.
Outcome<ExitStatus> runCat(const Options& options, Output& output);

} // namespace strata::cli
