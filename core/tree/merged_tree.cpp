// SPDX-License-Identifier: Apache-2.0
#include "tree/merged_tree.h"

#include "base/byte_path.h"

#include <algorithm>
#include <numeric>
#include <ranges>

namespace strata {

std::string_view changeName(Change change)
{
    switch (change) {
    case Change::Added:
        return "added";
    case Change::Modified:
        return "modified";
    case Change::Metadata:
        return "metadata";
    case Change::Removed:
        return "removed";
    case Change::Unchanged:
        return "unchanged";
    }
    return "unchanged";
}

std::string_view causeName(Cause cause)
{
    switch (cause) {
    case Cause::Entry:
        return "entry";
    case Cause::Whiteout:
        return "whiteout";
    case Cause::Opaque:
        return "opaque";
    case Cause::ReplacedParent:
        return "replaced-parent";
    }
    return "entry";
}

const LayerEntry& MergedTree::implicitDirectory()
{
    static const LayerEntry entry = [] {
        LayerEntry e;
        e.type = FileType::Directory;
        e.mode = 0755;
        return e;
    }();
    return entry;
}

std::string_view MergedTree::name(NodeId n) const
{
    return m_arena->names.at(m_arena->nodes[n.index()].name);
}

std::pair<std::uint32_t, std::uint32_t> MergedTree::children(NodeId n) const
{
    return {m_arena->nodes[n.index()].firstChild, m_arena->nodes[n.index() + 1].firstChild};
}

std::string MergedTree::path(NodeId n) const
{
    if (n == root()) {
        return "/";
    }
    std::size_t length = 0;
    for (NodeId at = n; at != root(); at = parent(at)) {
        length += name(at).size() + 1;
    }
    std::string out(length, '/');
    for (NodeId at = n; at != root(); at = parent(at)) {
        const auto part = name(at);
        length -= part.size() + 1;
        std::ranges::copy(part, out.begin() + static_cast<std::ptrdiff_t>(length) + 1);
    }
    return out;
}

NodeId MergedTree::nodeIn(const MergedTree& other, NodeId n) const
{
    if (!n.valid() || sameNodes(other)) {
        return n;
    }
    return other.find(path(n)).value_or(NodeId{});
}

std::optional<NodeId> MergedTree::child(NodeId n, std::string_view wanted) const
{
    const auto [first, last] = children(n);
    const auto ids = std::ranges::iota_view(first, last);
    const auto at = std::ranges::lower_bound(ids, wanted, {},
                                             [this](std::uint32_t id) { return name(NodeId{id}); });
    if (at == ids.end() || name(NodeId{*at}) != wanted) {
        return std::nullopt;
    }
    return NodeId{*at};
}

std::optional<NodeId> MergedTree::find(std::string_view path) const
{
    const auto split = splitPath(path);
    if (split.escapes) {
        return std::nullopt;
    }
    NodeId at = root();
    for (const auto part : split.parts) {
        const auto next = child(at, part);
        if (!next) {
            return std::nullopt;
        }
        at = *next;
    }
    return at;
}

std::span<const Version> MergedTree::versions(NodeId n) const
{
    const auto first = m_arena->nodes[n.index()].firstVersion;
    const auto last = m_arena->nodes[n.index() + 1].firstVersion;
    return std::span(*m_versions).subspan(first, last - first);
}

const Version* MergedTree::versionAt(NodeId n, LayerNo k) const
{
    for (const Version& version : std::views::reverse(versions(n))) {
        if (version.layer <= k) {
            return &version;
        }
    }
    return nullptr;
}

const Version* MergedTree::visibleAt(NodeId n, LayerNo k) const
{
    const Version* v = versionAt(n, k);
    return v != nullptr && !v->removed() ? v : nullptr;
}

const Version* MergedTree::visible(NodeId n) const
{
    const auto all = versions(n);
    return !all.empty() && !all.back().removed() ? &all.back() : nullptr;
}

const Version* MergedTree::versionIn(NodeId n, LayerNo k) const
{
    const Version* v = versionAt(n, k);
    return v != nullptr && v->layer == k ? v : nullptr;
}

std::optional<std::size_t> MergedTree::lowerLink(const EntryRef& link) const
{
    const auto& links = m_arena->lowerLinks;
    const auto it =
        std::ranges::lower_bound(links, link, {}, &std::pair<EntryRef, EntryRef>::first);
    if (it == links.end() || it->first != link) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(it - links.begin());
}

LayerEntry MergedTree::entry(const Version& v) const
{
    if (!v.entry) {
        return implicitDirectory();
    }
    const LayerEntry own = layer(v.layer).entry(v.entry);
    if (own.lowerLink) {
        if (const auto at = lowerLink({v.layer, v.entry})) {
            return m_arena->lowerLinkEntries[*at];
        }
    }
    return own;
}

EntryOutline MergedTree::outline(const Version& v) const
{
    if (!v.entry) {
        return {.size = 0, .type = FileType::Directory, .hardlink = false};
    }
    auto out = layer(v.layer).outline(v.entry);
    if (out.hardlink) {
        const LayerEntry shown = entry(v);
        out.size = shown.size;
        out.type = shown.type;
    }
    return out;
}

std::optional<EntryRef> MergedTree::content(const Version& v) const
{
    if (!v.entry) {
        return std::nullopt;
    }
    const LayerEntry own = layer(v.layer).entry(v.entry);
    const EntryRef key{v.layer, v.entry};
    if (!own.lowerLink) {
        return own.inode ? EntryRef{v.layer, own.inode} : key;
    }
    const auto at = lowerLink(key);
    return at ? std::optional(m_arena->lowerLinks[*at].second) : std::nullopt;
}

std::string_view MergedTree::linkTarget(const Version& v) const
{
    if (!v.entry) {
        return {};
    }
    const LayerIndex& index = layer(v.layer);
    const LayerEntry own = index.entry(v.entry);
    if (own.lowerLink) {
        // A hardlink to a symlink is that symlink, and its target is a name of the lower layer.
        if (const auto ref = content(v); ref && entry(*ref).type == FileType::Symlink) {
            return layer(ref->layer).name(entry(*ref).target);
        }
    }
    return own.target ? index.name(own.target) : std::string_view{};
}

std::vector<std::pair<std::string_view, std::string_view>>
MergedTree::xattrs(const Version& v) const
{
    std::vector<std::pair<std::string_view, std::string_view>> out;
    if (const auto ref = content(v)) {
        const LayerIndex& index = layer(ref->layer);
        for (const auto& xattr : index.xattrs(index.entry(ref->entry).xattrs)) {
            out.emplace_back(index.name(xattr.name), xattr.value);
        }
    }
    return out;
}

bool MergedTree::isEstargzArtefact(NodeId n) const
{
    const auto called = name(n);
    return parent(n) == root() &&
           (called == "stargz.index.json" || called == ".prefetch.landmark" ||
            called == ".no.prefetch.landmark");
}

std::uint64_t MergedTree::undecidedCount() const
{
    return std::accumulate(
        m_counts->begin(), m_counts->end(), std::uint64_t{0},
        [](std::uint64_t sum, const ChangeCounts& c) { return sum + c.undecided; });
}

std::size_t MergedTree::bytes() const
{
    return m_arena->names.bytes() + m_arena->nodes.capacity() * sizeof(Node) +
           m_versions->capacity() * sizeof(Version) +
           m_arena->lowerLinks.capacity() * sizeof(std::pair<EntryRef, EntryRef>) +
           m_arena->lowerLinkEntries.capacity() * sizeof(LayerEntry);
}

} // namespace strata
