// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace strata {

/// Why the system would refuse an operation: its errno values, those that a container meets.
/// Closed.
enum class PosixError : int {
    None = 0,
    NotPermitted = EPERM,       ///< a whiteout made by hand, a hard link to a directory
    NoEntry = ENOENT,           ///< nothing there, a part of the path missing, an empty path
    Interrupted = EINTR,        ///< the caller asked to stop
    Io = EIO,                   ///< the image's bytes cannot be read, or their copy not kept
    NoDevice = ENXIO,           ///< a device or fifo, which has no content here
    TooLongList = E2BIG,        ///< an attribute's value over 64 KiB
    Busy = EBUSY,               ///< the root, or "." or "..", as a name to be renamed
    Exists = EEXIST,            ///< something there already
    CrossDevice = EXDEV,        ///< a directory that the image holds cannot be renamed
    NotDirectory = ENOTDIR,     ///< a part of the path is no directory
    IsDirectory = EISDIR,       ///< a directory where a file is wanted
    Invalid = EINVAL,           ///< a directory into itself, a size below zero, a NUL in a path
    TooLarge = EFBIG,           ///< a file of more than 2⁶³−1 bytes
    NoSpace = ENOSPC,           ///< the temporary folder's disk is full
    Range = ERANGE,             ///< an attribute's name empty or over 255 bytes
    NameTooLong = ENAMETOOLONG, ///< a name over 255 bytes, a path or target over 4,095
    NotEmpty = ENOTEMPTY,       ///< a directory that still holds something
    SymlinkLoop = ELOOP,        ///< more than forty symlinks on the way
    NoData = ENODATA,           ///< no such attribute
    NotSupported = EOPNOTSUPP,  ///< an attribute of no known kind, or of overlayfs's own
};

/// What refuses an operation, and for Io, NoSpace and Interrupted what lies behind it.
struct Refusal
{
    PosixError error = PosixError::None;
    std::string reason;
};

/// A value, or the system's refusal.
template <typename T> using Permitted = std::expected<T, Refusal>;

inline std::unexpected<Refusal> refuse(PosixError error, std::string reason = {})
{
    return std::unexpected(Refusal{error, std::move(reason)});
}

/// "ENOENT"; empty for None.
std::string_view posixErrorName(PosixError error);
/// "No such file or directory", as strerror(3) has it in English; empty for None.
std::string_view posixErrorText(PosixError error);

} // namespace strata
