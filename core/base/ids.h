// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace strata {

/// A typed 32-bit index into one flat vector. Different tags do not convert into each other, so a
/// node is never taken for an entry. The default value is "none".
template <typename Tag> struct Id
{
    static constexpr std::uint32_t noneValue = 0xffffffffU;
    std::uint32_t value = noneValue;

    constexpr bool valid() const { return value != noneValue; }
    constexpr explicit operator bool() const { return valid(); }
    constexpr std::size_t index() const { return value; }
    friend constexpr auto operator<=>(Id, Id) = default;
    friend constexpr bool operator==(Id, Id) = default;
};

using NodeId = Id<struct NodeTag>;           ///< a path of a MergedTree
using LayerNodeId = Id<struct LayerNodeTag>; ///< a path of one LayerIndex
using EntryId = Id<struct EntryTag>;         ///< a tar entry of one LayerIndex
using NameId = Id<struct NameTag>;           ///< an interned byte string of one NamePool
using XattrSetId = Id<struct XattrSetTag>;   ///< a set of extended attributes of one LayerIndex
using RowId = Id<struct RowTag>;             ///< a row of one Projection

/// Position of a layer in its image, 0 = base.
using LayerNo = std::uint32_t;

} // namespace strata

template <typename Tag> struct std::hash<strata::Id<Tag>>
{
    std::size_t operator()(strata::Id<Tag> id) const noexcept { return id.value; }
};
