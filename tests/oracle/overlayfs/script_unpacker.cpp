// SPDX-License-Identifier: Apache-2.0
#include "script_unpacker.h"

#include "disk_calls.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <set>
#include <utility>

namespace strata::test {

namespace {

using disk::Path;
using Parts = std::vector<std::string>;

constexpr std::string_view whiteoutPrefix = ".wh.";
constexpr std::string_view opaqueMarker = ".wh..wh..opq";
constexpr std::string_view overlayOpaque = "trusted.overlay.opaque";
constexpr std::array<std::string_view, 3> aufsLeftovers = {".wh..wh.plnk", ".wh..wh.aufs",
                                                           ".wh..wh.orph"};
constexpr int symlinkHops = 40;

Parts pieces(std::string_view path)
{
    Parts out;
    std::size_t at = 0;
    while (at <= path.size()) {
        const auto slash = std::min(path.find('/', at), path.size());
        if (const auto piece = path.substr(at, slash - at); !piece.empty() && piece != ".") {
            out.emplace_back(piece);
        }
        at = slash + 1;
    }
    return out;
}

/// The path's components by its spelling; none where it leaves the root.
std::optional<Parts> cleaned(std::string_view path)
{
    Parts out;
    for (auto& piece : pieces(path)) {
        if (piece != "..") {
            out.push_back(std::move(piece));
        } else if (out.empty()) {
            return std::nullopt;
        } else {
            out.pop_back();
        }
    }
    return out;
}

bool isWhiteoutDevice(const struct stat& info)
{
    return S_ISCHR(info.st_mode) && info.st_rdev == 0;
}

class LayerUnpacker
{
public:
    LayerUnpacker(Path root, std::optional<Path> below, const std::string& opaqueXattr)
        : m_root(std::move(root))
        , m_below(std::move(below))
        , m_opaqueXattr(opaqueXattr)
    {
    }

    void unpack(const LayerScript& layer)
    {
        for (const auto& entry : layer.entries) {
            take(entry);
        }
        linkPending();
        copyFromBelow();
        finishFolder(Path(), false);
    }

private:
    struct PendingLink
    {
        Path path;
        ino_t placeholder = 0;
        std::string target;
    };

    void take(const ScriptEntry& entry);
    void placeDirectory(const Path& path, const ScriptEntry& entry);
    void placeLink(const Path& path, const ScriptEntry& entry);
    std::optional<Path> folder(const Parts& parts, bool create) const;
    void makeFolders(const Path& path) const;
    std::optional<Path> linkTarget(const std::string& target) const;
    const PendingLink* pendingAt(const Path& path) const;
    void linkPending();
    void copyFromBelow();
    void finishFolder(const Path& path, bool cutOff);
    bool convertWhiteouts(const Path& path, std::set<std::string>& cutOffChildren);
    void hideAllBelow();
    void finishMetadata(const Path& path, bool cutOff);
    bool saysNothingButWhiteouts(const Path& path) const;
    bool isListed(const Path& path) const;
    std::optional<ScriptEntry> lower(const Path& path) const;

    Path at(const Path& path) const { return path.empty() ? m_root : m_root / path; }

    Path m_root;
    std::optional<Path> m_below;
    std::string m_opaqueXattr;
    std::map<ino_t, ScriptEntry> m_directories; ///< that have an entry, by inode
    std::vector<PendingLink> m_pending;
};

void LayerUnpacker::take(const ScriptEntry& entry)
{
    const auto parts = cleaned(entry.path);
    if (!parts) {
        return;
    }
    if (parts->empty()) {
        if (entry.kind == EntryKind::Directory) {
            placeDirectory(Path(), entry);
        }
        return;
    }
    const auto& name = parts->back();
    const Parts above(parts->begin(), parts->end() - 1);
    const auto isWhiteout = [](const std::string& part) {
        return part.starts_with(whiteoutPrefix);
    };
    if (std::ranges::contains(aufsLeftovers, parts->front()) ||
        std::ranges::any_of(above, isWhiteout) || name == ".wh." || name == ".wh.." ||
        name == ".wh...") {
        return;
    }
    const auto parent = folder(above, true);
    if (!parent) {
        return;
    }
    const Path path = *parent / name;
    if (isWhiteout(name)) {
        // It waits as a file, so that it goes when its folder is replaced.
        if (!disk::look(at(path))) {
            disk::makeNode(at(path), {});
        }
        return;
    }
    switch (entry.kind) {
    case EntryKind::Directory:
        placeDirectory(path, entry);
        return;
    case EntryKind::Hardlink:
        placeLink(path, entry);
        return;
    default:
        std::filesystem::remove_all(at(path));
        disk::makeNode(at(path), entry);
        disk::setMetadata(at(path), [&] {
            auto own = entry;
            std::erase_if(own.xattrs, [](const auto& x) { return x.first == overlayOpaque; });
            return own;
        }());
    }
}

void LayerUnpacker::placeDirectory(const Path& path, const ScriptEntry& entry)
{
    if (!disk::isDirectory(at(path))) {
        std::filesystem::remove_all(at(path));
        disk::makeDirectory(at(path));
    }
    auto own = entry;
    for (auto& [name, value] : own.xattrs) {
        if (name == overlayOpaque) {
            name = m_opaqueXattr;
        }
    }
    disk::clearXattrs(at(path), m_opaqueXattr);
    disk::setMetadata(at(path), own);
    m_directories[disk::info(at(path)).st_ino] = own;
}

void LayerUnpacker::placeLink(const Path& path, const ScriptEntry& entry)
{
    const auto target = linkTarget(entry.target);
    const auto old = disk::look(at(path));
    if (target && old && disk::info(at(*target)).st_ino == old->st_ino) {
        return; // a link to itself
    }
    std::filesystem::remove_all(at(path));
    if (target && pendingAt(*target) == nullptr) {
        if (!disk::look(at(*target))) {
            throw NotDefined("a link that replaces the folder of its target");
        }
        disk::link(at(*target), at(path));
        return;
    }
    disk::makeNode(at(path), {});
    m_pending.push_back({path, disk::info(at(path)).st_ino, entry.target});
}

/// The folder that a path of components leads to, this layer's symlinks followed inside its root.
/// None behind a cycle; without `create`, where there is none.
std::optional<Path> LayerUnpacker::folder(const Parts& parts, bool create) const
{
    std::deque<std::string> rest(parts.begin(), parts.end());
    Path path;
    int hops = 0;
    while (!rest.empty()) {
        const auto part = rest.front();
        rest.pop_front();
        if (part == "..") {
            path = path.parent_path();
            continue;
        }
        const Path next = path / part;
        const auto info = disk::look(at(next));
        if (!info || !S_ISLNK(info->st_mode)) {
            path = next;
            continue;
        }
        if (++hops > symlinkHops) {
            return std::nullopt;
        }
        const auto target = std::filesystem::read_symlink(at(next)).native();
        if (target.starts_with('/')) {
            path.clear();
        }
        const auto more = pieces(target);
        rest.insert(rest.begin(), more.begin(), more.end());
    }
    if (create) {
        makeFolders(path);
    } else if (!disk::isDirectory(at(path))) {
        return std::nullopt;
    }
    return path;
}

/// Makes what is missing. What is no directory on the way gives way: the last entry wins.
void LayerUnpacker::makeFolders(const Path& path) const
{
    Path made;
    for (const auto& part : path) {
        made /= part;
        if (!disk::isDirectory(at(made))) {
            std::filesystem::remove_all(at(made));
            disk::makeDirectory(at(made));
        }
    }
}

/// The path of what a hardlink links to, if this layer has it so far.
std::optional<Path> LayerUnpacker::linkTarget(const std::string& target) const
{
    const auto parts = cleaned(target);
    if (!parts || parts->empty()) {
        throw NotDefined("a hardlink out of the root, or to it");
    }
    const auto parent = folder({parts->begin(), parts->end() - 1}, false);
    if (!parent || !disk::look(at(*parent / parts->back()))) {
        return std::nullopt;
    }
    Path path = *parent / parts->back();
    const auto info = disk::info(at(path));
    if (S_ISDIR(info.st_mode)) {
        throw NotDefined("a hardlink to a directory");
    }
    if (isWhiteoutDevice(info)) {
        throw NotDefined("a hardlink to a whiteout");
    }
    return path;
}

const LayerUnpacker::PendingLink* LayerUnpacker::pendingAt(const Path& path) const
{
    const auto info = disk::look(at(path));
    const auto found = std::ranges::find_if(m_pending, [&](const PendingLink& link) {
        return info && link.placeholder == info->st_ino;
    });
    return found == m_pending.end() ? nullptr : &*found;
}

/// The second pass over the links whose target came after them.
void LayerUnpacker::linkPending()
{
    bool going = true;
    while (going) {
        going = false;
        for (auto link = m_pending.begin(); link != m_pending.end();) {
            const bool replaced = pendingAt(link->path) != &*link;
            const auto target = replaced ? std::nullopt : linkTarget(link->target);
            if (!replaced && (!target || pendingAt(*target) != nullptr)) {
                ++link;
                continue;
            }
            if (!replaced) {
                std::filesystem::remove(at(link->path));
                disk::link(at(*target), at(link->path));
            }
            link = m_pending.erase(link);
            going = true;
        }
    }
}

/// What is left links to lower layers, or to such a link.
void LayerUnpacker::copyFromBelow()
{
    std::vector<std::pair<Path, ScriptEntry>> copies;
    for (const auto& link : m_pending) {
        const auto* last = &link;
        for (std::size_t steps = 0; steps <= m_pending.size(); ++steps) {
            const auto next = linkTarget(last->target);
            if (!next) {
                break;
            }
            last = pendingAt(*next);
        }
        const auto parts = *cleaned(last->target);
        Path path;
        for (const auto& part : parts) {
            if (const auto own = disk::look(at(path)); own && S_ISLNK(own->st_mode)) {
                throw NotDefined("a hardlink through a symlink to what is not in its layer");
            }
            path /= part;
        }
        const auto found = linkTarget(last->target) ? std::nullopt : lower(path);
        if (!found || found->kind == EntryKind::Directory) {
            throw NotDefined("a hardlink to nothing");
        }
        copies.emplace_back(link.path, *found);
    }
    for (const auto& [path, entry] : copies) {
        std::filesystem::remove(at(path));
        disk::makeNode(at(path), entry);
        disk::setMetadata(at(path), entry);
    }
}

/// Turns markers into what overlayfs knows, then settles what only the whole layer can tell.
/// `cutOff`: the layers below do not show through here.
void LayerUnpacker::finishFolder(const Path& path, bool cutOff)
{
    std::set<std::string> cutOffChildren;
    bool opaque = convertWhiteouts(path, cutOffChildren);
    if (!path.empty()) {
        opaque = opaque || disk::hasXattr(at(path), m_opaqueXattr, "y");
    } else if (opaque) {
        hideAllBelow();
    }
    const bool hidesChildren = cutOff || opaque;
    for (const auto& item : std::filesystem::directory_iterator(at(path))) {
        const auto name = item.path().filename();
        if (disk::isDirectory(item.path())) {
            finishFolder(path / name, hidesChildren || cutOffChildren.contains(name));
        }
    }
    finishMetadata(path, cutOff);
}

/// Whether the folder is marked opaque. Names the children that nothing below shows through.
bool LayerUnpacker::convertWhiteouts(const Path& path, std::set<std::string>& cutOffChildren)
{
    bool opaque = false;
    Parts markers;
    for (const auto& item : std::filesystem::directory_iterator(at(path))) {
        if (item.path().filename().native().starts_with(whiteoutPrefix)) {
            markers.push_back(item.path().filename());
        }
    }
    for (const auto& marker : markers) {
        std::filesystem::remove(at(path / marker));
        if (marker == opaqueMarker) {
            disk::setXattr(at(path), m_opaqueXattr, "y");
            opaque = true;
            continue;
        }
        const auto name = marker.substr(whiteoutPrefix.size());
        const Path hidden = path / name;
        if (disk::isDirectory(at(hidden)) && saysNothingButWhiteouts(hidden)) {
            std::filesystem::remove_all(at(hidden));
        }
        const auto own = disk::look(at(hidden));
        if (!own) {
            disk::makeWhiteout(at(hidden));
        } else if (S_ISDIR(own->st_mode)) {
            disk::setXattr(at(hidden), m_opaqueXattr, "y");
            cutOffChildren.insert(name);
        }
    }
    return opaque;
}

/// The kernel heeds no opaque attribute on a layer's root: each name is hidden instead.
void LayerUnpacker::hideAllBelow()
{
    if (!m_below) {
        return;
    }
    for (const auto& item : std::filesystem::directory_iterator(*m_below)) {
        const auto own = item.path().filename();
        if (!disk::look(at(own))) {
            disk::makeWhiteout(at(own));
        } else if (disk::isDirectory(at(own))) {
            disk::setXattr(at(own), m_opaqueXattr, "y");
        }
    }
}

void LayerUnpacker::finishMetadata(const Path& path, bool cutOff)
{
    const auto listed = m_directories.find(disk::info(at(path)).st_ino);
    auto entry = listed != m_directories.end() ? std::optional(listed->second) : std::nullopt;
    if (!entry) {
        const auto below = cutOff ? std::nullopt : lower(path);
        entry = below && below->kind == EntryKind::Directory
                    ? *below
                    : ScriptEntry{.kind = EntryKind::Directory, .mode = 0755};
        disk::setMetadata(at(path), *entry);
    }
    disk::setTime(at(path), entry->mtime, entry->mtimeNsec);
}

/// A folder made for whiteouts alone.
bool LayerUnpacker::saysNothingButWhiteouts(const Path& path) const
{
    if (isListed(path)) {
        return false;
    }
    return std::ranges::all_of(
        std::filesystem::directory_iterator(at(path)), [&](const auto& item) {
            const auto name = item.path().filename();
            const auto info = disk::info(item.path());
            return name.native().starts_with(whiteoutPrefix) || isWhiteoutDevice(info) ||
                   (S_ISDIR(info.st_mode) && saysNothingButWhiteouts(path / name));
        });
}

bool LayerUnpacker::isListed(const Path& path) const
{
    return m_directories.contains(disk::info(at(path)).st_ino);
}

/// What the layers below show at a path of real directories.
std::optional<ScriptEntry> LayerUnpacker::lower(const Path& path) const
{
    if (!m_below) {
        return std::nullopt;
    }
    Path at = *m_below;
    for (const auto& part : path) {
        if (!disk::isDirectory(at)) {
            return std::nullopt;
        }
        at /= part;
    }
    return disk::look(at) ? std::optional(disk::entryAt(at)) : std::nullopt;
}

} // namespace

void unpackLayer(const LayerScript& layer, const std::filesystem::path& into,
                 const std::optional<std::filesystem::path>& below, const std::string& opaqueXattr)
{
    LayerUnpacker(into, below, opaqueXattr).unpack(layer);
}

} // namespace strata::test
