// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "export/extract.h"
#include "export/extract_log.h"
#include "export/inode_metadata.h"

#include <cstdint>
#include <vector>

/// Private to core/export: what an extraction is to write, worked out before it starts.
namespace strata {

/// One path that is no directory. Paths with equal `content` are names of one inode.
struct ExtractLeaf
{
    EntryRef content;
    NodeId node;
    const Version* version = nullptr; ///< valid as long as the tree
};

struct ExtractLink
{
    ExtractLeaf first; ///< the name under which the inode is made
    ExtractLeaf other;
};

struct ExtractPlan
{
    std::vector<NodeId> directories;   ///< parents before children, the root left out
    std::vector<ExtractLeaf> files;    ///< first name of each regular file, as the archive lies
    std::vector<ExtractLeaf> specials; ///< first name of each symlink, device and fifo
    std::vector<ExtractLink> links;
    std::uint64_t bytes = 0; ///< content of `files`
};

/// The version of `node` that is seen once the layers that `options` names are stacked; null if
/// there is none.
const Version* shownVersion(const MergedTree& tree, NodeId node, const ExtractOptions& options);

/// Linear in nodes, plus sorting. Paths that no file system could hold go into `log`.
ExtractPlan planExtraction(const MergedTree& tree, const ExtractOptions& options, ExtractLog& log);

/// The metadata of a version; views into the tree.
Attributes attributesOf(const MergedTree& tree, const Version& version);

} // namespace strata
