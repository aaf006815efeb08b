// SPDX-License-Identifier: Apache-2.0
// One layer's blob, whatever it is compressed with: its index, and every content read back.
#include "fuzz_target.h"
#include "input.h"
#include "layer_rules.h"
#include "raw_zstd.h"
#include "require.h"

#include "io/byte_stream.h"
#include "layer/layer_indexer.h"

using namespace strata;
using namespace strata::fuzz;

namespace {

std::shared_ptr<const LayerIndex> indexed(const SharedSource& stored, Compression compression,
                                          bool exact)
{
    auto layer = indexLayer(stored, compression, {});
    if (!layer) {
        requireDisplayable(layer.error());
        return nullptr;
    }
    requireSoundLayer(*layer->index);
    requireReadableContents(*layer->index, stored, compression, exact);
    return layer->index;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto bytes = bytesOf(data, size);
    const SharedSource stored = viewSource(bytes);
    const auto compression = sniffCompression(*stored);
    require(compression.has_value(), "memory can be read");
    if (*compression != Compression::None && isBomb(stored)) {
        return 0;
    }
    requireSameFromPlaces(stored, *compression);
    const auto plain = decompressed(stored);
    const bool exact = plain && !holdsSparseVersions(*plain);
    const auto layer = indexed(stored, *compression, exact);
    // The same tar hopped through and read from front to back. What is damaged may end at another
    // place: hopping does not see what it hops over.
    if (!layer || layer->damaged() || !plain) {
        return 0;
    }
    const bool wasPlain = *compression == Compression::None;
    const auto other = wasPlain ? indexed(memorySource(rawZstd(*plain)), Compression::Zstd, exact)
                                : indexed(memorySource(*plain), Compression::None, exact);
    if (other && !other->damaged()) {
        requireSameLayer(*layer, *other);
        countLookedAt();
    }
    return 0;
}
