// SPDX-License-Identifier: Apache-2.0
#include "tree/tree_builder_p.h"

#include "base/byte_path.h"
#include "base/limits.h"
#include "base/symlink_walk.h"
#include "tree/metadata_p.h"

#include <algorithm>
#include <utility>

namespace strata {

TreeBuilder::TreeBuilder(std::vector<std::shared_ptr<const LayerIndex>> layers)
    : m_layers(std::move(layers))
    , m_arena(std::make_shared<MergedTree::Arena>())
    , m_counts(std::make_shared<MergedTree::Counts>(m_layers.size()))
{
    m_arena->layers = m_layers;
    m_arena->warnings.resize(m_layers.size());
    Node root;
    root.name = m_arena->names.intern("");
    m_nodes.push_back(root);
}

Result<std::shared_ptr<const MergedTree>> TreeBuilder::run(const Job& job)
{
    m_job = &job;
    LayerNo layer = 0;
    if (m_below != nullptr) {
        if (auto taken = takeBelow(); !taken) {
            return std::unexpected(taken.error());
        }
        layer = static_cast<LayerNo>(m_below->layerCount());
    }
    for (; layer < m_layers.size(); ++layer) {
        if (auto folded = foldLayer(layer); !folded) {
            return std::unexpected(folded.error());
        }
    }
    if (job.cancelled()) {
        return cancelledError();
    }
    freezeLowerLinks();
    auto versions = freezeNodes();
    if (!versions) {
        return std::unexpected(versions.error());
    }
    return std::shared_ptr<const MergedTree>(
        new MergedTree(m_arena, std::move(*versions), m_counts));
}

bool TreeBuilder::interrupted()
{
    return (++m_steps & 0xffffU) == 0 && m_job->cancelled();
}

Status TreeBuilder::foldLayer(LayerNo layer)
{
    m_layer = layer;
    m_index = m_layers[layer].get();
    const std::size_t most = m_nodes.size() + m_versions.size() + m_index->nodes().size();
    if (most >= ChildTable::none) {
        return fail(ErrorCode::LimitExceeded, "has more paths than can be numbered");
    }
    if (m_job->cancelled()) {
        return cancelledError();
    }
    findMakers();
    std::uint32_t largestName = 0;
    for (const auto& node : m_index->nodes()) {
        largestName = std::max(largestName, node.name.value);
    }
    m_imageNames.assign(std::size_t{largestName} + 1, {});

    const LayerNode& root = m_index->nodes()[0];
    if (root.entry) {
        addEntry(0, root.entry);
    }
    std::vector<Folder> todo{{0, LayerNodeId{0}, root.opaque ? Hide(Cause::Opaque) : Hide()}};
    while (!todo.empty()) {
        const Folder folder = todo.back();
        todo.pop_back();
        if (auto folded = foldFolder(folder, todo); !folded) {
            return folded;
        }
    }
    return {};
}

/// Tells the nodes at or below which the layer makes something from those that merely speak of
/// layers below. Children stand behind their parents.
void TreeBuilder::findMakers()
{
    const auto nodes = m_index->nodes();
    m_makes.assign(nodes.size(), false);
    for (std::size_t i = nodes.size(); i-- > 1;) {
        if (nodes[i].entry || m_makes[i]) {
            m_makes[i] = m_makes[nodes[i].parent.index()] = true;
        }
    }
}

Status TreeBuilder::foldFolder(const Folder& folder, std::vector<Folder>& todo)
{
    const auto [first, last] = m_index->children(folder.layerNode);
    for (auto id = first; id < last; ++id) {
        if (interrupted()) {
            return cancelledError();
        }
        foldChild(folder.node, m_index->nodes()[id], LayerNodeId{id}, folder.hide, todo);
    }
    if (folder.hide) {
        hideUntouched(folder.node, *folder.hide);
    }
    return {};
}

void TreeBuilder::foldChild(std::uint32_t parent, const LayerNode& child, LayerNodeId childId,
                            Hide hide, std::vector<Folder>& todo)
{
    if (child.whiteout) {
        hide = Cause::Whiteout;
        if (!m_makes[childId.index()]) {
            const auto node = findChild(parent, child.name);
            if (node != ChildTable::none) {
                m_nodes[node].touched = static_cast<std::uint16_t>(m_layer);
                hideSubtree(node, Cause::Whiteout);
            }
            return;
        }
    }
    const auto node = findOrMake(parent, child.name);
    m_nodes[node].touched = static_cast<std::uint16_t>(m_layer);
    if (child.whiteout) {
        m_arena->warnings[m_layer].add(
            WarningCode::WhiteoutBesideEntry,
            "the layer hides " + quoteForDisplay(pathOf(node)) +
                " by a whiteout and makes it anew: tools that do one after the other lose what is "
                "new, or show what was hidden");
    }
    const bool directory = !child.entry || m_index->entry(child.entry).type == FileType::Directory;
    if (directory) {
        foldDirectory(node, child, childId, hide, todo);
        return;
    }
    hideChildren(node, hide.value_or(Cause::ReplacedParent));
    addEntry(node, child.entry);
}

void TreeBuilder::foldDirectory(std::uint32_t node, const LayerNode& child, LayerNodeId childId,
                                Hide hide, std::vector<Folder>& todo)
{
    const Version* old = below(node);
    const bool onDirectory = old != nullptr && entryOf(*old).type == FileType::Directory;
    if (child.entry) {
        addEntry(node, child.entry);
    } else if (!onDirectory) {
        // Hidden by the layer itself, it is gone before anything is put below it.
        if (old != nullptr && !hide) {
            const bool link = entryOf(*old).type == FileType::Symlink;
            m_arena->warnings[m_layer].add(
                WarningCode::ParentIsLowerLink,
                quoteForDisplay(pathOf(node)) + " is a " +
                    std::string(link ? "symbolic link" : "file") +
                    " in a lower layer, and this layer puts entries below it without listing it: "
                    "the kernel shows a directory there" +
                    (link ? ", tools that unpack one layer after another write through the link"
                          : ""));
        }
        addVersion(node, old != nullptr ? Change::Modified : Change::Added, {}, Cause::Entry,
                   false);
    } else if (hide) {
        // Cut off from the directory below, it starts with default metadata.
        const LayerEntry lower = entryOf(*old);
        const bool same = lower.mode == MergedTree::implicitDirectory().mode && lower.uid == 0 &&
                          lower.gid == 0 && !lower.xattrs;
        addVersion(node, same ? Change::Unchanged : Change::Metadata, {}, Cause::Entry, false);
    }
    Hide below = hide;
    if (!below && child.opaque) {
        below = Cause::Opaque;
    }
    todo.push_back({node, childId, below});
}

void TreeBuilder::hideChildren(std::uint32_t folder, Cause cause)
{
    for (auto c = std::exchange(m_nodes[folder].firstLive, ChildTable::none); c != ChildTable::none;
         c = m_nodes[c].nextLive) {
        m_nodes[c].live = false;
        hideSubtree(c, cause);
    }
}

/// Of a directory's children, those that the layer being folded does not list.
void TreeBuilder::hideUntouched(std::uint32_t folder, Cause cause)
{
    auto* link = &m_nodes[folder].firstLive;
    while (*link != ChildTable::none) {
        const auto c = *link;
        Node& child = m_nodes[c];
        if (child.touched == m_layer) {
            link = &child.nextLive;
            continue;
        }
        *link = child.nextLive;
        child.live = false;
        hideSubtree(c, cause);
    }
}

void TreeBuilder::hideSubtree(std::uint32_t top, Cause cause)
{
    std::vector<std::uint32_t> todo{top};
    while (!todo.empty()) {
        const auto at = todo.back();
        todo.pop_back();
        if (below(at) == nullptr) {
            continue; // and so is nothing under it
        }
        addVersion(at, Change::Removed, {}, cause, false);
        for (auto c = std::exchange(m_nodes[at].firstLive, ChildTable::none); c != ChildTable::none;
             c = m_nodes[c].nextLive) {
            m_nodes[c].live = false;
            todo.push_back(c);
        }
    }
}

NameId TreeBuilder::imageName(NameId layerName)
{
    NameId& known = m_imageNames[layerName.index()];
    if (!known) {
        known = m_arena->names.intern(m_index->name(layerName));
    }
    return known;
}

std::uint32_t TreeBuilder::findChild(std::uint32_t parent, NameId layerName)
{
    return m_children.find(parent, imageName(layerName).value);
}

std::uint32_t TreeBuilder::findOrMake(std::uint32_t parent, NameId layerName)
{
    const auto found = findChild(parent, layerName);
    if (found != ChildTable::none) {
        return found;
    }
    const auto id = static_cast<std::uint32_t>(m_nodes.size());
    Node node;
    node.parent = parent;
    node.name = imageName(layerName);
    m_nodes.push_back(node);
    m_children.insert(parent, node.name.value, id);
    return id;
}

const Version* TreeBuilder::below(std::uint32_t node) const
{
    auto at = m_nodes[node].lastVersion;
    if (at != ChildTable::none && m_versions[at].version.layer == m_layer) {
        at = m_versions[at].previous;
    }
    if (at == ChildTable::none || m_versions[at].version.removed()) {
        return nullptr;
    }
    return &m_versions[at].version;
}

void TreeBuilder::addVersion(std::uint32_t node, Change change, EntryId entry, Cause cause,
                             bool undecided)
{
    const auto last = m_nodes[node].lastVersion;
    if (last != ChildTable::none && m_versions[last].version.layer == m_layer) {
        return; // hidden by one cause already
    }
    Version version;
    version.entry = entry;
    version.layer = static_cast<std::uint16_t>(m_layer);
    version.change = change;
    version.cause = cause;
    version.undecided = undecided;
    m_versions.push_back({version, last});
    m_nodes[node].lastVersion = static_cast<std::uint32_t>(m_versions.size() - 1);

    if (node == 0) {
        return; // the root is always there; no listing shows it, so no count holds it
    }
    if (Node& made = m_nodes[node]; !version.removed() && !made.live) {
        made.live = true;
        made.nextLive = std::exchange(m_nodes[made.parent].firstLive, node);
    }
    ChangeCounts& counts = (*m_counts)[m_layer];
    switch (change) {
    case Change::Added:
        ++counts.added;
        break;
    case Change::Modified:
        ++counts.modified;
        counts.undecided += undecided ? 1 : 0;
        break;
    case Change::Metadata:
        ++counts.metadata;
        break;
    case Change::Removed:
        ++counts.removed;
        break;
    case Change::Unchanged:
        ++counts.unchanged;
        break;
    }
}

void TreeBuilder::addEntry(std::uint32_t node, EntryId entry)
{
    if (m_index->entry(entry).lowerLink) {
        resolveLowerLink(entry);
    }
    const Version* old = below(node);
    if (old == nullptr) {
        addVersion(node, Change::Added, entry, Cause::Entry, false);
        return;
    }
    const auto [change, undecided] = compare(*old, entry);
    addVersion(node, change, entry, Cause::Entry, undecided);
}

/// The entry that holds the inode: links within the layer and into lower layers followed.
EntryRef TreeBuilder::holderOf(LayerNo layer, EntryId entry) const
{
    const LayerEntry own = m_layers[layer]->entry(entry);
    if (own.inode) {
        return {layer, own.inode};
    }
    const EntryRef key{layer, entry};
    const auto link = own.lowerLink ? m_lowerLinks.find(key) : m_lowerLinks.end();
    return link != m_lowerLinks.end() ? link->second.holder : key;
}

LayerEntry TreeBuilder::entryOf(const Version& v) const
{
    if (!v.entry) {
        return MergedTree::implicitDirectory();
    }
    const EntryRef holder = holderOf(v.layer, v.entry);
    return m_layers[holder.layer]->entry(holder.entry);
}

std::pair<Change, bool> TreeBuilder::compare(const Version& old, EntryId entry) const
{
    const EntryRef now = holderOf(m_layer, entry);
    const LayerEntry newEntry = m_layers[now.layer]->entry(now.entry);
    const LayerEntry oldEntry = entryOf(old);
    if (newEntry.type != oldEntry.type) {
        return {Change::Modified, false};
    }
    if (!old.entry) {
        return {Change::Metadata, false}; // the directory was only implied before
    }
    const EntryRef before = holderOf(old.layer, old.entry);
    const Change same =
        sameMetadata(*m_layers[before.layer], oldEntry, *m_layers[now.layer], newEntry)
            ? Change::Unchanged
            : Change::Metadata;
    switch (newEntry.type) {
    case FileType::Directory:
    case FileType::Fifo:
        return {same, false};
    case FileType::Symlink:
        return {m_layers[now.layer]->name(newEntry.target) ==
                        m_layers[before.layer]->name(oldEntry.target)
                    ? same
                    : Change::Modified,
                false};
    case FileType::CharDevice:
    case FileType::BlockDevice:
        return {newEntry.deviceMajor == oldEntry.deviceMajor &&
                        newEntry.deviceMinor == oldEntry.deviceMinor
                    ? same
                    : Change::Modified,
                false};
    case FileType::File:
        break;
    }
    if (newEntry.size != oldEntry.size) {
        return {Change::Modified, false};
    }
    if (newEntry.size == 0 || before == now) {
        return {same, false};
    }
    if (m_shared != nullptr) {
        const auto shared = m_shared->find(now.entry);
        if (shared != m_shared->end() && shared->second == before) {
            return {same, false};
        }
    }
    if (newEntry.hashed && oldEntry.hashed) {
        return {newEntry.contentHash == oldEntry.contentHash ? same : Change::Modified, false};
    }
    return {Change::Modified, true};
}

/// The node that `path` names in what the layers below show: the symlinks that its folders are
/// followed and clamped to the root, but not one that it is itself.
std::uint32_t TreeBuilder::findBelow(std::string_view path)
{
    std::vector<std::string_view> parts; // the next component is at the back
    pushTarget(parts, path);
    std::uint32_t at = 0;
    SymlinkBudget budget;
    while (!parts.empty()) {
        const auto part = parts.back();
        parts.pop_back();
        if (part == "..") {
            at = m_nodes[at].parent;
            continue;
        }
        const auto next = m_children.find(at, m_arena->names.intern(part).value);
        if (next == ChildTable::none || parts.empty()) {
            return next;
        }
        const Version* version = below(next);
        if (version != nullptr && version->entry && entryOf(*version).type == FileType::Symlink) {
            const EntryRef holder = holderOf(version->layer, version->entry);
            const LayerIndex& layer = *m_layers[holder.layer];
            const auto target = layer.name(layer.entry(holder.entry).target);
            if (!budget.follow(target)) {
                return ChildTable::none;
            }
            pushTarget(parts, target);
            at = target.starts_with('/') ? 0 : at;
            continue;
        }
        at = next;
    }
    return at;
}

void TreeBuilder::resolveLowerLink(EntryId entry)
{
    const LayerEntry link = m_index->entry(entry);
    const auto target = m_index->name(link.target);
    WarningList& warnings = m_arena->warnings[m_layer];
    const auto at = findBelow(target);
    const Version* version = at == ChildTable::none || at == 0 ? nullptr : below(at);
    const bool toDirectory =
        at == 0 || (version != nullptr && entryOf(*version).type == FileType::Directory);
    // A link to a link that leads nowhere leads nowhere itself.
    if (toDirectory || version == nullptr || entryOf(*version).lowerLink) {
        warnings.add(WarningCode::LinkTargetMissing,
                     "a hard link to " + quoteForDisplay(target) +
                         (toDirectory ? ", which is a directory"
                                      : ", which is no file of this layer or of one below"));
        return;
    }
    warnings.add(WarningCode::LinkToLowerLayer,
                 "a hard link to " + quoteForDisplay(target) +
                     ", which is in a lower layer; shown with that file's content");
    const EntryRef holder = holderOf(version->layer, version->entry);
    LayerEntry shown = m_layers[holder.layer]->entry(holder.entry);
    shown.hardlink = true;
    shown.lowerLink = true;
    shown.inode = {};
    shown.xattrs = {};
    shown.target = link.target;
    m_lowerLinks.try_emplace({m_layer, entry}, LowerLink{holder, shown});
}

std::string TreeBuilder::pathOf(std::uint32_t node) const
{
    std::vector<std::string_view> parts;
    for (auto at = node; at != 0; at = m_nodes[at].parent) {
        parts.push_back(m_arena->names.at(m_nodes[at].name));
    }
    std::ranges::reverse(parts);
    return joinPath(parts);
}

Result<std::shared_ptr<const MergedTree>>
mergeLayers(std::vector<std::shared_ptr<const LayerIndex>> layers, const Job& job)
{
    if (layers.size() > limits::layers) {
        return fail(ErrorCode::LimitExceeded,
                    "has more than " + std::to_string(limits::layers) + " layers");
    }
    return TreeBuilder(std::move(layers)).run(job);
}

} // namespace strata
