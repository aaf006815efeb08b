// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "base/job.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

enum class DiffKind : std::uint8_t { Context, Added, Removed };

struct DiffLine
{
    DiffKind kind = DiffKind::Context;
    std::uint32_t oldLine = 0; ///< from 1; 0 = not in the old text
    std::uint32_t newLine = 0;
    std::string text;       ///< without its line end
    bool noNewline = false; ///< the text's last line, without a line end
};

struct DiffHunk
{
    std::vector<DiffLine> lines;
};

/// The line difference of two texts (libgit2's xdiff), with `context` unchanged lines around each
/// change. No hunks = the same. Errors: LimitExceeded for texts over limits::diffTextBytes or
/// diffTextLines, and differences over limits::diffLines; Cancelled. A stop is obeyed before and
/// after the comparison itself, which takes a second or two for the largest texts.
Result<std::vector<DiffHunk>> diffText(std::string_view oldText, std::string_view newText,
                                       unsigned context = 3, const Job& job = {});

/// Whether content is better shown as bytes: a NUL, or much that is not UTF-8, in its first 8 KiB.
bool looksBinary(std::string_view content);

} // namespace strata
