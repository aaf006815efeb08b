// SPDX-License-Identifier: Apache-2.0
#include "export/inode_metadata.h"

#include <array>
#include <cerrno>
#include <ctime>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace strata {
namespace {

/// The only way to some calls for an O_PATH descriptor. Such a link leads to the inode itself: one
/// of a symlink is not followed further.
std::string descriptorPath(int fd)
{
    return "/proc/self/fd/" + std::to_string(fd);
}

int errorOf(int result)
{
    return result == 0 ? 0 : errno;
}

int changeOwner(int fd, const Attributes& attributes)
{
    return errorOf(fchownat(fd, "", attributes.uid, attributes.gid, AT_EMPTY_PATH));
}

int setXattr(int fd, Held held, const std::string& name, std::string_view value)
{
    return errorOf(held == Held::Open ? fsetxattr(fd, name.c_str(), value.data(), value.size(), 0)
                                      : setxattr(descriptorPath(fd).c_str(), name.c_str(),
                                                 value.data(), value.size(), 0));
}

int changeTime(int fd, Held held, const Attributes& attributes)
{
    const timespec modified{.tv_sec = static_cast<time_t>(attributes.mtime),
                            .tv_nsec = static_cast<long>(attributes.mtimeNsec)};
    const std::array<timespec, 2> times = {modified, modified};
    if (held == Held::Open) {
        return errorOf(futimens(fd, times.data()));
    }
    if (utimensat(fd, "", times.data(), AT_EMPTY_PATH) == 0) {
        return 0;
    }
    // Linux before 5.8 takes no empty path here.
    return errorOf(utimensat(AT_FDCWD, descriptorPath(fd).c_str(), times.data(), 0));
}

/// What is left of a file's mode once bits are dropped that would act for another owner.
unsigned safeMode(const struct stat& now, const Attributes& attributes)
{
    unsigned mode = attributes.mode & 07777U;
    if (S_ISREG(now.st_mode)) {
        mode &= now.st_uid == attributes.uid ? ~0U : ~unsigned{S_ISUID};
        mode &= now.st_gid == attributes.gid ? ~0U : ~unsigned{S_ISGID};
    }
    return mode;
}

} // namespace

int changeModeByPath(int fd, unsigned mode)
{
#ifdef SYS_fchmodat2
    if (syscall(SYS_fchmodat2, fd, "", mode, AT_EMPTY_PATH) == 0) {
        return 0;
    }
    if (errno != ENOSYS && errno != EPERM) {
        return errno;
    }
#endif
    // Linux before 6.6, or a sandbox that does not know the call.
    return errorOf(chmod(descriptorPath(fd).c_str(), mode));
}

Refusals setAttributes(int fd, Held held, const Attributes& attributes, bool keepOwner)
{
    Refusals refusals;
    struct stat now{};
    if (fstat(fd, &now) != 0) {
        refusals.mode = errno;
        return refusals;
    }
    const auto ownerDiffers = [&] {
        return now.st_uid != attributes.uid || now.st_gid != attributes.gid;
    };
    // The order matters: chown clears setuid bits and capabilities, chmod and writes change times.
    if (keepOwner && ownerDiffers()) {
        refusals.owner = changeOwner(fd, attributes);
        // The number -1 means "leave it" to chown, which then succeeds.
        if (refusals.owner == 0 && fstat(fd, &now) == 0 && ownerDiffers()) {
            refusals.owner = EINVAL;
        }
    }
    for (const auto& [name, value] : attributes.xattrs) {
        const int error = setXattr(fd, held, name, value);
        if (error != 0 && refusals.xattr == 0) {
            refusals.xattr = error;
            refusals.xattrName = name;
        }
    }
    if (!S_ISLNK(now.st_mode)) { // symlinks have no mode of their own
        const unsigned mode = safeMode(now, attributes);
        refusals.mode = held == Held::Open ? errorOf(fchmod(fd, mode)) : changeModeByPath(fd, mode);
        refusals.privilege = mode != (attributes.mode & 07777U);
    }
    refusals.time = changeTime(fd, held, attributes);
    return refusals;
}

} // namespace strata
