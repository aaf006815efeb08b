// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace strata {

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
    /// Errors: Io; Changed when the file has become shorter than size() since it was opened.
    virtual Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const = 0;
};

using SharedSource = std::shared_ptr<const ByteSource>;

/// A regular file, read with pread: a file cut off or deleted while open gives an error, never a
/// signal. Errors of opening: NotFound, Denied, Io; Unsupported for what is no regular file.
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
