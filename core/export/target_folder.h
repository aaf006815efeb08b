// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "io/tar_reader.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

/// Private to core/export: the file-system half of extraction.
namespace strata {

/// Owns a file descriptor.
class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int fd)
        : m_fd(fd)
    {
    }
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept
        : m_fd(std::exchange(other.m_fd, -1))
    {
    }
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }

    int get() const { return m_fd; }
    bool valid() const { return m_fd >= 0; }

private:
    int m_fd = -1;
};

/// Metadata to be given to something just made.
struct Attributes
{
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint16_t mode = 0; ///< all twelve bits are set as they are
    std::int64_t mtime = 0;
    std::uint32_t mtimeNsec = 0;
    std::vector<std::pair<std::string, std::string_view>> xattrs;
};

/// Which parts of Attributes the system refused.
struct Refusals
{
    bool owner = false;
    bool mode = false;
    bool time = false;
    std::string xattr; ///< name of the first one refused
};

/// A folder on disk below which things are made, and nowhere else: directories are reached by
/// openat2(2) beneath it without following any link, and the last step is always one name in an
/// opened directory. Nothing is made twice in one run: where two names of the image are one on
/// this file system (which may ignore case), the second is refused with EEXIST. What stood there
/// before is replaced, but never a directory.
///
/// Functions give 0 or an errno. Not thread-safe.
class TargetFolder
{
public:
    /// Makes the folder if need be. Errors: Io, Denied, NotFound.
    static Result<TargetFolder> open(const std::filesystem::path& path);

    bool isNew() const { return m_isNew; }
    const std::string& path() const { return m_path; } ///< for errors
    int root() const { return m_root.get(); }

    /// A directory beneath the root by its path "a/b", "" = the root itself. `readable` for what is
    /// to get metadata; otherwise it serves only to reach what is in it. Invalid with errno set.
    Descriptor openDirectory(std::string_view path, bool readable) const;

    /// How a thing is made: 0 or an errno; EEXIST when something has that name.
    using Maker = std::function<int()>;
    /// Calls `make` for `name` in `parent`, clearing away what stood there before this run.
    /// `parentIsNew` = this run made that directory, so all in it is its own.
    int make(int parent, const std::string& name, bool parentIsNew, const Maker& make);
    /// A directory of mode 0700 for now; one that is there already is kept. `isNew` tells which.
    int makeDirectory(int parent, const std::string& name, bool parentIsNew, bool& isNew);

    /// For an open file or directory.
    Refusals setAttributes(int fd, const Attributes& attributes, bool keepOwner) const;
    /// For a symlink, device or fifo, by name.
    Refusals setAttributesAt(int parent, const std::string& name, FileType type,
                             const Attributes& attributes, bool keepOwner) const;

private:
    TargetFolder(Descriptor root, std::string path, bool isNew);
    Descriptor openBeneath(int from, const std::string& path, int flags) const;
    bool madeByThisRun(int parent, const std::string& name) const;
    void remember(int parent, const std::string& name);

    Descriptor m_root;
    std::string m_path;
    bool m_isNew = false;
    mutable bool m_hasOpenat2 = true;
    /// Device and inode of what was made in directories that were there before.
    std::unordered_set<std::string> m_made;
};

/// Writes `bytes` at `offset` of a new file; where all of them are zero it leaves a hole instead.
/// 0 or an errno.
int writeSparse(int fd, std::uint64_t offset, std::span<const std::byte> bytes);

/// Whether an errno concerns everything that is still to come, so that going on is useless: the
/// disk is full, broken or read-only.
bool isFatal(int error);

} // namespace strata
