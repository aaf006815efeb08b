// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/merged_tree.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::cli {

/// What a version shows, links seen through. Views into the tree's layers; not for removals.
struct VersionDetails
{
    std::optional<LayerEntry> entry; ///< type, size, mode, owner, times
    std::string_view target;         ///< of a symlink
    std::string hardlink;            ///< the path it links to; empty if it is none
    std::vector<std::pair<std::string_view, std::string_view>> xattrs; ///< name, raw value
};

/// Gives the details of a tree's versions. The tree must outlive it. Not thread-safe.
class VersionReader
{
public:
    explicit VersionReader(const MergedTree& tree)
        : m_tree(tree)
    {
    }
    VersionDetails detailsOf(const Version& version);

private:
    std::string hardlinkOf(const Version& version, const LayerEntry& listed);

    const MergedTree& m_tree;
    /// For the layers where it was asked for: the node of each entry.
    std::map<LayerNo, std::vector<LayerNodeId>> m_nodes;
};

/// What a removal took away: the version in force just below it. Null if nothing was.
const Version* hiddenBy(const MergedTree& tree, NodeId node, const Version& removal);

/// The version whose metadata stands for `version`: itself, or for a removal what it took away.
const Version* lastSeen(const MergedTree& tree, NodeId node, const Version& version);

} // namespace strata::cli
