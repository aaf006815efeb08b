// SPDX-License-Identifier: Apache-2.0
#include "kernel_calls.h"

#include "disk_calls.h"

#include <array>
#include <cerrno>
#include <map>
#include <span>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace strata::test {

namespace {

constexpr mode_t newFileMode = 0644;

void require(bool done, const char* what)
{
    if (!done) {
        throw std::system_error(errno, std::generic_category(), what);
    }
}

/// Another root while it lives.
class InRoot
{
public:
    explicit InRoot(const std::filesystem::path& root)
        : m_outside(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC))
    {
        require(m_outside >= 0, "open /");
        require(::chroot(root.c_str()) == 0 && ::chdir("/") == 0, "chroot");
    }
    ~InRoot()
    {
        const bool back = ::fchdir(m_outside) == 0 && ::chroot(".") == 0;
        ::close(m_outside);
        if (!back) {
            std::abort(); // nothing that follows would be where it thinks it is
        }
    }
    InRoot(const InRoot&) = delete;
    InRoot& operator=(const InRoot&) = delete;

private:
    int m_outside;
};

int result(int returned)
{
    return returned == 0 ? 0 : errno;
}

/// Whether it is a device or fifo, which is not opened: nobody knows what the host has there.
bool isSpecial(const std::string& path, bool creates)
{
    struct stat info = {};
    return !(creates && path.ends_with('/')) && ::stat(path.c_str(), &info) == 0 &&
           !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

int openAndWrite(const ContainerOperation& operation, int flags)
{
    if (isSpecial(operation.path, (flags & O_CREAT) != 0)) {
        return ENXIO;
    }
    const int file = ::open(operation.path.c_str(), flags | O_CLOEXEC, newFileMode);
    if (file < 0) {
        return errno;
    }
    const auto& bytes = operation.bytes;
    const auto count = operation.kind == OperationKind::Edit
                           ? ::pwrite(file, bytes.data(), bytes.size(), operation.number)
                           : ::write(file, bytes.data(), bytes.size());
    const int error = count == static_cast<ssize_t>(bytes.size()) ? 0 : errno;
    ::close(file);
    return error;
}

int readFile(const std::string& path)
{
    if (isSpecial(path, false)) {
        return ENXIO;
    }
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return errno;
    }
    std::array<char, 4096> buffer{};
    const auto count = ::read(file, buffer.data(), buffer.size());
    const int error = count < 0 ? errno : 0;
    ::close(file);
    return error;
}

int createFile(const ContainerOperation& operation)
{
    const int file =
        ::open(operation.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, operation.mode);
    return file < 0 ? errno : result(::close(file));
}

int truncateFile(const ContainerOperation& operation)
{
    const char* path = operation.path.c_str();
    struct stat before = {};
    const bool same = ::stat(path, &before) == 0 && before.st_size == operation.number;
    if (::truncate(path, operation.number) != 0) {
        return errno;
    }
    // Of a file that keeps its size, tmpfs dates only what it happens to have pages of; the file
    // systems that engines use date all.
    const std::array<timespec, 2> now = {
        {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, {.tv_sec = 0, .tv_nsec = UTIME_NOW}}};
    return same ? result(::utimensat(AT_FDCWD, path, now.data(), 0)) : 0;
}

int makeNode(const ContainerOperation& operation)
{
    mode_t type = S_IFREG;
    dev_t device = 0;
    if (operation.type == FileType::Fifo) {
        type = S_IFIFO;
    } else if (operation.type != FileType::File) {
        type = operation.type == FileType::CharDevice ? S_IFCHR : S_IFBLK;
        device = makedev(operation.first, operation.second);
    }
    return result(::mknod(operation.path.c_str(), type | operation.mode, device));
}

std::vector<std::string> namesIn(const std::string& directory)
{
    std::vector<std::string> out;
    for (const auto& item : std::filesystem::directory_iterator(directory)) {
        out.push_back(item.path().filename().native());
    }
    return out;
}

/// The same name by a way that does not lead through links which go meanwhile: tools hold on to
/// the directories themselves.
std::string withoutLinks(const std::string& path)
{
    const std::filesystem::path given(path);
    std::error_code error;
    const auto above = std::filesystem::canonical(given.parent_path(), error);
    return error ? path : (above / given.filename()).native();
}

/// As rm -r.
int removeTree(const std::string& path)
{
    struct stat info = {};
    if (::lstat(path.c_str(), &info) != 0) {
        return errno;
    }
    if (!S_ISDIR(info.st_mode)) {
        return result(::unlink(path.c_str()));
    }
    for (const auto& name : namesIn(path)) {
        const auto child = path + "/" + name;
        struct stat below = {};
        // The kernel lists whiteouts in directories that it need not merge.
        if (::lstat(child.c_str(), &below) == 0) {
            if (const int error = removeTree(child); error != 0) {
                return error;
            }
        }
    }
    return result(::rmdir(path.c_str()));
}

/// As cp -a.
class Copy
{
public:
    void tree(const std::string& from, const std::string& to)
    {
        const auto info = disk::info(from);
        auto entry = disk::entryAt(from);
        std::erase_if(entry.xattrs, [](const auto& xattr) {
            return xattr.first.starts_with("trusted.overlay.") ||
                   xattr.first.starts_with("user.overlay.");
        });
        if (entry.kind == EntryKind::Directory) {
            disk::makeDirectory(to);
            for (const auto& name : namesIn(from)) {
                if (disk::look(from + "/" + name)) {
                    tree(from + "/" + name, to + "/" + name);
                }
            }
        } else {
            const auto [made, isFirst] = m_made.emplace(std::pair(info.st_dev, info.st_ino), to);
            if (!isFirst) {
                disk::link(made->second, to);
                return;
            }
            disk::makeNode(to, entry);
        }
        disk::setMetadata(to, entry);
        disk::setTime(to, entry.mtime, entry.mtimeNsec);
    }

private:
    std::map<std::pair<dev_t, ino_t>, std::string> m_made;
};

/// As mv.
int moveTree(const std::string& from, const std::string& to)
{
    if (::rename(from.c_str(), to.c_str()) == 0) {
        return 0;
    }
    if (errno != EXDEV) {
        return errno;
    }
    if (::rmdir(to.c_str()) != 0 && errno != ENOENT) {
        return errno;
    }
    Copy().tree(from, to);
    return removeTree(from);
}

int change(const ContainerOperation& operation)
{
    const char* path = operation.path.c_str();
    const auto& value = operation.bytes;
    switch (operation.kind) {
    case OperationKind::ChangeMode:
        return result(::chmod(path, operation.mode));
    case OperationKind::ChangeOwner:
        return result(
            (operation.last ? ::chown : ::lchown)(path, operation.first, operation.second));
    case OperationKind::SetXattr:
        return result((operation.last ? ::setxattr : ::lsetxattr)(path, operation.other.c_str(),
                                                                  value.data(), value.size(), 0));
    case OperationKind::RemoveXattr:
        return result(
            (operation.last ? ::removexattr : ::lremovexattr)(path, operation.other.c_str()));
    case OperationKind::SetTime: {
        const std::array<timespec, 2> times = {
            {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, {.tv_sec = operation.number, .tv_nsec = 7}}};
        return result(
            ::utimensat(AT_FDCWD, path, times.data(), operation.last ? 0 : AT_SYMLINK_NOFOLLOW));
    }
    default:
        throw std::logic_error("no change of metadata");
    }
}

int run(const ContainerOperation& operation)
{
    const char* path = operation.path.c_str();
    const char* other = operation.other.c_str();
    switch (operation.kind) {
    case OperationKind::Read:
        return readFile(operation.path);
    case OperationKind::Create:
        return createFile(operation);
    case OperationKind::Replace:
        return openAndWrite(operation, O_WRONLY | O_CREAT | O_TRUNC);
    case OperationKind::Append:
        return openAndWrite(operation, O_WRONLY | O_CREAT | O_APPEND);
    case OperationKind::Edit:
        return openAndWrite(operation, O_WRONLY);
    case OperationKind::Truncate:
        return truncateFile(operation);
    case OperationKind::MakeDirectory:
        return result(::mkdir(path, operation.mode));
    case OperationKind::MakeNode:
        return makeNode(operation);
    case OperationKind::Symlink:
        return result(::symlink(other, path));
    case OperationKind::Link:
        return result(::link(path, other));
    case OperationKind::Rename:
        return result(::rename(path, other));
    case OperationKind::Move:
        return moveTree(withoutLinks(operation.path), withoutLinks(operation.other));
    case OperationKind::Unlink:
        return result(::unlink(path));
    case OperationKind::RemoveDirectory:
        return result(::rmdir(path));
    case OperationKind::RemoveTree:
        return removeTree(withoutLinks(operation.path));
    default:
        return change(operation);
    }
}

} // namespace

int runByKernel(const std::filesystem::path& root, const ContainerOperation& operation)
{
    const InRoot inside(root);
    return run(operation);
}

Trace runByCore(Container& container, const ContainerOperation& operation)
{
    const auto& path = operation.path;
    const auto bytes = std::as_bytes(std::span(operation.bytes));
    const auto follow = operation.last ? Follow::Symlinks : Follow::NotLast;
    const auto number = static_cast<std::uint64_t>(operation.number);
    switch (operation.kind) {
    case OperationKind::Read:
        return container.read(path).trace;
    case OperationKind::Create:
        return container.create(path, operation.mode);
    case OperationKind::Replace:
        return container.replace(path, bytes);
    case OperationKind::Append:
        return container.append(path, bytes);
    case OperationKind::Edit:
        return container.edit(path, number, bytes);
    case OperationKind::Truncate:
        return container.truncate(path, number);
    case OperationKind::MakeDirectory:
        return container.makeDirectory(path, operation.mode);
    case OperationKind::MakeNode:
        return container.makeNode(path, operation.type, operation.mode, operation.first,
                                  operation.second);
    case OperationKind::Symlink:
        return container.symlink(operation.other, path);
    case OperationKind::Link:
        return container.link(path, operation.other);
    case OperationKind::Rename:
        return container.rename(path, operation.other);
    case OperationKind::Move:
        return container.move(path, operation.other);
    case OperationKind::ChangeMode:
        return container.changeMode(path, operation.mode);
    case OperationKind::ChangeOwner:
        return container.changeOwner(path, operation.first, operation.second, follow);
    case OperationKind::SetXattr:
        return container.setXattr(path, operation.other, operation.bytes, follow);
    case OperationKind::RemoveXattr:
        return container.removeXattr(path, operation.other, follow);
    case OperationKind::SetTime:
        return container.setTime(path, {.seconds = operation.number, .nanoseconds = 7}, follow);
    case OperationKind::Unlink:
        return container.unlink(path);
    case OperationKind::RemoveDirectory:
        return container.removeDirectory(path);
    case OperationKind::RemoveTree:
        return container.removeTree(path);
    }
    std::unreachable();
}

} // namespace strata::test
