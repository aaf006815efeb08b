// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ids.h"
#include "base/job.h"
#include "layer/layer_index.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata {

/// What a layer does to a path.
enum class Change : std::uint8_t {
    Added,     ///< not visible below
    Modified,  ///< other content, type, link target or device
    Metadata,  ///< same content; other mode, owner, xattrs or time. A full copy all the same
    Removed,   ///< visible below, hidden here
    Unchanged, ///< listed again, identical
};

/// "added", "modified", "metadata", "removed", "unchanged".
std::string_view changeName(Change change);

/// What caused a version.
enum class Cause : std::uint8_t {
    Entry,          ///< an entry of the layer's tar
    Whiteout,       ///< a whiteout of the path or of a directory above it
    Opaque,         ///< an opaque whiteout of a directory above it
    ReplacedParent, ///< a directory above it became something else
};

/// "entry", "whiteout", "opaque", "replaced-parent".
std::string_view causeName(Cause cause);

/// What one layer did to one path. Eight bytes; a path has one for each layer that touched it,
/// base first. A removal is recorded on every path it hides.
struct Version
{
    EntryId entry; ///< into the layer's index; none for removals and implicit directories
    std::uint16_t layer = 0;
    Change change = Change::Added;
    Cause cause : 4 = Cause::Entry;
    /// Sizes are equal but contents have not been compared yet; `change` says Modified until
    /// resolveContents has looked.
    bool undecided : 1 = false;

    bool removed() const { return change == Change::Removed; }
    bool implicit() const { return !removed() && !entry.valid(); }
};

/// Paths by what one layer does to them; the root itself is not counted.
struct ChangeCounts
{
    std::uint64_t added = 0;
    std::uint64_t modified = 0;
    std::uint64_t metadata = 0;
    std::uint64_t removed = 0;
    std::uint64_t unchanged = 0;
    std::uint64_t undecided = 0; ///< of `modified`, those not compared yet
};

/// A version's entry together with the layer that holds it: hardlinks into lower layers lead to
/// another layer than the one that lists them.
struct EntryRef
{
    LayerNo layer = 0;
    EntryId entry;

    friend auto operator<=>(const EntryRef&, const EntryRef&) = default;
    friend bool operator==(const EntryRef&, const EntryRef&) = default;
};

/// All layers of an image folded into one tree (image-spec layer.md; overlayfs where that is
/// silent; RULES.md). Every path that any layer ever had is a node, visible or not, so that
/// "the tree up to layer k", "what layer k did", "who owns this path" are questions to this one
/// structure. Nodes stand in breadth-first order, siblings in byte order and contiguous: the row
/// of a node is its distance from its parent's first child. 16 bytes a node, 8 a version, names
/// once. Immutable and thread-safe.
class MergedTree
{
public:
    std::size_t nodeCount() const { return m_arena->nodes.size() - 1; }
    static constexpr NodeId root() { return {0}; }
    std::size_t layerCount() const { return m_arena->layers.size(); }
    const LayerIndex& layer(LayerNo n) const { return *m_arena->layers[n]; }

    NodeId parent(NodeId n) const { return m_arena->nodes[n.index()].parent; }
    /// Name bytes; empty for the root. Valid as long as the tree.
    std::string_view name(NodeId n) const;
    /// [first, last) ids of the children.
    std::pair<std::uint32_t, std::uint32_t> children(NodeId n) const;
    /// "/a/b"; "/" for the root.
    std::string path(NodeId n) const;
    /// O(depth · log siblings). The path's spelling is cleaned; symlinks are not followed.
    std::optional<NodeId> find(std::string_view path) const;
    std::optional<NodeId> child(NodeId n, std::string_view name) const;
    /// Whether a node means the same path in both: one is the other with its changes decided.
    bool sameNodes(const MergedTree& other) const { return m_arena == other.m_arena; }
    /// The same path in `other`; none if that has no such path. O(1) with sameNodes(), else as
    /// find().
    NodeId nodeIn(const MergedTree& other, NodeId n) const;

    /// What each layer did to the path, base first. Never empty but for an unlisted root.
    std::span<const Version> versions(NodeId n) const;
    /// The version in force once layers 0…k are stacked: null if none of them touched the path.
    /// May be a removal.
    const Version* versionAt(NodeId n, LayerNo k) const;
    /// As versionAt, null for removals too: the path as one sees it.
    const Version* visibleAt(NodeId n, LayerNo k) const;
    const Version* visible(NodeId n) const; ///< with all layers stacked
    /// What layer k itself did to the path; null if nothing.
    const Version* versionIn(NodeId n, LayerNo k) const;

    /// What a directory that no layer lists starts with: 0755 root:root (RULES.md, 19).
    static const LayerEntry& implicitDirectory();
    /// Metadata of a version: its own entry, or 0755 root:root for an implicit directory.
    /// Not for removals.
    LayerEntry entry(const Version& v) const;
    /// Type and size of what entry() gives, and whether it is a hardlink, for who asks it of every
    /// path. Not for removals.
    EntryOutline outline(const Version& v) const;
    /// Tells the processor that outline() of the version will be asked for soon.
    void expect(const Version& v) const
    {
        if (v.entry) {
            layer(v.layer).expect(v.entry);
        }
    }
    /// Where the content of a version lies, links into lower layers followed. None for implicit
    /// directories, removals, and links to nothing.
    std::optional<EntryRef> content(const Version& v) const;
    LayerEntry entry(const EntryRef& ref) const { return layer(ref.layer).entry(ref.entry); }
    /// Whether the path is one that eStargz puts at the root for its own use (RULES.md, 38):
    /// an ordinary file for everybody else.
    bool isEstargzArtefact(NodeId n) const;
    /// Symlink target as written, or the path a hardlink links to; empty for all else.
    std::string_view linkTarget(const Version& v) const;
    /// Extended attributes of a version, name and raw value, overlayfs's own left out.
    std::vector<std::pair<std::string_view, std::string_view>> xattrs(const Version& v) const;

    const ChangeCounts& counts(LayerNo n) const { return (*m_counts)[n]; }
    /// What the fold itself found, per layer; the layer's own reading warnings are in its index.
    const WarningList& warnings(LayerNo n) const { return m_arena->warnings[n]; }
    /// Versions whose content has not been compared yet, over all layers.
    std::uint64_t undecidedCount() const;
    std::size_t bytes() const; ///< memory held, the layer indexes not counted

private:
    friend class TreeBuilder;
    friend class ContentResolver;

    struct Node
    {
        NodeId parent;
        NameId name;
        std::uint32_t firstChild = 0;
        std::uint32_t firstVersion = 0;
    };
    struct Arena
    {
        NamePool names;
        std::vector<Node> nodes; ///< one more than there are: a sentinel ends the last ranges
        std::vector<std::shared_ptr<const LayerIndex>> layers;
        /// Resolved entries of hardlinks into lower layers, sorted by the first.
        std::vector<std::pair<EntryRef, EntryRef>> lowerLinks;
        std::vector<LayerEntry> lowerLinkEntries; ///< the metadata they show, same order
        std::vector<WarningList> warnings;
    };
    using Versions = std::vector<Version>;
    using Counts = std::vector<ChangeCounts>;

    std::optional<std::size_t> lowerLink(const EntryRef& link) const;

    MergedTree(std::shared_ptr<const Arena> arena, std::shared_ptr<const Versions> versions,
               std::shared_ptr<const Counts> counts)
        : m_arena(std::move(arena))
        , m_versions(std::move(versions))
        , m_counts(std::move(counts))
    {
    }

    // Apart from the arena, so that a tree with all changes decided shares the rest.
    std::shared_ptr<const Arena> m_arena;
    std::shared_ptr<const Versions> m_versions;
    std::shared_ptr<const Counts> m_counts;
};

/// Folds the layers, base first. Never fails on what layers hold: oddities become warnings.
/// Errors: Cancelled, LimitExceeded (layers). Cost: linear in entries, plus paths hidden.
Result<std::shared_ptr<const MergedTree>>
mergeLayers(std::vector<std::shared_ptr<const LayerIndex>> layers, const Job& job);

/// Entries of a layer that are known to hold the very content that a path of the layers below has.
using SharedContents = std::map<EntryId, EntryRef>;

/// One layer more on top of a tree, which stays as it is: what has been decided in it is not asked
/// again. Entries that `shared` names are not undecided. Errors as mergeLayers. Linear in the
/// nodes of `below`, a fraction of what folding its layers costs.
Result<std::shared_ptr<const MergedTree>> stackLayer(const MergedTree& below,
                                                     std::shared_ptr<const LayerIndex> layer,
                                                     const SharedContents& shared, const Job& job);

} // namespace strata
