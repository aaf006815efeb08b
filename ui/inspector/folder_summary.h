// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "models/version_state.h"

#include <cstdint>
#include <vector>

namespace strata::ui {

/// What lies in a folder, everything below it counted.
struct FolderSummary
{
    struct Origin
    {
        LayerNo layer = 0;
        std::uint64_t paths = 0;
        std::uint64_t bytes = 0; ///< of regular files' content; several names count once
    };
    std::uint64_t children = 0; ///< directly inside
    std::uint64_t folders = 0;
    std::uint64_t files = 0;
    std::uint64_t links = 0;
    std::uint64_t others = 0;    ///< devices and pipes
    std::uint64_t bytes = 0;     ///< of content; what has several names here counts once
    std::uint64_t moreNames = 0; ///< files that are a further name of content counted already
    std::vector<Origin> origins; ///< of those layers that have something here, most bytes first
};

/// The highest layer of the stack in which `version` is what one sees at its path: what lies around
/// a covered or deleted copy is looked at as of its own layer.
LayerNo stackOf(const InspectedVersion& version);

/// As of stackOf(folder). Linear in the paths below. Errors: Cancelled.
Result<FolderSummary> summarizeFolder(const InspectedVersion& folder, const Job& job);

} // namespace strata::ui
