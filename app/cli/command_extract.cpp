// SPDX-License-Identifier: Apache-2.0
#include "command_extract.h"

#include "base/byte_path.h"
#include "export/extract.h"
#include "interruption.h"
#include "open_image.h"
#include "text_output.h"

#include <utility>

namespace strata::cli {

Outcome<ExitStatus> runExtract(const Options& options, Output& output)
{
    const auto opened = openImageAsOf(options);
    if (!opened) {
        return std::unexpected(opened.error());
    }
    const auto& [image, top] = *opened;
    // All of them are looked up before the first is written: a typing error leaves nothing behind.
    ExtractOptions what;
    what.asOf = options.asOf;
    for (const auto& path : options.paths) {
        const auto node = findVisible(*image, path, top);
        if (!node) {
            return std::unexpected(node.error());
        }
        what.roots.push_back(*node);
    }
    const Interruption interruption;
    const Job job{.stop = interruption.token(), .progress = {}};
    const auto report = extractTree(*image, options.directory, what, job);
    if (!report && interruption.happened()) {
        reportNote(options.image,
                   "stopped; what was written before is in " + escapeForDisplay(options.directory));
        interruption.endProgram();
    }
    if (!report) {
        return std::unexpected(report.error());
    }
    for (const auto& warning : report->warnings.texts()) {
        reportNote(options.image, warning);
    }
    output.write(countOf(report->written, "path") + " (" + humanSize(report->bytes) +
                 ") written to " + escapeForDisplay(options.directory) + "\n");
    // Less than what was asked for is no success, even if most of it is there.
    const bool isWhole = report->skipped == 0 && !isIncomplete(*image, top);
    return isWhole ? ExitStatus::Done : ExitStatus::Failed;
}

} // namespace strata::cli
