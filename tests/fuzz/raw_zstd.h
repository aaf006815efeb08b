// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace strata::fuzz {

/// `bytes` as a zstd frame of raw blocks (RFC 8878): the decompressor's way without a compressor's
/// time.
std::vector<std::byte> rawZstd(std::span<const std::byte> bytes);

} // namespace strata::fuzz
