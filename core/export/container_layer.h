// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "base/warning.h"
#include "export/image_writer.h"
#include "overlay/container.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace strata {

/// Writes the container's own layer as a tar, by RULES.md "Writing a layer". `sink` gets its bytes
/// in order. Gives what a layer cannot hold and was left out. Errors: those of `sink` and of
/// reading the image; Cancelled.
Result<WarningList>
writeContainerLayer(const Container& container,
                    const std::function<Status(std::span<const std::byte>)>& sink, const Job& job);

/// What the new image says of itself beside its layers.
struct CommitOptions
{
    std::string name;      ///< reference; may be empty
    std::string message;   ///< the comment of the new history item
    std::string author;    ///< of the image and the new history item
    std::string createdBy; ///< of the new history item; empty = "strata commit"
    std::optional<std::vector<std::string>> cmd; ///< instead of the image's
    std::vector<std::string> env;     ///< "NAME=value", each added or put in the place of its name
    std::optional<Timestamp> created; ///< none = now, by the container's clock
};

struct CommitReport
{
    WarningList warnings;
    std::size_t members =
        0; ///< of the new layer's tar; 0 = nothing changed, and no layer was added
};

/// Writes the container as a new image: the layers of its image and its own on top, if anything
/// was changed; config and history extended. The target appears complete or not at all, as with
/// writeImage, whose errors and progress these are. Missing when the archive lacks a layer;
/// Unsupported for Windows images.
Result<CommitReport> commitContainer(const Container& container,
                                     const std::filesystem::path& target, WriteFormat format,
                                     LayerCompression compression, const CommitOptions& options,
                                     const Job& job);

} // namespace strata
