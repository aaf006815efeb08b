// SPDX-License-Identifier: Apache-2.0
#include "inspector/folder_summary.h"

#include <algorithm>

namespace strata::ui {

Result<FolderSummary> summarizeFolder(const InspectedVersion& folder, const Job& job)
{
    const auto& tree = folder.tree();
    FolderSummary out;
    std::vector<FolderSummary::Origin> byLayer(tree.layerCount());
    std::vector<NodeId> open{folder.node};
    std::size_t seen = 0;
    while (!open.empty()) {
        const auto node = open.back();
        open.pop_back();
        const auto [first, last] = tree.children(node);
        for (auto id = first; id < last; ++id) {
            if (++seen % 4096 == 0 && job.cancelled()) {
                return cancelledError();
            }
            const NodeId child{id};
            const auto* version = tree.visibleAt(child, folder.top);
            if (!version) {
                continue;
            }
            const auto& entry = tree.entry(*version);
            out.children += node == folder.node ? 1U : 0U;
            auto& origin = byLayer[version->layer];
            ++origin.paths;
            switch (entry.type) {
            case FileType::Directory:
                ++out.folders;
                open.push_back(child);
                break;
            case FileType::File:
                ++out.files;
                out.bytes += entry.size;
                origin.bytes += entry.size;
                break;
            case FileType::Symlink:
            case FileType::CharDevice:
            case FileType::BlockDevice:
            case FileType::Fifo:
                ++out.others;
                break;
            }
        }
    }
    for (LayerNo layer = 0; layer < byLayer.size(); ++layer) {
        if (byLayer[layer].paths > 0) {
            byLayer[layer].layer = layer;
            out.origins.push_back(byLayer[layer]);
        }
    }
    std::ranges::stable_sort(out.origins, std::ranges::greater{}, &FolderSummary::Origin::bytes);
    return out;
}

} // namespace strata::ui
