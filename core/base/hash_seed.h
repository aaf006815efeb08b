// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace strata {

/// A number drawn once for each process, for every hash table and content hash: who makes an image
/// must not be able to choose names or contents that collide. What is hashed with it compares only
/// within one process, or in all that adopted the same. Thread-safe.
std::uint64_t hashSeed();

/// Makes `seed` that number, if none has been drawn yet, so that hashes kept on disk can be
/// compared with those made now. `seed` is a secret like the other and not 0. Whether hashSeed()
/// gives it. Thread-safe.
bool adoptHashSeed(std::uint64_t seed);

} // namespace strata
