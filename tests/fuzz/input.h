// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/byte_source.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace strata::fuzz {

/// A fuzzer's bytes as the core's. The source refers to them and does not outlive the call.
inline std::span<const std::byte> bytesOf(const std::uint8_t* data, std::size_t size)
{
    return std::as_bytes(std::span(data, size));
}

/// What `source` decompresses to, or none where that is more than bounds::decompressedBytes or
/// cannot be decompressed to its end.
std::optional<std::vector<std::byte>> decompressed(const SharedSource& source);

/// Whether a tar says of a member which version of GNU's sparse format it has. libarchive carries
/// that from one member into the next, so that a member which says only half of it reads otherwise
/// where it is read alone: contents are then not compared.
bool holdsSparseVersions(std::span<const std::byte> tar);

/// Tells that an input was looked at to its end: not passed over, being too large or no image.
void countLookedAt();
/// How many were, since the process began.
std::size_t lookedAt();

/// Whether `source` decompresses to more than bounds::decompressedBytes.
bool isBomb(const SharedSource& source);

} // namespace strata::fuzz
