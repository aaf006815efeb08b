// SPDX-License-Identifier: Apache-2.0
#include "jobs/worker.h"

#include <QMetaObject>
#include <QPointer>

#include <chrono>

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

void Worker::launch(std::function<void(const Job&, std::uint64_t)> body)
{
    cancel();
    // Joining a thread that has not ended yet would block the window.
    std::erase_if(m_running, [](const Running& r) { return r.ended->load(); });
    const auto run = ++m_run;
    m_busy = true;
    Q_EMIT started();
    auto ended = std::make_shared<std::atomic<bool>>(false);
    std::jthread thread([this, run, ended, body = std::move(body)](const std::stop_token& stop) {
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
            QMetaObject::invokeMethod(this, [this, run, p] {
                if (run == m_run && m_busy) {
                    Q_EMIT progressed(p.done, p.total);
                }
            });
        };
        body(job, run);
        ended->store(true);
    });
    m_running.push_back({std::move(thread), std::move(ended)});
}

void Worker::deliver(std::uint64_t run, std::function<void()> done)
{
    QMetaObject::invokeMethod(this, [this, run, done = std::move(done)]() {
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

} // namespace strata::ui
