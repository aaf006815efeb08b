// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <string>

/// Private to the core.
namespace strata {

struct TemporaryFile
{
    int descriptor = -1; ///< the caller's to close
    std::string folder;  ///< for errors
};

/// A file without a name, on disk rather than in memory, in $TMPDIR, else /var/tmp, else /tmp:
/// what goes there may be larger than memory is. Errors: Io, NotFound, Denied.
Result<TemporaryFile> makeTemporaryFile();

} // namespace strata
