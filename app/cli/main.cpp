// SPDX-License-Identifier: Apache-2.0
#include "command_cache.h"
#include "command_cat.h"
#include "command_diff.h"
#include "command_extract.h"
#include "command_history.h"
#include "command_info.h"
#include "command_layers.h"
#include "command_run.h"
#include "command_tree.h"
#include "command_verify.h"
#include "options.h"
#include "outcome.h"
#include "output.h"

#include <csignal>
#include <exception>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

namespace strata::cli {

namespace {

Outcome<ExitStatus> run(const Options& options, Output& output)
{
    switch (options.command) {
    case Command::Info:
        return runInfo(options, output);
    case Command::Layers:
        return runLayers(options, output);
    case Command::Tree:
        return runTree(options, output);
    case Command::History:
        return runHistory(options, output);
    case Command::Diff:
        return runDiff(options, output);
    case Command::Cat:
        return runCat(options, output);
    case Command::Extract:
        return runExtract(options, output);
    case Command::Verify:
        return runVerify(options, output);
    case Command::Run:
        return runScript(options, output);
    case Command::Cache:
        return runCache(options, output);
    }
    std::unreachable();
}

/// What no module can give as a value: memory or threads have run out.
Outcome<ExitStatus> guarded(const Options& options, Output& output)
{
    try {
        return run(options, output);
    } catch (const std::bad_alloc&) {
        return std::unexpected(Failure(Error{ErrorCode::LimitExceeded, "out of memory", {}}));
    } catch (const std::exception& error) {
        return std::unexpected(Failure(Error{ErrorCode::Io, error.what(), {}}));
    }
}

/// A program started with a standard stream closed would get its number for the first file it
/// opens, and write its messages into that.
void occupyStandardStreams()
{
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(descriptor, F_GETFD) == -1) {
            // Read-only, so that writing to a closed standard output is still an error.
            static_cast<void>(::open("/dev/null", O_RDONLY));
        }
    }
}

/// Layers are read into large blocks, which are let go of when a layer is packed. By itself the C
/// library begins to keep such blocks once it sees some freed, and they would stand in memory
/// beside the tree. Setting the limit from which they go back, even to what it is at first, stops
/// that.
void giveBackLargeBlocks()
{
#ifdef __GLIBC__
    ::mallopt(M_MMAP_THRESHOLD, 128 << 10); // NOLINT(concurrency-mt-unsafe): no thread runs yet
#endif
}

/// How it ends once everything is written that can be. A reader that has gone changes nothing:
/// commands that end because of it say so themselves.
ExitStatus finish(Output& output, ExitStatus status)
{
    if (const auto written = output.finish(); !written) {
        reportFailure({}, written.error());
        return ExitStatus::Failed;
    }
    return status;
}

ExitStatus runArguments(std::vector<std::string> arguments)
{
    const auto options = parseOptions(std::move(arguments));
    if (!options && options.error().status == ExitStatus::Failed) {
        reportLine(options.error().text);
        return ExitStatus::Failed;
    }
    Output output(STDOUT_FILENO);
    if (!options) {
        output.write(options.error().text);
        return finish(output, options.error().status);
    }
    const auto outcome = guarded(*options, output);
    // What was printed before a failure belongs before its message.
    const auto status = finish(output, outcome ? *outcome : outcome.error().status);
    if (!outcome && !output.readerGone()) {
        reportFailure(options->image, outcome.error().error);
    }
    return status;
}

} // namespace

} // namespace strata::cli

int main(int argc, char* argv[])
{
    strata::cli::occupyStandardStreams();
    strata::cli::giveBackLargeBlocks();
    std::signal(SIGPIPE, SIG_IGN); // write(2) tells us; the output then ends quietly
    std::signal(SIGXFSZ, SIG_IGN); // likewise a file that may not grow so large
    const auto status =
        strata::cli::runArguments(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
    return static_cast<int>(status);
}
