// SPDX-License-Identifier: Apache-2.0
#include "command_run.h"

#include "base/byte_path.h"
#include "container_output.h"
#include "export/container_layer.h"
#include "interruption.h"
#include "open_image.h"
#include "overlay/script.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <utility>

#include <unistd.h>

namespace strata::cli {

namespace {

constexpr std::uint64_t mostScriptBytes = 64ULL << 20;

/// The script's text. `-` is standard input.
Outcome<std::string> scriptText(const std::string& file)
{
    std::vector<std::byte> bytes;
    if (file != "-") {
        auto source = openFile(file);
        if (!source) {
            return std::unexpected(std::move(source.error()));
        }
        auto all = readAll(**source, mostScriptBytes);
        if (!all) {
            return std::unexpected(std::move(all.error()));
        }
        bytes = std::move(*all);
    } else {
        std::vector<std::byte> buffer(std::size_t{64} << 10);
        while (bytes.size() <= mostScriptBytes) {
            const auto got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
            if (got < 0 && errno != EINTR) {
                return failErrno("cannot read", errno, "standard input");
            }
            if (got == 0) {
                break;
            }
            bytes.insert(bytes.end(), buffer.begin(), buffer.begin() + std::max<ssize_t>(got, 0));
        }
        if (bytes.size() > mostScriptBytes) {
            return badUsage("the script is longer than 64 MiB");
        }
    }
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

/// A clock that stands still where https://reproducible-builds.org/specs/source-date-epoch asks.
Outcome<std::function<Timestamp()>> chosenClock()
{
    const char* text = std::getenv("SOURCE_DATE_EPOCH"); // NOLINT(concurrency-mt-unsafe)
    if (text == nullptr || *text == '\0') {
        return nullptr;
    }
    const std::string_view digits = text;
    Timestamp time;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), time.seconds);
    constexpr std::int64_t endOfDates = 253'402'300'799; // of those with four digits for a year
    if (error != std::errc() || end != digits.data() + digits.size() || time.seconds < 0 ||
        time.seconds > endOfDates) {
        return badUsage("SOURCE_DATE_EPOCH is no number of seconds since 1970");
    }
    return [time] { return time; };
}

/// A CMD as a Dockerfile has it: a JSON list of words, or a line for the shell.
Outcome<std::vector<std::string>> commandWords(const std::string& text)
{
    if (!text.starts_with('[')) {
        return std::vector<std::string>{"/bin/sh", "-c", text};
    }
    const auto list = nlohmann::json::parse(text, nullptr, false);
    const bool words = list.is_array() && std::ranges::all_of(list, [](const nlohmann::json& word) {
                           return word.is_string();
                       });
    return words ? Outcome<std::vector<std::string>>(list.get<std::vector<std::string>>())
                 : badUsage("--cmd begins like a JSON list of strings and is none");
}

/// An error that is not about the image.
ExitStatus failed(const Error& error)
{
    reportLine(error.message());
    return ExitStatus::Failed;
}

std::string scriptName(const Options& options)
{
    return options.script == "-" ? "standard input" : escapeForDisplay(options.script);
}

struct NamedContainer
{
    std::string name;
    Container container;
};

class ScriptRun final : public ScriptHost
{
public:
    ScriptRun(const Options& options, SharedImage image, ContainerOptions containers, Job job,
              Output& output)
        : m_options(options)
        , m_image(std::move(image))
        , m_containerOptions(std::move(containers))
        , m_job(std::move(job))
        , m_output(output)
        , m_style(output)
    {
    }

    /// False once an operation was refused and nothing more is to be done.
    bool run(const std::vector<ScriptLine>& lines)
    {
        for (const auto& line : lines) {
            m_named = m_named || !line.container.empty();
        }
        for (const auto& line : lines) {
            m_line = &line;
            if (!line.container.empty()) {
                m_current = named(line.container);
            } else {
                line.action(*this);
            }
            // What is to be written does not hang on somebody reading what is said.
            const bool heard = m_output.commit() || !m_options.commitTarget.empty();
            if ((m_refused && !m_options.keepGoing) || m_job.cancelled() || !heard) {
                return false;
            }
        }
        return true;
    }

    bool refused() const { return m_refused; }
    const std::vector<std::unique_ptr<NamedContainer>>& containers()
    {
        current();
        return m_containers;
    }

    Container& container() override { return current().container; }
    const Job& job() const override { return m_job; }

    bool told(const Trace& trace) override
    {
        if (m_options.json) {
            appendTraceJson(m_output.buffer(), place(), trace);
        } else {
            appendTraceText(m_output.buffer(), place(), m_named, trace);
        }
        return trace.done() || refuse(posixErrorText(trace.error), posixErrorName(trace.error));
    }

    void listed(std::string_view path, const std::vector<ContainerChild>& children) override
    {
        if (m_options.json) {
            appendListingJson(m_output.buffer(), place(), path, container(), children);
        } else {
            m_output.buffer() +=
                (m_named ? current().name + ": " : "") + "ls " + escapeForDisplay(path) + "\n";
            appendListingText(m_output.buffer(), m_style, container(), children);
        }
    }

    bool stepped(std::string_view word, bool done) override
    {
        if (m_options.json) {
            JsonObject object(m_output.buffer());
            object.text("record", word);
            object.text("container", current().name);
            object.number("line", m_line->number);
            object.boolean("done", done);
            object.close();
            m_output.buffer() += '\n';
        } else {
            m_output.buffer() += (m_named ? current().name + ": " : "") + std::string(word) + "\n";
        }
        return done || refuse("there is nothing to " + std::string(word), {});
    }

private:
    ScriptPlace place() { return {.line = m_line->number, .container = current().name}; }

    NamedContainer& current()
    {
        if (m_current == nullptr) {
            m_current = named("main");
        }
        return *m_current;
    }

    NamedContainer* named(const std::string& name)
    {
        const auto known = std::ranges::find_if(
            m_containers, [&](const auto& container) { return container->name == name; });
        if (known != m_containers.end()) {
            return known->get();
        }
        m_containers.push_back(std::make_unique<NamedContainer>(
            NamedContainer{name, Container(m_image, m_containerOptions)}));
        return m_containers.back().get();
    }

    /// Says on standard error which line it was. True = go on all the same.
    bool refuse(std::string_view what, std::string_view code)
    {
        m_refused = true;
        m_output.flush();
        reportLine(scriptName(m_options) + ", line " + std::to_string(m_line->number) + ": " +
                   escapeForDisplay(m_line->text) + ": " + std::string(what) +
                   (code.empty() ? "" : " (" + std::string(code) + ")"));
        return m_options.keepGoing;
    }

    const Options& m_options;
    SharedImage m_image;
    ContainerOptions m_containerOptions;
    Job m_job;
    Output& m_output;
    Style m_style;
    std::vector<std::unique_ptr<NamedContainer>> m_containers;
    NamedContainer* m_current = nullptr;
    const ScriptLine* m_line = nullptr;
    bool m_named = false;
    bool m_refused = false;
};

void printResults(const Options& options, ScriptRun& run, Output& output)
{
    const bool several = run.containers().size() > 1;
    for (const auto& [wanted, text, json] :
         {std::tuple(options.dockerDiff, &appendDiffText, &appendDiffJson),
          std::tuple(options.upper, &appendUpperText, &appendUpperJson)}) {
        for (const auto& container : run.containers()) {
            if (!wanted) {
                continue;
            }
            if (options.json) {
                json(output.buffer(), container->name, container->container);
                continue;
            }
            output.buffer() += several ? "container " + container->name + ":\n" : "";
            text(output.buffer(), container->container);
        }
    }
}

Outcome<const NamedContainer*> chosenContainer(const Options& options, ScriptRun& run)
{
    const auto& containers = run.containers();
    if (options.container.empty() && containers.size() > 1) {
        return badUsage("the script has several containers; say with --container which to commit");
    }
    const auto chosen = std::ranges::find_if(containers, [&](const auto& container) {
        return options.container.empty() || container->name == options.container;
    });
    if (chosen == containers.end()) {
        return badUsage("the script has no container " + quoteForDisplay(options.container));
    }
    return chosen->get();
}

Outcome<CommitOptions> commitOptions(const Options& options)
{
    CommitOptions details{.name = options.name,
                          .message = options.message,
                          .author = options.author,
                          .createdBy = {},
                          .cmd = {},
                          .env = options.env,
                          .created = {}};
    if (options.cmd) {
        auto words = commandWords(*options.cmd);
        if (!words) {
            return std::unexpected(words.error());
        }
        details.cmd = std::move(*words);
    }
    return details;
}

Outcome<ExitStatus> commit(const Options& options, const CommitOptions& details, ScriptRun& run,
                           const Job& job, Output& output)
{
    const auto chosen = chosenContainer(options, run);
    if (!chosen) {
        return std::unexpected(chosen.error());
    }
    const auto report =
        commitContainer((*chosen)->container, options.commitTarget, options.commitFormat,
                        options.commitCompression, details, job);
    if (!report) {
        output.flush();
        return failed(report.error());
    }
    for (const auto& text : report->warnings.texts()) {
        reportNote(options.commitTarget, text);
    }
    if (options.json) {
        JsonObject object(output.buffer());
        object.text("record", "commit");
        object.text("container", (*chosen)->name);
        object.bytes("target", options.commitTarget);
        object.number("members", report->members);
        object.close();
        output.buffer() += '\n';
    }
    return ExitStatus::Done;
}

} // namespace

Outcome<ExitStatus> runScript(const Options& options, Output& output)
{
    const auto text = scriptText(options.script);
    if (!text) {
        return failed(text.error().error);
    }
    const auto lines = parseScript(*text);
    if (!lines) {
        auto error = lines.error();
        error.where = scriptName(options) + ", " + error.where;
        return failed(error);
    }
    auto clock = chosenClock();
    if (!clock) {
        return std::unexpected(clock.error());
    }
    const auto details = commitOptions(options);
    if (!details) {
        return std::unexpected(details.error());
    }
    const auto image = openImage(options);
    if (!image) {
        return std::unexpected(image.error());
    }
    const Interruption interruption;
    const Job job{.stop = interruption.token(), .progress = {}};
    ScriptRun run(options, *image, {.metacopy = options.metacopy, .clock = std::move(*clock)}, job,
                  output);
    const bool finished = run.run(*lines);
    Outcome<ExitStatus> status = run.refused() ? ExitStatus::No : ExitStatus::Done;
    if (finished) {
        printResults(options, run, output);
        if (!options.commitTarget.empty()) {
            const auto committed = commit(options, *details, run, job, output);
            if (!committed || *committed != ExitStatus::Done) {
                status = committed;
            }
        }
    }
    if (interruption.happened()) {
        output.flush();
        interruption.endProgram();
    }
    return status;
}

} // namespace strata::cli
