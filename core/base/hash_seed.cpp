// SPDX-License-Identifier: Apache-2.0
#include "base/hash_seed.h"

#include <atomic>
#include <random>

namespace strata {

namespace {

std::atomic<std::uint64_t> drawn = 0; // 0 = not yet

} // namespace

std::uint64_t hashSeed()
{
    if (const auto seed = drawn.load(std::memory_order_relaxed); seed != 0) {
        return seed;
    }
    std::random_device device;
    std::uint64_t seed = 0;
    while (seed == 0) {
        seed = (std::uint64_t{device()} << 32U) | device();
    }
    std::uint64_t expected = 0;
    return drawn.compare_exchange_strong(expected, seed) ? seed : expected;
}

bool adoptHashSeed(std::uint64_t seed)
{
    std::uint64_t expected = 0;
    return seed != 0 && (drawn.compare_exchange_strong(expected, seed) || expected == seed);
}

} // namespace strata
