// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <cerrno>
#include <system_error>

namespace strata {

std::unexpected<Error> failErrno(std::string_view action, int errnum, std::string where)
{
    ErrorCode code = ErrorCode::Io;
    if (errnum == ENOENT) {
        code = ErrorCode::NotFound;
    } else if (errnum == EACCES || errnum == EPERM) {
        code = ErrorCode::Denied;
    }
    return fail(code, std::string(action) + ": " + std::generic_category().message(errnum),
                std::move(where));
}

} // namespace strata
