// SPDX-License-Identifier: Apache-2.0
// The last step of LayerIndexBuilder: from linked nodes to sorted flat vectors.
#include "layer/layer_index_builder.h"

#include "base/byte_path.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
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
        // An opaque attribute comes with an entry.
        if (node.entry || node.whiteout || node.deviceWhiteout || node.opaque || kept[i]) {
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
                              node.whiteout || node.deviceWhiteout,
                              node.opaque || node.opaqueXattr});
            order.push_back(c);
        }
    }
    m_index->m_nodes = std::move(frozen);
    m_index->m_nodes.shrink_to_fit();
}

void LayerIndexBuilder::packEntries()
{
    using Attributes = LayerIndex::Attributes;
    const auto less = [](const Attributes& a, const Attributes& b) {
        return std::tie(a.uid, a.gid, a.mode, a.xattrs) < std::tie(b.uid, b.gid, b.mode, b.xattrs);
    };
    // Not hashed: an image chooses its own numbers, and could choose such as collide.
    std::map<Attributes, std::uint32_t, decltype(less)> known(less);
    LayerIndex& out = *m_index;
    out.m_records.reserve(m_entries.size());
    if (std::ranges::any_of(m_entries, &LayerEntry::hashed)) {
        out.m_hashes.reserve(m_entries.size());
    }
    for (const LayerEntry& entry : m_entries) {
        const EntryId id{static_cast<std::uint32_t>(out.m_records.size())};
        LayerIndex::Record record;
        record.headerOffset = entry.headerOffset & (LayerIndex::maxHeaderOffset - 1);
        record.type = static_cast<unsigned>(entry.type) & 0xfU;
        record.hashed = entry.hashed;
        record.hardlink = entry.hardlink;
        record.lowerLink = entry.lowerLink;
        record.size = entry.size;
        record.mtime = entry.mtime;
        const Attributes attributes{entry.uid, entry.gid, entry.xattrs, entry.mode};
        const auto [place, fresh] =
            known.try_emplace(attributes, static_cast<std::uint32_t>(out.m_attributes.size()));
        if (fresh) {
            out.m_attributes.push_back(attributes);
        }
        record.attributes = place->second;
        if (entry.hardlink) {
            record.detail = static_cast<std::uint32_t>(out.m_links.size());
            out.m_links.push_back({entry.target, entry.inode});
        } else if (entry.type == FileType::Symlink) {
            record.detail = entry.target.value;
        } else if (entry.type == FileType::CharDevice || entry.type == FileType::BlockDevice) {
            record.detail = static_cast<std::uint32_t>(out.m_devices.size());
            out.m_devices.push_back({entry.deviceMajor, entry.deviceMinor});
        }
        if (entry.mtimeNsec != 0) {
            record.fraction = 1;
            out.m_fractions.push_back({id, entry.mtimeNsec});
        }
        if (out.m_hashes.capacity() > 0) {
            out.m_hashes.push_back(entry.contentHash);
        }
        out.m_records.push_back(record);
    }
    out.m_attributes.shrink_to_fit();
    out.m_links.shrink_to_fit();
    out.m_devices.shrink_to_fit();
    out.m_fractions.shrink_to_fit();
    out.m_xattrSets.shrink_to_fit();
}

/// Whether the layer keeps its root in `files`, its top-level directory of that name.
bool LayerIndexBuilder::rootIsFiles(std::uint32_t files) const
{
    if (m_root != LayerRoot::Unknown) {
        return m_root == LayerRoot::WindowsFiles;
    }
    bool hives = false;
    for (auto c = m_nodes[0].firstChild; c != ChildTable::none; c = m_nodes[c].nextSibling) {
        if (!alive(m_nodes[c]) || c == files) {
            continue;
        }
        const auto name = m_index->m_names.at(m_nodes[c].name);
        if (name != "Hives" && name != "UtilityVM") {
            return false;
        }
        hives = hives || name == "Hives";
    }
    return hives;
}

/// Windows layers: what lies in `Files/` is moved to the root (RULES.md, 40).
void LayerIndexBuilder::moveFilesToRoot()
{
    constexpr std::string_view folder = "/Files";
    constexpr std::uint32_t nowhere = 0xffffffffU; // no epoch ever gets there
    const auto files = m_root == LayerRoot::TarRoot ? ChildTable::none : child(0, "Files", false);
    if (files == ChildTable::none || !rootIsFiles(files)) {
        return;
    }
    if (const LayerEntry* entry = entryOf(m_nodes[files])) {
        if (entry->type != FileType::Directory) {
            return;
        }
        m_nodes[0].entry = m_nodes[files].entry;
    }
    m_index->m_rootIsFiles = true;
    m_nodes[0].opaque = m_nodes[0].opaque || m_nodes[files].opaque || m_nodes[files].whiteout;
    for (auto c = m_nodes[files].firstChild; c != ChildTable::none;) {
        Node& node = m_nodes[c];
        const auto next = node.nextSibling;
        if (alive(node)) {
            const auto name = m_index->m_names.at(node.name);
            const auto beside = child(0, name, false);
            if (beside != ChildTable::none && beside != files) {
                warn(WarningCode::DuplicateEntry,
                     quoteForDisplay("/" + std::string(name)) +
                         " lies beside Files/ and in it; the latter is shown");
                m_nodes[beside].parentEpoch = nowhere;
            }
            node.parent = 0;
            node.parentEpoch = m_nodes[0].epoch;
            node.nextSibling = std::exchange(m_nodes[0].firstChild, c);
        }
        c = next;
    }
    m_nodes[files].parentEpoch = nowhere;
    for (LayerEntry& entry : m_entries) {
        if (entry.hardlink && entry.target) {
            const std::string target(m_index->m_names.at(entry.target));
            if (target.starts_with(folder) && target.substr(folder.size()).starts_with('/')) {
                entry.target = m_index->m_names.intern(target.substr(folder.size()));
            }
        }
    }
}

std::shared_ptr<const LayerIndex> LayerIndexBuilder::finish(std::uint64_t tarSize, bool damaged)
{
    resolvePendingLinks();
    moveFilesToRoot();
    freezeNodes();
    packEntries();
    m_index->m_tarSize = tarSize;
    m_index->m_damaged = damaged;
    m_index->m_names.freeze();
    return std::exchange(m_index, nullptr);
}

} // namespace strata
