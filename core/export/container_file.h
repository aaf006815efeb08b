// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "io/byte_source.h"
#include "overlay/container.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// A container as a file: a tar with "container.json", which says what image it stands on, and
/// "layer.tar", its own layer as any other is (RULES.md, "Writing a layer").
namespace strata {

/// What a container's file says of itself.
struct SavedContainer
{
    std::string name;
    std::vector<std::string> imageNames;
    std::string imageId; ///< digest of the config's bytes; empty if it has none
    std::string chainId; ///< of the image's layers; empty if not known
    SharedSource layer;  ///< the tar

    /// Whether it was made on `image`: on the same layers, or where nobody knows those, on the
    /// image of the same id.
    bool standsOn(const Image& image) const;
};

/// Writes `container` to `target`, which appears complete or not at all. Gives what a layer cannot
/// hold and was left out. Errors: Io, Denied, Cancelled, those of reading the image.
Result<WarningList> saveContainer(const Container& container, const std::string& name,
                                  const std::filesystem::path& target, const Job& job);

/// Errors: NotFound, Denied, Io; NotAnImage for what is no container's file; Malformed;
/// Unsupported for a later version of it; Cancelled.
Result<SavedContainer> openContainerFile(const std::filesystem::path& file, const Job& job);

} // namespace strata
