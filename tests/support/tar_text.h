// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bytes.h"
#include "tar_builder.h"

#include "io/tar_reader.h"

#include <string>

namespace strata::test {

/// Every member on a line, "file a/b 5", "symlink s -> x 0", "file h = f 0", and the error that
/// ended the reading as "error: Truncated". Read by the core's TarReader.
std::string tarText(const Bytes& tar);
std::string tarText(const TarBuilder& tar);
/// The first member, whole; one with the path "nothing" where there is none.
TarMember firstMember(const TarBuilder& tar);
/// The rest of the current member's content, "error: Truncated" behind it where reading fails.
std::string restOf(TarReader& reader);

} // namespace strata::test
