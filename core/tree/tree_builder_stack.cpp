// SPDX-License-Identifier: Apache-2.0
// TreeBuilder's other beginning: a tree that is there already.
#include "tree/tree_builder_p.h"

#include "base/limits.h"

#include <string>
#include <utility>

namespace strata {

TreeBuilder::TreeBuilder(const MergedTree& below, std::shared_ptr<const LayerIndex> layer,
                         const SharedContents& shared)
    : m_layers(below.m_arena->layers)
    , m_arena(std::make_shared<MergedTree::Arena>())
    , m_counts(std::make_shared<MergedTree::Counts>(*below.m_counts))
    , m_below(&below)
    , m_shared(&shared)
{
    m_layers.push_back(std::move(layer));
    m_counts->emplace_back();
    m_arena->layers = m_layers;
    m_arena->warnings = below.m_arena->warnings;
    m_arena->warnings.emplace_back();
}

/// What the builder would hold had it folded the layers of the tree itself. Nodes keep their
/// numbers.
Status TreeBuilder::takeBelow()
{
    const auto& arena = *m_below->m_arena;
    const auto count = m_below->nodeCount();
    if (count + m_below->m_versions->size() >= ChildTable::none) {
        return fail(ErrorCode::LimitExceeded, "has more paths than can be numbered");
    }
    std::vector<NameId> names(arena.names.size());
    m_nodes.reserve(count);
    m_versions.reserve(m_below->m_versions->size());
    for (std::uint32_t i = 0; i < count; ++i) {
        if (interrupted()) {
            return cancelledError();
        }
        const auto& from = arena.nodes[i];
        NameId& name = names[from.name.index()];
        if (!name) {
            name = m_arena->names.intern(arena.names.at(from.name));
        }
        Node node;
        node.parent = from.parent.value;
        node.name = name;
        for (const Version& version : m_below->versions(NodeId{i})) {
            m_versions.push_back({version, node.lastVersion});
            node.lastVersion = static_cast<std::uint32_t>(m_versions.size() - 1);
        }
        node.live = i != 0 && node.lastVersion != ChildTable::none &&
                    !m_versions[node.lastVersion].version.removed();
        if (node.live) {
            node.nextLive = std::exchange(m_nodes[node.parent].firstLive, i);
        }
        if (i != 0) {
            m_children.insert(node.parent, name.value, i);
        }
        m_nodes.push_back(node);
    }
    for (std::size_t i = 0; i < arena.lowerLinks.size(); ++i) {
        const auto& [link, holder] = arena.lowerLinks[i];
        m_lowerLinks.try_emplace(link, LowerLink{holder, arena.lowerLinkEntries[i]});
    }
    return {};
}

Result<std::shared_ptr<const MergedTree>> stackLayer(const MergedTree& below,
                                                     std::shared_ptr<const LayerIndex> layer,
                                                     const SharedContents& shared, const Job& job)
{
    if (below.layerCount() >= limits::layers) {
        return fail(ErrorCode::LimitExceeded,
                    "has more than " + std::to_string(limits::layers) + " layers");
    }
    return TreeBuilder(below, std::move(layer), shared).run(job);
}

} // namespace strata
