// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "io/byte_source.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

namespace strata {

/// Bytes read once from front to back. Not thread-safe.
class ByteStream
{
public:
    ByteStream() = default;
    ByteStream(const ByteStream&) = delete;
    ByteStream& operator=(const ByteStream&) = delete;
    virtual ~ByteStream() = default;

    /// Up to `into.size()` bytes, at least one unless at the end; 0 = end.
    /// Errors: Io, Truncated, Malformed, Changed, LimitExceeded; Cancelled once a stop that the
    /// stream was made with is asked for. What can be read before an error comes before it. After
    /// an error the stream stays at it.
    virtual Result<std::size_t> read(std::span<std::byte> into) = 0;
    /// Passes over up to `count` bytes and gives how many; fewer only at the end. Streams over
    /// uncompressed sources jump without reading.
    virtual Result<std::uint64_t> skip(std::uint64_t count);
    /// Bytes of the underlying source used so far, for progress.
    virtual std::uint64_t sourcePosition() const = 0;
};

class SeekIndex;
class SeekIndexBuilder;

enum class Compression { None, Gzip, Zstd, Xz, Bzip2, Lz4, Other };

/// "none", "gzip", "zstd", "xz", "bzip2", "lz4", "other".
std::string_view compressionName(Compression compression);

/// By the first bytes, never by a media type (RULES.md, "Archives"): the first 264 are read. zstd's
/// skippable frames are zstd. Empty sources are None.
Result<Compression> sniffCompression(const ByteSource& source);

/// The source as it is: reads what is asked for and no more. `stop` is obeyed by every read and
/// skip.
std::unique_ptr<ByteStream> plainStream(SharedSource source, std::uint64_t from = 0,
                                        std::stop_token stop = {});

/// The decompressed bytes; gzip by ISA-L (all members), zstd by libzstd (all frames), the rest by
/// libarchive's filters. `stop` is obeyed by every read and skip, within a buffer of the source.
/// Errors while reading: Truncated, Malformed; LimitExceeded for what wants too much memory.
Result<std::unique_ptr<ByteStream>> decompress(SharedSource source, Compression compression,
                                               std::stop_token stop = {});

/// As decompress(), and tells `places`, which must outlive the stream, where gzip and zstd can be
/// gone on with. Those before an error are good.
Result<std::unique_ptr<ByteStream>> decompressRecording(SharedSource source,
                                                        Compression compression,
                                                        SeekIndexBuilder& places,
                                                        std::stop_token stop = {});

/// Decompressed bytes that do not begin with the first.
struct StreamFrom
{
    std::unique_ptr<ByteStream> stream;
    std::uint64_t offset = 0; ///< of the byte that it gives first
};

/// As decompress(), but from the last of `places` at or before `offset` on; they must be the
/// source's own, and may be null. What lies between there and `offset` is for the caller to skip,
/// who may report it; without a place before it that is all, and in uncompressed sources nothing.
/// Checksums are verified just as from the start.
Result<StreamFrom> decompressNear(SharedSource source, Compression compression,
                                  const SeekIndex* places, std::uint64_t offset,
                                  std::stop_token stop = {});

/// sniffCompression and decompress, or plainStream, in one.
Result<std::unique_ptr<ByteStream>> openStream(SharedSource source, std::stop_token stop = {});

/// Reads to the end. Errors: the stream's; LimitExceeded over `limit` bytes.
Result<std::vector<std::byte>> readAll(ByteStream& stream, std::uint64_t limit);
/// At most `limit` bytes from the front.
Result<std::vector<std::byte>> readUpTo(ByteStream& stream, std::uint64_t limit);

} // namespace strata
