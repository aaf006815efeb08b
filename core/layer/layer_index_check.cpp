// SPDX-License-Identifier: Apache-2.0
// What LayerIndexCodec demands of an index that comes from outside: nothing that reads one checks a
// number again.
#include "layer/layer_index_codec.h"

#include "base/limits.h"

#include <algorithm>

namespace strata {

namespace {

template <typename Tag, typename Items> bool inside(Id<Tag> id, const Items& items)
{
    return id.index() < items.size();
}

template <typename Tag, typename Items> bool noneOrInside(Id<Tag> id, const Items& items)
{
    return !id || inside(id, items);
}

bool isFileName(std::string_view name)
{
    return !name.empty() && name != "." && name != ".." && !name.contains('/');
}

} // namespace

bool LayerIndexCodec::attributesFit(const LayerIndex& index)
{
    const auto xattrFits = [&](const Xattr& xattr) { return inside(xattr.name, index.m_names); };
    return std::ranges::all_of(index.m_attributes,
                               [&](const auto& attributes) {
                                   return noneOrInside(attributes.xattrs, index.m_xattrSets) &&
                                          attributes.mode <= 07777;
                               }) &&
           std::ranges::all_of(index.m_xattrSets, [&](const auto& set) {
               return std::ranges::all_of(set, xattrFits);
           });
}

bool LayerIndexCodec::recordsFit(const LayerIndex& index)
{
    if (!index.m_hashes.empty() && index.m_hashes.size() != index.m_records.size()) {
        return false;
    }
    auto fraction = index.m_fractions.begin();
    for (std::uint32_t i = 0; i < index.m_records.size(); ++i) {
        const auto& record = index.m_records[i];
        if (record.attributes >= index.m_attributes.size() ||
            record.type > static_cast<unsigned>(FileType::Fifo) ||
            (record.hashed != 0 && index.m_hashes.empty()) ||
            (record.lowerLink != 0 && record.hardlink == 0)) {
            return false;
        }
        if (record.fraction != 0) { // they stand in the order of the entries, one for each of these
            if (fraction == index.m_fractions.end() || fraction->entry != EntryId{i} ||
                fraction->nanoseconds >= 1'000'000'000) {
                return false;
            }
            ++fraction;
        }
        const auto type = static_cast<FileType>(record.type);
        const bool device = type == FileType::CharDevice || type == FileType::BlockDevice;
        const std::size_t details = record.hardlink != 0        ? index.m_links.size()
                                    : type == FileType::Symlink ? index.m_names.size()
                                    : device                    ? index.m_devices.size()
                                                                : record.detail + std::size_t{1};
        if (record.detail >= details) {
            return false;
        }
    }
    return fraction == index.m_fractions.end();
}

/// A hard link leads to what is none, so that following one ends; one that leads nowhere in this
/// layer names a path.
bool LayerIndexCodec::linksFit(const LayerIndex& index)
{
    return std::ranges::all_of(index.m_records, [&](const auto& record) {
        if (record.hardlink == 0) {
            return true;
        }
        const auto& link = index.m_links[record.detail];
        if (!inside(link.target, index.m_names)) {
            return false;
        }
        if (link.inode) {
            return record.lowerLink == 0 && inside(link.inode, index.m_records) &&
                   index.m_records[link.inode.index()].hardlink == 0;
        }
        return static_cast<FileType>(record.type) != FileType::Symlink;
    });
}

/// readNodes() has seen to it that they are a tree in breadth-first order.
bool LayerIndexCodec::nodesFit(const LayerIndex& index)
{
    const auto& nodes = index.m_nodes;
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
        const LayerNode& node = nodes[i];
        if (!inside(node.name, index.m_names) || !noneOrInside(node.entry, index.m_records)) {
            return false;
        }
        const auto [first, last] = index.children(LayerNodeId{i});
        if (node.entry && (i == 0 || first != last)) {
            const auto& record = index.m_records[node.entry.index()];
            if (static_cast<FileType>(record.type) != FileType::Directory || record.hardlink != 0) {
                return false;
            }
        }
    }
    // Each round goes from one level to the next: [first, last) are those of one depth. A folder
    // found through a symlink may lie as deep as a path may be long, and what is in it one deeper.
    std::size_t depth = 0;
    for (std::size_t first = 0, last = 1; last < nodes.size(); ++depth) {
        first = last;
        last = index.children(LayerNodeId{static_cast<std::uint32_t>(last - 1)}).second;
        if (first == last) {
            return false;
        }
    }
    return depth <= limits::pathDepth + 1;
}

bool LayerIndexCodec::namesFit(const LayerIndex& index)
{
    if (!index.name(index.m_nodes.front().name).empty() ||
        std::ranges::contains(index.m_names.text(), '\0')) {
        return false;
    }
    std::string_view before;
    LayerNodeId folder;
    for (std::size_t i = 1; i < index.m_nodes.size(); ++i) {
        const LayerNode& node = index.m_nodes[i];
        const auto name = index.name(node.name);
        if (!isFileName(name) || (node.parent == folder && name <= before)) {
            return false;
        }
        before = name;
        folder = node.parent;
    }
    return true;
}

} // namespace strata
