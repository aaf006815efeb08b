// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/digest.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/warning.h"
#include "image/config.h"
#include "image/platform.h"
#include "io/byte_stream.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace strata {

enum class ImageKind { Image, Artifact, Attestation };

/// "image", "artifact", "attestation".
std::string_view imageKindName(ImageKind kind);

/// One layer as its manifest and archive describe it, before any of it is read.
struct LayerDescriptor
{
    std::string file;             ///< name in the archive's FileSet; empty if it is not there
    std::string mediaType;        ///< as the manifest says, or the form's own
    std::optional<Digest> digest; ///< of the stored bytes; none in classic docker archives
    std::optional<Digest> diffId; ///< of the uncompressed tar
    std::optional<Digest> chainId;
    std::optional<std::uint64_t> declaredSize; ///< stored bytes, by the manifest
    std::uint64_t storedSize = 0;              ///< bytes in the archive; 0 if absent
    bool storedBefore = false;                 ///< the same file as a layer below, by whatever name
    Compression compression = Compression::None; ///< by the bytes
    bool available = false;
    bool foreign = false;    ///< nondistributable: meant to be fetched elsewhere
    std::string createdBy;   ///< of the history item that made it; empty if unknown
    std::string instruction; ///< rebuilt from createdBy, e.g. "RUN apt-get update"
    std::string created;     ///< RFC 3339 as written; empty if unknown
    WarningList warnings;
};

/// One step of the build, with or without a layer, in the order of history.
struct Step
{
    std::optional<LayerNo> layer;
    std::string createdBy;
    std::string instruction;
    std::string comment;
    std::string created;
    std::string author;
};

/// One image (or artifact) of an archive: metadata only, a value without resources.
struct Image
{
    std::vector<std::string> names; ///< references, as the archive spells them
    Platform platform;
    std::optional<Digest> id; ///< digest of the config's bytes; none for a rootfs
    std::optional<Digest> manifestDigest;
    ImageKind kind = ImageKind::Image;
    std::string mediaType;    ///< of the manifest; empty for docker archives without one
    std::string artifactType; ///< empty if none
    std::string configFile;   ///< name in the archive's FileSet; empty if none
    std::string manifestFile; ///< likewise
    ImageConfig config;
    std::vector<std::pair<std::string, std::string>> annotations; ///< manifest's and descriptor's
    std::vector<LayerDescriptor> layers;                          ///< 0 = base
    std::vector<Step> steps;
    /// Layers [0, baseLayers) come from the base image; 0 = not known. `baseName` may be empty.
    LayerNo baseLayers = 0;
    std::string baseName;
    bool baseIsGuess = false;
    /// Why it cannot be opened as a tree though it is listed (an artifact, a config that
    /// contradicts the layers); none for images that can.
    std::optional<Error> error;
    bool available = false; ///< config and every layer that is not foreign are there
    WarningList warnings;

    /// Bytes of the layers in the archive; a file that stands for several of them counts once.
    std::uint64_t storedSize() const;
    /// First name, else short id, else "unnamed image".
    std::string displayName() const;
};

} // namespace strata
