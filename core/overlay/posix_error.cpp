// SPDX-License-Identifier: Apache-2.0
#include "overlay/posix_error.h"

#include <utility>

namespace strata {
namespace {

std::pair<std::string_view, std::string_view> words(PosixError error)
{
    switch (error) {
    case PosixError::None:
        return {};
    case PosixError::NotPermitted:
        return {"EPERM", "Operation not permitted"};
    case PosixError::NoEntry:
        return {"ENOENT", "No such file or directory"};
    case PosixError::Interrupted:
        return {"EINTR", "Interrupted system call"};
    case PosixError::Io:
        return {"EIO", "Input/output error"};
    case PosixError::NoDevice:
        return {"ENXIO", "No such device or address"};
    case PosixError::TooLongList:
        return {"E2BIG", "Argument list too long"};
    case PosixError::Busy:
        return {"EBUSY", "Device or resource busy"};
    case PosixError::Exists:
        return {"EEXIST", "File exists"};
    case PosixError::CrossDevice:
        return {"EXDEV", "Invalid cross-device link"};
    case PosixError::NotDirectory:
        return {"ENOTDIR", "Not a directory"};
    case PosixError::IsDirectory:
        return {"EISDIR", "Is a directory"};
    case PosixError::Invalid:
        return {"EINVAL", "Invalid argument"};
    case PosixError::TooLarge:
        return {"EFBIG", "File too large"};
    case PosixError::NoSpace:
        return {"ENOSPC", "No space left on device"};
    case PosixError::Range:
        return {"ERANGE", "Numerical result out of range"};
    case PosixError::NameTooLong:
        return {"ENAMETOOLONG", "File name too long"};
    case PosixError::NotEmpty:
        return {"ENOTEMPTY", "Directory not empty"};
    case PosixError::SymlinkLoop:
        return {"ELOOP", "Too many levels of symbolic links"};
    case PosixError::NoData:
        return {"ENODATA", "No data available"};
    case PosixError::NotSupported:
        return {"EOPNOTSUPP", "Operation not supported"};
    }
    return {};
}

} // namespace

std::string_view posixErrorName(PosixError error)
{
    return words(error).first;
}

std::string_view posixErrorText(PosixError error)
{
    return words(error).second;
}

} // namespace strata
