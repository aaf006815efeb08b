// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bytes.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

namespace strata::test {

/// A source of any size that is made while it is read: bombs without the memory they would take.
/// Counts what is read of it, and can ask for a stop on the way, as a user would.
class PiecesSource : public ByteSource
{
public:
    /// `bytes`, `times` over.
    void repeat(Bytes bytes, std::uint64_t times = 1);
    /// `count` blocks of 512 bytes, each made by `make` from its number.
    using MakeBlock = std::function<void(std::uint64_t number, std::span<std::byte, 512> block)>;
    void blocks(std::uint64_t count, MakeBlock make);

    /// Asks for a stop once `bytes` have been read in all.
    void stopAfter(std::uint64_t bytes, std::stop_source stop);
    std::uint64_t bytesRead() const { return m_bytesRead; }
    std::uint64_t bytesReadAfterStop() const { return m_bytesReadAfterStop; }

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
    std::uint64_t m_stopAfter = 0;
    mutable std::stop_source m_stop{std::nostopstate};
    mutable std::atomic<std::uint64_t> m_bytesRead = 0;
    mutable std::atomic<std::uint64_t> m_bytesReadAfterStop = 0;
};

} // namespace strata::test
