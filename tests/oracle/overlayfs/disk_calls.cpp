// SPDX-License-Identifier: Apache-2.0
#include "disk_calls.h"

#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fcntl.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace strata::test::disk {

namespace {

void check(bool done, const char* call, const Path& path)
{
    if (!done) {
        throw std::system_error(errno, std::generic_category(),
                                std::string(call) + " " + path.native());
    }
}

std::vector<std::string> xattrNames(const Path& path)
{
    std::array<char, 16384> names{};
    const auto size = ::llistxattr(path.c_str(), names.data(), names.size());
    check(size >= 0, "llistxattr", path);
    std::vector<std::string> out;
    for (std::size_t at = 0; at < static_cast<std::size_t>(size); at += out.back().size() + 1) {
        out.emplace_back(names.data() + at);
    }
    return out;
}

} // namespace

std::optional<struct stat> look(const Path& path)
{
    struct stat out = {};
    if (::lstat(path.c_str(), &out) != 0) {
        check(errno == ENOENT || errno == ENOTDIR || errno == ELOOP, "lstat", path);
        return std::nullopt;
    }
    return out;
}

struct stat info(const Path& path)
{
    struct stat out = {};
    check(::lstat(path.c_str(), &out) == 0, "lstat", path);
    return out;
}

bool isDirectory(const Path& path)
{
    const auto found = look(path);
    return found && S_ISDIR(found->st_mode);
}

void makeDirectory(const Path& path)
{
    check(::mkdir(path.c_str(), 0755) == 0, "mkdir", path);
    check(::chmod(path.c_str(), 0755) == 0, "chmod", path); // whatever the umask
}

void makeNode(const Path& path, const ScriptEntry& entry)
{
    const auto device =
        makedev(static_cast<unsigned>(entry.major), static_cast<unsigned>(entry.minor));
    switch (entry.kind) {
    case EntryKind::File: {
        const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        check(file >= 0, "open", path);
        const auto written = ::write(file, entry.content.data(), entry.content.size());
        ::close(file);
        check(written == static_cast<ssize_t>(entry.content.size()), "write", path);
        return;
    }
    case EntryKind::Symlink:
        check(::symlink(entry.target.c_str(), path.c_str()) == 0, "symlink", path);
        return;
    case EntryKind::CharDevice:
        check(::mknod(path.c_str(), S_IFCHR | 0600, device) == 0, "mknod", path);
        return;
    case EntryKind::BlockDevice:
        check(::mknod(path.c_str(), S_IFBLK | 0600, device) == 0, "mknod", path);
        return;
    case EntryKind::Fifo:
        check(::mkfifo(path.c_str(), 0600) == 0, "mkfifo", path);
        return;
    case EntryKind::Directory:
    case EntryKind::Hardlink:
        break;
    }
    throw std::logic_error("makeNode makes no directories and no links");
}

void makeWhiteout(const Path& path)
{
    check(::mknod(path.c_str(), S_IFCHR, makedev(0, 0)) == 0, "mknod", path);
}

void link(const Path& existing, const Path& path)
{
    check(::linkat(AT_FDCWD, existing.c_str(), AT_FDCWD, path.c_str(), 0) == 0, "link", path);
}

void setMetadata(const Path& path, const ScriptEntry& entry)
{
    // A change of owner drops set-user-ID bits and capabilities, so it comes first.
    check(::lchown(path.c_str(), static_cast<uid_t>(entry.uid), static_cast<gid_t>(entry.gid)) == 0,
          "lchown", path);
    for (const auto& [name, value] : entry.xattrs) {
        setXattr(path, name, value);
    }
    if (entry.kind != EntryKind::Symlink) {
        check(::chmod(path.c_str(), static_cast<mode_t>(entry.mode)) == 0, "chmod", path);
    }
    if (entry.kind != EntryKind::Directory) {
        setTime(path, entry.mtime, entry.mtimeNsec);
    }
}

void setTime(const Path& path, std::int64_t seconds, std::uint32_t nanos)
{
    const std::array<timespec, 2> times = {
        {{.tv_sec = seconds, .tv_nsec = nanos}, {.tv_sec = seconds, .tv_nsec = nanos}}};
    check(::utimensat(AT_FDCWD, path.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) == 0, "utimensat",
          path);
}

void setXattr(const Path& path, const std::string& name, const std::string& value)
{
    check(::lsetxattr(path.c_str(), name.c_str(), value.data(), value.size(), 0) == 0, "lsetxattr",
          path);
}

bool hasXattr(const Path& path, const std::string& name, const std::string& value)
{
    std::array<char, 256> found{};
    const auto size = ::lgetxattr(path.c_str(), name.c_str(), found.data(), found.size());
    return size >= 0 && std::string_view(found.data(), static_cast<std::size_t>(size)) == value;
}

void clearXattrs(const Path& path, const std::string& butThis)
{
    for (const auto& name : xattrNames(path)) {
        check(name == butThis || ::lremovexattr(path.c_str(), name.c_str()) == 0, "lremovexattr",
              path);
    }
}

ScriptEntry entryAt(const Path& path)
{
    const auto found = info(path);
    ScriptEntry entry;
    switch (found.st_mode & S_IFMT) {
    case S_IFDIR:
        entry.kind = EntryKind::Directory;
        break;
    case S_IFLNK:
        entry.kind = EntryKind::Symlink;
        entry.target = std::filesystem::read_symlink(path).native();
        break;
    case S_IFCHR:
        entry.kind = EntryKind::CharDevice;
        break;
    case S_IFBLK:
        entry.kind = EntryKind::BlockDevice;
        break;
    case S_IFIFO:
        entry.kind = EntryKind::Fifo;
        break;
    default: {
        entry.kind = EntryKind::File;
        std::ifstream file(path, std::ios::binary);
        entry.content.assign(std::istreambuf_iterator<char>(file), {});
        break;
    }
    }
    entry.major = major(found.st_rdev);
    entry.minor = minor(found.st_rdev);
    entry.mode = found.st_mode & 07777U;
    entry.uid = found.st_uid;
    entry.gid = found.st_gid;
    entry.mtime = found.st_mtim.tv_sec;
    entry.mtimeNsec = static_cast<std::uint32_t>(found.st_mtim.tv_nsec);
    for (const auto& name : xattrNames(path)) {
        std::string value(16384, '\0');
        const auto size = ::lgetxattr(path.c_str(), name.c_str(), value.data(), value.size());
        check(size >= 0, "lgetxattr", path);
        value.resize(static_cast<std::size_t>(size));
        entry.xattrs.emplace_back(name, value);
    }
    return entry;
}

} // namespace strata::test::disk
