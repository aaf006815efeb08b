// SPDX-License-Identifier: Apache-2.0
// What ContainerDeck does in containers: lines of a script, taking them back, reading.
#include "io/byte_stream.h"
#include "overlay/script.h"
#include "session/container_tenant_p.h"
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
Result<QByteArray> readSmall(const Container& container, const std::string& path,
                             std::uint64_t most, const Job& job)
{
    const auto file = container.resolve(path);
    if (!file || container.details(*file).type != FileType::File) {
        return fail(ErrorCode::NotFound, "is no file, or is not there any more");
    }
    auto stream = container.open(*file, job);
    if (!stream) {
        return std::unexpected(std::move(stream.error()));
    }
    return readAll(**stream, most).transform([](const std::vector<std::byte>& bytes) {
        return QByteArray(reinterpret_cast<const char*>(bytes.data()),
                          static_cast<qsizetype>(bytes.size()));
    });
}

} // namespace

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
        if (line.steps) {
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
    enqueue({.container = container,
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
        if (auto bytes = readSmall(tenant.container, path, most, job)) {
            outcome.bytes = std::move(*bytes);
        } else {
            outcome.error = std::move(bytes.error());
        }
    };
    enqueue({.container = container,
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
    enqueue({.container = key(m_current), .work = work, .taken = taken, .dropped = {}});
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

} // namespace strata::ui
