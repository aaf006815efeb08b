// SPDX-License-Identifier: Apache-2.0
#include "base/hash_seed.h"

#include <random>

namespace strata {

std::uint64_t hashSeed()
{
    static const std::uint64_t seed = [] {
        std::random_device device;
        return (std::uint64_t{device()} << 32U) | device();
    }();
    return seed;
}

} // namespace strata
