// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/byte_stream.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace strata {

/// A place of a compressed source from which decompression can go on.
struct SeekPlace
{
    std::uint64_t offset = 0;         ///< of the first decompressed byte that comes from there
    std::uint64_t sourceOffset = 0;   ///< of the first byte of the source that is needed
    std::span<const std::byte> state; ///< what its format needs besides; empty where a member or
                                      ///< frame begins
};

/// The places of one compressed source, remembered while it was decompressed from front to back:
/// in gzip ends of blocks, each with the 32 KiB before it, and starts of members; in zstd starts of
/// frames. What is kept are facts of the formats, no library's innards, so that places stay good
/// in another process. They cost at most a hundredth of the decompressed bytes, and no more than
/// limits::seekIndexBytes. Immutable and thread-safe.
class SeekIndex
{
public:
    Compression compression() const { return m_compression; }
    std::size_t placeCount() const { return m_places.size(); }
    /// In the order of their offsets. Valid as long as the index is.
    SeekPlace place(std::size_t i) const;
    /// The last place at or before `offset`; none before the first, where the source's start is.
    std::optional<SeekPlace> before(std::uint64_t offset) const;
    /// Memory held.
    std::size_t bytes() const;

    /// The same bytes on every machine, for parse().
    void appendTo(std::vector<std::byte>& out) const;
    /// Errors: Malformed for what appendTo() does not write. That the places are those of a source
    /// cannot be seen here: decompressFrom() with another's gives other bytes or an error.
    static Result<std::shared_ptr<const SeekIndex>> parse(std::span<const std::byte> bytes);

private:
    friend class SeekIndexBuilder;

    struct Place
    {
        std::uint64_t offset = 0;
        std::uint64_t sourceOffset = 0;
        std::uint64_t stateEnd = 0; ///< in m_states; it begins where that of the place before ends
    };

    Compression m_compression = Compression::None;
    std::vector<Place> m_places;
    std::vector<std::byte> m_states;
};

/// Collects places while a source is decompressed (decompressRecording). Not thread-safe.
class SeekIndexBuilder
{
public:
    /// Decompressed bytes between two places, unless there come to be too many: then twice that,
    /// and so on. Places without a state cost little and stand closer.
    static constexpr std::uint64_t usualSpacing = 8ULL << 20;

    explicit SeekIndexBuilder(std::uint64_t spacing = usualSpacing);

    /// Whether a place at `offset` would be of use. `withState`: it needs a state.
    bool wants(std::uint64_t offset, bool withState) const;
    /// Offsets only ever rise.
    void add(const SeekPlace& place);
    /// What was collected; null if there is no place but the source's start. Leaves nothing.
    std::shared_ptr<const SeekIndex> finish(Compression compression);

private:
    void thinOut();

    std::uint64_t m_spacing;
    SeekIndex m_index;
};

} // namespace strata
