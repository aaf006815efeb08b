// SPDX-License-Identifier: Apache-2.0
#include "stack/stack_totals.h"

#include <vector>

namespace strata::ui {

Result<StackTotals> computeTotals(const MergedTree& tree, const Job& job)
{
    StackTotals totals;
    std::vector<std::vector<bool>> counted(tree.layerCount());
    for (LayerNo layer = 0; layer < tree.layerCount(); ++layer) {
        totals.content += tree.layer(layer).contentBytes();
        counted[layer].resize(tree.layer(layer).entries().size());
    }
    constexpr std::size_t cancelEvery = 0x4000;
    for (std::uint32_t i = 0; i < tree.nodeCount(); ++i) {
        if (i % cancelEvery == 0 && job.cancelled()) {
            return cancelledError();
        }
        const auto* version = tree.visible(NodeId{i});
        if (!version || version->implicit() || tree.entry(*version).type != FileType::File) {
            continue;
        }
        auto at = tree.content(*version);
        if (!at) {
            continue;
        }
        if (const auto inode = tree.entry(*at).inode; inode.valid()) {
            at->entry = inode;
        }
        const auto bit = at->entry.index();
        if (!counted[at->layer][bit]) {
            counted[at->layer][bit] = true;
            totals.visible += tree.entry(*at).size;
        }
    }
    return totals;
}

} // namespace strata::ui
