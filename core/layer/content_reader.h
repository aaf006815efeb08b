// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "io/byte_source.h"
#include "io/byte_stream.h"
#include "io/seek_index.h"
#include "layer/layer_index.h"

#include <memory>

namespace strata {

/// The content of one regular file of a layer. Opening costs a seek in an uncompressed layer; in a
/// compressed one decompression up to the file, from the last of its `places` (as indexLayer gave
/// them; may be null) before it. Of that, `job` gets progress in stored bytes, and its stop is
/// obeyed while opening and by every read. Errors: NotFound for what is no regular
/// file; Truncated, Malformed, Io, Changed, Cancelled, while reading too.
Result<std::unique_ptr<ByteStream>> openContent(SharedSource stored, Compression compression,
                                                const SeekIndex* places, const LayerEntry& entry,
                                                const Job& job = {});

} // namespace strata
