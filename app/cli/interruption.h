// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

namespace strata::cli {

/// While it lives, Ctrl-C, a hang-up and a request to terminate ask for a stop instead of ending
/// the program, so that nothing is left half made. One at a time, made before other threads are.
class Interruption
{
public:
    Interruption();
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    std::stop_token token() const { return m_stop.get_token(); }
    bool happened() const { return m_signal != 0; }
    /// Ends the program as the signal would have: whoever started it wants to see that.
    [[noreturn]] void endProgram() const;

private:
    void watch();

    sigset_t m_signals{};
    int m_source = -1; ///< signalfd
    int m_end = -1;    ///< eventfd: the destructor's word to the thread
    std::atomic<int> m_signal = 0;
    std::stop_source m_stop;
    std::thread m_watcher;
};

} // namespace strata::cli
