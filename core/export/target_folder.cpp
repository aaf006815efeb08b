// SPDX-License-Identifier: Apache-2.0
#include "export/target_folder.h"

#include "base/byte_path.h"
#include "export/inode_metadata.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace strata {
namespace {

/// Longest path given to one system call; Linux takes 4,096 bytes with the NUL.
constexpr std::size_t pathPerCall = 4000;
constexpr mode_t whileWriting = 0700;
/// Opens a directory to reach what is in it, which needs no right to list it.
constexpr int reach = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

std::pair<std::uint64_t, std::uint64_t> identity(const struct stat& status)
{
    return {status.st_dev, status.st_ino};
}

} // namespace

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
        const bool last = part.data() + part.size() == path.data() + path.size();
        const int step = last ? flags : reach;
        Descriptor next(openat(start, std::string(part).c_str(), step | O_NOFOLLOW));
        if (!next.valid()) {
            return next;
        }
        here = std::move(next);
    }
    return here;
}

Descriptor TargetFolder::openDirectory(std::string_view path, bool readable) const
{
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

void TargetFolder::remember(int parent, const std::string& name)
{
    struct stat status{};
    if (fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
        m_made.insert(identity(status));
    }
}

TargetFolder::Draft::~Draft()
{
    if (m_parent >= 0) {
        unlinkat(m_parent, m_name.c_str(), 0);
    }
}

int TargetFolder::makeUnderFreeName(const Maker& make, std::string& name)
{
    constexpr int attempts = 1000; // runs that were killed may have left some behind
    int error = EEXIST;
    for (int i = 0; i < attempts && error == EEXIST; ++i) {
        name = ".strata-" + std::to_string(getpid()) + "-" + std::to_string(m_freeNames++);
        error = make(name);
    }
    return error;
}

int TargetFolder::make(int parent, const std::string& name, bool parentIsNew, const Maker& make,
                       Draft& draft)
{
    draft.m_name = name;
    int error = make(name);
    if (error == EEXIST && !parentIsNew) {
        struct stat before{};
        if (fstatat(parent, name.c_str(), &before, AT_SYMLINK_NOFOLLOW) != 0) {
            return errno;
        }
        if (m_made.contains(identity(before))) {
            return EEXIST;
        }
        // Told before the work is done that would come to nothing.
        error = S_ISDIR(before.st_mode) ? EISDIR : makeUnderFreeName(make, draft.m_name);
    }
    if (error == 0) {
        draft.m_parent = parent;
        draft.m_finalName = name;
        draft.m_parentIsNew = parentIsNew;
    }
    return error;
}

int TargetFolder::putInPlace(Draft& draft)
{
    if (draft.m_name != draft.m_finalName &&
        renameat(draft.m_parent, draft.m_name.c_str(), draft.m_parent, draft.m_finalName.c_str()) !=
            0) {
        return errno;
    }
    if (!draft.m_parentIsNew) {
        remember(draft.m_parent, draft.m_finalName);
    }
    draft.m_parent = -1;
    return 0;
}

int TargetFolder::replaceByDirectory(int parent, const std::string& name)
{
    std::string free;
    const int error = makeUnderFreeName(
        [parent](const std::string& candidate) {
            return mkdirat(parent, candidate.c_str(), whileWriting) == 0 ? 0 : errno;
        },
        free);
    if (error != 0) {
        return error;
    }
    // A directory cannot be renamed over what is none.
    if (unlinkat(parent, name.c_str(), 0) == 0 &&
        renameat(parent, free.c_str(), parent, name.c_str()) == 0) {
        return 0;
    }
    const int failed = errno;
    unlinkat(parent, free.c_str(), AT_REMOVEDIR);
    return failed;
}

int TargetFolder::makeDirectory(int parent, const std::string& name, bool parentIsNew, bool& isNew)
{
    isNew = true;
    int error = mkdirat(parent, name.c_str(), whileWriting) == 0 ? 0 : errno;
    if (error == EEXIST && !parentIsNew) {
        struct stat status{};
        if (fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
            return errno;
        }
        if (m_made.contains(identity(status))) {
            return EEXIST;
        }
        isNew = !S_ISDIR(status.st_mode);
        error = isNew ? replaceByDirectory(parent, name) : 0;
        if (!isNew && (status.st_mode & whileWriting) != whileWriting) {
            // Only its owner may; where this fails, making things in it says so.
            const Descriptor kept(openat(parent, name.c_str(), reach));
            if (kept.valid()) {
                [[maybe_unused]] const int ignored =
                    changeModeByPath(kept.get(), (status.st_mode & 07777U) | whileWriting);
            }
        }
    }
    if (error == 0 && !parentIsNew) {
        remember(parent, name);
    }
    return error;
}

Descriptor TargetFolder::holdMade(int parent, const std::string& name, unsigned kind)
{
    Descriptor made(openat(parent, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat status{};
    const bool isIt = made.valid() && fstat(made.get(), &status) == 0 &&
                      (status.st_mode & S_IFMT) == kind && status.st_nlink == 1;
    return isIt ? std::move(made) : Descriptor();
}

} // namespace strata
