// SPDX-License-Identifier: Apache-2.0
#include "command_extract.h"

#include "base/byte_path.h"
#include "export/extract.h"
#include "open_image.h"
#include "text_output.h"

#include <utility>

namespace strata::cli {

Outcome<ExitStatus> runExtract(const Options& options, Output& output)
{
    const auto image = openImage(options);
    if (!image) {
        return std::unexpected(image.error());
    }
    const auto top = topOfStack(**image, options.asOf);
    if (!top) {
        return std::unexpected(top.error());
    }
    // All of them are looked up before the first is written: a typing error leaves nothing behind.
    ExtractOptions what;
    what.asOf = options.asOf;
    for (const auto& path : options.paths) {
        const auto node = findVisible(**image, path, *top);
        if (!node) {
            return std::unexpected(node.error());
        }
        what.roots.push_back(*node);
    }
    const auto report = extractTree(**image, options.directory, what, Job{});
    if (!report) {
        return std::unexpected(report.error());
    }
    for (const auto& warning : report->warnings.texts()) {
        reportNote(options.image, warning);
    }
    output.write(countOf(report->written, "path") + " (" + humanSize(report->bytes) +
                 ") written to " + escapeForDisplay(options.directory) + "\n");
    return ExitStatus::Done;
}

} // namespace strata::cli
