// SPDX-License-Identifier: Apache-2.0
#include "pieces_source.h"

#include <algorithm>
#include <array>

namespace strata::test {

void PiecesSource::repeat(Bytes bytes, std::uint64_t times)
{
    const std::uint64_t size = bytes.size() * times;
    m_pieces.push_back({.start = m_size, .size = size, .bytes = std::move(bytes), .make = {}});
    m_size += size;
}

void PiecesSource::blocks(std::uint64_t count, MakeBlock make)
{
    const std::uint64_t size = count * 512;
    m_pieces.push_back({.start = m_size, .size = size, .bytes = {}, .make = std::move(make)});
    m_size += size;
}

void PiecesSource::fill(const Piece& piece, std::uint64_t offset, std::span<std::byte> into)
{
    const std::size_t period = piece.make ? 512 : piece.bytes.size();
    std::array<std::byte, 512> block{};
    while (!into.empty()) {
        const auto within = static_cast<std::size_t>(offset % period);
        const std::size_t count = std::min(into.size(), period - within);
        const std::byte* from = piece.bytes.data();
        if (piece.make) {
            piece.make(offset / period, block);
            from = block.data();
        }
        std::copy_n(from + within, count, into.begin());
        into = into.subspan(count);
        offset += count;
    }
}

Result<std::size_t> PiecesSource::readAt(std::uint64_t offset, std::span<std::byte> into) const
{
    std::size_t count = 0;
    auto piece = std::ranges::upper_bound(m_pieces, offset, {}, &Piece::start);
    if (piece != m_pieces.begin()) {
        --piece;
    }
    for (; piece != m_pieces.end() && count < into.size(); ++piece) {
        const std::uint64_t within = offset + count - piece->start;
        if (within >= piece->size) {
            continue;
        }
        const auto part = std::min<std::uint64_t>(into.size() - count, piece->size - within);
        fill(*piece, within, into.subspan(count, static_cast<std::size_t>(part)));
        count += static_cast<std::size_t>(part);
    }
    return count;
}

} // namespace strata::test
