// SPDX-License-Identifier: Apache-2.0
#include "shared_inodes.h"

#include <cstdint>

namespace strata::cli {

SharedInodes::SharedInodes(const MergedTree& tree, LayerNo top)
    : m_tree(tree)
    , m_top(top)
{
    const auto forEachVisible = [&](const auto& visit) {
        for (std::uint32_t i = 1; i < tree.nodeCount(); ++i) {
            const auto* version = tree.visibleAt(NodeId{i}, top);
            if (version != nullptr && !version->implicit()) {
                visit(NodeId{i}, *version);
            }
        }
    };
    forEachVisible([&](NodeId node, const Version& version) {
        if (tree.layer(version.layer).outline(version.entry).hardlink) {
            if (const auto content = tree.content(version)) {
                m_names.try_emplace(*content, node);
            }
        }
    });
    if (m_names.empty()) {
        return;
    }
    forEachVisible([&](NodeId node, const Version& version) {
        const auto known = m_names.find(EntryRef{version.layer, version.entry});
        if (known != m_names.end()) {
            known->second = node;
        }
    });
}

NodeId SharedInodes::nameFor(NodeId node, const Version& version) const
{
    if (m_names.empty()) {
        return {};
    }
    const auto content = m_tree.content(version);
    if (!content) {
        return {};
    }
    const auto known = m_names.find(*content);
    if (known == m_names.end() || known->second == node) {
        return {};
    }
    const auto written = nameAsWritten(version, *content);
    return written ? *written : known->second;
}

std::optional<NodeId> SharedInodes::nameAsWritten(const Version& version, EntryRef content) const
{
    const auto& layer = m_tree.layer(version.layer);
    const auto target = m_tree.find(layer.name(layer.entry(version.entry).target));
    const auto* there = target ? m_tree.visibleAt(*target, m_top) : nullptr;
    if (there == nullptr || there->implicit() || m_tree.content(*there) != content) {
        return std::nullopt;
    }
    // Only ever to an earlier one, for layers can be made whose links go in circles.
    return std::pair(there->layer, there->entry) < std::pair(version.layer, version.entry)
               ? target
               : std::nullopt;
}

} // namespace strata::cli
