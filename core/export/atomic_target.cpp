// SPDX-License-Identifier: Apache-2.0
#include "export/atomic_target.h"

#include "base/byte_path.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <utility>

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strata {
namespace {

namespace fs = std::filesystem;

constexpr int attempts = 100;

/// Calls `make` with names beside `target` until one of them is free. `make` gives a negative value
/// and sets errno when it fails.
Result<std::pair<int, fs::path>> besideTarget(const fs::path& target, const std::string& where,
                                              const std::function<int(const char*)>& make)
{
    // "out/" names the same directory as "out", and has no file name to put a dot before.
    const fs::path clean = target.has_filename() ? target : target.parent_path();
    for (int i = 0; i < attempts; ++i) {
        std::uint64_t random = 0;
        if (getrandom(&random, sizeof random, 0) != ssize_t{sizeof random}) {
            return failErrno("cannot make a temporary name", errno, where);
        }
        std::array<char, 17> digits{};
        std::snprintf(digits.data(), digits.size(), "%016llx",
                      static_cast<unsigned long long>(random));
        const fs::path temporary = clean.parent_path() / (std::string(".strata-") + digits.data());
        const int made = make(temporary.c_str());
        if (made >= 0) {
            return std::pair(made, temporary);
        }
        if (errno != EEXIST) {
            break;
        }
    }
    return failErrno("cannot write", errno, where);
}

Status writeAll(int fd, std::span<const std::byte> bytes, const std::string& where)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            return failErrno("cannot write", errno, where);
        }
        bytes = bytes.subspan(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    return {};
}

} // namespace

UnnamedFile::UnnamedFile(Descriptor file, std::string where)
    : m_file(std::move(file))
    , m_where(std::move(where))
{
}

Result<UnnamedFile> UnnamedFile::create(const fs::path& target)
{
    constexpr mode_t mode = 0600;
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    std::string where = escapeForDisplay(target.native());
    Descriptor file(open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, mode));
    if (!file.valid()) {
        // Not every file system makes files without a name; they can lose the one they had.
        auto made = besideTarget(target, where, [](const char* name) {
            return open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        });
        if (!made) {
            return std::unexpected(std::move(made.error()));
        }
        file = Descriptor(made->first);
        unlink(made->second.c_str());
    }
    return UnnamedFile(std::move(file), std::move(where));
}

Status UnnamedFile::write(std::span<const std::byte> bytes)
{
    return writeAll(m_file.get(), bytes, m_where);
}

Result<SharedSource> UnnamedFile::read()
{
    return sourceFromDescriptor(m_file.release(), m_where);
}

AtomicFile::AtomicFile(Descriptor file, fs::path target, fs::path temporary, std::string where)
    : m_file(std::move(file))
    , m_target(std::move(target))
    , m_temporary(std::move(temporary))
    , m_where(std::move(where))
{
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : m_file(std::move(other.m_file))
    , m_target(std::move(other.m_target))
    , m_temporary(std::exchange(other.m_temporary, {}))
    , m_where(std::move(other.m_where))
{
}

AtomicFile::~AtomicFile()
{
    if (!m_temporary.empty()) {
        unlink(m_temporary.c_str());
    }
}

Result<AtomicFile> AtomicFile::create(const fs::path& target, std::string where)
{
    if (where.empty()) {
        where = escapeForDisplay(target.native());
    }
    // What a symlink leads to is meant, as when a shell writes to one; and what is there keeps its
    // permissions. A device or fifo is nothing that a file could take the place of.
    std::error_code error;
    const fs::path place = fs::is_symlink(fs::symlink_status(target, error))
                               ? fs::weakly_canonical(target, error)
                               : target;
    struct stat there{};
    const bool exists = stat(place.c_str(), &there) == 0;
    if (exists && !S_ISREG(there.st_mode)) {
        return fail(ErrorCode::Denied, "is there already, and is no file", where);
    }
    constexpr mode_t mode = 0666; // less the user's umask
    auto made = besideTarget(place, where, [](const char* name) {
        return open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    });
    if (!made) {
        return std::unexpected(std::move(made.error()));
    }
    AtomicFile file(Descriptor(made->first), place, std::move(made->second), std::move(where));
    if (exists && fchmod(made->first, there.st_mode & 0777U) != 0) {
        return failErrno("cannot write", errno, file.m_where);
    }
    return file;
}

Status AtomicFile::write(std::span<const std::byte> bytes)
{
    return writeAll(m_file.get(), bytes, m_where);
}

Status AtomicFile::commit()
{
    // Closing is where some file systems first tell that the disk is full.
    const bool closed = fsync(m_file.get()) == 0 && close(m_file.release()) == 0;
    if (!closed || rename(m_temporary.c_str(), m_target.c_str()) != 0) {
        return failErrno("cannot write", errno, m_where);
    }
    m_temporary.clear();
    return {};
}

AtomicDirectory::AtomicDirectory(fs::path target, fs::path temporary)
    : m_target(std::move(target))
    , m_temporary(std::move(temporary))
{
}

AtomicDirectory::AtomicDirectory(AtomicDirectory&& other) noexcept
    : m_target(std::move(other.m_target))
    , m_temporary(std::exchange(other.m_temporary, {}))
{
}

AtomicDirectory::~AtomicDirectory()
{
    if (!m_temporary.empty()) {
        std::error_code ignored;
        fs::remove_all(m_temporary, ignored);
    }
}

Result<AtomicDirectory> AtomicDirectory::create(const fs::path& target)
{
    std::error_code error;
    if (fs::exists(fs::symlink_status(target, error))) {
        return fail(ErrorCode::Denied, "exists already; choose another name",
                    escapeForDisplay(target.native()));
    }
    constexpr mode_t mode = 0777; // less the user's umask
    auto made = besideTarget(target, escapeForDisplay(target.native()),
                             [](const char* name) { return mkdir(name, mode); });
    if (!made) {
        return std::unexpected(std::move(made.error()));
    }
    return AtomicDirectory(target, std::move(made->second));
}

Result<AtomicFile> AtomicDirectory::file(const fs::path& name) const
{
    const std::string where = escapeForDisplay(m_target.native());
    std::error_code error;
    fs::create_directories((m_temporary / name).parent_path(), error);
    if (error) {
        return failErrno("cannot write", error.value(), where);
    }
    return AtomicFile::create(m_temporary / name, where);
}

Status AtomicDirectory::commit()
{
    if (renameat2(AT_FDCWD, m_temporary.c_str(), AT_FDCWD, m_target.c_str(), RENAME_NOREPLACE) !=
        0) {
        // Not every file system knows the flag; a plain rename replaces an empty directory at most.
        if (errno != EINVAL || rename(m_temporary.c_str(), m_target.c_str()) != 0) {
            return failErrno("cannot write", errno, escapeForDisplay(m_target.native()));
        }
    }
    m_temporary.clear();
    return {};
}

} // namespace strata
