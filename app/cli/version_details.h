// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/merged_tree.h"

#include <string_view>
#include <utility>
#include <vector>

namespace strata::cli {

/// What a version shows, links seen through. Views into the tree's layers; not for removals.
struct VersionDetails
{
    LayerEntry entry;            ///< type, size, mode, owner, times
    std::string_view target;     ///< of a symlink
    bool linksToNothing = false; ///< a hardlink whose file is in no layer
    std::vector<std::pair<std::string_view, std::string_view>> xattrs; ///< name, raw value
};

/// The details of a version. The tree must outlive them.
VersionDetails detailsOf(const MergedTree& tree, const Version& version);

/// What a removal took away: the version in force just below it. Null if nothing was.
const Version* hiddenBy(const MergedTree& tree, NodeId node, const Version& removal);

/// The version whose metadata stands for `version`: itself, or for a removal what it took away.
const Version* lastSeen(const MergedTree& tree, NodeId node, const Version& version);

} // namespace strata::cli
