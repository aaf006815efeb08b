// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <QtTest>

#include <string>
#include <string_view>

/// Qt Test for the core's types: texts shown whole when they differ, errors with their own words.
namespace QTest {

template <> inline char* toString(const std::string& text)
{
    return qstrdup(("\n" + text).c_str());
}

template <> inline char* toString(const std::string_view& text)
{
    return qstrdup(("\n" + std::string(text)).c_str());
}

} // namespace QTest

namespace strata::test {

inline std::string errorCodeName(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Io:
        return "Io";
    case ErrorCode::NotFound:
        return "NotFound";
    case ErrorCode::NotAnImage:
        return "NotAnImage";
    case ErrorCode::Malformed:
        return "Malformed";
    case ErrorCode::Truncated:
        return "Truncated";
    case ErrorCode::Unsupported:
        return "Unsupported";
    case ErrorCode::LimitExceeded:
        return "LimitExceeded";
    case ErrorCode::DigestMismatch:
        return "DigestMismatch";
    case ErrorCode::Missing:
        return "Missing";
    case ErrorCode::Changed:
        return "Changed";
    case ErrorCode::Denied:
        return "Denied";
    case ErrorCode::Cancelled:
        return "Cancelled";
    }
    return "?";
}

/// "ok", or the error's kind.
template <typename T> std::string outcome(const Result<T>& result)
{
    return result ? "ok" : errorCodeName(result.error().code);
}

} // namespace strata::test

/// Ends the test with the error's own words unless `result` holds a value.
#define VERIFY_OK(result)                                                                          \
    do {                                                                                           \
        if (!(result).has_value()) {                                                               \
            QFAIL((result).error().message().c_str());                                             \
        }                                                                                          \
    } while (false)
