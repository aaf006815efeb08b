// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bytes.h"

#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

namespace strata::test {

/// A source of any size that is zeros but for a few pieces: archives of many gigabytes without the
/// memory. Counts what is read of it.
class HoleSource : public ByteSource
{
public:
    explicit HoleSource(std::uint64_t size)
        : m_size(size)
    {
    }

    void put(std::uint64_t offset, Bytes bytes) { m_pieces.emplace_back(offset, std::move(bytes)); }
    std::uint64_t bytesRead() const { return m_bytesRead; }

    std::uint64_t size() const override { return m_size; }
    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override;

private:
    std::uint64_t m_size;
    std::vector<std::pair<std::uint64_t, Bytes>> m_pieces;
    mutable std::atomic<std::uint64_t> m_bytesRead = 0;
};

} // namespace strata::test
