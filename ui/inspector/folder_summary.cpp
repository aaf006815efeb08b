// SPDX-License-Identifier: Apache-2.0
#include "inspector/folder_summary.h"

#include <algorithm>

namespace strata::ui {

namespace {

/// Which entries' contents have been met.
class SeenContents
{
public:
    explicit SeenContents(const MergedTree& tree)
        : m_tree(tree)
        , m_seen(tree.layerCount())
    {
    }

    /// Whether it is the first time; what has no content in any layer is always new.
    bool add(const Version& version)
    {
        const auto content = m_tree.content(version);
        if (!content) {
            return true;
        }
        auto& layer = m_seen[content->layer];
        layer.resize(m_tree.layer(content->layer).entries().size());
        const bool before = layer[content->entry.index()];
        layer[content->entry.index()] = true;
        return !before;
    }

private:
    const MergedTree& m_tree;
    std::vector<std::vector<bool>> m_seen;
};

} // namespace

LayerNo stackOf(const InspectedVersion& version)
{
    const auto* own = version.version();
    return own && versionState(version.tree(), version.node, *version.index, version.top).kind !=
                       VersionState::Kind::Visible
               ? own->layer
               : version.top;
}

Result<FolderSummary> summarizeFolder(const InspectedVersion& folder, const Job& job)
{
    const auto& tree = folder.tree();
    FolderSummary out;
    std::vector<FolderSummary::Origin> byLayer(tree.layerCount());
    std::vector<NodeId> open{folder.node};
    const auto top = stackOf(folder);
    std::size_t visited = 0;
    SeenContents seen(tree);
    while (!open.empty()) {
        const auto node = open.back();
        open.pop_back();
        const auto [first, last] = tree.children(node);
        for (auto id = first; id < last; ++id) {
            if (++visited % 4096 == 0 && job.cancelled()) {
                return cancelledError();
            }
            const NodeId child{id};
            const auto* version = tree.visibleAt(child, top);
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
                if (seen.add(*version)) {
                    out.bytes += entry.size;
                    origin.bytes += entry.size;
                } else {
                    ++out.moreNames;
                }
                break;
            case FileType::Symlink:
                ++out.links;
                break;
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
