// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "io/byte_source.h"
#include "layer/layer_index.h"

#include <memory>

namespace strata {

/// Reads one layer's tar into an index. Uncompressed tars are hopped through header by header,
/// their file data never read; compressed ones are decompressed once and contents hashed on the
/// way. A tar that is damaged or cut off gives what came before, marked damaged, with a warning.
/// Progress in stored bytes. Errors: Io, Changed, Cancelled, LimitExceeded.
Result<std::shared_ptr<const LayerIndex>> indexLayer(SharedSource stored, Compression compression,
                                                     const Job& job,
                                                     LayerRoot root = LayerRoot::Unknown);

/// The index of a layer that is not there: empty, with `warning`.
std::shared_ptr<const LayerIndex> absentLayer(WarningCode code, std::string warning);

} // namespace strata
