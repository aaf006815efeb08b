// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "image/config.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace strata {

enum class WriteFormat { OciArchive, OciLayout, DockerArchive };
enum class LayerCompression { None, Gzip, Zstd };

/// An image to be written: uncompressed layer tars, base first, and what its config shall say.
/// config.diffIds is computed; config.history is written as it is.
struct ImageToWrite
{
    std::vector<std::vector<std::byte>> layerTars;
    ImageConfig config;
    std::string name;                                             ///< reference; may be empty
    std::vector<std::pair<std::string, std::string>> annotations; ///< of the manifest
};

/// Writes `image` to `target`: a file, or for OciLayout a directory that must not exist. The target
/// appears complete or not at all. Deterministic: the same image gives the same bytes. Layers of a
/// DockerArchive are stored as they are, whatever `compression` says.
/// Errors: Io, Denied.
Status writeImage(const ImageToWrite& image, const std::filesystem::path& target,
                  WriteFormat format, LayerCompression compression);

} // namespace strata
