// SPDX-License-Identifier: Apache-2.0
#include "version_details.h"

namespace strata::cli {

VersionDetails detailsOf(const MergedTree& tree, const Version& version)
{
    VersionDetails out;
    out.entry = tree.entry(version);
    if (version.implicit()) {
        return out;
    }
    if (out.entry.type == FileType::Symlink) {
        out.target = tree.linkTarget(version);
    }
    out.linksToNothing =
        tree.layer(version.layer).outline(version.entry).hardlink && !tree.content(version);
    out.xattrs = tree.xattrs(version);
    return out;
}

const Version* hiddenBy(const MergedTree& tree, NodeId node, const Version& removal)
{
    return removal.layer == 0 ? nullptr : tree.visibleAt(node, removal.layer - 1U);
}

const Version* lastSeen(const MergedTree& tree, NodeId node, const Version& version)
{
    return version.removed() ? hiddenBy(tree, node, version) : &version;
}

} // namespace strata::cli
