// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "layer_script.h"

#include <cstdint>

namespace strata::test {

/// A stack of layers with everything that RULES.md names: adds, overwrites, whiteouts,
/// opaque directories, type changes, re-adds, links, metadata-only changes, implied parents, odd
/// names and spellings, attributes, devices, duplicates, entries in any order. The same stack for
/// the same seed on every machine.
StackScript randomStack(std::uint64_t seed);

} // namespace strata::test
