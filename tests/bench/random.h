// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace strata::bench {

/// Evenly spread numbers, the same on every machine (SplitMix64).
constexpr std::uint64_t scatter(std::uint64_t n)
{
    n += 0x9e3779b97f4a7c15U;
    n = (n ^ (n >> 30U)) * 0xbf58476d1ce4e5b9U;
    n = (n ^ (n >> 27U)) * 0x94d049bb133111ebU;
    return n ^ (n >> 31U);
}

} // namespace strata::bench
