// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "export/image_writer.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

/// Private to core/export.
namespace strata {

/// Compresses bytes as they come, through libarchive's filters. zlib is slower here than ISA-L,
/// but gives the same bytes on every processor. Not thread-safe.
class LayerCompressor
{
public:
    /// `sink` gets what comes out. `compression` is not None.
    LayerCompressor(LayerCompression compression,
                    std::function<Status(std::span<const std::byte>)> sink);
    ~LayerCompressor();
    LayerCompressor(const LayerCompressor&) = delete;
    LayerCompressor& operator=(const LayerCompressor&) = delete;

    /// Errors: the sink's.
    Status write(std::span<const std::byte> bytes);
    /// Hands on what is left. Nothing can be written afterwards.
    Status finish();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace strata
