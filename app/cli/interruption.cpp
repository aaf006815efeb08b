// SPDX-License-Identifier: Apache-2.0
#include "interruption.h"

#include <array>
#include <cstdint>
#include <cstdlib>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace strata::cli {

namespace {

/// Who presses Ctrl-C again does not want to wait; from now on this thread takes it, and the
/// program ends. Not so the others: a terminal that is closed and `timeout` send theirs twice.
void letTheNextEndIt()
{
    sigset_t interrupt{};
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    ::pthread_sigmask(SIG_UNBLOCK, &interrupt, nullptr);
}

} // namespace

Interruption::Interruption()
    : m_end(::eventfd(0, EFD_CLOEXEC))
{
    sigemptyset(&m_signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction action{};
        // What was ignored from the start (nohup) stays so.
        if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler != SIG_IGN) {
            sigaddset(&m_signals, signal);
        }
    }
    m_source = ::signalfd(-1, &m_signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (m_source < 0 || m_end < 0) {
        return; // they end the program as ever
    }
    ::pthread_sigmask(SIG_BLOCK, &m_signals, nullptr);
    m_watcher = std::thread([this] { watch(); });
}

Interruption::~Interruption()
{
    if (m_watcher.joinable()) {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(m_end, &one, sizeof one);
        m_watcher.join();
        ::pthread_sigmask(SIG_UNBLOCK, &m_signals, nullptr);
    }
    for (const int descriptor : {m_source, m_end}) {
        if (descriptor >= 0) {
            ::close(descriptor);
        }
    }
}

void Interruption::watch()
{
    std::array<pollfd, 2> ends = {{{.fd = m_source, .events = POLLIN, .revents = 0},
                                   {.fd = m_end, .events = POLLIN, .revents = 0}}};
    for (;;) {
        if (::poll(ends.data(), ends.size(), -1) < 0) {
            continue; // what it said last time is not true any more
        }
        signalfd_siginfo signal{};
        if (ends[0].revents != 0 && ::read(m_source, &signal, sizeof signal) > 0) {
            m_signal = static_cast<int>(signal.ssi_signo);
            m_stop.request_stop();
            letTheNextEndIt();
        }
        if (ends[1].revents != 0) {
            return;
        }
    }
}

void Interruption::endProgram() const
{
    const int signal = m_signal;
    std::signal(signal, SIG_DFL);
    ::pthread_sigmask(SIG_UNBLOCK, &m_signals, nullptr);
    std::raise(signal);
    std::abort(); // never reached: it is one of those that end a program
}

} // namespace strata::cli
