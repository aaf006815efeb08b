// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "base/job.h"
#include "jobs/mailbox.h"

#include <QObject>

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace strata::ui {

/// Runs one piece of core work at a time off the GUI thread. Starting another stops the one before
/// and drops its result; destroying the worker stops and waits. Use from the GUI thread only.
class Worker : public QObject
{
    Q_OBJECT
public:
    explicit Worker(QObject* parent = nullptr);
    ~Worker() override;

    /// Runs `work(job)` on another thread, then `done(result)` on this one, unless the worker has
    /// been cancelled, restarted or destroyed by then. `work` must not touch widgets or models and
    /// must own what it uses. If it throws, or no thread can be had, a Result becomes an Error
    /// (LimitExceeded); of any other type nothing is delivered, but `finished` comes all the same.
    template <typename Work, typename Done> void start(Work work, Done done)
    {
        using T = std::invoke_result_t<Work, const Job&>;
        launch([this, work = std::move(work), done = std::move(done)](const Job* job,
                                                                      std::uint64_t run) mutable {
            auto result = std::make_shared<std::optional<T>>();
            try {
                if (job) {
                    result->emplace(work(*job));
                }
            } catch (const std::exception&) {
                result->reset();
            }
            if constexpr (std::is_constructible_v<T, std::unexpected<Error>>) {
                if (!*result) {
                    result->emplace(std::unexpected(exhausted()));
                }
            }
            deliver(run, [result, done = std::move(done)]() mutable {
                if (*result) {
                    done(std::move(**result));
                }
            });
        });
    }

    /// Asks the work to stop; its result will not be delivered. Returns at once.
    void cancel();
    bool busy() const { return m_busy; }
    /// Whether any work is still under way, stopped work that has not noticed yet included.
    bool running() const;
    /// What work that ran out of memory, or found no thread, is said to have met.
    static Error exhausted();

Q_SIGNALS:
    void started();
    /// Bytes done and in all (0 = unknown), at most thirty times a second.
    void progressed(quint64 done, quint64 total);
    /// After `done` has run, or after cancel().
    void finished();
    /// No work is under way any more: running() is false.
    void ended();

private:
    /// `body` gets no job if there is no thread for it; it then runs on this one.
    using Body = std::function<void(const Job*, std::uint64_t)>;

    void launch(Body body);
    void deliver(std::uint64_t run, std::function<void()> done);
    void tellEnded();
    void work(const Body& body, std::uint64_t run, const std::stop_token& stop);

    struct Running
    {
        std::jthread thread;
        std::shared_ptr<std::atomic<bool>> ended;
    };
    Mailbox m_mailbox;              ///< outlives the threads
    std::vector<Running> m_running; ///< the present one last; before it stopped ones not yet ended
    std::uint64_t m_run = 0;
    bool m_busy = false;
};

} // namespace strata::ui
