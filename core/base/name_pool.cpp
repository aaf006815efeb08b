// SPDX-License-Identifier: Apache-2.0
#include "base/name_pool.h"

#include "base/hash_seed.h"

#include <utility>

#include <xxhash.h>

namespace strata {

std::size_t NamePool::slotOf(std::string_view bytes) const
{
    const std::size_t mask = m_slots.size() - 1;
    std::size_t slot = XXH3_64bits_withSeed(bytes.data(), bytes.size(), hashSeed()) & mask;
    while (m_slots[slot] != NameId::noneValue && at({m_slots[slot]}) != bytes) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

NameId NamePool::find(std::string_view bytes) const
{
    return m_slots.empty() ? NameId{} : NameId{m_slots[slotOf(bytes)]};
}

NameId NamePool::intern(std::string_view bytes)
{
    if ((size() + 1) * 4 > m_slots.size() * 3) {
        grow();
    }
    const std::size_t slot = slotOf(bytes);
    if (m_slots[slot] != NameId::noneValue) {
        return {m_slots[slot]};
    }
    const NameId id{static_cast<std::uint32_t>(size())};
    m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    m_offsets.push_back(m_bytes.size());
    m_slots[slot] = id.value;
    return id;
}

void NamePool::grow()
{
    m_slots.assign(m_slots.empty() ? 64 : m_slots.size() * 2, NameId::noneValue);
    const std::size_t mask = m_slots.size() - 1;
    for (std::uint32_t i = 0; i < size(); ++i) {
        const auto name = at({i});
        std::size_t slot = XXH3_64bits_withSeed(name.data(), name.size(), hashSeed()) & mask;
        while (m_slots[slot] != NameId::noneValue) {
            slot = (slot + 1) & mask;
        }
        m_slots[slot] = i;
    }
}

std::size_t NamePool::bytes() const
{
    return m_bytes.capacity() + m_offsets.capacity() * sizeof(m_offsets[0]) +
           m_slots.capacity() * sizeof(m_slots[0]);
}

NamePool NamePool::frozen(std::vector<char> text, std::vector<std::uint64_t> offsets)
{
    NamePool out;
    out.m_bytes = std::move(text);
    out.m_offsets = std::move(offsets);
    return out;
}

void NamePool::freeze()
{
    std::vector<std::uint32_t>().swap(m_slots); // assigning {} would keep the memory
    m_bytes.shrink_to_fit();
    m_offsets.shrink_to_fit();
}

} // namespace strata
