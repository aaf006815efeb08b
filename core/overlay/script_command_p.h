// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "overlay/script.h"

#include <functional>
#include <string>
#include <vector>

namespace strata {

/// What the words of a line do. The first one is the command. Errors: Malformed.
Result<std::function<void(ScriptHost&)>> parseCommand(const std::vector<std::string>& words);

} // namespace strata
