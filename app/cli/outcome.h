// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace strata::cli {

/// The exit status of the contract. Closed.
enum class ExitStatus {
    Done = 0,   ///< what was asked for was done
    No = 1,     ///< the answer is no: path not in the image, verification failed
    Failed = 2, ///< bad usage, or the image cannot be read
};

/// Why a command ends early: an error and the status it ends with. Any Error of the core becomes
/// a Failed one by itself.
struct Failure
{
    ExitStatus status = ExitStatus::Failed;
    Error error;

    Failure(Error e) // NOLINT(google-explicit-constructor): lets `std::unexpected(error)` convert
        : error(std::move(e))
    {
    }
    Failure(ExitStatus s, Error e)
        : status(s)
        , error(std::move(e))
    {
    }
};

template <typename T> using Outcome = std::expected<T, Failure>;

/// The answer is no: `what` is wrong with `where`, which is escaped here.
std::unexpected<Failure> answerNo(std::string what, std::string_view where = {});

/// Bad usage found only once the image was open.
std::unexpected<Failure> badUsage(std::string what);

/// Writes "strata: FILE: message" as one line to standard error, whatever the names hold.
/// `file` is raw bytes; an error that already names it does not name it twice.
void reportFailure(std::string_view file, const Error& error);

/// Writes "strata: FILE: text" likewise: what the user should know while the command goes on.
void reportNote(std::string_view file, std::string_view text);

/// Writes "strata: text": a complaint about no file. Names in `text` are escaped already, here and
/// in the messages above.
void reportLine(std::string_view text);

} // namespace strata::cli
