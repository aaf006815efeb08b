// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

/// Private to core/export: content on its way into one new file.
namespace strata {

/// Up to as many bytes as asked for; 0 = end.
using ContentReader = std::function<Result<std::size_t>(std::span<std::byte>)>;

/// Why a copy failed: an `error` of the reader, or of the system when writing (`errnum`).
struct CopyFailure
{
    Error error;
    int errnum = 0;
};

/// Copies all that `read` gives, which must be `size` bytes, to the new file `fd`, through
/// `buffer`. Long runs of zeros become holes: a sparse file of an image may claim more than any
/// disk has. `copied` hears of each piece. Errors: the reader's, Truncated, Cancelled.
std::expected<void, CopyFailure> copyToFile(const ContentReader& read, int fd, std::uint64_t size,
                                            std::span<std::byte> buffer, const Job& job,
                                            const std::function<void(std::size_t)>& copied);

/// Whether an errno concerns everything that is still to come, so that going on is useless: the
/// disk is full, broken or read-only.
bool isFatal(int error);

} // namespace strata
