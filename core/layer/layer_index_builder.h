// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/child_table.h"
#include "base/limits.h"
#include "io/tar_reader.h"
#include "layer/layer_index.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace strata {

/// Builds a LayerIndex from tar members in their order, as if the layer were unpacked into an
/// empty directory (image-spec layer.md; RULES.md). Whiteouts are noted, not applied: they
/// speak of the layers below.
class LayerIndexBuilder
{
public:
    /// `nameBytes` bounds the bytes of all names and link targets; members beyond it are refused.
    explicit LayerIndexBuilder(LayerRoot root = LayerRoot::TarRoot,
                               std::size_t nameBytes = limits::layerNameBytes);

    /// Takes one member. The id of the entry it made, for setContentHash; none for whiteouts,
    /// hardlinks and refused members.
    EntryId add(const TarMember& member);
    void setContentHash(EntryId entry, std::uint64_t hash);
    void warn(WarningCode code, std::string text)
    {
        m_index->m_warnings.add(code, std::move(text));
    }
    std::uint64_t memberCount() const { return m_index->m_members; }

    /// Resolves links that stood before their targets, settles which directory is the root, drops
    /// what was replaced, sorts and packs. The builder is used up.
    std::shared_ptr<const LayerIndex> finish(std::uint64_t tarSize, bool damaged);

private:
    struct Node
    {
        std::uint32_t parent = 0;
        NameId name;
        EntryId entry;
        std::uint32_t firstChild = ChildTable::none;
        std::uint32_t nextSibling = ChildTable::none;
        /// Counts how often the path stopped being a directory; children made under an earlier
        /// count went with it.
        std::uint32_t epoch = 0;
        std::uint32_t parentEpoch = 0;
        bool whiteout = false;       ///< by a .wh. file beside it
        bool deviceWhiteout = false; ///< is a 0/0 device
        bool opaque = false;         ///< by a .wh..wh..opq in it
        bool opaqueXattr = false;
    };
    struct PendingLink
    {
        EntryId entry;
        std::uint32_t node = 0;
    };

    std::uint32_t child(std::uint32_t parent, std::string_view name, bool create);
    std::optional<std::uint32_t> walk(std::vector<std::string_view> parts, bool create,
                                      const std::string& forPath);
    std::optional<std::uint32_t> parentOf(const std::vector<std::string_view>& parts,
                                          const std::string& path);
    const LayerEntry* entryOf(const Node& node) const;
    void becomeNonDirectory(Node& node);
    void becomeDeviceWhiteout(std::uint32_t node, std::string_view path);
    void takeWhiteout(std::uint32_t parent, std::string_view name);
    EntryId place(std::uint32_t parent, std::string_view name, const TarMember& member);
    EntryId makeEntry(const TarMember& member);
    std::optional<std::uint32_t> linkedNode(const std::string& target);
    EntryId inodeOf(std::uint32_t node) const;
    void linkTo(EntryId link, EntryId target);
    bool waits(EntryId entry) const;
    XattrSetId takeXattrs(const TarMember& member, Node& node);
    void resolvePendingLinks();
    bool rootIsFiles(std::uint32_t files) const;
    void moveFilesToRoot();
    void freezeNodes();
    void packEntries();
    bool alive(const Node& node) const;

    std::shared_ptr<LayerIndex> m_index;
    LayerRoot m_root;
    std::size_t m_nameBytes;
    std::vector<LayerEntry> m_entries;
    std::vector<Node> m_nodes;
    ChildTable m_children;
    std::vector<PendingLink> m_pending;
    std::unordered_map<std::string, XattrSetId> m_xattrIds;
    std::size_t m_xattrBytes = 0;
    std::string m_lastFolder; ///< raw spelling of the last member's folder
    std::uint32_t m_lastFolderNode = ChildTable::none;
};

} // namespace strata
