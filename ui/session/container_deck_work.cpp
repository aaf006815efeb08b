// SPDX-License-Identifier: Apache-2.0
// How ContainerDeck does one thing after another on its worker.
#include "overlay/container_view.h"
#include "session/container_tenant_p.h"
#include "session/image_session.h"
#include "text/format.h"

#include <algorithm>
#include <utility>

namespace strata::ui {

Result<std::shared_ptr<const ContainerReport>> ContainerDeck::makeReport(Tenant& tenant,
                                                                         const Job& job)
{
    auto view = viewContainer(tenant.container, tenant.name, job);
    if (!view) {
        return std::unexpected(std::move(view.error()));
    }
    auto report = std::make_shared<ContainerReport>();
    report->view = std::move(*view);
    report->size = tenant.container.size();
    report->upper = upperDirectory(tenant.container);
    report->members = layerMembers(tenant.container);
    return report;
}

void ContainerDeck::enqueue(Task task)
{
    const bool wasBusy = busy();
    m_waiting.push_back(std::move(task));
    if (!m_worker.busy()) {
        startNext();
    }
    if (!wasBusy) {
        Q_EMIT busyChanged();
    }
}

void ContainerDeck::startNext()
{
    if (m_worker.busy()) {
        return;
    }
    m_running.reset();
    while (!m_waiting.empty()) {
        const auto task = std::make_shared<const Task>(std::move(m_waiting.front()));
        m_waiting.pop_front();
        const int at = number(task->container);
        if (at < 0) {
            continue;
        }
        m_running = task;
        m_stop = {};
        m_worker.start(
            [task, tenant = entry(at).tenant, first = !report(at),
             stop = m_stop.get_token()](const Job& given) -> Result<Outcome> {
                return run(*task, *tenant, first, given, stop);
            },
            [this, task](Result<Outcome> outcome) {
                if (!outcome) { // no thread was to be had
                    Outcome none;
                    none.error = std::move(outcome.error());
                    outcome = std::move(none);
                }
                finish(*task, std::move(*outcome));
            });
        return;
    }
    Q_EMIT busyChanged();
}

/// On the worker's thread.
ContainerDeck::Outcome ContainerDeck::run(const Task& task, Tenant& tenant, bool first,
                                          const Job& given, const std::stop_token& stop)
{
    Outcome outcome;
    const auto before = tenant.container.undoSteps();
    try {
        // Stopping an operation must not lose what came of it.
        task.work(tenant, {.stop = stop, .progress = given.progress}, outcome);
    } catch (const std::exception&) {
        outcome.error = Worker::exhausted();
    }
    const bool changed =
        first || outcome.anew || tenant.container.undoSteps() != before ||
        std::ranges::any_of(outcome.acts, [](const ContainerAct& act) { return act.steps > 0; });
    if (changed) {
        try {
            if (auto report = makeReport(tenant, {.stop = given.stop, .progress = {}})) {
                outcome.report = std::move(*report);
            } else {
                outcome.reportError = std::move(report.error());
            }
        } catch (const std::exception&) {
            outcome.reportError = Worker::exhausted();
        }
    }
    return outcome;
}

void ContainerDeck::finish(const Task& task, Outcome outcome)
{
    m_running.reset(); // what it was for is seen from here on
    const int container = number(task.container);
    if (container < 0) {
        return;
    }
    if (outcome.report) {
        entry(container).report = outcome.report;
        if (container == m_current) {
            showCurrent();
        }
        Q_EMIT reported(container);
    }
    if (task.taken) {
        task.taken(container, outcome);
    }
    if (outcome.reportError && number(task.container) >= 0) {
        Q_EMIT faltered(errorText(*outcome.reportError));
    }
}

bool ContainerDeck::underWay(ContainerKey container) const
{
    const auto concerns = [&](const Task& task) {
        return task.changes && task.container == container;
    };
    return (m_running && concerns(*m_running)) || std::ranges::any_of(m_waiting, concerns);
}

void ContainerDeck::cancel()
{
    std::deque<Task> rest;
    std::vector<Task> dropped;
    for (auto& task : m_waiting) {
        if (task.dropped) {
            dropped.push_back(std::move(task));
        } else {
            rest.push_back(std::move(task));
        }
    }
    m_waiting = std::move(rest);
    m_stop.request_stop();
    for (const auto& task : dropped) {
        if (const int container = number(task.container); container >= 0) {
            task.dropped(container);
        }
    }
}

} // namespace strata::ui
