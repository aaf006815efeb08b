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

/// Errors: LimitExceeded for more than `most` bytes; NotFound; those of reading.
Result<QByteArray> readAll(const Container& container, const std::string& path, std::uint64_t most,
                           const Job& job)
{
    const auto file = container.resolve(path);
    if (!file) {
        return fail(ErrorCode::NotFound, "is not there any more");
    }
    const auto details = container.details(*file);
    if (details.type != FileType::File) {
        return fail(ErrorCode::NotFound, "is no file");
    }
    if (details.size > most) {
        return fail(ErrorCode::LimitExceeded, "has more than 1 MiB");
    }
    auto stream = container.open(*file, job);
    if (!stream) {
        return std::unexpected(std::move(stream.error()));
    }
    QByteArray out;
    std::vector<std::byte> block(64U << 10U);
    for (;;) {
        const auto got = (*stream)->read(block);
        if (!got) {
            return std::unexpected(got.error());
        }
        if (*got == 0) {
            return out;
        }
        out.append(reinterpret_cast<const char*>(block.data()), static_cast<qsizetype>(*got));
    }
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
    return QString::fromStdString(entry(container).tenant->name);
}

const ContainerReport* ContainerDeck::report(int container) const
{
    return entry(container).report.get();
}

const std::vector<ContainerAct>& ContainerDeck::acts(int container) const
{
    return entry(container).acts;
}

ContainerKey ContainerDeck::key(int container) const
{
    return container < 0 ? 0 : entry(container).key;
}

int ContainerDeck::number(ContainerKey key) const
{
    const auto at = std::ranges::find(m_containers, key, &Entry::key);
    return at == m_containers.end() ? -1 : static_cast<int>(at - m_containers.begin());
}

bool ContainerDeck::showsCurrent() const
{
    return m_current >= 0 && report(m_current) && m_session.opened() == report(m_current)->view;
}

bool ContainerDeck::hasChanges(int container) const
{
    return underWay(entry(container).tenant) || requestsInForce(container) != entry(container).kept;
}

bool ContainerDeck::underWay(const std::shared_ptr<Tenant>& tenant) const
{
    const auto concerns = [&](const Task& task) {
        return task.changes && task.tenant.lock() == tenant;
    };
    return (m_running && concerns(*m_running)) || std::ranges::any_of(m_waiting, concerns);
}

std::vector<std::size_t> ContainerDeck::requestsInForce(int container) const
{
    std::vector<std::size_t> requests;
    for (const auto& act : acts(container)) {
        if (act.steps > 0 && !act.undone && (requests.empty() || requests.back() != act.request)) {
            requests.push_back(act.request);
        }
    }
    return requests;
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
    std::string out = "container " + entry(container).tenant->name + ":\n";
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
    const ContainerOptions options{.metacopy = m_metacopy, .clock = {}};
    const auto tenant =
        std::make_shared<Tenant>(Tenant{freeName({}), Container(m_session.openedImage(), options)});
    add(tenant);
    enqueue({.tenant = tenant,
             .work = [](Tenant&, const Job&, Outcome&) {},
             .taken = {},
             .dropped = {},
             .changes = false});
}

/// Makes it the current container.
int ContainerDeck::add(std::shared_ptr<Tenant> tenant)
{
    Entry entry;
    entry.key = ++m_keys;
    entry.tenant = std::move(tenant);
    m_containers.push_back(std::move(entry));
    m_current = count() - 1;
    Q_EMIT listChanged();
    Q_EMIT currentChanged();
    if (busy()) { // it will be a while until it can be shown, and another one must not be for it
        showCurrent();
    }
    return m_current;
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
    if (m_running && m_running->tenant.lock() == entry(container).tenant) {
        m_stop.request_stop(); // what it still does for a moment is dropped
    }
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
    m_waiting.clear();
    m_stop.request_stop();
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
        auto tenant = task->tenant.lock();
        if (!tenant || find(tenant) < 0) {
            continue;
        }
        m_running = task;
        m_stop = {};
        const bool first = !report(find(tenant));
        m_worker.start(
            [task, tenant, first, stop = m_stop.get_token()](const Job& given) -> Result<Outcome> {
                return run(*task, *tenant, first, given, stop);
            },
            [this, task, tenant](Result<Outcome> outcome) {
                if (!outcome) { // no thread was to be had
                    Outcome none;
                    none.error = std::move(outcome.error());
                    outcome = std::move(none);
                }
                finish(tenant, *task, std::move(*outcome));
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
        first || tenant.container.undoSteps() != before || outcome.report ||
        std::ranges::any_of(outcome.acts, [](const ContainerAct& act) { return act.steps > 0; });
    if (changed) {
        try {
            outcome.report =
                makeReport(tenant, {.stop = given.stop, .progress = {}}, outcome.reportError);
        } catch (const std::exception&) {
            outcome.reportError = Worker::exhausted();
        }
    }
    return outcome;
}

void ContainerDeck::finish(const std::shared_ptr<Tenant>& tenant, const Task& task, Outcome outcome)
{
    m_running.reset(); // what it was for is seen from here on
    int container = find(tenant);
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
    container = find(tenant);
    if (outcome.reportError && container >= 0) {
        Q_EMIT faltered(errorText(*outcome.reportError));
    }
}

bool ContainerDeck::perform(const std::vector<std::string>& lines)
{
    return perform(key(m_current), lines);
}

bool ContainerDeck::perform(ContainerKey container, const std::vector<std::string>& lines)
{
    const auto refuse = [this](const QString& why) {
        Q_EMIT notUnderstood(why);
        return false;
    };
    if (number(container) < 0) {
        return refuse(tr("The container is not there any more."));
    }
    std::string text;
    for (const auto& line : lines) {
        text += line + "\n";
    }
    auto parsed = parseScript(text);
    if (!parsed) {
        return refuse(displayText(parsed.error().what));
    }
    for (const auto& line : *parsed) {
        if (!line.action) {
            return refuse(tr("Containers are chosen on the stack, not by a line."));
        }
        if (line.text.starts_with("undo") || line.text.starts_with("redo")) {
            return refuse(tr("Undo and Redo are in the Edit menu: Ctrl+Z and Ctrl+Shift+Z."));
        }
    }
    if (parsed->empty()) {
        return true; // a comment
    }
    const auto request = ++m_requests;
    auto work = [lines = std::move(*parsed), request](Tenant& tenant, const Job& job,
                                                      Outcome& outcome) {
        for (const auto& line : lines) {
            if (job.cancelled()) {
                return;
            }
            outcome.acts.push_back(doLine(line, tenant.container, job));
            outcome.acts.back().request = request;
            if (outcome.acts.back().refused()) {
                return;
            }
        }
    };
    enqueue({.tenant = entry(number(container)).tenant,
             .work = std::move(work),
             .taken = [this](int at, Outcome& outcome) { takeActs(at, outcome); },
             .dropped = [](int) {}});
    return true;
}

void ContainerDeck::takeActs(int container, Outcome& outcome)
{
    auto& acts = entry(container).acts;
    const bool changed =
        std::ranges::any_of(outcome.acts, [](const ContainerAct& act) { return act.steps > 0; });
    if (changed) { // what was undone can no longer be done again
        std::erase_if(acts, &ContainerAct::undone);
    }
    const auto first = acts.size();
    std::ranges::move(outcome.acts, std::back_inserter(acts));
    if (acts.size() > first) {
        Q_EMIT performed(container, first);
    }
    if (outcome.error) {
        Q_EMIT faltered(errorText(*outcome.error));
    }
}

void ContainerDeck::readFile(ContainerKey container, const std::string& path, std::uint64_t most,
                             const std::function<void(const Result<QByteArray>&)>& taken)
{
    if (number(container) < 0) {
        return;
    }
    auto work = [path, most](Tenant& tenant, const Job& job, Outcome& outcome) {
        auto bytes = readAll(tenant.container, path, most, job);
        if (bytes) {
            outcome.bytes = std::move(*bytes);
        } else {
            outcome.error = std::move(bytes.error());
        }
    };
    enqueue({.tenant = entry(number(container)).tenant,
             .work = std::move(work),
             .taken =
                 [taken](int, Outcome& outcome) {
                     taken(outcome.error ? Result<QByteArray>(std::unexpected(*outcome.error))
                                         : Result<QByteArray>(outcome.bytes));
                 },
             .dropped = [taken](int) { taken(std::unexpected(cancelledError().error())); },
             .changes = false});
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
    auto work = [steps, back](Tenant& tenant, const Job&, Outcome&) {
        auto& container = tenant.container;
        for (std::size_t i = 0; i < steps && (back ? container.undo() : container.redo()); ++i) {
        }
    };
    auto taken = [this, first, count = request.size(), back](int container, Outcome&) {
        for (auto& act : std::span(entry(container).acts).subspan(first, count)) {
            act.undone = back && act.steps > 0;
        }
        Q_EMIT stepped(container);
    };
    enqueue({.tenant = entry(m_current).tenant, .work = work, .taken = taken, .dropped = {}});
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
        if (const int container = find(task.tenant.lock()); container >= 0) {
            task.dropped(container);
        }
    }
}

void ContainerDeck::imageResolved()
{
    for (const auto& entry : m_containers) {
        auto work = [image = m_session.openedImage()](Tenant& tenant, const Job& job,
                                                      Outcome& outcome) {
            tenant.container.takeDecisions(image);
            outcome.report = makeReport(tenant, job, outcome.reportError);
        };
        enqueue({.tenant = entry.tenant,
                 .work = std::move(work),
                 .taken = {},
                 .dropped = {},
                 .changes = false});
    }
}

} // namespace strata::ui
