// SPDX-License-Identifier: Apache-2.0
#include "tree_snapshot.h"

#include "bytes.h"

#include "base/byte_path.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <system_error>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

namespace strata::test {

namespace {

using namespace std::string_literals;

std::string deviceText(unsigned major, unsigned minor)
{
    return std::to_string(major) + ":" + std::to_string(minor);
}

std::map<std::string, std::string> xattrsOf(const std::filesystem::path& path)
{
    std::array<char, 16384> names{};
    const auto size = ::llistxattr(path.c_str(), names.data(), names.size());
    if (size < 0) {
        throw std::system_error(errno, std::generic_category(), "llistxattr");
    }
    std::map<std::string, std::string> out;
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
        const std::string name = names.data() + at;
        at += name.size() + 1;
        std::string value(16384, '\0');
        const auto length = ::lgetxattr(path.c_str(), name.c_str(), value.data(), value.size());
        value.resize(static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
        out[name] = value;
    }
    return out;
}

std::string contentOf(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string typeText(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFDIR:
        return "dir";
    case S_IFLNK:
        return "symlink";
    case S_IFCHR:
        return "char";
    case S_IFBLK:
        return "block";
    case S_IFIFO:
        return "fifo";
    default:
        return "file";
    }
}

SeenNode nodeOf(const std::filesystem::path& path, const struct stat& info)
{
    SeenNode node;
    node.type = typeText(info.st_mode);
    // A symbolic link has no mode of its own.
    node.mode = S_ISLNK(info.st_mode) ? 0 : info.st_mode & 07777U;
    node.uid = info.st_uid;
    node.gid = info.st_gid;
    node.mtime = {info.st_mtim.tv_sec, static_cast<std::uint32_t>(info.st_mtim.tv_nsec)};
    node.xattrs = xattrsOf(path);
    if (S_ISLNK(info.st_mode)) {
        node.target = std::filesystem::read_symlink(path).native();
    } else if (S_ISCHR(info.st_mode) || S_ISBLK(info.st_mode)) {
        node.devices = deviceText(major(info.st_rdev), minor(info.st_rdev));
    } else if (S_ISREG(info.st_mode)) {
        node.content = contentOf(path);
    }
    return node;
}

/// Says of each node which other it shares its inode with.
template <typename Inode>
void joinLinks(Snapshot& snapshot, const std::map<Inode, std::set<std::string>>& links)
{
    for (const auto& [inode, paths] : links) {
        for (const auto& path : paths) {
            snapshot.at(path).sameFileAs = paths.size() > 1 ? *paths.begin() : std::string();
        }
    }
}

std::string childPath(const std::string& folder, std::string_view name)
{
    return (folder == "/" ? "" : folder) + "/" + std::string(name);
}

} // namespace

Snapshot seenOnDisk(const std::filesystem::path& folder)
{
    Snapshot out;
    std::map<std::pair<dev_t, ino_t>, std::set<std::string>> links;
    std::vector<std::string> todo{"/"};
    while (!todo.empty()) {
        const auto path = todo.back();
        todo.pop_back();
        const std::filesystem::path onDisk = folder.native() + path;
        struct stat info = {};
        if (::lstat(onDisk.c_str(), &info) != 0) {
            if (errno == ENOENT) {
                continue;
            }
            throw std::system_error(errno, std::generic_category(), "lstat " + path);
        }
        out[path] = nodeOf(onDisk, info);
        if (S_ISDIR(info.st_mode)) {
            for (const auto& item : std::filesystem::directory_iterator(onDisk)) {
                todo.push_back(childPath(path, item.path().filename().native()));
            }
        } else {
            links[{info.st_dev, info.st_ino}].insert(path);
        }
    }
    joinLinks(out, links);
    return out;
}

namespace {

SeenNode nodeOf(const OpenedImage& image, const Version& version)
{
    const MergedTree& tree = *image.tree;
    const LayerEntry& entry = tree.entry(version);
    SeenNode node;
    node.type = fileTypeName(entry.type);
    node.mode = entry.type == FileType::Symlink ? 0U : entry.mode;
    node.uid = entry.uid;
    node.gid = entry.gid;
    if (!version.implicit()) {
        node.mtime = {entry.mtime, entry.mtimeNsec};
    }
    for (const auto& [name, value] : tree.xattrs(version)) {
        node.xattrs.emplace(name, value);
    }
    switch (entry.type) {
    case FileType::Symlink:
        node.target = tree.linkTarget(version);
        break;
    case FileType::CharDevice:
    case FileType::BlockDevice:
        node.devices = deviceText(entry.deviceMajor, entry.deviceMinor);
        break;
    case FileType::File: {
        auto stream = image.open(version);
        node.content = stream ? drain(**stream) : "error: " + stream.error().message();
        if (node.content.size() != entry.size) {
            node.content += " (of size " + std::to_string(entry.size) + ")";
        }
        break;
    }
    default:
        break;
    }
    return node;
}

} // namespace

Snapshot seenInTree(const OpenedImage& image, LayerNo k)
{
    const MergedTree& tree = *image.tree;
    Snapshot out;
    std::map<EntryRef, std::set<std::string>> links;
    for (std::uint32_t i = 0; i < tree.nodeCount(); ++i) {
        const Version* version = tree.visibleAt(NodeId{i}, k);
        if (version == nullptr) {
            continue;
        }
        const auto path = tree.path(NodeId{i});
        out[path] = nodeOf(image, *version);
        // A link into a lower layer shows that file, but is none of its names.
        const auto inode = tree.content(*version);
        if (inode && tree.entry(*version).type != FileType::Directory &&
            !tree.entry(*version).lowerLink) {
            links[*inode].insert(path);
        }
    }
    joinLinks(out, links);
    return out;
}

namespace {

std::string shortened(std::string_view bytes)
{
    return bytes.size() > 80 ? quoteForDisplay(bytes.substr(0, 80)) + "… of " +
                                   std::to_string(bytes.size()) + " bytes"
                             : quoteForDisplay(bytes);
}

/// The node's attributes by name, as text.
std::map<std::string, std::string> attributes(const SeenNode& node)
{
    std::array<char, 16> mode{};
    std::snprintf(mode.data(), mode.size(), "%04o", node.mode);
    std::map<std::string, std::string> out = {
        {"type", node.type},
        {"mode", mode.data()},
        {"owner", std::to_string(node.uid) + ":" + std::to_string(node.gid)},
        {"target", shortened(node.target)},
        {"devices", node.devices},
        {"content", shortened(node.content)},
        {"size", std::to_string(node.content.size())},
        {"same file as", shortened(node.sameFileAs)},
    };
    if (node.mtime) {
        out["mtime"] =
            std::to_string(node.mtime->first) + " s " + std::to_string(node.mtime->second) + " ns";
    }
    for (const auto& [name, value] : node.xattrs) {
        out["xattr " + escapeForDisplay(name)] = shortened(value);
    }
    return out;
}

/// Whether all that attributes() cuts off is the same.
bool sameAtLength(const SeenNode& a, const SeenNode& b)
{
    return a.content == b.content && a.target == b.target && a.sameFileAs == b.sameFileAs &&
           a.xattrs == b.xattrs;
}

std::string nodeDifferences(const std::string& path, const SeenNode& expected,
                            const SeenNode& actual)
{
    auto wanted = attributes(expected);
    auto found = attributes(actual);
    if (!expected.mtime || !actual.mtime) {
        wanted.erase("mtime");
        found.erase("mtime");
    }
    std::set<std::string> names;
    for (const auto* side : {&wanted, &found}) {
        for (const auto& [name, value] : *side) {
            names.insert(name);
        }
    }
    const auto valueOf = [](const auto& side, const std::string& name) {
        const auto at = side.find(name);
        return at == side.end() ? std::string("(none)") : at->second;
    };
    std::string out;
    for (const auto& name : names) {
        const auto want = valueOf(wanted, name);
        const auto got = valueOf(found, name);
        if (want != got) {
            for (const auto& part : {quoteForDisplay(path), " "s, name, ": expected "s, want,
                                     ", actual "s, got, "\n"s}) {
                out += part;
            }
        }
    }
    if (out.empty() && !sameAtLength(expected, actual)) {
        out = quoteForDisplay(path) + " differs behind the first bytes\n";
    }
    return out;
}

} // namespace

std::string differences(const Snapshot& expected, const Snapshot& actual)
{
    std::string out;
    for (const auto& [path, node] : expected) {
        const auto other = actual.find(path);
        if (other != actual.end()) {
            out += nodeDifferences(path, node, other->second);
        } else if (path != "/") {
            out += quoteForDisplay(path) + ": expected a " + node.type + ", actual nothing\n";
        }
    }
    for (const auto& [path, node] : actual) {
        if (!expected.contains(path)) {
            out += quoteForDisplay(path) + ": expected nothing, actual a " + node.type + "\n";
        }
    }
    return out;
}

namespace {

/// What a layer did to a path that is visible both below and with it. A layer may list a path as
/// it was; whether it did so cannot be seen.
Change changeBetween(const SeenNode& before, const SeenNode& after)
{
    if (before.type != after.type || before.content != after.content ||
        before.target != after.target || before.devices != after.devices) {
        return Change::Modified;
    }
    return before.mode == after.mode && before.uid == after.uid && before.gid == after.gid &&
                   before.mtime == after.mtime && before.xattrs == after.xattrs
               ? Change::Unchanged
               : Change::Metadata;
}

/// The time of a directory that is only implied is nobody's: it proves neither change.
bool impliedBeforeOrAfter(const MergedTree& tree, NodeId node, LayerNo k)
{
    const Version* before = tree.visibleAt(node, k - 1);
    const Version* after = tree.visibleAt(node, k);
    return (before != nullptr && before->implicit()) || (after != nullptr && after->implicit());
}

std::string wrongChange(const Snapshot& before, const Snapshot& after, const MergedTree& tree,
                        NodeId node, LayerNo k)
{
    const auto path = tree.path(node);
    const auto old = before.find(path);
    const auto now = after.find(path);
    const Version* version = tree.versionIn(node, k);
    const auto actual = version != nullptr ? std::optional(version->change) : std::nullopt;
    std::optional<Change> expected;
    if (old == before.end()) {
        expected = now == after.end() ? std::nullopt : std::optional(Change::Added);
    } else if (now == after.end()) {
        expected = Change::Removed;
    } else {
        expected = changeBetween(old->second, now->second);
        if (expected == Change::Unchanged && !actual) {
            return {};
        }
        const bool bothMild =
            expected != Change::Modified &&
            (!actual || *actual == Change::Metadata || *actual == Change::Unchanged);
        if (bothMild && impliedBeforeOrAfter(tree, node, k)) {
            return {};
        }
    }
    if (expected == actual && (version == nullptr || !version->undecided)) {
        return {};
    }
    const auto name = [](std::optional<Change> change) {
        return change ? std::string(changeName(*change)) : std::string("nothing");
    };
    return quoteForDisplay(path) + ": layer " + std::to_string(k) + " expected " + name(expected) +
           ", actual " + name(actual) +
           (version != nullptr && version->undecided ? " (undecided)\n" : "\n");
}

} // namespace

std::string wrongChanges(const Snapshot& before, const Snapshot& after, const MergedTree& tree,
                         LayerNo k)
{
    std::string out;
    for (std::uint32_t i = 1; i < tree.nodeCount(); ++i) {
        out += wrongChange(before, after, tree, NodeId{i}, k);
    }
    return out;
}

} // namespace strata::test
