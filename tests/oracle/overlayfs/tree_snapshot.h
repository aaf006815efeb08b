// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/opened_image.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace strata::test {

/// One path as a program would see it.
struct SeenNode
{
    std::string type; ///< the words of fileTypeName()
    std::uint32_t mode = 0;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    /// Seconds and nanoseconds; none where no layer says: a directory that only its children imply.
    std::optional<std::pair<std::int64_t, std::uint32_t>> mtime;
    std::string target;  ///< of symlinks
    std::string devices; ///< "major:minor"
    std::map<std::string, std::string> xattrs;
    std::string content;
    std::string sameFileAs; ///< the first path that shares its inode; empty if none does
};

/// Path → node, "/" the root.
using Snapshot = std::map<std::string, SeenNode>;

/// What lies in a folder, by the system's own calls. Names that are listed but not there are left
/// out: so the kernel shows a whiteout in a directory that it need not merge.
Snapshot seenOnDisk(const std::filesystem::path& folder);

/// What the tree shows with layers 0…k stacked.
Snapshot seenInTree(const OpenedImage& image, LayerNo k);

/// Every attribute that differs, a line each; empty if the two are the same. The root counts only
/// where `actual` holds it.
std::string differences(const Snapshot& expected, const Snapshot& actual);

/// What is wrong with layer k's changes in the tree, if the layers below look like `before` and
/// with it like `after`; empty if nothing.
std::string wrongChanges(const Snapshot& before, const Snapshot& after, const MergedTree& tree,
                         LayerNo k);

} // namespace strata::test
