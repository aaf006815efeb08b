// SPDX-License-Identifier: Apache-2.0
#include "container_snapshot.h"

#include "bytes.h"

#include "overlay/upper_directory.h"

#include <algorithm>
#include <set>

namespace strata::test {

namespace {

std::string contentOf(const Container& container, const Sighting& file)
{
    const auto stream = container.open(file);
    return stream ? drain(**stream) : "error: " + stream.error().message();
}

SeenNode nodeOf(const FileDetails& details)
{
    SeenNode node;
    node.type = fileTypeName(details.type);
    node.mode = details.type == FileType::Symlink ? 0U : details.mode;
    node.uid = details.uid;
    node.gid = details.gid;
    if (!details.impliedTime) {
        node.mtime = {details.mtime, details.mtimeNsec};
    }
    node.target = details.target;
    if (details.type == FileType::CharDevice || details.type == FileType::BlockDevice) {
        node.devices =
            std::to_string(details.deviceMajor) + ":" + std::to_string(details.deviceMinor);
    }
    node.xattrs.insert(details.xattrs.begin(), details.xattrs.end());
    return node;
}

using Inodes = std::map<std::pair<UpperId, EntryRef>, std::set<std::string>>;

void join(Snapshot& snapshot, const Inodes& inodes)
{
    for (const auto& [inode, paths] : inodes) {
        for (const auto& path : paths) {
            snapshot.at(path).sameFileAs = paths.size() > 1 ? *paths.begin() : std::string();
        }
    }
}

} // namespace

Snapshot seenInContainer(const Container& container)
{
    Snapshot out;
    Inodes inodes;
    const MergedTree& tree = *container.image().tree;
    std::vector<std::pair<std::string, Sighting>> todo{{"/", Container::root()}};
    while (!todo.empty()) {
        const auto [path, sighting] = todo.back();
        todo.pop_back();
        const auto details = container.details(sighting);
        SeenNode node = nodeOf(details);
        if (details.type == FileType::File) {
            node.content = contentOf(container, sighting);
            if (node.content.size() != details.size) {
                node.content += " (of size " + std::to_string(details.size) + ")";
            }
        }
        out[path] = std::move(node);
        for (const auto& child : container.children(sighting)) {
            todo.emplace_back((path == "/" ? "" : path) + "/" + child.name, child.sighting);
        }
        if (details.type == FileType::Directory) {
            continue;
        }
        if (sighting.upper) {
            inodes[{sighting.upper, {}}].insert(path);
        } else if (const Version& version = *tree.visible(sighting.lower);
                   tree.content(version) && !tree.entry(version).lowerLink) {
            inodes[{{}, *tree.content(version)}].insert(path);
        }
    }
    join(out, inodes);
    return out;
}

Snapshot upperOf(const Container& container)
{
    Snapshot out;
    Inodes inodes;
    for (const auto& item : upperDirectory(container)) {
        SeenNode node = nodeOf(item.details);
        if (item.whiteout) {
            node.mode = 0;
            node.mtime.reset();
        } else if (item.details.type == FileType::File) {
            node.content = contentOf(container, {item.inode, {}});
        }
        out[item.path] = std::move(node);
        if (!item.whiteout && item.details.type != FileType::Directory) {
            inodes[{item.inode, {}}].insert(item.path);
        }
    }
    join(out, inodes);
    return out;
}

Snapshot upperOnDisk(const std::filesystem::path& folder, const std::string& opaqueName)
{
    Snapshot out = seenOnDisk(folder);
    const auto prefix = opaqueName.substr(0, opaqueName.rfind('.') + 1);
    for (auto& [path, node] : out) {
        for (const auto* mark : {"origin", "impure", "uuid", "nlink", "upper", "protattr"}) {
            node.xattrs.erase(prefix + mark);
        }
        if (const auto at = node.xattrs.find(opaqueName); at != node.xattrs.end()) {
            const auto value = at->second;
            node.xattrs.erase(at);
            node.xattrs[std::string(opaqueXattr)] = value;
        }
        if (node.type == "char" && node.devices == "0:0") {
            SeenNode whiteout;
            whiteout.type = node.type;
            whiteout.devices = node.devices;
            node = whiteout;
        }
    }
    return out;
}

namespace {

std::string parentOf(const std::string& path)
{
    const auto slash = path.rfind('/');
    return slash == 0 ? "/" : path.substr(0, slash);
}

bool statDiffers(const SeenNode& a, const SeenNode& b)
{
    const auto capability = [](const SeenNode& node) {
        const auto at = node.xattrs.find("security.capability");
        return at == node.xattrs.end() ? std::string() : at->second;
    };
    if (a.type != b.type || a.mode != b.mode || a.uid != b.uid || a.gid != b.gid ||
        a.devices != b.devices || capability(a) != capability(b)) {
        return true;
    }
    if (a.type == "dir" || a.type == "block") {
        return false;
    }
    const bool sameTime =
        a.mtime && b.mtime && a.mtime->first == b.mtime->first &&
        (a.mtime->second == b.mtime->second || a.mtime->second == 0 || b.mtime->second == 0);
    const auto size = [](const SeenNode& node) {
        return node.type == "symlink" ? node.target.size() : node.content.size();
    };
    return !sameTime || size(a) != size(b);
}

} // namespace

std::vector<DockerChange> changesBetween(const Snapshot& before, const Snapshot& after)
{
    std::map<std::string, char> kinds;
    // Whether the old tree counts below a path: not where a directory is none any more, or is new.
    const auto isDirectoryInBoth = [&](const std::string& path) {
        for (auto at = path;; at = parentOf(at)) {
            const auto old = before.find(at);
            const auto now = after.find(at);
            if (old == before.end() || now == after.end() || old->second.type != "dir" ||
                now->second.type != "dir") {
                return false;
            }
            if (at == "/") {
                return true;
            }
        }
    };
    for (const auto& [path, node] : after) {
        if (path == "/") {
            continue;
        }
        const auto old = before.find(path);
        if (old == before.end() || !isDirectoryInBoth(parentOf(path))) {
            kinds[path] = 'A';
        } else if (statDiffers(old->second, node)) {
            kinds[path] = 'C';
        }
    }
    for (const auto& [path, node] : before) {
        if (path != "/" && !after.contains(path) && isDirectoryInBoth(parentOf(path))) {
            kinds[path] = 'D';
        }
    }
    const auto changed = kinds;
    for (const auto& [path, kind] : changed) {
        for (auto at = parentOf(path); at != "/"; at = parentOf(at)) {
            kinds.emplace(at, 'C');
        }
    }
    std::vector<DockerChange> out;
    for (const auto& [path, kind] : kinds) {
        out.push_back({kind, path});
    }
    return out;
}

} // namespace strata::test
