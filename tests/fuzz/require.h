// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "base/warning.h"

#include <source_location>
#include <string_view>

/// The rules that hold whatever the input is. A broken one ends the process, which is what a
/// fuzzer looks out for.
namespace strata::fuzz {

/// `rule` says in words what has to hold; `detail` what was found instead.
void require(bool holds, std::string_view rule, std::string_view detail = {},
             std::source_location where = std::source_location::current());

/// Valid UTF-8 without control characters, as escapeForDisplay gives.
void requireDisplayable(std::string_view text,
                        std::source_location where = std::source_location::current());
void requireDisplayable(const Error& error,
                        std::source_location where = std::source_location::current());
void requireDisplayable(const WarningList& warnings,
                        std::source_location where = std::source_location::current());

} // namespace strata::fuzz
