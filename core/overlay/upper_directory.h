// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "overlay/container.h"

#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// One path of the upper directory, as overlayfs keeps it on the disk.
struct UpperItem
{
    std::string path; ///< absolute; the directory itself is "/"
    /// A character device 0/0 for a whiteout; overlayfs's own attributes among the others.
    FileDetails details;
    UpperId inode; ///< equal ones are names of one file; none = a whiteout
    bool whiteout = false;
    bool opaque = false;   ///< has the attribute trusted.overlay.opaque=y
    bool metacopy = false; ///< has the attribute trusted.overlay.metacopy
};

inline constexpr std::string_view opaqueXattr = "trusted.overlay.opaque";
inline constexpr std::string_view metacopyXattr = "trusted.overlay.metacopy";

/// The container's own layer, parents before children, siblings in byte order, the directory
/// itself first. Marks by which the kernel only finds its way faster (origin, impure, uuid) are
/// left out, and so is what is more than limits::containerDepth folders deep. Linear in the layer.
std::vector<UpperItem> upperDirectory(const Container& container);

} // namespace strata
