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
    std::uint64_t bytes = 0;   ///< content, that of linked files once
    /// Paths that were wanted and are not there: damaged content, names that the file system does
    /// not take. Devices that only root may make are not among them.
    std::uint64_t skipped = 0;
    WarningList warnings; ///< skipped paths; owners, devices, attributes that were refused
};

/// Writes the merged tree under `target`, which is made if need be, and nowhere else: every step
/// goes through directory descriptors opened beneath it without following links, so no entry, link
/// or name can lead outside. Hardlinks stay links. What stood in the way is replaced, but no
/// directory, and only once what replaces it is complete. What an ordinary user may not make is
/// reported and the rest written. A setuid or setgid bit is kept where the file has the owner or
/// group that the image gives it, so that root gets what `umoci unpack` writes; it is left out, and
/// reported, where it would lend out the rights of whoever extracts (umoci --rootless keeps it).
/// Progress in content bytes. Errors: Io, Changed, Denied, Cancelled.
Result<ExtractReport> extractTree(const OpenedImage& image, const std::filesystem::path& target,
                                  const ExtractOptions& options, const Job& job);

} // namespace strata
