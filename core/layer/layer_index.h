// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ids.h"
#include "base/name_pool.h"
#include "base/warning.h"
#include "io/byte_stream.h"
#include "io/tar_reader.h"

#include <cstdint>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata {

/// One tar entry that makes something (whiteouts are flags of nodes instead). A hardlink within
/// the layer repeats type, size and metadata of the entry whose inode it shares. A value, put
/// together from the index's records when asked for.
struct LayerEntry
{
    std::uint64_t size = 0;         ///< content bytes; 0 for all but regular files
    std::int64_t mtime = 0;         ///< seconds since 1970
    std::uint64_t headerOffset = 0; ///< of the content-bearing member, in the uncompressed tar
    std::uint64_t contentHash = 0;  ///< ContentHasher's of the content; only if `hashed`
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

/// The little of an entry that is asked of every path at once.
struct EntryOutline
{
    std::uint64_t size = 0;
    FileType type = FileType::File;
    bool hardlink = false; ///< what it links to says the rest
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

/// Which directory of a layer's tar is the root of what a container sees.
enum class LayerRoot : std::uint8_t {
    TarRoot,      ///< the tar's own
    WindowsFiles, ///< `Files/`, as in Windows layers (RULES.md, 40)
    Unknown, ///< `Files/` if `Hives/`, and at most `UtilityVM/`, is all there is beside it; else
             ///< the tar's own
};

/// Everything one layer's tar says, in flat vectors: 20 bytes a path, 32 an entry and 8 more if its
/// content was hashed, and each name once. Owners, modes and extended attributes have few distinct
/// combinations and are held once each; what only links, devices and fractions of seconds need
/// stands in tables of their own. Self-contained, so it can be shared between images. Immutable and
/// thread-safe once built.
class LayerIndex
{
public:
    /// Members from here on are passed over with a warning: their place is kept in 48 bits.
    static constexpr std::uint64_t maxHeaderOffset = std::uint64_t{1} << 48U;

    std::span<const LayerNode> nodes() const { return m_nodes; } ///< [0] is the root
    std::size_t entryCount() const { return m_records.size(); }
    /// All entries in the tar's order, each by value.
    auto entries() const
    {
        return std::views::iota(std::size_t{0}, entryCount()) |
               std::views::transform(
                   [this](std::size_t i) { return entry(EntryId{static_cast<std::uint32_t>(i)}); });
    }
    const LayerNode& node(LayerNodeId id) const { return m_nodes[id.index()]; }
    /// O(1), but for fractions of seconds: O(log of those).
    LayerEntry entry(EntryId id) const;
    /// Of a hardlink, as its own header says it. O(1), and a fraction of what entry() costs.
    EntryOutline outline(EntryId id) const
    {
        const Record& record = m_records[id.index()];
        return {record.size, static_cast<FileType>(record.type), record.hardlink != 0};
    }
    /// Tells the processor that outline() of the entry will be asked for soon.
    void expect(EntryId id) const { __builtin_prefetch(&m_records[id.index()]); }
    std::string_view name(NameId id) const { return m_names.at(id); }
    /// First and one-past-last child of a node.
    std::pair<std::uint32_t, std::uint32_t> children(LayerNodeId id) const;
    std::span<const Xattr> xattrs(XattrSetId id) const;

    std::uint64_t memberCount() const { return m_members; } ///< tar entries of every kind
    std::uint64_t tarSize() const { return m_tarSize; }     ///< uncompressed bytes of the tar
    /// Of its regular files, copies of duplicates included.
    std::uint64_t contentBytes() const { return m_contentBytes; }
    bool damaged() const { return m_damaged; } ///< ended early; what came before is here
    /// The tar's `Files/` is the root here; what stood beside it keeps its name.
    bool rootIsFiles() const { return m_rootIsFiles; }
    const WarningList& warnings() const { return m_warnings; }
    std::size_t bytes() const; ///< memory held

private:
    friend class LayerIndexBuilder;
    friend class LayerIndexCodec;

    /// What a LayerEntry is made of.
    struct Record
    {
        std::uint64_t headerOffset : 48 = 0;
        std::uint64_t type : 4 = 0;
        std::uint64_t hashed : 1 = 0;
        std::uint64_t hardlink : 1 = 0;
        std::uint64_t lowerLink : 1 = 0;
        std::uint64_t fraction : 1 = 0; ///< it is in m_fractions
        std::uint64_t size = 0;
        std::int64_t mtime = 0;
        std::uint32_t attributes = 0; ///< into m_attributes
        /// A symlink's target in m_names; else a place in m_links or m_devices.
        std::uint32_t detail = 0;
    };
    struct Attributes
    {
        std::uint32_t uid = 0;
        std::uint32_t gid = 0;
        XattrSetId xattrs;
        std::uint16_t mode = 0;

        friend bool operator==(const Attributes&, const Attributes&) = default;
    };
    struct Link
    {
        NameId target;
        EntryId inode;
    };
    struct Device
    {
        std::uint32_t major = 0;
        std::uint32_t minor = 0;
    };
    struct Fraction
    {
        EntryId entry;
        std::uint32_t nanoseconds = 0;
    };

    LayerEntry plainEntry(EntryId id) const;

    NamePool m_names;
    std::vector<LayerNode> m_nodes;
    std::vector<Record> m_records;
    std::vector<std::uint64_t> m_hashes; ///< one for each record, or none at all
    std::vector<Attributes> m_attributes;
    std::vector<Link> m_links;
    std::vector<Device> m_devices;
    std::vector<Fraction> m_fractions; ///< by entry
    std::vector<std::vector<Xattr>> m_xattrSets;
    std::uint64_t m_members = 0;
    std::uint64_t m_tarSize = 0;
    std::uint64_t m_contentBytes = 0;
    bool m_damaged = false;
    bool m_rootIsFiles = false;
    WarningList m_warnings;
};

} // namespace strata
