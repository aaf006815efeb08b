// SPDX-License-Identifier: Apache-2.0
#include "tree_walk.h"

#include <cstdint>
#include <vector>

namespace strata::cli {

void walkTree(const MergedTree& tree, NodeId from,
              const std::function<WalkStep(NodeId, const std::string& path)>& visit)
{
    struct Level
    {
        std::uint32_t next;
        std::uint32_t end;
        std::size_t pathLength; ///< of the directory whose children these are
    };
    std::vector<Level> levels; // on the heap: image paths may be thousands of levels deep
    std::string path;
    const auto enter = [&](NodeId node) {
        const auto [first, last] = tree.children(node);
        levels.push_back({first, last, path.size()});
    };

    if (from == MergedTree::root()) {
        enter(from);
    } else {
        path = tree.path(from);
        if (visit(from, path) == WalkStep::Descend) {
            enter(from);
        }
    }
    while (!levels.empty()) {
        auto& level = levels.back();
        path.resize(level.pathLength);
        if (level.next == level.end) {
            levels.pop_back();
            continue;
        }
        const NodeId node{level.next++};
        path += '/';
        path += tree.name(node);
        const auto step = visit(node, path);
        if (step == WalkStep::Stop) {
            return;
        }
        if (step == WalkStep::Descend) {
            enter(node);
        }
    }
}

} // namespace strata::cli
