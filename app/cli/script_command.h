// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "script.h"

#include <functional>
#include <string>
#include <vector>

namespace strata::cli {

/// What the words of a line do. The first one is the command. Errors: Malformed.
Result<std::function<void(ScriptHost&)>> parseCommand(const std::vector<std::string>& words);

} // namespace strata::cli
