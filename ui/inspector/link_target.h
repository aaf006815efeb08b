// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/merged_tree.h"

#include <optional>
#include <string_view>

namespace strata::ui {

enum class LastPart {
    Follow, ///< through a symlink at the end too
    Keep,   ///< a symlink at the end is the answer
};

/// The node that a symlink's `target` leads to when it stands in `folder` and layers 0…top are
/// stacked. As in a container, ".." stops at the root and absolute targets start there. None where
/// it leads nowhere, through what is no folder, or in a circle (limits::symlinkHops).
std::optional<NodeId> resolveTarget(const MergedTree& tree, NodeId folder, std::string_view target,
                                    LayerNo top, LastPart last);

} // namespace strata::ui
