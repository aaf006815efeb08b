// SPDX-License-Identifier: Apache-2.0
#include "version_details.h"

#include <ranges>

namespace strata::cli {

namespace {

std::vector<LayerNodeId> nodesOfEntries(const LayerIndex& layer)
{
    std::vector<LayerNodeId> out(layer.entries().size());
    for (std::uint32_t i = 0; i < layer.nodes().size(); ++i) {
        if (const auto entry = layer.nodes()[i].entry) {
            out[entry.index()] = {i};
        }
    }
    return out;
}

std::string pathOf(const LayerIndex& layer, LayerNodeId node)
{
    std::vector<std::string_view> names;
    for (; node != LayerNodeId{0}; node = layer.node(node).parent) {
        names.push_back(layer.name(layer.node(node).name));
    }
    std::string out;
    for (const auto name : names | std::views::reverse) {
        out += '/';
        out += name;
    }
    return out;
}

} // namespace

VersionDetails VersionReader::detailsOf(const Version& version)
{
    VersionDetails out;
    out.entry = m_tree.entry(version);
    if (version.implicit()) {
        return out;
    }
    const auto& listed = m_tree.layer(version.layer).entry(version.entry);
    if (listed.hardlink) {
        out.hardlink = hardlinkOf(version, listed);
    }
    if (out.entry->type == FileType::Symlink) {
        out.target = m_tree.linkTarget(version);
    }
    out.xattrs = m_tree.xattrs(version);
    return out;
}

std::string VersionReader::hardlinkOf(const Version& version, const LayerEntry& listed)
{
    const auto& layer = m_tree.layer(version.layer);
    // A second name of a symlink holds the symlink's target, not the first name.
    if (listed.type != FileType::Symlink || listed.lowerLink) {
        return listed.target ? std::string(layer.name(listed.target)) : std::string();
    }
    auto nodes = m_nodes.find(version.layer);
    if (nodes == m_nodes.end()) {
        nodes = m_nodes.emplace(version.layer, nodesOfEntries(layer)).first;
    }
    const auto first = listed.inode ? nodes->second[listed.inode.index()] : LayerNodeId{};
    return first ? pathOf(layer, first) : std::string(); // the first name may have been replaced
}

const Version* hiddenBy(const MergedTree& tree, NodeId node, const Version& removal)
{
    return removal.layer == 0 ? nullptr : tree.visibleAt(node, removal.layer - 1U);
}

const Version* lastSeen(const MergedTree& tree, NodeId node, const Version& version)
{
    return version.removed() ? hiddenBy(tree, node, version) : &version;
}

} // namespace strata::cli
