// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <utility>

namespace strata::test {

/// Random choices that are the same on every machine for the same seed: the standard says what
/// mt19937_64 gives, but not what its distributions make of it.
class Random
{
public:
    explicit Random(std::uint64_t seed)
        : m_engine(seed)
    {
    }

    /// 0 … bound−1.
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(m_engine() % bound); }
    bool chance(unsigned percent) { return below(100) < percent; }

    template <typename Range> const auto& oneOf(const Range& range)
    {
        return range[below(std::size(range))];
    }

    template <typename T> void shuffle(std::span<T> items)
    {
        for (auto i = items.size(); i > 1; --i) {
            std::swap(items[i - 1], items[below(i)]);
        }
    }

private:
    std::mt19937_64 m_engine;
};

} // namespace strata::test
