// SPDX-License-Identifier: Apache-2.0
#pragma once

// Private to core: XXH3 for long inputs, by the widest instructions that the processor has. Where
// the library cannot choose, it was built for the oldest processor of its kind.
#ifdef STRATA_XXHASH_DISPATCHES
#include <xxh_x86dispatch.h> // the same names
#else
#include <xxhash.h>
#endif
