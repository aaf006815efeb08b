// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bytes.h"
#include "check.h"

#include "io/seek_index.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace strata::test {

/// Text, noise, zeros, and text again: blocks of every kind.
inline Bytes mixture()
{
    std::string lines;
    for (int i = 0; i < 60'000; ++i) {
        lines += "line " + std::to_string(i * 7919 % 100'003) + "\n";
    }
    return concat({toBytes(lines), noise(300'000), Bytes(400'000), toBytes(lines), noise(1'000)});
}

/// Each `piece` of the content by itself: members or frames.
inline Bytes inPieces(const Bytes& content, std::size_t piece, Compression compression)
{
    Bytes out;
    for (std::size_t at = 0; at < content.size(); at += piece) {
        const auto part = compress(
            std::span(content).subspan(at, std::min(piece, content.size() - at)), compression);
        out.insert(out.end(), part.begin(), part.end());
    }
    return out;
}

/// What comes of a stream that tells its places.
struct Recorded
{
    Bytes bytes;
    std::string end; ///< "ok", or the error's kind
    std::shared_ptr<const SeekIndex> places;
};

/// Reads to the end or the first error.
inline std::pair<Bytes, std::string> rest(ByteStream& stream, std::size_t atOnce = 100'000)
{
    Bytes read;
    Bytes buffer(atOnce);
    for (;;) {
        const auto n = stream.read(buffer);
        if (!n || *n == 0) {
            return {std::move(read), outcome(n)};
        }
        read.insert(read.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*n));
    }
}

inline Recorded record(const Bytes& stored, Compression compression, std::uint64_t spacing = 1,
                       std::size_t atOnce = 100'000)
{
    SeekIndexBuilder builder(spacing);
    const auto stream = decompressRecording(memorySource(stored), compression, builder);
    auto [bytes, end] = rest(**stream, atOnce);
    return {std::move(bytes), std::move(end), builder.finish(compression)};
}

/// Whether `whole` ends with `part`, which begins at `offset`.
inline bool endsWith(std::span<const std::byte> whole, std::uint64_t offset,
                     std::span<const std::byte> part)
{
    return offset <= whole.size() &&
           std::ranges::equal(whole.subspan(static_cast<std::size_t>(offset)), part);
}

} // namespace strata::test
