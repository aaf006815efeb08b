// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "base/warning.h"
#include "tree/opened_image.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace strata {

struct ExtractOptions
{
    std::vector<NodeId> roots;   ///< what to write, with all below; empty = everything
    std::optional<LayerNo> asOf; ///< the tree up to this layer; none = the whole image
    bool keepOwners = true;      ///< chown where permitted
};

struct ExtractReport
{
    std::uint64_t written = 0; ///< paths
    std::uint64_t bytes = 0;   ///< content
    WarningList warnings;      ///< owners, devices, xattrs that could not be made; skipped paths
};

/// Writes the merged tree under `target`, which is made if need be, and nowhere else: every step
/// goes through directory descriptors opened beneath it without following links, so no entry, link
/// or name can lead outside. Hardlinks stay links; setuid and setgid bits stay as the image has
/// them. What stood in the way is replaced, but no directory. What an ordinary user may not make is
/// reported and the rest written. Progress in content bytes. Errors: Io, Changed, Denied,
/// Cancelled.
Result<ExtractReport> extractTree(const OpenedImage& image, const std::filesystem::path& target,
                                  const ExtractOptions& options, const Job& job);

} // namespace strata
