// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "io/byte_source.h"

#include <cstdint>
#include <filesystem>

namespace strata::bench {

/// The image of small files: each layer lists the folders it writes to, as container engines do.
struct ManyFiles
{
    static constexpr std::uint32_t filesInAFolder = 50;
    static constexpr std::uint32_t layers = 12;

    std::uint32_t folders = 20'000; ///< a multiple of 1,000
};

/// Writes layer `number` to `file` and gives its bytes. Files of 0 to 64 bytes; a third of the
/// paths are touched by later layers too: written anew, with the same size or another, changed in
/// their mode alone, or removed. The same bytes every time.
Result<SharedSource> writeLayer(const ManyFiles& image, std::uint32_t number,
                                const std::filesystem::path& file);

} // namespace strata::bench
