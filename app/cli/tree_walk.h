// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/merged_tree.h"

#include <functional>
#include <string>

namespace strata::cli {

enum class WalkStep {
    Descend, ///< go on, into the children first
    Skip,    ///< go on without the children
    Stop,    ///< end the walk
};

/// Calls `visit` with every node below `from` and with `from` itself unless it is the root:
/// depth first, parents before children, siblings in byte order. The path is "/a/b", as bytes, and
/// valid during the call.
void walkTree(const MergedTree& tree, NodeId from,
              const std::function<WalkStep(NodeId, const std::string& path)>& visit);

} // namespace strata::cli
