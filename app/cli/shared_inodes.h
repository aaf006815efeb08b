// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/merged_tree.h"

#include <map>
#include <optional>

namespace strata::cli {

/// Which of the visible paths are names of one inode. What a link's tar member names may have been
/// removed or replaced since, so that the tree alone can say. The tree must outlive it.
class SharedInodes
{
public:
    /// With layers 0 to `top` stacked. Linear in the tree's nodes.
    SharedInodes(const MergedTree& tree, LayerNo top);

    /// The name that `node`, whose visible version is `version`, is a further name of: the one its
    /// tar member gives if that is still a name of the same inode, else the one that stands for
    /// all. None if it is that one itself, or the only one. No cycles.
    NodeId nameFor(NodeId node, const Version& version) const;

private:
    std::optional<NodeId> nameAsWritten(const Version& version, EntryRef content) const;

    const MergedTree& m_tree;
    LayerNo m_top;
    /// Of the inodes that have links: the file itself while it is visible, else the first name in
    /// the order of the tree.
    std::map<EntryRef, NodeId> m_names;
};

} // namespace strata::cli
