// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "io/byte_stream.h"
#include "io/file_type.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace strata {

/// One entry of a tar as its headers say it: names as bytes, uncleaned.
struct TarMember
{
    std::string path;
    std::string linkTarget;                                  ///< of a symlink or hardlink
    std::vector<std::pair<std::string, std::string>> xattrs; ///< name, raw value
    std::uint64_t size = 0; ///< real size in bytes, sparse holes included
    std::int64_t mtime = 0; ///< seconds since 1970, negative before
    std::uint32_t mtimeNsec = 0;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint32_t deviceMajor = 0;
    std::uint32_t deviceMinor = 0;
    std::uint16_t mode = 0;         ///< the twelve permission bits
    FileType type = FileType::File; ///< of a hardlink, which has none of its own, File
    bool hardlink = false;
    /// Has holes, by a map in its headers; set later, too, where TarReader::read comes to a hole
    /// that no header announced.
    bool sparse = false;
    /// The GNU headers give it another path or link target than the PAX headers, whose are here.
    bool otherNames = false;
    std::uint64_t headerOffset = 0; ///< of the first header block, extensions included
    std::uint64_t dataOffset = 0;   ///< of the first stored data byte (meaningless when sparse)
};

/// Reads a tar through libarchive (every dialect of RULES.md, 27–34). Not thread-safe.
class TarReader
{
public:
    /// `start` is the stream offset at which `stream` stands; member offsets count from there.
    /// Unless it is 0, `stream` is taken to stand within a tar. `stop` is obeyed by read(), for
    /// which holes are nothing that `stream` is asked for.
    explicit TarReader(ByteStream& stream, std::uint64_t start = 0, std::stop_token stop = {});
    ~TarReader();
    TarReader(const TarReader&) = delete;
    TarReader& operator=(const TarReader&) = delete;

    /// The next member, or null at the end. The pointer is valid until the next call. Data not
    /// read is skipped. Errors: Malformed for a damaged header; Truncated; the stream's own.
    Result<const TarMember*> next();
    /// Up to `into.size()` bytes of the current member's content, holes as zeros; at least one
    /// unless at the end; 0 = end. What can be read before an error comes before it. A hole may be
    /// as long as its header claims. Errors: Truncated, Malformed, Cancelled, the stream's own.
    Result<std::size_t> read(std::span<std::byte> into);
    /// As read(), but gives the bytes where they lie, however many: valid until the next call;
    /// empty at the end.
    Result<std::span<const std::byte>> readInPlace();

private:
    struct State;
    Result<std::span<const std::byte>> readUpTo(std::size_t most);

    std::unique_ptr<State> m_state;
    std::stop_token m_stop;
};

} // namespace strata
