// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

/// How much of an input the targets look at. The core's own bounds (base/limits.h) are those of
/// real images; within them a few bytes may mean minutes of honest work, which no fuzzer waits for.
namespace strata::fuzz::bounds {

/// Decompressed bytes of an archive or layer; what is larger is passed over.
inline constexpr std::uint64_t decompressedBytes = 16ULL << 20;
/// Content bytes of one image that are read, extracted and exported.
inline constexpr std::uint64_t contentBytes = 4ULL << 20;
/// Paths of one image that are looked at one by one.
inline constexpr std::size_t nodes = 20'000;
/// Places of one compressed layer that are gone on from.
inline constexpr std::size_t places = 8;
/// Images of one archive that are loaded.
inline constexpr std::size_t images = 3;

} // namespace strata::fuzz::bounds
