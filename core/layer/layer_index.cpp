// SPDX-License-Identifier: Apache-2.0
#include "layer/layer_index.h"

#include <algorithm>

namespace strata {

std::pair<std::uint32_t, std::uint32_t> LayerIndex::children(LayerNodeId id) const
{
    const auto first = m_nodes[id.index()].firstChild.value;
    const auto last = id.index() + 1 < m_nodes.size() ? m_nodes[id.index() + 1].firstChild.value
                                                      : static_cast<std::uint32_t>(m_nodes.size());
    return {first, last};
}

std::span<const Xattr> LayerIndex::xattrs(XattrSetId id) const
{
    if (!id) {
        return {};
    }
    return m_xattrSets[id.index()];
}

LayerEntry LayerIndex::entry(EntryId id) const
{
    const Record& record = m_records[id.index()];
    if (record.hardlink != 0) {
        const Link& link = m_links[record.detail];
        // What holds an inode is never a hardlink itself, so this goes one step deep.
        LayerEntry out = link.inode ? entry(link.inode) : plainEntry(id);
        out.inode = link.inode;
        out.hardlink = true;
        if (out.type != FileType::Symlink) {
            out.target = link.target;
        }
        return out;
    }
    LayerEntry out = plainEntry(id);
    if (out.type == FileType::Symlink) {
        out.target = NameId{record.detail};
    } else if (out.type == FileType::CharDevice || out.type == FileType::BlockDevice) {
        out.deviceMajor = m_devices[record.detail].major;
        out.deviceMinor = m_devices[record.detail].minor;
    }
    return out;
}

/// What a record says without its detail.
LayerEntry LayerIndex::plainEntry(EntryId id) const
{
    const Record& record = m_records[id.index()];
    const Attributes& attributes = m_attributes[record.attributes];
    LayerEntry out;
    out.size = record.size;
    out.mtime = record.mtime;
    out.headerOffset = record.headerOffset;
    out.uid = attributes.uid;
    out.gid = attributes.gid;
    out.xattrs = attributes.xattrs;
    out.mode = attributes.mode;
    out.type = static_cast<FileType>(record.type);
    out.lowerLink = record.lowerLink != 0;
    if (record.hashed != 0) {
        out.hashed = true;
        out.contentHash = m_hashes[id.index()];
    }
    if (record.fraction != 0) {
        out.mtimeNsec =
            std::ranges::lower_bound(m_fractions, id, {}, &Fraction::entry)->nanoseconds;
    }
    return out;
}

namespace {

template <typename T> std::size_t heldBy(const std::vector<T>& items)
{
    return items.capacity() * sizeof(T);
}

} // namespace

std::size_t LayerIndex::bytes() const
{
    std::size_t sum = m_names.bytes() + heldBy(m_nodes) + heldBy(m_records) + heldBy(m_hashes) +
                      heldBy(m_attributes) + heldBy(m_links) + heldBy(m_devices) +
                      heldBy(m_fractions) + heldBy(m_xattrSets);
    for (const auto& set : m_xattrSets) {
        sum += heldBy(set);
        for (const auto& xattr : set) {
            sum += xattr.value.capacity();
        }
    }
    return sum;
}

} // namespace strata
