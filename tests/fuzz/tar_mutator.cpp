// SPDX-License-Identifier: Apache-2.0
// Mutates as libFuzzer does, then puts the checksums of tar headers right: without that, nearly
// every change to a header would be found out at once and nothing behind it be reached.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string_view>

// NOLINTBEGIN(readability-identifier-naming): libFuzzer's names
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed);
// NOLINTEND(readability-identifier-naming)

namespace {

constexpr std::size_t blockBytes = 512;
constexpr std::size_t checksumAt = 148;
constexpr std::size_t checksumBytes = 8;
constexpr std::size_t magicAt = 257;
constexpr std::string_view magic = "ustar";

bool isHeader(std::span<const std::uint8_t> block)
{
    return std::equal(magic.begin(), magic.end(), block.begin() + magicAt);
}

void putChecksum(std::span<std::uint8_t> block)
{
    const auto field = block.subspan(checksumAt, checksumBytes);
    std::ranges::fill(field, std::uint8_t{' '});
    unsigned sum = std::accumulate(block.begin(), block.end(), 0U);
    field[checksumBytes - 2] = 0;
    for (std::size_t digit = checksumBytes - 2; digit-- > 0; sum >>= 3U) {
        field[digit] = static_cast<std::uint8_t>('0' + (sum & 7U));
    }
}

} // namespace

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                    unsigned seed)
{
    const std::size_t mutated = LLVMFuzzerMutate(data, size, most);
    if (seed % 16U == 0) {
        return mutated; // wrong checksums are a case as well
    }
    const std::span<std::uint8_t> all(data, mutated);
    for (std::size_t at = 0; at + blockBytes <= all.size(); at += blockBytes) {
        const auto block = all.subspan(at, blockBytes);
        if (isHeader(block)) {
            putChecksum(block);
        }
    }
    return mutated;
}
