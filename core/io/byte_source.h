// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace strata {

/// Which bytes of which file a source reads, and what the file system says of that file now. Equal
/// values are equal bytes, as far as file systems can be trusted: every write changes the times,
/// though two within one tick of their clock leave the same.
struct SourceIdentity
{
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t fileSize = 0;
    std::int64_t modifiedNs = 0; ///< st_mtim, since 1970
    std::int64_t changedNs = 0;  ///< st_ctim, which no program can set
    std::uint64_t offset = 0;    ///< of the source's first byte in the file
    std::uint64_t length = 0;

    friend bool operator==(const SourceIdentity&, const SourceIdentity&) = default;
};

/// Bytes of known length that can be read anywhere: a file, a part of one, or memory.
/// Thread-safe: readAt may be called from several threads at once.
class ByteSource
{
public:
    ByteSource() = default;
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;
    virtual ~ByteSource() = default;

    virtual std::uint64_t size() const = 0;
    /// Reads up to `into.size()` bytes at `offset`; fewer only at the end, 0 past it.
    /// Errors: Io; Changed when the file was cut or written to since it was opened.
    virtual Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const = 0;
    /// Asks the file system each time. None for what is no file that has a name (memory, spooled
    /// archives), and for bytes that are not the file's own.
    virtual std::optional<SourceIdentity> identity() const { return std::nullopt; }
};

using SharedSource = std::shared_ptr<const ByteSource>;

/// A regular file, read with pread: a file cut off or written to while open gives an error, never a
/// signal; one deleted or replaced by another is still the one that was opened. Errors of opening:
/// NotFound, Denied, Io; Unsupported for what is no regular file.
Result<SharedSource> openFile(const std::filesystem::path& path);
/// As openFile for a descriptor, which the source then owns. `name` is used in errors.
Result<SharedSource> sourceFromDescriptor(int fd, std::string name);
/// Owns `bytes`.
SharedSource memorySource(std::vector<std::byte> bytes);
/// Refers to `bytes`, which must outlive it (a compiled-in resource).
SharedSource viewSource(std::span<const std::byte> bytes);
/// `length` bytes of `whole` from `offset`; a part that reaches behind its end reads as Truncated.
SharedSource rangeSource(SharedSource whole, std::uint64_t offset, std::uint64_t length);

/// All of it in memory. Errors: those of readAt; LimitExceeded over `limit` bytes.
Result<std::vector<std::byte>> readAll(const ByteSource& source, std::uint64_t limit);

} // namespace strata
