// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <cstdint>
#include <functional>
#include <stop_token>

namespace strata {

/// How far a long operation has come. Units: bytes of the input; `total` 0 = not known.
struct Progress
{
    std::uint64_t done = 0;
    std::uint64_t total = 0;
};

/// What every long operation of the core takes: how to stop it and where to report.
/// `progress` is called on the worker's thread (from several at once when work runs in parallel,
/// serialised by the operation), at most a few dozen times a second, and must return quickly.
struct Job
{
    std::stop_token stop;
    std::function<void(const Progress&)> progress;

    bool cancelled() const { return stop.stop_requested(); }
    void report(std::uint64_t done, std::uint64_t total) const
    {
        if (progress) {
            progress({done, total});
        }
    }
};

inline std::unexpected<Error> cancelledError()
{
    return fail(ErrorCode::Cancelled, "cancelled");
}

} // namespace strata
