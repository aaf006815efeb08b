// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "image/config.h"
#include "io/byte_source.h"
#include "io/byte_stream.h"

#include <filesystem>
#include <string>
#include <vector>

namespace strata {

enum class WriteFormat { OciArchive, OciLayout, DockerArchive };
enum class LayerCompression { None, Gzip, Zstd };

/// An image to be written: layer tars, base first, and what its config shall say. config.diffIds is
/// computed; config.history is written as it is.
struct ImageToWrite
{
    std::vector<SharedSource> layerTars;
    /// How the bytes of each of them are compressed; not compressed where it is shorter.
    std::vector<Compression> compressions;
    ImageConfig config;
    /// The text of a config that `config` was read from: members of it and of its "config" that an
    /// ImageConfig does not know are kept. Empty = none.
    std::string originalConfig;
    std::string name;                                             ///< reference; may be empty
    std::vector<std::pair<std::string, std::string>> annotations; ///< of the manifest
};

/// Writes `image` to `target`: a file, or for OciLayout a directory that must not exist. The target
/// appears complete or not at all. Deterministic: the same image gives the same bytes. Layers of a
/// DockerArchive are stored uncompressed, whatever `compression` says; those that are compressed
/// already in the way asked for keep their bytes. Layers pass through piece by
/// piece, so memory does not grow with them; a compressed one lies for a while in a nameless file
/// on the target's disk, since its name and length stand in front of it. Progress in bytes of
/// layers, each of them twice: once to hash or compress, once to store.
/// Errors: Io, Denied, Cancelled, those of reading the layers.
Status writeImage(const ImageToWrite& image, const std::filesystem::path& target,
                  WriteFormat format, LayerCompression compression, const Job& job);

} // namespace strata
