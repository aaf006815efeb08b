// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/byte_source.h"
#include "layer/layer_index.h"

namespace strata::fuzz {

/// Node order, links between nodes and entries, names: what layer_index.h promises.
void requireSoundLayer(const LayerIndex& layer);

/// Opens every file and reads it; with `exact`, sizes and hashes are those of the index, and where
/// the layer is not damaged all can be read. Files of more than bounds::contentBytes are left out.
void requireReadableContents(const LayerIndex& layer, const SharedSource& stored,
                             Compression compression, bool exact);

/// Reads from places that stand as close as can be: what comes is what comes from the start. No
/// more than bounds::places are tried.
void requireSameFromPlaces(const SharedSource& stored, Compression compression);

/// Two readings of one tar: all that an index says but where contents lie and their hashes.
void requireSameLayer(const LayerIndex& a, const LayerIndex& b);

} // namespace strata::fuzz
