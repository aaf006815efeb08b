// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "export/extract_plan.h"
#include "export/file_copy.h"
#include "tree/opened_image.h"

#include <functional>
#include <span>

/// Private to core/export.
namespace strata {

/// Whether an error ends everything, and not only the file it happened at: the source cannot be
/// read, or the user asked to stop.
bool endsAll(const Error& error);

/// What is done with the contents of several files.
struct ContentVisitor
{
    /// One file, whose content `read` gives; what is not read is passed over.
    std::function<Status(const ExtractLeaf&, const ContentReader& read)> file;
    /// Files whose content cannot be got at: the layer is absent, damaged, or ends before them.
    std::function<void(std::span<const ExtractLeaf>, const Error&)> unreadable;
};

/// Goes through `files`, all of one layer and in the order they lie in it. A compressed layer is
/// decompressed once: opening file by file would start over each time. Errors: those of
/// `visitor.file`, and those that end everything.
Status visitContents(const OpenedImage& image, std::span<const ExtractLeaf> files, const Job& job,
                     const ContentVisitor& visitor);

} // namespace strata
