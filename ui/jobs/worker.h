// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"

#include <QObject>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
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
    /// must own what it uses.
    template <typename Work, typename Done> void start(Work work, Done done)
    {
        using T = std::invoke_result_t<Work, const Job&>;
        launch([this, work = std::move(work), done = std::move(done)](const Job& job,
                                                                      std::uint64_t run) mutable {
            auto result = std::make_shared<T>(work(job));
            deliver(run, [result, done = std::move(done)]() mutable { done(std::move(*result)); });
        });
    }

    /// Asks the work to stop; its result will not be delivered. Returns at once.
    void cancel();
    bool busy() const { return m_busy; }

Q_SIGNALS:
    void started();
    /// Bytes done and in all (0 = unknown), at most thirty times a second.
    void progressed(quint64 done, quint64 total);
    /// After `done` has run, or after cancel().
    void finished();

private:
    void launch(std::function<void(const Job&, std::uint64_t)> body);
    void deliver(std::uint64_t run, std::function<void()> done);

    struct Running
    {
        std::jthread thread;
        std::shared_ptr<std::atomic<bool>> ended;
    };
    std::vector<Running> m_running; ///< the present one last; before it stopped ones not yet ended
    std::uint64_t m_run = 0;
    bool m_busy = false;
};

} // namespace strata::ui
