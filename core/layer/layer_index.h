// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ids.h"
#include "base/name_pool.h"
#include "base/warning.h"
#include "io/byte_stream.h"
#include "io/tar_reader.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata {

/// One tar entry that makes something (whiteouts are flags of nodes instead). A hardlink within
/// the layer repeats type, size and metadata of the entry whose inode it shares.
struct LayerEntry
{
    std::uint64_t size = 0;         ///< content bytes; 0 for all but regular files
    std::int64_t mtime = 0;         ///< seconds since 1970
    std::uint64_t headerOffset = 0; ///< of the content-bearing member, in the uncompressed tar
    std::uint64_t contentHash = 0;  ///< XXH3 of the content; only if `hashed`
    std::uint32_t mtimeNsec = 0;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint32_t deviceMajor = 0;
    std::uint32_t deviceMinor = 0;
    NameId target;     ///< of a symlink, and of hardlinks to one: its target as written; of other
                       ///< hardlinks: the path linked to ("/a/b")
    XattrSetId xattrs; ///< none = no extended attributes
    EntryId inode;     ///< hardlink within the layer: the entry that holds the content
    std::uint16_t mode = 0; ///< twelve permission bits
    FileType type = FileType::File;
    bool hashed = false;
    bool hardlink = false;
    bool lowerLink = false; ///< hardlink whose target is in a lower layer; resolved by the merge
};

/// One path of a layer. Nodes stand in breadth-first order, siblings in byte order.
struct LayerNode
{
    LayerNodeId parent;
    LayerNodeId firstChild; ///< children are [firstChild of this, firstChild of the next node)
    NameId name;
    EntryId entry;         ///< none = implied by a child, or only a whiteout
    bool whiteout = false; ///< hides the path in the layers below
    bool opaque = false;   ///< hides every child in the layers below
};

struct Xattr
{
    NameId name;
    std::string value; ///< raw bytes
};

/// Everything one layer's tar says, in flat vectors: 40 bytes a path, 88 an entry, and each name
/// once. Self-contained, so it can be shared between images and cached by diff ID. Immutable and
/// thread-safe once built.
class LayerIndex
{
public:
    std::span<const LayerNode> nodes() const { return m_nodes; } ///< [0] is the root
    std::span<const LayerEntry> entries() const { return m_entries; }
    const LayerNode& node(LayerNodeId id) const { return m_nodes[id.index()]; }
    const LayerEntry& entry(EntryId id) const { return m_entries[id.index()]; }
    std::string_view name(NameId id) const { return m_names.at(id); }
    /// First and one-past-last child of a node.
    std::pair<std::uint32_t, std::uint32_t> children(LayerNodeId id) const;
    std::span<const Xattr> xattrs(XattrSetId id) const;

    std::uint64_t memberCount() const { return m_members; } ///< tar entries of every kind
    std::uint64_t tarSize() const { return m_tarSize; }     ///< uncompressed bytes of the tar
    std::uint64_t contentBytes() const
    {
        return m_contentBytes;
    } ///< of its regular files, copies of duplicates included
    bool damaged() const { return m_damaged; } ///< ended early; what came before is here
    const WarningList& warnings() const { return m_warnings; }
    std::size_t bytes() const; ///< memory held

private:
    friend class LayerIndexBuilder;

    NamePool m_names;
    std::vector<LayerNode> m_nodes;
    std::vector<LayerEntry> m_entries;
    std::vector<std::vector<Xattr>> m_xattrSets;
    std::uint64_t m_members = 0;
    std::uint64_t m_tarSize = 0;
    std::uint64_t m_contentBytes = 0;
    bool m_damaged = false;
    WarningList m_warnings;
};

} // namespace strata
