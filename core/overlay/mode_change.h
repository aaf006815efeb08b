// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace strata {

/// What chmod(1) is told: octal digits, or clauses such as "u+x,go-w". Bits are the twelve of a
/// mode. By POSIX and, for directories' set-ID bits, GNU chmod: symbolic clauses leave them alone
/// unless they name "s". Where a clause names nobody, the umask is 022, as engines set it.
class ModeChange
{
public:
    /// Errors: Malformed.
    static Result<ModeChange> parse(std::string_view text);

    std::uint16_t applied(std::uint16_t mode, bool directory) const;

private:
    /// One operator and what stands behind it.
    struct Step
    {
        std::uint16_t who = 0;  ///< bits of those who are named; 0 = nobody is
        std::uint16_t bits = 0; ///< for everybody; of a copy, those of the one who is copied
        char op = '=';          ///< '+', '-' or '='
        bool copies = false;    ///< gives what one of user, group and others has
        bool anySearch = false; ///< 'X' is among the letters
    };

    bool addClause(std::string_view clause);

    std::optional<std::uint16_t> m_octal;
    std::vector<Step> m_steps;
};

} // namespace strata
