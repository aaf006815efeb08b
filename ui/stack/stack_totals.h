// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "tree/merged_tree.h"

#include <cstdint>

namespace strata::ui {

/// What an image's layers hold against what a container sees, in bytes of regular files.
struct StackTotals
{
    std::uint64_t content = 0; ///< of all layers, every copy
    std::uint64_t visible = 0; ///< of the files in the merged tree, hardlinks once

    std::uint64_t covered() const { return content > visible ? content - visible : 0; }
};

/// Linear in nodes; one bit an entry of memory meanwhile. Errors: Cancelled.
Result<StackTotals> computeTotals(const MergedTree& tree, const Job& job);

} // namespace strata::ui
