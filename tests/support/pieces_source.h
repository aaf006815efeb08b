// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bytes.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace strata::test {

/// A source of any size that is made while it is read: bombs without the memory they would take.
class PiecesSource : public ByteSource
{
public:
    /// `bytes`, `times` over.
    void repeat(Bytes bytes, std::uint64_t times = 1);
    /// `count` blocks of 512 bytes, each made by `make` from its number.
    using MakeBlock = std::function<void(std::uint64_t number, std::span<std::byte, 512> block)>;
    void blocks(std::uint64_t count, MakeBlock make);

    std::uint64_t size() const override { return m_size; }
    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override;

private:
    struct Piece
    {
        std::uint64_t start = 0;
        std::uint64_t size = 0;
        Bytes bytes;
        MakeBlock make;
    };
    /// Part of one piece, from `offset` within it.
    static void fill(const Piece& piece, std::uint64_t offset, std::span<std::byte> into);

    std::vector<Piece> m_pieces;
    std::uint64_t m_size = 0;
};

} // namespace strata::test
