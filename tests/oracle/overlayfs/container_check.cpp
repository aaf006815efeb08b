// SPDX-License-Identifier: Apache-2.0
#include "container_check.h"

#include "container_snapshot.h"
#include "disk_calls.h"
#include "kernel_calls.h"
#include "script_unpacker.h"

#include "base/byte_path.h"
#include "export/container_layer.h"

#include <algorithm>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <system_error>

#include <sys/stat.h>

namespace strata::test {

namespace {

/// The core's clock counts operations from here on, far from any time that a script names.
constexpr std::int64_t epoch = 40'000'000'000;

using Moment = std::pair<std::int64_t, std::uint32_t>;

Moment timeOf(clockid_t clock)
{
    timespec now = {};
    ::clock_gettime(clock, &now);
    return {now.tv_sec, static_cast<std::uint32_t>(now.tv_nsec)};
}

/// When each operation ran, by the kernel's clock. The coarse one is what files are dated by.
struct Span
{
    Moment first;
    Moment last;
};

/// One script on both sides.
class Contest
{
public:
    Contest(const OverlayStage& stage, const ContainerScript& script)
        : m_stage(stage)
        , m_stack(script.stack)
        , m_work(stage.folder() / "work")
        , m_upper(stage.folder() / "upper")
    {
        unpack(script.stack);
        ContainerOptions options;
        options.clock = [this] {
            return Timestamp{.seconds = epoch + static_cast<std::int64_t>(m_spans.size()),
                             .nanoseconds = 0};
        };
        m_container = std::make_unique<Container>(openedByCore(script.stack), options);
        for (const auto& folder : {m_work, m_upper}) {
            std::filesystem::remove_all(folder);
            std::filesystem::create_directory(folder);
        }
        giveRootMetadata();
        mount();
        m_before = seenOnDisk(m_mount->path());
    }

    std::string start() { return compare(); }

    std::string step(const ContainerOperation& operation, const ContainerOperation& toldToCore)
    {
        const auto first = timeOf(CLOCK_REALTIME_COARSE);
        const int kernel = runByKernel(m_mount->path(), operation);
        const auto undoable = m_container->undoSteps();
        const auto trace = runByCore(*m_container, toldToCore);
        m_spans.push_back({first, timeOf(CLOCK_REALTIME)});
        std::string wrong;
        const int core = static_cast<int>(trace.error);
        if (kernel != core) {
            wrong += "result: expected " + codeText(kernel) + ", actual " + codeText(core) + "\n";
        }
        if (core != 0 && (m_container->undoSteps() != undoable || !trace.effects.empty())) {
            wrong += "a refused operation left something behind\n";
        }
        if (wrong.empty() && isMarkedInVain(trace)) {
            m_ended = true;
            return {};
        }
        wrong += compare();
        return wrong.empty() ? wrong : wrong + traceText(trace);
    }

    /// The two sides are no longer meant to be the same.
    bool ended() const { return m_ended; }

    std::string finish()
    {
        std::string wrong;
        mount();
        if (const auto text = compare(); !text.empty()) {
            wrong += "mounted again:\n" + text;
        }
        wrong += diffDifferences();
        wrong += lookupDifferences();
        wrong += layerDifferences();
        wrong += undoDifferences();
        return wrong;
    }

private:
    static std::string codeText(int error)
    {
        const auto name = posixErrorName(static_cast<PosixError>(error));
        return error == 0     ? "done"
               : name.empty() ? std::generic_category().message(error)
                              : std::string(name);
    }

    /// The kernel marks a directory opaque before it finds that it cannot be renamed, and leaves
    /// the mark, which hides nothing. The core keeps to it that a refusal changes nothing.
    bool isMarkedInVain(const Trace& trace) const
    {
        const bool renames =
            trace.operation == OperationKind::Rename || trace.operation == OperationKind::Move;
        if (!renames || trace.error != PosixError::NotEmpty || trace.lookups.size() < 2) {
            return false;
        }
        const auto& source = trace.lookups[trace.lookups.size() - 2].path;
        const auto sighting = m_container->find(source);
        return sighting && sighting->upper && !m_container->upper().inode(sighting->upper).opaque &&
               disk::hasXattr(m_upper.native() + source, m_stage.opaqueXattr(), "y");
    }

    void unpack(const StackScript& stack)
    {
        std::unique_ptr<OverlayMount> below;
        for (const auto& layer : stack) {
            m_layers.push_back(m_stage.folder() / ("layer" + std::to_string(m_layers.size())));
            std::filesystem::remove_all(m_layers.back());
            std::filesystem::create_directory(m_layers.back());
            unpackLayer(layer, m_layers.back(), below ? std::optional(below->path()) : std::nullopt,
                        m_stage.opaqueXattr());
            below.reset();
            below = std::make_unique<OverlayMount>(m_stage, m_layers, m_stage.folder() / "below");
        }
    }

    /// Engines make the upper directory with what the root below it has.
    void giveRootMetadata()
    {
        const auto details = m_container->details(Container::root());
        ScriptEntry entry{.kind = EntryKind::Directory,
                          .mode = details.mode,
                          .uid = details.uid,
                          .gid = details.gid};
        entry.xattrs.assign(details.xattrs.begin(), details.xattrs.end());
        disk::setMetadata(m_upper, entry);
        disk::setTime(m_upper, details.mtime, details.mtimeNsec);
    }

    void mount()
    {
        m_mount.reset();
        m_mount = std::make_unique<ContainerMount>(m_stage, m_layers, m_upper, m_work,
                                                   m_stage.folder() / "container");
    }

    /// What the core dates by an operation must be of the time that this took on the kernel's side;
    /// it then counts as equal.
    void translateTimes(Snapshot& kernel, const Snapshot& core) const
    {
        for (auto& [path, node] : kernel) {
            const auto other = core.find(path);
            if (other == core.end() || !node.mtime || !other->second.mtime) {
                continue;
            }
            const auto step = other->second.mtime->first - epoch;
            if (step < 0 || static_cast<std::size_t>(step) >= m_spans.size()) {
                continue;
            }
            const Span& span = m_spans[static_cast<std::size_t>(step)];
            if (*node.mtime >= span.first && *node.mtime <= span.last) {
                node.mtime = other->second.mtime;
            }
        }
    }

    std::string compare() const
    {
        auto kernel = seenOnDisk(m_mount->path());
        auto core = seenInContainer(*m_container);
        translateTimes(kernel, core);
        std::string wrong = differences(kernel, core);
        auto kernelUpper = upperOnDisk(m_upper, m_stage.opaqueXattr());
        const auto coreUpper = upperOf(*m_container);
        translateTimes(kernelUpper, coreUpper);
        if (const auto text = differences(kernelUpper, coreUpper); !text.empty()) {
            wrong += "in the upper directory:\n" + text;
        }
        return wrong;
    }

    std::string diffDifferences() const
    {
        auto kernel = changesBetween(m_before, seenOnDisk(m_mount->path()));
        auto core = dockerDiff(*m_container);
        std::ranges::sort(core, {}, &DockerChange::path);
        std::string wrong;
        for (const auto& [from, in, what] :
             {std::tuple(&kernel, &core, "missing"), std::tuple(&core, &kernel, "too much")}) {
            for (const auto& change : *from) {
                if (std::ranges::find(*in, change) == in->end()) {
                    wrong += "docker diff: " + std::string(what) + ": " + change.kind + " " +
                             quoteForDisplay(change.path) + "\n";
                }
            }
        }
        return wrong;
    }

    /// Whether the way down the layers that reading a file tells of ends where its content is.
    std::string lookupDifferences() const
    {
        std::string wrong;
        std::vector<std::pair<std::string, Sighting>> todo{{"", Container::root()}};
        while (!todo.empty()) {
            const auto [path, sighting] = todo.back();
            todo.pop_back();
            for (const auto& child : m_container->children(sighting)) {
                todo.emplace_back(path + "/" + child.name, child.sighting);
            }
            const auto details = m_container->details(sighting);
            const auto trace = m_container->read(path.empty() ? "/" : path).trace;
            if (details.type == FileType::Symlink || trace.lookups.empty()) {
                continue;
            }
            const auto* hit = trace.lookups.back().hit();
            const auto layer = details.inContainer ? std::nullopt : details.layer;
            // A directory that a layer only implies is there, but its metadata are of one below.
            const bool implied = details.type == FileType::Directory && hit != nullptr &&
                                 hit->layer && layer && *hit->layer > *layer;
            if (hit == nullptr || (hit->layer != layer && !implied)) {
                wrong += quoteForDisplay(path) + " was not found where it is:\n" + traceText(trace);
            }
        }
        return wrong;
    }

    /// Whether the layer that the container becomes shows on its image what the container did.
    std::string layerDifferences() const
    {
        Snapshot wanted = seenInContainer(*m_container);
        for (auto& [path, node] : wanted) {
            if (path.contains("/.wh.")) {
                return {}; // no layer holds such a name
            }
            const auto sighting = m_container->find(path);
            if (node.mtime && sighting && sighting->upper) {
                node.mtime->second = 0;
            }
        }
        Bytes tar;
        const auto written =
            writeContainerLayer(*m_container,
                                [&](std::span<const std::byte> bytes) -> Status {
                                    tar.insert(tar.end(), bytes.begin(), bytes.end());
                                    return {};
                                },
                                {});
        if (!written) {
            return "no layer can be written: " + written.error().message() + "\n";
        }
        const auto image = openedByCore(m_stack, tar);
        const auto top = static_cast<LayerNo>(image->layers.size() - 1);
        auto shown = seenInTree(*image, top);
        shown.erase("/"); // a layer has no entry for it
        wanted.erase("/");
        const auto text = differences(wanted, shown);
        return text.empty() ? text : "as a layer:\n" + text;
    }

    std::string undoDifferences() const
    {
        const auto merged = seenInContainer(*m_container);
        const auto upper = upperOf(*m_container);
        const auto steps = m_container->undoSteps();
        while (m_container->undo()) {
        }
        std::string wrong;
        const Container fresh(m_container->sharedImage());
        if (!differences(seenInContainer(fresh), seenInContainer(*m_container)).empty() ||
            !differences(upperOf(fresh), upperOf(*m_container)).empty()) {
            wrong += "undoing all does not lead back\n";
        }
        while (m_container->redo()) {
        }
        if (!differences(merged, seenInContainer(*m_container)).empty() ||
            !differences(upper, upperOf(*m_container)).empty() ||
            m_container->undoSteps() != steps) {
            wrong += "redoing all does not lead here\n";
        }
        return wrong;
    }

    const OverlayStage& m_stage;
    StackScript m_stack;
    std::filesystem::path m_work;
    std::filesystem::path m_upper;
    std::vector<std::filesystem::path> m_layers;
    std::unique_ptr<Container> m_container;
    std::unique_ptr<ContainerMount> m_mount;
    Snapshot m_before;
    std::vector<Span> m_spans;
    bool m_ended = false;
};

} // namespace

bool isFullyAble(const OverlayStage& stage)
{
    const auto& able = stage.abilities();
    return able.owners && able.devices && able.trusted && able.user && able.capabilities;
}

Verdict checkContainer(const OverlayStage& stage, const ContainerScript& script,
                       const Sabotage& sabotage)
{
    try {
        Contest contest(stage, script);
        if (const auto wrong = contest.start(); !wrong.empty()) {
            return {Outcome::Different, "before anything was done:\n" + wrong};
        }
        for (std::size_t i = 0; i < script.operations.size(); ++i) {
            const auto& operation = script.operations[i];
            const auto wrong = contest.step(operation, sabotage ? sabotage(operation) : operation);
            if (!wrong.empty()) {
                return {Outcome::Different, "after operation " + std::to_string(i) + ", " +
                                                operationText(operation) + ":\n" + wrong};
            }
            if (contest.ended()) {
                return {Outcome::Same, {}};
            }
        }
        const auto wrong = contest.finish();
        return {wrong.empty() ? Outcome::Same : Outcome::Different, wrong};
    } catch (const NotDefined& why) {
        return {Outcome::NotDefined, why.what()};
    } catch (const std::exception& why) {
        return {Outcome::Different, std::string("it cannot be compared: ") + why.what() + "\n"};
    }
}

} // namespace strata::test
