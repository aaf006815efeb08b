// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ids.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace strata {

/// Interned byte strings in one arena: equal strings have equal ids, and a string costs its bytes
/// plus eight. Not thread-safe while interning; any number of readers afterwards.
class NamePool
{
public:
    NamePool() = default;

    /// Amortised O(length). Views given out before stay valid only until the next call.
    NameId intern(std::string_view bytes);
    /// The id of a string that was interned; none for others. O(length).
    NameId find(std::string_view bytes) const;
    /// O(1). Valid until the pool grows or dies.
    std::string_view at(NameId id) const
    {
        return std::string_view(m_bytes.data() + m_offsets[id.index()],
                                m_offsets[id.index() + 1] - m_offsets[id.index()]);
    }
    std::size_t size() const { return m_offsets.size() - 1; }
    std::size_t bytes() const;                               ///< memory held
    std::size_t textBytes() const { return m_bytes.size(); } ///< of the strings alone

    /// All strings one after another in the order of their ids, and where each begins (one place
    /// more: their end).
    std::span<const char> text() const { return m_bytes; }
    std::span<const std::uint64_t> offsets() const { return m_offsets; }
    /// A frozen pool of what text() and offsets() gave. `offsets` begins with 0, never falls, and
    /// ends with the size of `text`.
    static NamePool frozen(std::vector<char> text, std::vector<std::uint64_t> offsets);

    /// Drops the look-up table and spare capacity; nothing can be interned afterwards.
    void freeze();

private:
    /// The slot that holds `bytes`, or the empty one where they belong. The table is not empty.
    std::size_t slotOf(std::string_view bytes) const;
    void grow();

    std::vector<char> m_bytes;
    std::vector<std::uint64_t> m_offsets{0};
    std::vector<std::uint32_t> m_slots; ///< open addressing, size a power of two, none = empty
};

} // namespace strata
