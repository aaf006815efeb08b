// SPDX-License-Identifier: Apache-2.0
#include "disk_tree.h"

#include "base/byte_path.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace strata::test {

namespace {

struct Line
{
    std::string_view type;
    unsigned mode = 0;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint64_t size = 0;
    std::int64_t mtime = 0;
    std::string extra; ///< link target or device numbers
};

std::string text(const Line& line, bool owners)
{
    std::array<char, 128> buffer{};
    // A symbolic link has no mode of its own; whether setuid outlives its owner is each tool's own.
    const unsigned bits = line.type == "symlink"           ? 0U
                          : line.type == "file" && !owners ? 01777U
                                                           : 07777U;
    std::snprintf(buffer.data(), buffer.size(), "%-8s %04o %9llu %11lld",
                  std::string(line.type).c_str(), line.mode & bits,
                  static_cast<unsigned long long>(line.size), static_cast<long long>(line.mtime));
    std::string out = buffer.data();
    if (owners) {
        out += " " + std::to_string(line.uid) + ":" + std::to_string(line.gid);
    }
    return line.extra.empty() ? out : out + " " + line.extra;
}

std::string deviceText(unsigned major, unsigned minor)
{
    return std::to_string(major) + "," + std::to_string(minor);
}

Line lineOf(const std::filesystem::path& path)
{
    struct stat info = {};
    ::lstat(path.c_str(), &info);
    Line line;
    line.mode = info.st_mode & 07777U;
    line.uid = info.st_uid;
    line.gid = info.st_gid;
    line.mtime = info.st_mtim.tv_sec;
    switch (info.st_mode & S_IFMT) {
    case S_IFDIR:
        line.type = "dir";
        break;
    case S_IFLNK:
        line.type = "symlink";
        line.extra = std::filesystem::read_symlink(path).native();
        break;
    case S_IFCHR:
    case S_IFBLK:
        line.type = S_ISCHR(info.st_mode) ? "char" : "block";
        line.extra = deviceText(major(info.st_rdev), minor(info.st_rdev));
        break;
    case S_IFIFO:
        line.type = "fifo";
        break;
    default:
        line.type = "file";
        line.size = static_cast<std::uint64_t>(info.st_size);
        break;
    }
    return line;
}

} // namespace

std::map<std::string, std::string> diskTree(const std::filesystem::path& root, bool owners)
{
    std::map<std::string, std::string> out;
    for (const auto& item : std::filesystem::recursive_directory_iterator(root)) {
        out["/" + item.path().lexically_relative(root).native()] =
            text(lineOf(item.path()), owners);
    }
    return out;
}

std::map<std::string, std::string> visibleTree(const MergedTree& tree, bool owners)
{
    const auto layers = static_cast<LayerNo>(tree.layerCount());
    return visibleTree(tree, std::max<LayerNo>(layers, 1) - 1, owners);
}

std::map<std::string, std::string> visibleTree(const MergedTree& tree, LayerNo k, bool owners)
{
    std::map<std::string, std::string> out;
    for (std::uint32_t i = 1; i < tree.nodeCount(); ++i) {
        const Version* version = tree.visibleAt(NodeId{i}, k);
        if (version == nullptr) {
            continue;
        }
        const LayerEntry& entry = tree.entry(*version);
        Line line;
        line.type = fileTypeName(entry.type);
        line.mode = entry.mode;
        line.uid = entry.uid;
        line.gid = entry.gid;
        line.mtime = entry.mtime;
        line.size = entry.size;
        if (entry.type == FileType::Symlink) {
            line.extra = tree.linkTarget(*version);
        } else if (entry.type == FileType::CharDevice || entry.type == FileType::BlockDevice) {
            line.extra = deviceText(entry.deviceMajor, entry.deviceMinor);
        }
        out[tree.path(NodeId{i})] = text(line, owners);
    }
    return out;
}

std::map<std::string, std::string> visibleTree(const Container& container, bool owners)
{
    std::map<std::string, std::string> out;
    std::vector<std::pair<std::string, Sighting>> todo{{"", Container::root()}};
    while (!todo.empty()) {
        const auto [above, directory] = todo.back();
        todo.pop_back();
        for (const auto& child : container.children(directory)) {
            const auto path = above + "/" + child.name;
            todo.emplace_back(path, child.sighting);
            const auto details = container.details(child.sighting);
            Line line{.type = fileTypeName(details.type),
                      .mode = details.mode,
                      .uid = details.uid,
                      .gid = details.gid,
                      .size = details.size,
                      .mtime = details.mtime,
                      .extra = details.target};
            if (details.type == FileType::CharDevice || details.type == FileType::BlockDevice) {
                line.extra = deviceText(details.deviceMajor, details.deviceMinor);
            }
            out[path] = text(line, owners);
        }
    }
    return out;
}

std::string differences(const std::map<std::string, std::string>& expected,
                        const std::map<std::string, std::string>& actual)
{
    std::set<std::string> paths;
    for (const auto* side : {&expected, &actual}) {
        for (const auto& [path, line] : *side) {
            paths.insert(path);
        }
    }
    std::string out;
    int shown = 0;
    for (const auto& path : paths) {
        const auto e = expected.find(path);
        const auto a = actual.find(path);
        const std::string expectedLine = e == expected.end() ? "(not there)" : e->second;
        const std::string actualLine = a == actual.end() ? "(not there)" : a->second;
        if (expectedLine != actualLine && shown++ < 20) {
            out += escapeForDisplay(path) + "\n  expected " + escapeForDisplay(expectedLine) +
                   "\n  actual   " + escapeForDisplay(actualLine) + "\n";
        }
    }
    return out;
}

} // namespace strata::test
