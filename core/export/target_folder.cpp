// SPDX-License-Identifier: Apache-2.0
#include "export/target_folder.h"

#include "base/byte_path.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace strata {
namespace {

/// Longest path given to one system call; Linux takes 4,096 bytes with the NUL.
constexpr std::size_t pathPerCall = 4000;
constexpr mode_t whileWriting = 0700;

std::string identity(const struct stat& status)
{
    return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

std::array<timespec, 2> times(const Attributes& attributes)
{
    const timespec modified{.tv_sec = static_cast<time_t>(attributes.mtime),
                            .tv_nsec = static_cast<long>(attributes.mtimeNsec)};
    return {modified, modified};
}

std::string descriptorPath(int fd)
{
    return "/proc/self/fd/" + std::to_string(fd);
}

} // namespace

bool isFatal(int error)
{
    return error == ENOSPC || error == EDQUOT || error == EIO || error == EROFS ||
           error == EMFILE || error == ENFILE || error == ENOMEM;
}

int writeSparse(int fd, std::uint64_t offset, std::span<const std::byte> bytes)
{
    if (bytes.empty() || (bytes.front() == std::byte{} &&
                          std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0)) {
        return 0;
    }
    while (!bytes.empty()) {
        const ssize_t written = pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno != EINTR) {
            return errno;
        }
        const auto count = written > 0 ? static_cast<std::size_t>(written) : 0;
        bytes = bytes.subspan(count);
        offset += count;
    }
    return 0;
}

Descriptor::~Descriptor()
{
    if (m_fd >= 0) {
        close(m_fd);
    }
}

TargetFolder::TargetFolder(Descriptor root, std::string path, bool isNew)
    : m_root(std::move(root))
    , m_path(std::move(path))
    , m_isNew(isNew)
{
}

Result<TargetFolder> TargetFolder::open(const std::filesystem::path& path)
{
    const std::string shown = escapeForDisplay(path.native());
    std::error_code error;
    const bool isNew = std::filesystem::create_directories(path, error);
    if (error) {
        return failErrno("cannot make the folder", error.value(), shown);
    }
    // The way to the folder is the user's own and may lead through links.
    Descriptor root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!root.valid()) {
        return failErrno("cannot open the folder", errno, shown);
    }
    if (faccessat(root.get(), ".", W_OK | X_OK, AT_EACCESS) != 0) {
        return failErrno("cannot write into the folder", errno, shown);
    }
    return TargetFolder(std::move(root), shown, isNew);
}

Descriptor TargetFolder::openBeneath(int from, const std::string& path, int flags) const
{
    if (m_hasOpenat2) {
        open_how how{};
        how.flags = static_cast<decltype(how.flags)>(flags);
        how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
        const long fd = syscall(SYS_openat2, from, path.c_str(), &how, sizeof how);
        if (fd >= 0 || (errno != ENOSYS && errno != EPERM)) {
            return Descriptor(static_cast<int>(fd));
        }
        m_hasOpenat2 = false; // an old kernel, or a sandbox that does not know the call
    }
    Descriptor here;
    for (const std::string_view part : splitPath(path).parts) {
        const int start = here.valid() ? here.get() : from;
        Descriptor next(openat(start, std::string(part).c_str(), flags | O_NOFOLLOW));
        if (!next.valid()) {
            return next;
        }
        here = std::move(next);
    }
    return here;
}

Descriptor TargetFolder::openDirectory(std::string_view path, bool readable) const
{
    const int reach = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    const int read = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    if (path.empty()) {
        return Descriptor(openat(m_root.get(), ".", readable ? read : reach));
    }
    Descriptor from;
    while (path.size() > pathPerCall) {
        const std::size_t end = path.rfind('/', pathPerCall);
        if (end == path.npos || end == 0) {
            errno = ENAMETOOLONG;
            return Descriptor();
        }
        from = openBeneath(from.valid() ? from.get() : m_root.get(),
                           std::string(path.substr(0, end)), reach);
        if (!from.valid()) {
            return from;
        }
        path.remove_prefix(end + 1);
    }
    return openBeneath(from.valid() ? from.get() : m_root.get(), std::string(path),
                       readable ? read : reach);
}

bool TargetFolder::madeByThisRun(int parent, const std::string& name) const
{
    struct stat status{};
    return fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           m_made.contains(identity(status));
}

void TargetFolder::remember(int parent, const std::string& name)
{
    struct stat status{};
    if (fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
        m_made.insert(identity(status));
    }
}

int TargetFolder::make(int parent, const std::string& name, bool parentIsNew, const Maker& make)
{
    int error = make();
    if (error == EEXIST && !parentIsNew && !madeByThisRun(parent, name)) {
        error = unlinkat(parent, name.c_str(), 0) == 0 ? make() : errno;
    }
    if (error == 0 && !parentIsNew) {
        remember(parent, name);
    }
    return error;
}

int TargetFolder::makeDirectory(int parent, const std::string& name, bool parentIsNew, bool& isNew)
{
    const auto create = [&] {
        return mkdirat(parent, name.c_str(), whileWriting) == 0 ? 0 : errno;
    };
    isNew = true;
    int error = create();
    if (error == EEXIST && !parentIsNew) {
        struct stat status{};
        if (fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
            return errno;
        }
        if (m_made.contains(identity(status))) {
            return EEXIST;
        }
        isNew = !S_ISDIR(status.st_mode);
        error = !isNew ? 0 : unlinkat(parent, name.c_str(), 0) == 0 ? create() : errno;
        if (!isNew && (status.st_mode & whileWriting) != whileWriting) {
            // Only its owner may; where this fails, making things in it says so.
            const Descriptor kept(
                openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
            if (kept.valid()) {
                [[maybe_unused]] const int ignored =
                    fchmod(kept.get(), (status.st_mode & 07777U) | whileWriting);
            }
        }
    }
    if (error == 0 && !parentIsNew) {
        remember(parent, name);
    }
    return error;
}

Refusals TargetFolder::setAttributes(int fd, const Attributes& attributes, bool keepOwner) const
{
    Refusals refusals;
    struct stat now{};
    // The order matters: chown clears setuid bits and capabilities, chmod and writes change times.
    if (keepOwner &&
        (fstat(fd, &now) != 0 || now.st_uid != attributes.uid || now.st_gid != attributes.gid)) {
        refusals.owner = fchown(fd, attributes.uid, attributes.gid) != 0;
    }
    for (const auto& [name, value] : attributes.xattrs) {
        if (fsetxattr(fd, name.c_str(), value.data(), value.size(), 0) != 0 &&
            refusals.xattr.empty()) {
            refusals.xattr = name;
        }
    }
    refusals.mode = fchmod(fd, attributes.mode) != 0;
    refusals.time = futimens(fd, times(attributes).data()) != 0;
    return refusals;
}

Refusals TargetFolder::setAttributesAt(int parent, const std::string& name, FileType type,
                                       const Attributes& attributes, bool keepOwner) const
{
    Refusals refusals;
    struct stat now{};
    const bool known = fstatat(parent, name.c_str(), &now, AT_SYMLINK_NOFOLLOW) == 0;
    if (keepOwner && (!known || now.st_uid != attributes.uid || now.st_gid != attributes.gid)) {
        refusals.owner = fchownat(parent, name.c_str(), attributes.uid, attributes.gid,
                                  AT_SYMLINK_NOFOLLOW) != 0;
    }
    const std::string path = descriptorPath(parent) + "/" + name;
    for (const auto& [xattr, value] : attributes.xattrs) {
        if (lsetxattr(path.c_str(), xattr.c_str(), value.data(), value.size(), 0) != 0 &&
            refusals.xattr.empty()) {
            refusals.xattr = xattr;
        }
    }
    // Symlinks have no mode of their own.
    if (type != FileType::Symlink) {
        refusals.mode = fchmodat(parent, name.c_str(), attributes.mode, AT_SYMLINK_NOFOLLOW) != 0;
    }
    refusals.time =
        utimensat(parent, name.c_str(), times(attributes).data(), AT_SYMLINK_NOFOLLOW) != 0;
    return refusals;
}

} // namespace strata
