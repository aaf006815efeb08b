// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <optional>
#include <string>
#include <string_view>

namespace strata::cli {

/// Standard output behind a buffer of our own, so that a million lines cost few calls, and a
/// reader that has gone is told from a disk that is full. Not thread-safe.
class Output
{
public:
    explicit Output(int descriptor);
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    /// Where lines are put together; commit() passes them on.
    std::string& buffer() { return m_buffer; }
    /// Passes the buffer on once it is worth a call. False when there is no point in going on:
    /// the reader has gone, or writing failed.
    bool commit();
    /// Passes the buffer on now, for what somebody is waiting to see. False as commit().
    bool flush();
    /// Appends and commits.
    bool write(std::string_view bytes);
    /// Passes on the rest. Errors: Io when writing failed here or earlier. A reader that has gone
    /// is no error.
    Status finish();

    bool readerGone() const { return m_readerGone; }
    bool isTerminal() const { return m_terminal; }
    /// Columns of the terminal; 100 when it is none.
    std::size_t columns() const;

private:
    bool usable() const { return !m_readerGone && m_errno == 0; }

    int m_descriptor;
    bool m_terminal;
    bool m_readerGone = false;
    int m_errno = 0;
    std::string m_buffer;
};

} // namespace strata::cli
