// SPDX-License-Identifier: Apache-2.0
#include "require.h"

#include "base/byte_path.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace strata::fuzz {

void require(bool holds, std::string_view rule, std::string_view detail, std::source_location where)
{
    if (holds) {
        return;
    }
    std::fprintf(stderr, "%s:%u: broken rule: %s\n%s\n", where.file_name(), where.line(),
                 std::string(rule).c_str(), escapeForDisplay(detail).c_str());
    std::abort();
}

void requireDisplayable(std::string_view text, std::source_location where)
{
    // Backslashes are left aside: one before what reads like an escape would be doubled once more.
    std::string plain(text);
    std::ranges::replace(plain, '\\', '/');
    require(escapeForDisplay(plain) == plain, "text for people has no control characters", text,
            where);
}

void requireDisplayable(const Error& error, std::source_location where)
{
    require(!error.what.empty(), "an error says what is wrong", error.where, where);
    requireDisplayable(error.message(), where);
}

void requireDisplayable(const WarningList& warnings, std::source_location where)
{
    for (const std::string& text : warnings.texts()) {
        require(!text.empty(), "a warning says what is wrong", {}, where);
        requireDisplayable(text, where);
    }
}

} // namespace strata::fuzz
