// SPDX-License-Identifier: Apache-2.0
#include "layer/layer_index_builder.h"

#include "base/byte_path.h"
#include "base/limits.h"
#include "base/symlink_walk.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace strata {

namespace {

constexpr std::string_view whiteoutPrefix = ".wh.";
constexpr std::string_view opaqueMarker = ".wh..wh..opq";
constexpr std::string_view overlayXattrs = "trusted.overlay.";
/// Marks that change what a mount shows, but are found in no image that a tool wrote.
constexpr std::array<std::string_view, 3> unheededMarks = {
    "trusted.overlay.redirect", "trusted.overlay.metacopy", "trusted.overlay.whiteout"};

bool isAufsLeftover(std::string_view name)
{
    return name == ".wh..wh.plnk" || name == ".wh..wh.aufs" || name == ".wh..wh.orph";
}

} // namespace

LayerIndexBuilder::LayerIndexBuilder(LayerRoot root, std::size_t nameBytes)
    : m_index(std::make_shared<LayerIndex>())
    , m_root(root)
    , m_nameBytes(nameBytes)
{
    Node top;
    top.name = m_index->m_names.intern("");
    m_nodes.push_back(top);
}

bool LayerIndexBuilder::alive(const Node& node) const
{
    return node.parentEpoch == m_nodes[node.parent].epoch;
}

const LayerEntry* LayerIndexBuilder::entryOf(const Node& node) const
{
    return node.entry ? &m_entries[node.entry.index()] : nullptr;
}

void LayerIndexBuilder::becomeNonDirectory(Node& node)
{
    ++node.epoch;
    node.opaque = node.opaqueXattr = false;
    m_lastFolderNode = ChildTable::none;
}

void LayerIndexBuilder::becomeDeviceWhiteout(std::uint32_t node, std::string_view path)
{
    warn(WarningCode::DeviceWhiteout,
         quoteForDisplay(path) +
             " is a character device 0/0, which the kernel takes for a whiteout");
    becomeNonDirectory(m_nodes[node]);
    m_nodes[node].entry = {};
    m_nodes[node].deviceWhiteout = true;
}

std::uint32_t LayerIndexBuilder::child(std::uint32_t parent, std::string_view name, bool create)
{
    const NameId nameId = create ? m_index->m_names.intern(name) : m_index->m_names.find(name);
    if (!nameId) {
        return ChildTable::none;
    }
    const auto found = m_children.find(parent, nameId.value);
    if (found != ChildTable::none) {
        Node& node = m_nodes[found];
        if (node.parentEpoch == m_nodes[parent].epoch) {
            return found;
        }
        if (!create) {
            return ChildTable::none;
        }
        // It went when its folder was replaced, and now comes back as something new.
        node.entry = {};
        node.whiteout = node.deviceWhiteout = false;
        node.opaque = node.opaqueXattr = false;
        node.parentEpoch = m_nodes[parent].epoch;
        ++node.epoch;
        return found;
    }
    if (!create) {
        return ChildTable::none;
    }
    const auto id = static_cast<std::uint32_t>(m_nodes.size());
    Node node;
    node.parent = parent;
    node.name = nameId;
    node.parentEpoch = m_nodes[parent].epoch;
    node.nextSibling = m_nodes[parent].firstChild;
    m_nodes.push_back(node);
    m_nodes[parent].firstChild = id;
    m_children.insert(parent, nameId.value, id);
    return id;
}

/// The node of a directory path, symlinks of this layer followed and clamped to the root
/// (RULES.md, 11). Without `create` nothing is made and nothing changed.
std::optional<std::uint32_t> LayerIndexBuilder::walk(std::vector<std::string_view> parts,
                                                     bool create, const std::string& forPath)
{
    std::ranges::reverse(parts); // the next component is at the back
    std::uint32_t at = 0;
    std::size_t depth = 0;
    SymlinkBudget budget;
    std::vector<std::string> targets; // keeps the bytes of followed targets alive
    targets.reserve(static_cast<std::size_t>(limits::symlinkHops) + 1);
    while (!parts.empty()) {
        const auto part = parts.back();
        parts.pop_back();
        if (part == "..") {
            at = m_nodes[at].parent;
            depth -= depth > 0 ? 1 : 0;
            continue;
        }
        const auto next = child(at, part, create);
        if (next == ChildTable::none) {
            return std::nullopt;
        }
        const LayerEntry* entry = entryOf(m_nodes[next]);
        if (entry != nullptr && entry->type == FileType::Symlink) {
            const auto target = m_index->name(entry->target);
            bool bounded = budget.follow(target);
            if (bounded) {
                pushTarget(parts, targets.emplace_back(target));
                if (target.starts_with('/')) {
                    at = 0;
                    depth = 0;
                }
                bounded = depth + parts.size() <= limits::pathDepth;
            }
            if (!bounded) {
                if (create) {
                    warn(WarningCode::LimitReached,
                         quoteForDisplay(forPath) + " lies behind more than " +
                             std::to_string(limits::symlinkHops) +
                             " symbolic links, or longer ones than can be, and is ignored");
                }
                return std::nullopt;
            }
            continue;
        }
        const bool passed = !parts.empty() && parts.back() == "..";
        if (entry != nullptr && entry->type != FileType::Directory && !passed) {
            if (!create) {
                return std::nullopt;
            }
            warn(WarningCode::ParentIsNotDirectory,
                 quoteForDisplay(forPath) + " lies below what the same layer lists as a " +
                     std::string(fileTypeName(entry->type)) + "; shown as a directory");
            m_nodes[next].entry = {};
            becomeNonDirectory(m_nodes[next]);
        }
        if (create && !passed) {
            m_nodes[next].deviceWhiteout = false;
        }
        at = next;
        ++depth;
    }
    return at;
}

std::optional<std::uint32_t> LayerIndexBuilder::parentOf(const std::vector<std::string_view>& parts,
                                                         const std::string& path)
{
    const auto slash = path.rfind('/');
    const bool plain = slash != std::string::npos && slash + 1 < path.size();
    const std::string_view folder =
        plain ? std::string_view(path).substr(0, slash) : std::string_view{};
    if (plain && m_lastFolderNode != ChildTable::none && folder == m_lastFolder) {
        return m_lastFolderNode;
    }
    auto node = walk({parts.begin(), parts.end() - 1}, true, path);
    if (plain && node) {
        m_lastFolder = folder;
        m_lastFolderNode = *node;
    }
    return node;
}

EntryId LayerIndexBuilder::add(const TarMember& member)
{
    ++m_index->m_members;
    if (member.path.size() > limits::pathBytes || member.linkTarget.size() > limits::pathBytes) {
        warn(WarningCode::LimitReached,
             "an entry whose path is longer than " + std::to_string(limits::pathBytes) +
                 " bytes was passed over: " + quoteForDisplay(member.path.substr(0, 80)) + "…");
        return {};
    }
    const auto split = splitPath(member.path);
    if (split.escapes) {
        warn(WarningCode::PathEscapes,
             quoteForDisplay(member.path) + " leaves the root and was passed over");
        return {};
    }
    if (member.hardlink && splitPath(member.linkTarget).escapes) {
        warn(WarningCode::PathEscapes,
             quoteForDisplay(member.path) + " is a hard link to what lies outside the root, " +
                 quoteForDisplay(member.linkTarget) + ", and was passed over");
        return {};
    }
    if (split.parts.size() > limits::pathDepth) {
        warn(WarningCode::LimitReached, "a path more than " + std::to_string(limits::pathDepth) +
                                            " folders deep was passed over");
        return {};
    }
    if (member.headerOffset >= LayerIndex::maxHeaderOffset) {
        warn(WarningCode::LimitReached, quoteForDisplay(member.path) +
                                            " lies too far behind the layer's start and was "
                                            "passed over");
        return {};
    }
    if (m_nodes.size() + split.parts.size() > limits::layerPaths) {
        warn(WarningCode::LimitReached, "the layer makes more than " +
                                            std::to_string(limits::layerPaths) +
                                            " paths; the rest is passed over");
        return {};
    }
    if (m_index->m_names.textBytes() + member.path.size() + member.linkTarget.size() >
        m_nameBytes) {
        warn(WarningCode::LimitReached, "the names in the layer have more than " +
                                            std::to_string(m_nameBytes) +
                                            " bytes; the rest is passed over");
        return {};
    }
    if (split.parts.empty()) {
        if (member.type == FileType::Directory && !member.hardlink) {
            const EntryId entry = makeEntry(member);
            m_entries[entry.index()].xattrs = takeXattrs(member, m_nodes[0]);
            m_nodes[0].entry = entry;
        }
        return {};
    }
    if (isAufsLeftover(split.parts.front())) {
        warn(WarningCode::AufsLeftover,
             quoteForDisplay(member.path) + " is a leftover of AUFS and is hidden");
        return {};
    }
    for (auto it = split.parts.begin(); it + 1 != split.parts.end(); ++it) {
        if (it->starts_with(whiteoutPrefix)) {
            warn(WarningCode::BadWhiteout,
                 quoteForDisplay(member.path) + " lies inside a whiteout and was passed over");
            return {};
        }
    }
    const auto name = split.parts.back();
    if (name == ".wh." || name == ".wh.." || name == ".wh...") {
        warn(WarningCode::BadWhiteout,
             quoteForDisplay(member.path) + " names nothing to hide and is ignored");
        return {};
    }
    const auto parent = parentOf(split.parts, member.path);
    if (!parent) {
        return {};
    }
    if (name.starts_with(whiteoutPrefix)) {
        takeWhiteout(*parent, name);
        return {};
    }
    return place(*parent, name, member);
}

void LayerIndexBuilder::takeWhiteout(std::uint32_t parent, std::string_view name)
{
    if (name == opaqueMarker) {
        m_nodes[parent].opaque = true;
        return;
    }
    m_nodes[child(parent, name.substr(whiteoutPrefix.size()), true)].whiteout = true;
}

EntryId LayerIndexBuilder::makeEntry(const TarMember& member)
{
    LayerEntry entry;
    entry.type = member.type;
    entry.size = member.size;
    entry.mtime = member.mtime;
    entry.mtimeNsec = member.mtimeNsec;
    entry.headerOffset = member.headerOffset;
    entry.uid = member.uid;
    entry.gid = member.gid;
    entry.mode = member.mode;
    entry.deviceMajor = member.deviceMajor;
    entry.deviceMinor = member.deviceMinor;
    entry.hardlink = member.hardlink;
    if (member.type == FileType::Symlink && !member.hardlink) {
        entry.target = m_index->m_names.intern(member.linkTarget);
    } else if (member.hardlink) {
        entry.target = m_index->m_names.intern(joinPath(splitPath(member.linkTarget).parts));
    }
    const EntryId id{static_cast<std::uint32_t>(m_entries.size())};
    m_entries.push_back(entry);
    // Sizes are what headers claim: together they may say more than there can be.
    const auto most = std::numeric_limits<std::uint64_t>::max();
    m_index->m_contentBytes += std::min(entry.size, most - m_index->m_contentBytes);
    return id;
}

EntryId LayerIndexBuilder::place(std::uint32_t parent, std::string_view name,
                                 const TarMember& member)
{
    const auto at = child(parent, name, true);
    if (!member.hardlink && member.type == FileType::CharDevice && member.deviceMajor == 0 &&
        member.deviceMinor == 0) {
        becomeDeviceWhiteout(at, member.path);
        return {};
    }
    EntryId target;
    if (const auto linked = member.hardlink ? linkedNode(member.linkTarget) : std::nullopt) {
        if (m_nodes[*linked].deviceWhiteout) {
            becomeDeviceWhiteout(at, member.path); // overlayfs itself has one inode for all of them
            return {};
        }
        target = inodeOf(*linked);
        if (m_nodes[at].entry == target) {
            warn(WarningCode::DuplicateEntry,
                 quoteForDisplay(member.path) + " is a link to itself");
            return {};
        }
    }
    const bool directory = member.type == FileType::Directory && !member.hardlink;
    if (const LayerEntry* old = entryOf(m_nodes[at])) {
        if (!directory || old->type != FileType::Directory) {
            warn(WarningCode::DuplicateEntry,
                 quoteForDisplay(member.path) + " is listed twice; the last one counts");
        }
        if (old->type == FileType::Symlink) {
            m_lastFolderNode = ChildTable::none; // it may have been found through the link
        }
    }
    if (!directory) {
        becomeNonDirectory(m_nodes[at]);
    }
    m_nodes[at].deviceWhiteout = false;
    const EntryId entry = makeEntry(member);
    m_entries[entry.index()].xattrs = takeXattrs(member, m_nodes[at]);
    m_nodes[at].entry = entry;
    if (member.type == FileType::Symlink) {
        m_lastFolderNode = ChildTable::none;
    }
    if (!member.hardlink) {
        return entry;
    }
    if (target && !waits(target)) {
        linkTo(entry, target);
    } else {
        m_pending.push_back({entry, at});
    }
    return {};
}

XattrSetId LayerIndexBuilder::takeXattrs(const TarMember& member, Node& node)
{
    std::string key;
    for (const auto& [name, value] : member.xattrs) {
        if (name.starts_with(overlayXattrs)) {
            // overlayfs's own marks are never seen through it (RULES.md, 26), and it heeds
            // this one on directories below a layer's root alone.
            if (name == "trusted.overlay.opaque" && member.type == FileType::Directory &&
                &node != m_nodes.data()) {
                node.opaqueXattr = value == "y";
                if (node.opaqueXattr) {
                    warn(WarningCode::DeviceWhiteout,
                         quoteForDisplay(member.path) +
                             " is opaque by an attribute of overlayfs, which the kernel heeds "
                             "and tools that unpack without it do not");
                }
            }
            if (std::ranges::contains(unheededMarks, name)) {
                warn(WarningCode::Other, quoteForDisplay(member.path) + " has the attribute " +
                                             name +
                                             ", which overlayfs heeds and this program does not");
            }
            continue;
        }
        key += name;
        key += '\0';
        key += std::to_string(value.size());
        key += ':';
        key += value;
    }
    if (key.empty()) {
        return {};
    }
    if (const auto known = m_xattrIds.find(key); known != m_xattrIds.end()) {
        return known->second;
    }
    m_xattrBytes += key.size() + member.xattrs.size() * sizeof(Xattr);
    if (m_xattrBytes > limits::xattrBytes) {
        warn(WarningCode::LimitReached, "extended attributes of more than " +
                                            std::to_string(limits::xattrBytes) +
                                            " bytes in one layer; the rest is left out");
        return {};
    }
    std::vector<Xattr> set;
    for (const auto& [name, value] : member.xattrs) {
        if (!name.starts_with(overlayXattrs)) {
            set.push_back({m_index->m_names.intern(name), value});
        }
    }
    const XattrSetId id{static_cast<std::uint32_t>(m_index->m_xattrSets.size())};
    m_index->m_xattrSets.push_back(std::move(set));
    m_xattrIds.emplace(std::move(key), id);
    return id;
}

void LayerIndexBuilder::setContentHash(EntryId entry, std::uint64_t hash)
{
    m_entries[entry.index()].contentHash = hash;
    m_entries[entry.index()].hashed = true;
}

} // namespace strata
