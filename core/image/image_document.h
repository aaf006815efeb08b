// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_archive.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace strata {

/// A file of the archive that says what an image is, or, where the image is none, what it holds.
struct ImageDocument
{
    enum class Kind {
        Index,      ///< index.json, or an index below it (image-spec image-index.md)
        DockerList, ///< manifest.json of a docker archive: its images and their files
        Manifest,   ///< image-spec manifest.md
        Config,     ///< image-spec config.md, or whatever an artifact has in its place
        Blob,       ///< what an artifact or attestation holds instead of layers
    } kind = Kind::Blob;
    std::string file; ///< name in the archive's FileSet; empty if it is not in the archive
    std::optional<Digest> digest;
    std::string mediaType;  ///< as the document before it says; empty if unknown
    std::uint64_t size = 0; ///< stored bytes; 0 if it is not in the archive
};

/// The way from the archive to an image: the lists, the manifest, the config; of artifacts and
/// attestations their blobs too. Empty for a root file system. Reads the indexes.
std::vector<ImageDocument> imageDocuments(const ImageArchive& archive, const Image& image);

struct DocumentText
{
    /// Of JSON, laid out in lines unless they would be more than limits::laidOutBytes; of all else,
    /// the bytes as they are.
    std::string text;
    bool isJson = false; ///< whether it could be read as JSON
};

/// What a document says. Members keep their order. Errors: Missing; LimitExceeded beyond
/// limits::jsonBytes, or where the JSON is nested deeper than limits::jsonDepth; Io; Changed.
Result<DocumentText> readLaidOut(const ImageArchive& archive, const ImageDocument& document);

} // namespace strata
