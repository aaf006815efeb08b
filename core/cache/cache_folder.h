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

/// How much a cache holds.
struct CacheUsage
{
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
};

/// A folder of files that may go at any time, shared by all of the user's processes: files appear
/// in it whole or not at all, and two names may share one file. Nobody else may write there.
/// Nothing in it is trusted but that. Thread-safe.
class CacheFolder
{
public:
    /// Opens `path`, or makes it, and the two folders around it. Its last two parts must be
    /// folders, no links to some, that belong to the user and that nobody else can write to.
    /// Errors: Denied; NotFound; Io.
    static Result<std::unique_ptr<CacheFolder>> open(const std::filesystem::path& path);
    ~CacheFolder();
    CacheFolder(const CacheFolder&) = delete;
    CacheFolder& operator=(const CacheFolder&) = delete;

    /// A number that is the same as long as the folder is there, and that only the user knows.
    std::uint64_t secret() const { return m_secret; }

    /// The bytes of a file.
    struct Bytes
    {
        std::unique_ptr<std::byte[]> data;
        std::size_t size = 0;

        std::span<const std::byte> all() const { return {data.get(), size}; }
    };
    /// A file that is no larger than `most`, and marks it as used. None for what is not there,
    /// cannot be read or is none of ours. Errors are none.
    std::optional<Bytes> read(const std::string& name, std::uint64_t most) const;
    bool contains(const std::string& name) const;
    /// Puts the parts one behind the other into a file, in place of one that was there. Whether
    /// that worked: the disk may be full, or read-only.
    bool write(const std::string& name, std::span<const std::span<const std::byte>> parts) const;
    /// Gives the file `name` a second name, in place of a file that was there.
    bool share(const std::string& name, const std::string& second) const;
    void remove(const std::string& name) const;

    /// A file with two names counts once.
    CacheUsage usage() const;
    /// Removes those used last, longest ago first, until `most` bytes are left, and what processes
    /// that died left behind.
    CacheUsage trim(std::uint64_t most) const;
    /// Removes everything but the secret. What was there.
    CacheUsage clear() const;

    /// A name for an entry: `hex` is 64 lower-case digits.
    static std::string entryName(std::string_view hex);

private:
    struct Entry;
    explicit CacheFolder(int descriptor)
        : m_descriptor(descriptor)
    {
    }

    Status takeSecret();
    std::optional<std::uint64_t> readSecret() const;
    std::vector<Entry> entries() const;

    int m_descriptor;
    std::uint64_t m_secret = 0;
};

} // namespace strata
