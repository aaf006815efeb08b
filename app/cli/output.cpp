// SPDX-License-Identifier: Apache-2.0
#include "output.h"

#include <cerrno>
#include <cstddef>

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace strata::cli {

namespace {

constexpr std::size_t worthACall = std::size_t{128} << 10;
constexpr std::size_t usualColumns = 100;
constexpr std::size_t leastColumns = 60;

} // namespace

Output::Output(int descriptor)
    : m_descriptor(descriptor)
    , m_terminal(::isatty(descriptor) == 1)
{
}

bool Output::commit()
{
    if (m_buffer.size() >= worthACall) {
        flush();
    }
    return usable();
}

bool Output::write(std::string_view bytes)
{
    m_buffer += bytes;
    return commit();
}

Status Output::finish()
{
    flush();
    if (m_errno != 0) {
        return failErrno("cannot write", m_errno, "standard output");
    }
    return {};
}

bool Output::flush()
{
    std::string_view rest = m_buffer;
    while (usable() && !rest.empty()) {
        const auto written = ::write(m_descriptor, rest.data(), rest.size());
        if (written >= 0) {
            rest.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EPIPE) {
            m_readerGone = true;
        } else if (errno == EAGAIN) {
            // Another program may have left the terminal or pipe non-blocking.
            pollfd ready{.fd = m_descriptor, .events = POLLOUT, .revents = 0};
            ::poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            m_errno = errno;
        }
    }
    m_buffer.clear();
    return usable();
}

std::size_t Output::columns() const
{
    winsize size{};
    if (m_terminal && ::ioctl(m_descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col < leastColumns ? leastColumns : size.ws_col;
    }
    return usualColumns;
}

} // namespace strata::cli
