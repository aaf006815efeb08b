// SPDX-License-Identifier: Apache-2.0
// The last step of LayerIndexBuilder: from linked nodes to sorted flat vectors.
#include "layer/layer_index_builder.h"

#include <algorithm>
#include <utility>

namespace strata {

void LayerIndexBuilder::freezeNodes()
{
    // Nodes that say nothing (replaced and not made again) are left out, from the leaves up.
    // Children stand behind their parents in m_nodes, so one backward pass sees them first.
    std::vector<bool> kept(m_nodes.size(), false);
    kept[0] = true;
    for (std::size_t i = m_nodes.size(); i-- > 1;) {
        const Node& node = m_nodes[i];
        if (!alive(node)) {
            kept[i] = false;
            continue;
        }
        if (node.entry || node.whiteout || node.opaque || kept[i]) {
            kept[i] = kept[node.parent] = true;
        }
    }
    std::vector<std::uint32_t> order{0};
    std::vector<LayerNode> frozen;
    std::vector<std::uint32_t> children;
    frozen.push_back(
        {LayerNodeId{0}, {}, m_nodes[0].name, m_nodes[0].entry, false, m_nodes[0].opaque});
    for (std::size_t i = 0; i < order.size(); ++i) {
        children.clear();
        for (auto c = m_nodes[order[i]].firstChild; c != ChildTable::none;
             c = m_nodes[c].nextSibling) {
            if (kept[c] && alive(m_nodes[c])) {
                children.push_back(c);
            }
        }
        std::ranges::sort(children, {},
                          [this](std::uint32_t c) { return m_index->m_names.at(m_nodes[c].name); });
        frozen[i].firstChild = {static_cast<std::uint32_t>(frozen.size())};
        for (const auto c : children) {
            const Node& node = m_nodes[c];
            frozen.push_back({LayerNodeId{static_cast<std::uint32_t>(i)},
                              {},
                              node.name,
                              node.entry,
                              node.whiteout,
                              node.opaque});
            order.push_back(c);
        }
    }
    m_index->m_nodes = std::move(frozen);
    m_index->m_nodes.shrink_to_fit();
}

std::shared_ptr<const LayerIndex> LayerIndexBuilder::finish(std::uint64_t tarSize, bool damaged)
{
    resolvePendingLinks();
    // Hashes of contents come after the links to them were made.
    for (auto& entry : m_index->m_entries) {
        if (entry.inode) {
            const LayerEntry& target = m_index->m_entries[entry.inode.index()];
            entry.contentHash = target.contentHash;
            entry.hashed = target.hashed;
        }
    }
    freezeNodes();
    m_index->m_tarSize = tarSize;
    m_index->m_damaged = damaged;
    m_index->m_names.freeze();
    m_index->m_entries.shrink_to_fit();
    return std::exchange(m_index, nullptr);
}

} // namespace strata
