// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"
#include "outcome.h"
#include "output.h"

namespace strata::cli {

/// Does what a script says in containers on the image, prints each operation's trace, then with
/// --diff and --upper what came of it, and with --commit writes a new image. A No one where an
/// operation was refused.
Outcome<ExitStatus> runScript(const Options& options, Output& output);

} // namespace strata::cli
