// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// Private to overlay: bits of a mode.
namespace strata {

inline constexpr std::uint16_t permissionBits = 07777; ///< all that a mode says beside the type
inline constexpr std::uint16_t setUserId = 04000;
inline constexpr std::uint16_t setGroupId = 02000;

} // namespace strata
