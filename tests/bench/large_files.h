// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "io/byte_source.h"

#include <cstdint>
#include <filesystem>

namespace strata::bench {

/// Stands in for the article's image where that is not at hand: as many layers, of its sizes, whose
/// contents compress about as well.
struct LargeFiles
{
    static constexpr std::uint32_t layers = 3;

    std::uint32_t divisor = 1; ///< of the layers' sizes
};

/// Writes layer `number` to `file` and gives its bytes: the same every time.
Result<SharedSource> writeLayer(const LargeFiles& image, std::uint32_t number,
                                const std::filesystem::path& file);

} // namespace strata::bench
