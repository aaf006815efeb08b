// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/child_table.h"
#include "base/job.h"
#include "tree/merged_tree.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace strata {

/// Folds layers into a MergedTree, one after another, base first. Linear in what the layers list
/// and in what they hide: every path keeps a list of the children that may be visible, so that what
/// was removed long ago is not met again. Private to tree.
class TreeBuilder
{
public:
    explicit TreeBuilder(std::vector<std::shared_ptr<const LayerIndex>> layers);
    /// To fold `layer` on what `below` is; both, and `shared`, must outlive the builder.
    TreeBuilder(const MergedTree& below, std::shared_ptr<const LayerIndex> layer,
                const SharedContents& shared);

    /// Errors: Cancelled.
    Result<std::shared_ptr<const MergedTree>> run(const Job& job);

private:
    using Hide = std::optional<Cause>;
    static constexpr std::uint16_t noLayer = 0xffff;

    struct Node
    {
        std::uint32_t parent = 0;
        NameId name;
        /// The list of children that were visible when it was last walked, or have been since.
        std::uint32_t firstLive = ChildTable::none;
        std::uint32_t nextLive = ChildTable::none;
        std::uint32_t lastVersion = ChildTable::none; ///< into m_versions
        std::uint16_t touched = noLayer;              ///< last layer whose folder lists it
        bool live = false;                            ///< it is in its parent's list
    };
    struct ChainedVersion
    {
        Version version;
        std::uint32_t previous = ChildTable::none;
    };
    /// What a hardlink into a lower layer leads to.
    struct LowerLink
    {
        EntryRef holder;  ///< of the inode
        LayerEntry shown; ///< the link's metadata, taken from there
    };
    /// A directory of the layer being folded, standing on a directory of the tree. With `hide` the
    /// directories below it are not merged with this one: what it does not list itself is hidden.
    struct Folder
    {
        std::uint32_t node = 0;
        LayerNodeId layerNode;
        Hide hide;
    };

    Status takeBelow();
    Status foldLayer(LayerNo layer);
    Status foldFolder(const Folder& folder, std::vector<Folder>& todo);
    void findMakers();
    void foldChild(std::uint32_t parent, const LayerNode& child, LayerNodeId childId, Hide hide,
                   std::vector<Folder>& todo);
    void foldDirectory(std::uint32_t node, const LayerNode& child, LayerNodeId childId, Hide hide,
                       std::vector<Folder>& todo);
    void hideSubtree(std::uint32_t top, Cause cause);
    void hideChildren(std::uint32_t folder, Cause cause);
    void hideUntouched(std::uint32_t folder, Cause cause);

    std::uint32_t findOrMake(std::uint32_t parent, NameId layerName);
    std::uint32_t findChild(std::uint32_t parent, NameId layerName);
    NameId imageName(NameId layerName);
    /// What stood at the path before the layer being folded; null if nothing was visible.
    const Version* below(std::uint32_t node) const;
    void addVersion(std::uint32_t node, Change change, EntryId entry, Cause cause, bool undecided);
    void addEntry(std::uint32_t node, EntryId entry);
    /// How the present layer's entry differs from `old`; second = contents not compared yet.
    std::pair<Change, bool> compare(const Version& old, EntryId entry) const;
    LayerEntry entryOf(const Version& v) const;
    EntryRef holderOf(LayerNo layer, EntryId entry) const;
    void resolveLowerLink(EntryId entry);
    std::uint32_t findBelow(std::string_view path);
    std::string pathOf(std::uint32_t node) const;
    bool interrupted();

    Result<std::shared_ptr<const MergedTree::Versions>> freezeNodes();
    void freezeLowerLinks();

    std::vector<std::shared_ptr<const LayerIndex>> m_layers;
    std::shared_ptr<MergedTree::Arena> m_arena;
    std::shared_ptr<MergedTree::Counts> m_counts;
    std::vector<Node> m_nodes;
    std::vector<ChainedVersion> m_versions;
    ChildTable m_children;
    std::map<EntryRef, LowerLink> m_lowerLinks; ///< by the link
    const MergedTree* m_below = nullptr;        ///< where not all layers are folded anew …
    const SharedContents* m_shared = nullptr; ///< … and what the one that is has in common with it
    const Job* m_job = nullptr;
    unsigned m_steps = 0; ///< since it was last asked whether to stop
    LayerNo m_layer = 0;
    const LayerIndex* m_index = nullptr;
    std::vector<NameId> m_imageNames; ///< of the present layer's names; none = not met yet
    std::vector<bool> m_makes;        ///< its nodes that make something at or below themselves
};

} // namespace strata
