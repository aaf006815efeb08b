// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "layer/layer_index.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace strata {

/// A LayerIndex as bytes and back, the same on every machine. Content hashes are written as they
/// are: only who has the same hashSeed() may compare them.
class LayerIndexCodec
{
public:
    /// Rises with every change of what the bytes mean.
    static constexpr std::uint32_t version = 1;

    /// Cost: that of a copy.
    static void append(const LayerIndex& index, std::vector<std::byte>& out);
    /// What append() wrote. Whatever else is in the bytes, an index that is given can be used like
    /// any other: every number in it that leads to something is checked. Errors: Malformed. Cost:
    /// linear; memory of the index itself.
    static Result<std::shared_ptr<const LayerIndex>> parse(std::span<const std::byte> bytes);

private:
    class Reader;

    static bool readNames(Reader& reader, LayerIndex& index);
    static bool readNodes(Reader& reader, LayerIndex& index);
    static void readEntries(Reader& reader, LayerIndex& index);
    static void readXattrs(Reader& reader, LayerIndex& index);
    static bool readWarnings(Reader& reader, LayerIndex& index);

    static bool nodesFit(const LayerIndex& index);
    static bool namesFit(const LayerIndex& index);
    static bool recordsFit(const LayerIndex& index);
    static bool linksFit(const LayerIndex& index);
    static bool attributesFit(const LayerIndex& index);
};

} // namespace strata
