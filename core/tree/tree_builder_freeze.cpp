// SPDX-License-Identifier: Apache-2.0
// The last step of TreeBuilder: from chained versions and unsorted nodes to flat vectors.
#include "tree/tree_builder_p.h"

#include <algorithm>
#include <numeric>
#include <span>

namespace strata {

Result<std::shared_ptr<const MergedTree::Versions>> TreeBuilder::freezeNodes()
{
    // What is only needed to find children would stand in memory beside their frozen copies.
    m_arena->names.freeze();
    m_children = {};
    m_imageNames = {};
    m_makes = {};
    // The children of each path next to each other: those of n are [first[n], first[n + 1]).
    const auto count = static_cast<std::uint32_t>(m_nodes.size());
    std::vector<std::uint32_t> first(std::size_t{count} + 1, 0);
    for (std::uint32_t i = 1; i < count; ++i) {
        ++first[m_nodes[i].parent + 1];
    }
    std::partial_sum(first.begin(), first.end(), first.begin());
    std::vector<std::uint32_t> children(count - 1);
    {
        auto next = first;
        for (std::uint32_t i = 1; i < count; ++i) {
            children[next[m_nodes[i].parent]++] = i;
        }
    }
    auto versions = std::make_shared<MergedTree::Versions>();
    versions->reserve(m_versions.size());
    auto& frozen = m_arena->nodes;
    frozen.reserve(std::size_t{count} + 1);
    frozen.push_back({NodeId{0}, m_nodes[0].name, 0, 0});
    std::vector<std::uint32_t> order{0};
    order.reserve(count);
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        if (interrupted()) {
            return cancelledError();
        }
        frozen[i].firstVersion = static_cast<std::uint32_t>(versions->size());
        for (auto v = m_nodes[order[i]].lastVersion; v != ChildTable::none;
             v = m_versions[v].previous) {
            versions->push_back(m_versions[v].version);
        }
        std::reverse(versions->begin() + frozen[i].firstVersion, versions->end());

        const auto siblings =
            std::span(children).subspan(first[order[i]], first[order[i] + 1] - first[order[i]]);
        std::ranges::sort(siblings, {},
                          [this](std::uint32_t c) { return m_arena->names.at(m_nodes[c].name); });
        frozen[i].firstChild = static_cast<std::uint32_t>(frozen.size());
        for (const auto c : siblings) {
            frozen.push_back({NodeId{i}, m_nodes[c].name, 0, 0});
            order.push_back(c);
        }
    }
    frozen.push_back(
        {NodeId{}, m_nodes[0].name, count, static_cast<std::uint32_t>(versions->size())});
    return versions;
}

void TreeBuilder::freezeLowerLinks()
{
    for (const auto& [link, target] : m_lowerLinks) {
        m_arena->lowerLinks.emplace_back(link, target.holder);
        m_arena->lowerLinkEntries.push_back(target.shown);
    }
    m_arena->lowerLinks.shrink_to_fit();
    m_arena->lowerLinkEntries.shrink_to_fit();
}

} // namespace strata
