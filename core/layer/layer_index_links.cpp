// SPDX-License-Identifier: Apache-2.0
#include "layer/layer_index_builder.h"

#include "base/byte_path.h"

#include <string>
#include <unordered_set>
#include <utility>

namespace strata {

/// What a hard link's target names in this layer: the node of a non-directory, or of a 0/0 device.
std::optional<std::uint32_t> LayerIndexBuilder::linkedNode(const std::string& target)
{
    const auto split = splitPath(target);
    if (split.parts.empty()) {
        return std::nullopt;
    }
    const auto parent = walk({split.parts.begin(), split.parts.end() - 1}, false, target);
    if (!parent) {
        return std::nullopt;
    }
    const auto at = child(*parent, split.parts.back(), false);
    if (at == ChildTable::none) {
        return std::nullopt;
    }
    const LayerEntry* entry = entryOf(m_nodes[at]);
    const bool linkable =
        entry != nullptr ? entry->type != FileType::Directory : m_nodes[at].deviceWhiteout;
    return linkable ? std::optional(at) : std::nullopt;
}

/// The entry that holds what a node with an entry shows.
EntryId LayerIndexBuilder::inodeOf(std::uint32_t node) const
{
    const EntryId entry = m_nodes[node].entry;
    const EntryId inode = m_entries[entry.index()].inode;
    return inode ? inode : entry;
}

void LayerIndexBuilder::linkTo(EntryId link, EntryId target)
{
    LayerEntry& entry = m_entries[link.index()];
    const NameId path = entry.target;
    entry = m_entries[target.index()];
    entry.inode = target;
    entry.hardlink = true;
    if (entry.type != FileType::Symlink) {
        entry.target = path;
    }
}

bool LayerIndexBuilder::waits(EntryId entry) const
{
    const LayerEntry& e = m_entries[entry.index()];
    return e.hardlink && !e.inode && !e.lowerLink;
}

void LayerIndexBuilder::resolvePendingLinks()
{
    for (const auto& [pending, node] : m_pending) {
        if (m_nodes[node].entry != pending) {
            continue; // replaced since
        }
        // A link may lead to one that waits as well: all of them share what the last one finds.
        std::vector<std::uint32_t> chain;
        std::unordered_set<std::uint32_t> seen;
        std::optional<std::uint32_t> at = node;
        NameId path;
        while (at && m_nodes[*at].entry && waits(m_nodes[*at].entry) && seen.insert(*at).second) {
            chain.push_back(*at);
            path = entryOf(m_nodes[*at])->target;
            at = linkedNode(std::string(m_index->name(path)));
        }
        if (at && m_nodes[*at].deviceWhiteout) {
            for (const auto link : chain) {
                becomeDeviceWhiteout(link, m_index->name(entryOf(m_nodes[link])->target));
            }
            continue;
        }
        const EntryId last = at ? inodeOf(*at) : EntryId{};
        const bool lower = last && m_entries[last.index()].lowerLink;
        const bool circle = last && waits(last);
        const bool found = last && !circle && !lower;
        if (lower) {
            path = m_entries[last.index()].target;
        }
        for (const auto link : chain) {
            LayerEntry& entry = m_entries[m_nodes[link].entry.index()];
            if (found) {
                warn(WarningCode::LinkBeforeTarget,
                     "a hard link stands before its target " +
                         quoteForDisplay(m_index->name(entry.target)));
                linkTo(m_nodes[link].entry, last);
            } else {
                entry.lowerLink = true;
                entry.target = circle ? entry.target : path;
            }
        }
    }
}

} // namespace strata
