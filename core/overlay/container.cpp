// SPDX-License-Identifier: Apache-2.0
#include "overlay/container.h"

#include "base/byte_path.h"

#include <chrono>
#include <utility>

namespace strata {
namespace {

Timestamp systemTime()
{
    using namespace std::chrono;
    const auto now = system_clock::now().time_since_epoch();
    const auto whole = floor<seconds>(now);
    return {.seconds = whole.count(),
            .nanoseconds =
                static_cast<std::uint32_t>(duration_cast<nanoseconds>(now - whole).count())};
}

/// What stands at a node of the image.
InodeMetadata metadataOf(const MergedTree& tree, const Version& version)
{
    const LayerEntry entry = tree.entry(version);
    InodeMetadata out{.type = entry.type,
                      .mode = entry.mode,
                      .uid = entry.uid,
                      .gid = entry.gid,
                      .mtime = entry.mtime,
                      .mtimeNsec = entry.mtimeNsec,
                      .impliedTime = version.implicit(),
                      .deviceMajor = entry.deviceMajor,
                      .deviceMinor = entry.deviceMinor,
                      .target = {},
                      .xattrs = {}};
    if (entry.type == FileType::Symlink) {
        out.target = tree.linkTarget(version);
    }
    for (const auto& [name, value] : tree.xattrs(version)) {
        out.xattrs.emplace(name, value);
    }
    return out;
}

/// The upper directory as an engine makes it: with the metadata of the image's root.
UpperInode upperRoot(const MergedTree& tree)
{
    UpperInode root;
    const Version* version = tree.visible(MergedTree::root());
    if (version != nullptr) {
        static_cast<InodeMetadata&>(root) = metadataOf(tree, *version);
        root.from = version->implicit() ? std::nullopt : std::optional<LayerNo>(version->layer);
    } else {
        root.mode = MergedTree::implicitDirectory().mode;
        root.impliedTime = true;
    }
    root.type = FileType::Directory;
    root.lower = MergedTree::root();
    return root;
}

} // namespace

Container::Container(std::shared_ptr<const OpenedImage> image, ContainerOptions options)
    : m_image(std::move(image))
    , m_options(std::move(options))
    , m_upper(upperRoot(*m_image->tree))
{
    if (!m_options.clock) {
        m_options.clock = systemTime;
    }
}

bool Container::rootChanged() const
{
    const UpperInode before = upperRoot(*m_image->tree);
    const UpperInode& now = m_upper.inode(UpperLayer::root());
    return before.mode != now.mode || before.uid != now.uid || before.gid != now.gid ||
           before.xattrs != now.xattrs;
}

bool Container::lowerHas(const Sighting& directory, std::string_view name) const
{
    if (!directory.lower) {
        return false;
    }
    const auto node = m_image->tree->child(directory.lower, name);
    return node && m_image->tree->visible(*node) != nullptr;
}

std::optional<Sighting> Container::child(const Sighting& directory, std::string_view name) const
{
    if (directory.upper) {
        if (const UpperId* id = m_upper.find(directory.upper, name)) {
            return *id ? std::optional(Sighting{*id, m_upper.inode(*id).lower}) : std::nullopt;
        }
    }
    const auto node =
        lowerHas(directory, name) ? m_image->tree->child(directory.lower, name) : std::nullopt;
    return node ? std::optional(Sighting{{}, *node}) : std::nullopt;
}

std::optional<Sighting> Container::find(std::string_view path) const
{
    const auto split = splitPath(path);
    if (split.escapes) {
        return std::nullopt;
    }
    std::optional<Sighting> at = root();
    for (auto part = split.parts.begin(); at && part != split.parts.end(); ++part) {
        at = isDirectory(*at) ? child(*at, *part) : std::nullopt;
    }
    return at;
}

bool Container::isDirectory(const Sighting& sighting) const
{
    if (sighting.upper) {
        return m_upper.inode(sighting.upper).type == FileType::Directory;
    }
    const auto& tree = *m_image->tree;
    const Version* version = tree.visible(sighting.lower);
    return version == nullptr || // a root that no layer lists
           tree.entry(*version).type == FileType::Directory;
}

std::vector<ContainerChild> Container::children(const Sighting& directory) const
{
    std::vector<ContainerChild> out;
    if (!isDirectory(directory)) {
        return out;
    }
    using Names = std::vector<std::pair<std::string_view, UpperId>>;
    const auto own = directory.upper ? m_upper.children(directory.upper) : Names();
    const MergedTree& tree = *m_image->tree;
    auto [next, end] = directory.lower ? tree.children(directory.lower)
                                       : std::pair<std::uint32_t, std::uint32_t>();
    auto at = own.begin();
    while (at != own.end() || next != end) {
        const bool ownFirst =
            at != own.end() && (next == end || at->first <= tree.name(NodeId{next}));
        if (!ownFirst) {
            if (tree.visible(NodeId{next}) != nullptr) {
                out.push_back({std::string(tree.name(NodeId{next})), {{}, NodeId{next}}});
            }
            ++next;
            continue;
        }
        if (next != end && at->first == tree.name(NodeId{next})) {
            ++next;
        }
        if (at->second) {
            out.push_back({std::string(at->first), {at->second, m_upper.inode(at->second).lower}});
        }
        ++at;
    }
    return out;
}

FileDetails Container::details(const Sighting& sighting) const
{
    FileDetails out;
    if (sighting.upper) {
        const UpperInode& inode = m_upper.inode(sighting.upper);
        static_cast<InodeMetadata&>(out) = inode;
        out.size = inode.content.size();
        out.inContainer = true;
        out.layer = inode.from;
        out.links = inode.links;
        return out;
    }
    const MergedTree& tree = *m_image->tree;
    const Version& version = *tree.visible(sighting.lower);
    static_cast<InodeMetadata&>(out) = metadataOf(tree, version);
    out.size = tree.entry(version).size;
    out.layer = version.layer;
    out.linksToNothing = out.type == FileType::File && !tree.content(version);
    return out;
}

Result<std::unique_ptr<ByteStream>> Container::open(const Sighting& file, const Job& job) const
{
    if (file.upper) {
        return m_upper.inode(file.upper).content.open(m_image, job);
    }
    const MergedTree& tree = *m_image->tree;
    const Version& version = *tree.visible(file.lower);
    return FileContent::ofImage(version, tree.entry(version).size).open(m_image, job);
}

ContainerSize Container::size() const
{
    ContainerSize out;
    for (const auto& layer : m_image->layers) {
        out.imageBytes += layer->contentBytes();
    }
    std::vector<bool> counted(m_upper.inodeCount());
    std::vector<UpperId> todo{UpperLayer::root()};
    while (!todo.empty()) {
        const UpperId directory = todo.back();
        todo.pop_back();
        for (const auto& [name, id] : m_upper.children(directory)) {
            if (!id) {
                ++out.whiteouts;
                continue;
            }
            const UpperInode& inode = m_upper.inode(id);
            ++out.paths;
            out.opaque += inode.opaque ? 1 : 0;
            if (inode.type == FileType::Directory) {
                todo.push_back(id);
            } else if (!counted[id.index()]) {
                counted[id.index()] = true;
                out.bytes += inode.metacopy ? 0 : inode.content.size();
            }
        }
    }
    return out;
}

} // namespace strata
