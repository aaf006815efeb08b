// SPDX-License-Identifier: Apache-2.0
#include "hole_source.h"

#include <algorithm>

namespace strata::test {

Result<std::size_t> HoleSource::readAt(std::uint64_t offset, std::span<std::byte> into) const
{
    if (offset >= m_size) {
        return 0;
    }
    const auto count = std::min<std::uint64_t>(into.size(), m_size - offset);
    const auto target = into.first(static_cast<std::size_t>(count));
    std::ranges::fill(target, std::byte{0});
    for (const auto& [start, bytes] : m_pieces) {
        const auto from = std::max(start, offset);
        const auto to = std::min(start + bytes.size(), offset + count);
        for (auto at = from; at < to; ++at) {
            target[static_cast<std::size_t>(at - offset)] =
                bytes[static_cast<std::size_t>(at - start)];
        }
    }
    m_bytesRead += count;
    return static_cast<std::size_t>(count);
}

} // namespace strata::test
