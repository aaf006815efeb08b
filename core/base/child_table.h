// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/hash_seed.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace strata {

/// Hash table from (parent, name) to child while a tree is being built: twelve bytes a slot, no
/// allocation per item. Not thread-safe.
class ChildTable
{
public:
    static constexpr std::uint32_t none = 0xffffffffU;

    /// The child, or `none`. O(1).
    std::uint32_t find(std::uint32_t parent, std::uint32_t name) const
    {
        if (m_slots.empty()) {
            return none;
        }
        const std::size_t mask = m_slots.size() - 1;
        for (std::size_t i = hash(parent, name) & mask;; i = (i + 1) & mask) {
            const Slot& slot = m_slots[i];
            if (slot.child == none) {
                return none;
            }
            if (slot.parent == parent && slot.name == name) {
                return slot.child;
            }
        }
    }

    /// The pair must not be in the table yet.
    void insert(std::uint32_t parent, std::uint32_t name, std::uint32_t child)
    {
        if ((m_used + 1) * 4 > m_slots.size() * 3) {
            grow();
        }
        place({parent, name, child});
        ++m_used;
    }

private:
    struct Slot
    {
        std::uint32_t parent = none;
        std::uint32_t name = none;
        std::uint32_t child = none;
    };

    std::size_t hash(std::uint32_t parent, std::uint32_t name) const
    {
        std::uint64_t h = (std::uint64_t{parent} << 32U | name) * m_multiplier;
        h ^= h >> 32U;
        return static_cast<std::size_t>(h * 0xd6e8feb86659fd93ULL >> 16U);
    }

    void place(const Slot& slot)
    {
        const std::size_t mask = m_slots.size() - 1;
        std::size_t i = hash(slot.parent, slot.name) & mask;
        while (m_slots[i].child != none) {
            i = (i + 1) & mask;
        }
        m_slots[i] = slot;
    }

    void grow()
    {
        std::vector<Slot> old(m_slots.empty() ? 64 : m_slots.size() * 2);
        old.swap(m_slots);
        for (const Slot& slot : old) {
            if (slot.child != none) {
                place(slot);
            }
        }
    }

    /// Odd, and unknown to who numbers the names by their order in a tar.
    std::uint64_t m_multiplier = hashSeed() | 1U;
    std::vector<Slot> m_slots;
    std::size_t m_used = 0;
};

} // namespace strata
