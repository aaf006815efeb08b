// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

/// Private to io.
namespace strata {

/// The headers of one member that has extension headers both of PAX and of GNU, each made a tar of
/// its own that a tar reader can be asked about.
struct ContestedHeaders
{
    std::vector<std::byte> paxFirst;
    std::vector<std::byte> gnuFirst;
    std::vector<std::byte> gnuAlone;
};

/// `headers`: whole blocks, from a member's first extension header to its data. None if there are
/// not extensions of both kinds. O(size); allocates only when there are.
std::optional<ContestedHeaders> contestedHeaders(std::span<const std::byte> headers);

} // namespace strata
