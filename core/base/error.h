// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace strata {

/// Why an operation did not succeed. Closed: a caller may switch over it.
enum class ErrorCode {
    Io,             ///< the operating system refused a read or write
    NotFound,       ///< the named file, image, layer or path does not exist
    NotAnImage,     ///< readable, but no image format that we know
    Malformed,      ///< breaks the rules of its own format (JSON, tar, digest syntax)
    Truncated,      ///< ends before its own headers say it should
    Unsupported,    ///< valid, but of a kind that is not read here
    LimitExceeded,  ///< larger than a bound of base/limits.h
    DigestMismatch, ///< the bytes are not the ones their digest names
    Missing,        ///< named by the image, absent from the archive
    Changed,        ///< the file was cut or written to while it was open
    Denied,         ///< would leave the target folder, or permission is missing
    Cancelled,      ///< the caller asked to stop
};

/// An error as a value: what went wrong and where. Cheap to move; holds no resources.
struct Error
{
    ErrorCode code = ErrorCode::Io;
    std::string what;  ///< one sentence without a full stop, for a person
    std::string where; ///< file, layer or path concerned; may be empty; escaped for display

    /// "where: what", or just "what".
    std::string message() const { return where.empty() ? what : where + ": " + what; }
};

template <typename T> using Result = std::expected<T, Error>;
using Status = Result<void>;

/// Whether the bytes themselves are at fault: what came before them can be used all the same.
constexpr bool isDamage(const Error& error)
{
    return error.code == ErrorCode::Malformed || error.code == ErrorCode::Truncated;
}

/// Short form for `return fail(ErrorCode::Malformed, "…")`.
inline std::unexpected<Error> fail(ErrorCode code, std::string what, std::string where = {})
{
    return std::unexpected(Error{code, std::move(what), std::move(where)});
}

/// An Io (or NotFound, Denied) error with the text of `errnum`, e.g. "cannot open: No such file".
std::unexpected<Error> failErrno(std::string_view action, int errnum, std::string where = {});

} // namespace strata
