// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "io/byte_source.h"
#include "io/seek_index.h"
#include "layer/layer_index.h"

#include <memory>

namespace strata {

/// What is remembered of one layer.
struct IndexedLayer
{
    std::shared_ptr<const LayerIndex> index;
    /// From where its stored bytes can be decompressed; null where that is the start alone, and for
    /// layers that are not compressed.
    std::shared_ptr<const SeekIndex> places;
};

/// Reads one layer's tar into an index. Uncompressed tars are hopped through header by header,
/// their file data never read; compressed ones are decompressed once and contents hashed on the
/// way. A tar that is damaged, cut off, or wants too much memory to be decompressed gives what came
/// before, marked damaged, with a warning. Progress in stored bytes. Errors: those of reading
/// `stored`, as Io, Denied and Changed; Cancelled.
Result<IndexedLayer> indexLayer(SharedSource stored, Compression compression, const Job& job,
                                LayerRoot root = LayerRoot::Unknown);

/// The index of a layer that is not there: empty, with `warning`.
std::shared_ptr<const LayerIndex> absentLayer(WarningCode code, std::string warning);

} // namespace strata
