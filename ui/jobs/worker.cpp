// SPDX-License-Identifier: Apache-2.0
#include "jobs/worker.h"

#include <QPointer>

#include <algorithm>
#include <chrono>
#include <system_error>

namespace strata::ui {

Worker::Worker(QObject* parent)
    : QObject(parent)
{
}

Worker::~Worker()
{
    for (auto& running : m_running) {
        running.thread.request_stop();
    }
    m_running.clear(); // joins, so that nothing calls back into a dead object
}

Error Worker::exhausted()
{
    return {ErrorCode::LimitExceeded,
            tr("there is not enough memory, or there are not enough threads").toStdString(),
            {}};
}

void Worker::work(const Body& body, std::uint64_t run, const std::stop_token& stop)
{
    using Clock = std::chrono::steady_clock;
    Clock::time_point last{};
    Job job;
    job.stop = stop;
    job.progress = [this, run, &last](const Progress& p) {
        const auto now = Clock::now();
        if (now - last < std::chrono::milliseconds(33) && p.done != p.total) {
            return;
        }
        last = now;
        m_mailbox.post([this, run, p] {
            if (run == m_run && m_busy) {
                Q_EMIT progressed(p.done, p.total);
            }
        });
    };
    body(&job, run);
}

void Worker::launch(Body body)
{
    cancel();
    // Joining a thread that has not ended yet would block the window.
    std::erase_if(m_running, [](const Running& r) { return r.ended->load(); });
    const auto run = ++m_run;
    const auto shared = std::make_shared<const Body>(std::move(body));
    auto ended = std::make_shared<std::atomic<bool>>(false);
    try {
        m_running.push_back({});
        m_running.back().ended = ended;
        m_running.back().thread =
            std::jthread([this, run, ended, shared](const std::stop_token& stop) {
                work(*shared, run, stop);
                ended->store(true);
                tellEnded();
            });
    } catch (const std::system_error&) {
        ended->store(true);
        (*shared)(nullptr, run); // delivered through the mailbox, like any other result
        tellEnded();
    }
    m_busy = true;
    Q_EMIT started();
}

void Worker::deliver(std::uint64_t run, std::function<void()> done)
{
    m_mailbox.post([this, run, done = std::move(done)] {
        if (run != m_run || !m_busy) {
            return;
        }
        m_busy = false;
        const QPointer<Worker> guard(this);
        done();
        if (guard && run == m_run) {
            Q_EMIT finished();
        }
    });
}

void Worker::tellEnded()
{
    m_mailbox.post([this] {
        if (!running()) {
            Q_EMIT ended();
        }
    });
}

void Worker::cancel()
{
    if (!m_busy) {
        return;
    }
    m_busy = false;
    ++m_run;
    m_running.back().thread.request_stop();
    Q_EMIT finished();
}

bool Worker::running() const
{
    return std::ranges::any_of(m_running, [](const Running& r) { return !r.ended->load(); });
}

} // namespace strata::ui
