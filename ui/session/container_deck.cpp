// SPDX-License-Identifier: Apache-2.0
#include "session/container_deck.h"

#include "overlay/container_view.h"
#include "overlay/script.h"
#include "session/container_tenant_p.h"
#include "session/image_session.h"
#include "text/format.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace strata::ui {

namespace {

/// Takes the traces of one line.
class Recorder final : public ScriptHost
{
public:
    Recorder(Container& container, const Job& job)
        : m_container(container)
        , m_job(job)
    {
    }

    Container& container() override { return m_container; }
    const Job& job() const override { return m_job; }
    bool told(const Trace& trace) override
    {
        m_traces.push_back(trace);
        return trace.done();
    }
    void listed(std::string_view, const std::vector<ContainerChild>&) override {}
    bool stepped(std::string_view, bool done) override { return done; }

    std::vector<Trace> take() { return std::move(m_traces); }

private:
    Container& m_container;
    const Job& m_job;
    std::vector<Trace> m_traces;
};

ContainerAct doLine(const ScriptLine& line, Container& container, const Job& job)
{
    const auto before = container.undoSteps();
    Recorder recorder(container, job);
    line.action(recorder);
    ContainerAct act;
    act.line = line.text;
    act.traces = recorder.take();
    act.steps = container.undoSteps() - before;
    return act;
}

} // namespace

ContainerDeck::ContainerDeck(ImageSession& session, QObject* parent)
    : QObject(parent)
    , m_session(session)
{
    connect(&m_worker, &Worker::progressed, this, &ContainerDeck::progressed);
    connect(&m_worker, &Worker::finished, this, &ContainerDeck::startNext);
    connect(&m_session, &ImageSession::changesResolved, this, &ContainerDeck::imageResolved);
    for (const auto signal :
         {&ImageSession::openingStarted, &ImageSession::archiveReady, &ImageSession::closed}) {
        connect(&m_session, signal, this, &ContainerDeck::clear);
    }
}

ContainerDeck::~ContainerDeck()
{
    m_opener.cancel();
    m_stop.request_stop();
}

QString ContainerDeck::name(int container) const
{
    return QString::fromStdString(m_containers[static_cast<std::size_t>(container)].tenant->name);
}

const ContainerReport* ContainerDeck::report(int container) const
{
    return m_containers[static_cast<std::size_t>(container)].report.get();
}

const std::vector<ContainerAct>& ContainerDeck::acts(int container) const
{
    return m_containers[static_cast<std::size_t>(container)].acts;
}

bool ContainerDeck::hasChanges(int container) const
{
    return linesInForce(container) != m_containers[static_cast<std::size_t>(container)].kept;
}

std::vector<std::string> ContainerDeck::linesInForce(int container) const
{
    std::vector<std::string> lines;
    for (const auto& act : acts(container)) {
        if (act.steps > 0 && !act.undone) {
            lines.push_back(act.line);
        }
    }
    return lines;
}

bool ContainerDeck::anyChanges() const
{
    for (int i = 0; i < count(); ++i) {
        if (hasChanges(i)) {
            return true;
        }
    }
    return false;
}

bool ContainerDeck::canStart() const
{
    return m_session.state() == ImageSession::State::Ready;
}

std::span<const ContainerAct> ContainerDeck::nextUndo() const
{
    if (m_current < 0) {
        return {};
    }
    const auto& done = acts(m_current);
    const auto at = std::ranges::find_if(done.rbegin(), done.rend(), [](const ContainerAct& act) {
        return act.steps > 0 && !act.undone;
    });
    return at == done.rend() ? std::span<const ContainerAct>() : requestOf(*at);
}

std::span<const ContainerAct> ContainerDeck::nextRedo() const
{
    if (m_current < 0) {
        return {};
    }
    const auto at = std::ranges::find_if(acts(m_current), &ContainerAct::undone);
    return at == acts(m_current).end() ? std::span<const ContainerAct>() : requestOf(*at);
}

std::span<const ContainerAct> ContainerDeck::requestOf(const ContainerAct& act) const
{
    const auto same =
        std::ranges::equal_range(acts(m_current), act.request, {}, &ContainerAct::request);
    return {same.begin(), same.end()};
}

std::string ContainerDeck::script(int container) const
{
    std::string out =
        "container " + m_containers[static_cast<std::size_t>(container)].tenant->name + ":\n";
    for (const auto& act : acts(container)) {
        if (!act.undone && (act.steps > 0 || !act.refused())) {
            out += act.line + "\n";
        }
    }
    return out;
}

std::string ContainerDeck::freeName(const std::string& wish) const
{
    for (int number = 0;; ++number) {
        auto name = number > 0     ? "container-" + std::to_string(number)
                    : wish.empty() ? "container-1"
                                   : wish;
        if (std::ranges::none_of(m_containers,
                                 [&](const Entry& entry) { return entry.tenant->name == name; })) {
            return name;
        }
    }
}

void ContainerDeck::start()
{
    if (!canStart()) {
        return;
    }
    Entry entry;
    entry.tenant = std::make_shared<Tenant>(Tenant{
        freeName({}), Container(m_session.openedImage(), {.metacopy = m_metacopy, .clock = {}})});
    m_containers.push_back(std::move(entry));
    m_current = count() - 1;
    Q_EMIT listChanged();
    Q_EMIT currentChanged();
    enqueue(m_current, [](Tenant&, const Job&) { return Outcome(); }, {});
}

void ContainerDeck::setCurrent(int container)
{
    if (container == m_current || container < -1 || container >= count()) {
        return;
    }
    m_current = container;
    Q_EMIT currentChanged();
    showCurrent();
}

void ContainerDeck::remove(int container)
{
    if (container < 0 || container >= count()) {
        return;
    }
    // What is being done in it goes on for a moment, and is dropped.
    m_containers.erase(m_containers.begin() + container);
    const bool wasCurrent = m_current == container;
    if (wasCurrent) {
        m_current = -1;
    } else if (m_current > container) {
        --m_current;
    }
    Q_EMIT listChanged();
    if (wasCurrent) {
        Q_EMIT currentChanged();
        showCurrent();
    }
}

void ContainerDeck::showCurrent()
{
    const auto* shown = m_current < 0 ? nullptr : report(m_current);
    m_session.setView(shown ? shown->view : nullptr);
}

void ContainerDeck::clear()
{
    m_opener.cancel();
    if (m_containers.empty()) {
        return;
    }
    cancel();
    m_containers.clear();
    m_current = -1;
    Q_EMIT listChanged();
    Q_EMIT currentChanged();
}

int ContainerDeck::find(const std::shared_ptr<Tenant>& tenant) const
{
    const auto at = std::ranges::find(m_containers, tenant, &Entry::tenant);
    return at == m_containers.end() ? -1 : static_cast<int>(at - m_containers.begin());
}

std::shared_ptr<const ContainerReport> ContainerDeck::makeReport(Tenant& tenant, const Job& job,
                                                                 std::optional<Error>& error)
{
    auto view = viewContainer(tenant.container, tenant.name, job);
    if (!view) {
        error = std::move(view.error());
        return nullptr;
    }
    auto report = std::make_shared<ContainerReport>();
    report->view = std::move(*view);
    report->size = tenant.container.size();
    report->upper = upperDirectory(tenant.container);
    report->members = layerMembers(tenant.container);
    return report;
}

void ContainerDeck::enqueue(int container, Work work, Taken taken)
{
    const bool wasBusy = busy();
    m_waiting.push_back({m_containers[static_cast<std::size_t>(container)].tenant, std::move(work),
                         std::move(taken)});
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
    while (!m_waiting.empty()) {
        const Task task = std::move(m_waiting.front());
        m_waiting.pop_front();
        auto tenant = task.tenant.lock();
        if (!tenant || find(tenant) < 0) {
            continue;
        }
        m_stop = {};
        const bool first = !m_containers[static_cast<std::size_t>(find(tenant))].report;
        m_worker.start(
            [tenant, first, work = task.work, stop = m_stop.get_token()](const Job& given) {
                // Stopping an operation must not lose what came of it.
                const Job job{.stop = stop, .progress = given.progress};
                const auto before = tenant->container.undoSteps();
                auto outcome = work(*tenant, job);
                const bool changed =
                    std::ranges::any_of(outcome.acts,
                                        [](const ContainerAct& act) { return act.steps > 0; }) ||
                    tenant->container.undoSteps() != before || first;
                if (changed) {
                    outcome.report =
                        makeReport(*tenant, {.stop = given.stop, .progress = {}}, outcome.error);
                }
                return outcome;
            },
            [this, tenant, taken = task.taken](Outcome outcome) {
                finish(tenant, taken, std::move(outcome));
            });
        return;
    }
    Q_EMIT busyChanged();
}

void ContainerDeck::finish(const std::shared_ptr<Tenant>& tenant, const Taken& taken,
                           Outcome outcome)
{
    const int container = find(tenant);
    if (container < 0) {
        return;
    }
    if (outcome.report) {
        m_containers[static_cast<std::size_t>(container)].report = outcome.report;
        if (container == m_current) {
            showCurrent();
        }
        Q_EMIT reported(container);
    }
    if (outcome.error) {
        Q_EMIT notUnderstood(errorText(*outcome.error));
    }
    if (taken) {
        taken(container, outcome);
    }
}

void ContainerDeck::perform(const std::vector<std::string>& lines)
{
    if (m_current < 0 || lines.empty()) {
        return;
    }
    std::string text;
    for (const auto& line : lines) {
        text += line + "\n";
    }
    auto parsed = parseScript(text);
    if (!parsed) {
        Q_EMIT notUnderstood(displayText(parsed.error().what));
        return;
    }
    const bool selects =
        std::ranges::any_of(*parsed, [](const auto& line) { return !line.action; });
    if (selects) {
        Q_EMIT notUnderstood(tr("Containers are chosen on the stack, not by a line."));
        return;
    }
    const auto request = ++m_requests;
    enqueue(
        m_current,
        [lines = std::move(*parsed), request](Tenant& tenant, const Job& job) {
            Outcome outcome;
            for (const auto& line : lines) {
                if (job.cancelled()) {
                    break;
                }
                outcome.acts.push_back(doLine(line, tenant.container, job));
                outcome.acts.back().request = request;
                if (outcome.acts.back().refused()) {
                    break;
                }
            }
            return outcome;
        },
        [this](int container, Outcome& outcome) {
            auto& acts = m_containers[static_cast<std::size_t>(container)].acts;
            const bool changed = std::ranges::any_of(
                outcome.acts, [](const ContainerAct& act) { return act.steps > 0; });
            if (changed) { // what was undone can no longer be done again
                std::erase_if(acts, &ContainerAct::undone);
            }
            const auto first = acts.size();
            std::ranges::move(outcome.acts, std::back_inserter(acts));
            Q_EMIT performed(container, first);
        });
}

void ContainerDeck::undo()
{
    step(true);
}

void ContainerDeck::redo()
{
    step(false);
}

void ContainerDeck::step(bool back)
{
    // Nothing is chosen while something is under way: it may change what comes next.
    const auto request = busy() ? std::span<const ContainerAct>() : back ? nextUndo() : nextRedo();
    if (request.empty()) {
        return;
    }
    std::size_t steps = 0;
    for (const auto& act : request) {
        steps += act.steps;
    }
    const auto first = static_cast<std::size_t>(request.data() - acts(m_current).data());
    enqueue(
        m_current,
        [steps, back](Tenant& tenant, const Job&) {
            for (std::size_t i = 0; i < steps; ++i) {
                if (back) {
                    tenant.container.undo();
                } else {
                    tenant.container.redo();
                }
            }
            return Outcome();
        },
        [this, first, count = request.size(), back](int container, Outcome&) {
            auto& acts = entry(container).acts;
            for (auto& act : std::span(acts).subspan(first, count)) {
                act.undone = back && act.steps > 0;
            }
            Q_EMIT stepped(container);
        });
}

void ContainerDeck::cancel()
{
    m_waiting.clear();
    m_stop.request_stop();
}

void ContainerDeck::imageResolved()
{
    for (int i = 0; i < count(); ++i) {
        enqueue(i,
                [image = m_session.openedImage()](Tenant& tenant, const Job& job) {
                    tenant.container.takeDecisions(image);
                    Outcome outcome;
                    outcome.report = makeReport(tenant, job, outcome.error);
                    return outcome;
                },
                {});
    }
}

} // namespace strata::ui
