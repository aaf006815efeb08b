// SPDX-License-Identifier: Apache-2.0
#include "raw_zstd.h"

#include <algorithm>
#include <cstdint>

namespace strata::fuzz {

std::vector<std::byte> rawZstd(std::span<const std::byte> bytes)
{
    constexpr std::size_t largestBlock = 128UL * 1024;
    constexpr std::uint32_t magic = 0xfd2fb528U;
    constexpr std::byte noSizeNoChecksum{0x00};
    constexpr std::byte window128KiB{0x38};
    std::vector<std::byte> out;
    const auto append = [&out](std::uint32_t value, unsigned count) {
        for (unsigned i = 0; i < count; ++i) {
            out.push_back(static_cast<std::byte>(value >> (8U * i)));
        }
    };
    append(magic, 4);
    out.push_back(noSizeNoChecksum);
    out.push_back(window128KiB);
    do {
        const auto block = bytes.first(std::min(bytes.size(), largestBlock));
        bytes = bytes.subspan(block.size());
        const std::uint32_t last = bytes.empty() ? 1U : 0U;
        append(last | static_cast<std::uint32_t>(block.size()) << 3U, 3);
        out.insert(out.end(), block.begin(), block.end());
    } while (!bytes.empty());
    return out;
}

} // namespace strata::fuzz
