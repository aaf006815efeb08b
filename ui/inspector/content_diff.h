// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "insight/text_diff.h"
#include "models/version_state.h"

#include <cstdint>
#include <vector>

namespace strata::ui {

/// How the contents of two versions of a path compare.
struct ContentDiff
{
    enum class Kind {
        NoContent, ///< at least one of them is no regular file
        Same,
        Text, ///< `hunks` say how
        Binary,
        TooLarge, ///< texts or a difference beyond what diffText takes
    };
    Kind kind = Kind::NoContent;
    std::uint64_t oldSize = 0;
    std::uint64_t newSize = 0;
    std::uint64_t firstDifference = 0; ///< offset, for all that differ
    std::vector<DiffHunk> hunks;
    std::uint32_t oldLines = 0;
    std::uint32_t newLines = 0;
};

/// Reads both on the caller's thread. `context`: unchanged lines around each change.
/// Errors: those of OpenedImage::open, Cancelled.
Result<ContentDiff> diffContents(const InspectedVersion& before, const InspectedVersion& after,
                                 unsigned context, const Job& job);

} // namespace strata::ui
