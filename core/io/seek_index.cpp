// SPDX-License-Identifier: Apache-2.0
#include "io/seek_index.h"

#include "base/limits.h"

#include <algorithm>
#include <concepts>
#include <utility>

namespace strata {

namespace {

// Layout of appendTo(), all little-endian: the version, the compression, the number of places; of
// each place offset, source offset and length of its state; then the states.
constexpr std::uint32_t layoutVersion = 1;
constexpr std::size_t headBytes = 4 + 1 + 4;
constexpr std::size_t placeBytes = 8 + 8 + 4;

template <std::unsigned_integral T> void put(std::vector<std::byte>& out, T value)
{
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        out.push_back(static_cast<std::byte>(value >> (8 * i)));
    }
}

/// Takes it from the front of `bytes`, which are long enough.
template <std::unsigned_integral T> T take(std::span<const std::byte>& bytes)
{
    T value = 0;
    for (std::size_t i = sizeof(T); i-- > 0;) {
        value = static_cast<T>(static_cast<std::uint64_t>(value) << 8U |
                               std::to_integer<std::uint64_t>(bytes[i]));
    }
    bytes = bytes.subspan(sizeof(T));
    return value;
}

std::unexpected<Error> malformed()
{
    return fail(ErrorCode::Malformed, "places of decompression that are damaged");
}

} // namespace

SeekPlace SeekIndex::place(std::size_t i) const
{
    const Place& place = m_places[i];
    const auto begin = i == 0 ? 0 : m_places[i - 1].stateEnd;
    return {place.offset, place.sourceOffset,
            std::span(m_states).subspan(static_cast<std::size_t>(begin),
                                        static_cast<std::size_t>(place.stateEnd - begin))};
}

std::optional<SeekPlace> SeekIndex::before(std::uint64_t offset) const
{
    const auto behind = std::ranges::upper_bound(m_places, offset, {}, &Place::offset);
    return behind == m_places.begin()
               ? std::nullopt
               : std::optional(place(static_cast<std::size_t>(behind - m_places.begin()) - 1));
}

std::size_t SeekIndex::bytes() const
{
    return sizeof(*this) + m_places.capacity() * sizeof(Place) + m_states.capacity();
}

void SeekIndex::appendTo(std::vector<std::byte>& out) const
{
    out.reserve(out.size() + headBytes + m_places.size() * placeBytes + m_states.size());
    put(out, layoutVersion);
    put(out, static_cast<std::uint8_t>(m_compression));
    put(out, static_cast<std::uint32_t>(m_places.size()));
    for (std::size_t i = 0; i < m_places.size(); ++i) {
        const SeekPlace it = place(i);
        put(out, it.offset);
        put(out, it.sourceOffset);
        put(out, static_cast<std::uint32_t>(it.state.size()));
    }
    out.insert(out.end(), m_states.begin(), m_states.end());
}

Result<std::shared_ptr<const SeekIndex>> SeekIndex::parse(std::span<const std::byte> bytes)
{
    if (bytes.size() < headBytes || bytes.size() > limits::seekIndexBytes ||
        take<std::uint32_t>(bytes) != layoutVersion) {
        return malformed();
    }
    auto index = std::make_shared<SeekIndex>();
    index->m_compression = static_cast<Compression>(take<std::uint8_t>(bytes));
    const auto count = take<std::uint32_t>(bytes);
    if ((index->m_compression != Compression::Gzip && index->m_compression != Compression::Zstd) ||
        count == 0 || bytes.size() / placeBytes < count) {
        return malformed();
    }
    index->m_places.reserve(count);
    Place last;
    for (std::uint32_t i = 0; i < count; ++i) {
        Place next;
        next.offset = take<std::uint64_t>(bytes);
        next.sourceOffset = take<std::uint64_t>(bytes);
        next.stateEnd = last.stateEnd + take<std::uint32_t>(bytes);
        if (next.offset <= last.offset || next.sourceOffset < last.sourceOffset) {
            return malformed();
        }
        index->m_places.push_back(next);
        last = next;
    }
    if (last.stateEnd != bytes.size()) {
        return malformed();
    }
    index->m_states.assign(bytes.begin(), bytes.end());
    return index;
}

SeekIndexBuilder::SeekIndexBuilder(std::uint64_t spacing)
    : m_spacing(spacing)
{
}

bool SeekIndexBuilder::wants(std::uint64_t offset, bool withState) const
{
    const auto last = m_index.m_places.empty() ? 0 : m_index.m_places.back().offset;
    const auto spacing = withState ? m_spacing : m_spacing / 64;
    return offset > last && offset - last >= spacing;
}

void SeekIndexBuilder::add(const SeekPlace& place)
{
    m_index.m_states.insert(m_index.m_states.end(), place.state.begin(), place.state.end());
    m_index.m_places.push_back({place.offset, place.sourceOffset, m_index.m_states.size()});
    // What is written must be read again, and takes no more than what is held.
    while (m_index.m_places.size() * sizeof(SeekIndex::Place) + m_index.m_states.size() >
               limits::seekIndexBytes - sizeof(SeekIndex) &&
           m_index.m_places.size() > 1) {
        thinOut();
    }
}

/// Every other place goes.
void SeekIndexBuilder::thinOut()
{
    SeekIndex kept;
    for (std::size_t i = 1; i < m_index.m_places.size(); i += 2) {
        const SeekPlace place = m_index.place(i);
        kept.m_states.insert(kept.m_states.end(), place.state.begin(), place.state.end());
        kept.m_places.push_back({place.offset, place.sourceOffset, kept.m_states.size()});
    }
    m_index = std::move(kept);
    m_spacing *= 2;
}

std::shared_ptr<const SeekIndex> SeekIndexBuilder::finish(Compression compression)
{
    if (m_index.m_places.empty()) {
        return nullptr;
    }
    m_index.m_compression = compression;
    m_index.m_places.shrink_to_fit();
    m_index.m_states.shrink_to_fit();
    return std::make_shared<const SeekIndex>(std::exchange(m_index, {}));
}

} // namespace strata
