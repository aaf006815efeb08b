// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace strata {

/// A number drawn once for each process, for every hash table and content hash: who makes an image
/// must not be able to choose names or contents that collide. What is hashed with it compares only
/// within one process. Thread-safe.
std::uint64_t hashSeed();

} // namespace strata
