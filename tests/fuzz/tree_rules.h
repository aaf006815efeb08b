// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/merged_tree.h"
#include "tree/projection.h"

#include <memory>

namespace strata::fuzz {

/// Node order, versions, origins, counts, and that what is visible lies in visible directories:
/// what merged_tree.h promises.
void requireSoundTree(const MergedTree& tree);

/// `tree` up to each layer is the tree of those layers alone. `tree` is as mergeLayers gives it.
void requirePrefixesAgree(const MergedTree& tree);

/// What the fold and the comparison of contents say of one image: only versions that were not
/// decided differ, and only in how they changed.
void requireOnlyDecided(const MergedTree& folded, const MergedTree& resolved);

/// Rows, what they show, and which of them match: what projection.h promises.
void requireSoundProjection(const Projection& rows);

} // namespace strata::fuzz
