// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "base/job.h"
#include "base/limits.h"
#include "base/warning.h"
#include "image/image.h"
#include "io/file_set.h"

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The readers behind image_archive.h, one for each form (RULES.md, "Archives"). Private to image.
/// Each gives what it can; what is broken in one image is that image's warning or error. Errors are
/// for archives of which nothing can be listed.
namespace strata::readers {

/// The text of a small document. Errors: Missing, LimitExceeded, Io.
Result<std::string> readText(const FileSet& files, const std::string& name);

/// The documents of one archive and what may be made of them in all: a list of images may name one
/// large document again and again.
class Documents
{
public:
    explicit Documents(const FileSet& files, std::stop_token stop = {})
        : m_files(files)
        , m_stop(std::move(stop))
    {
    }
    const FileSet& files() const { return m_files; }
    /// Asked by the readers for each image and layer; they then give what they have.
    bool cancelled() const { return m_stop.stop_requested(); }
    /// Errors: those of readText; LimitExceeded once limits::documentBytes are used up; Cancelled.
    Result<std::string> read(const std::string& name);
    /// Takes so many off limits::imageParts. False if they are more than are left; then none are
    /// left for whatever comes after.
    bool takeParts(std::size_t count);
    /// Takes a name off limits::allNameBytes; false and a warning if there is no room for it, or
    /// if it is longer than limits::imageNameBytes.
    bool takeName(std::string_view name, WarningList& warnings);

private:
    const FileSet& m_files;
    std::stop_token m_stop;
    std::uint64_t m_left = limits::documentBytes;
    std::size_t m_parts = limits::imageParts;
    std::size_t m_nameBytes = limits::allNameBytes;
};

/// manifest.json of docker save and its kin.
Result<std::vector<Image>> dockerArchive(Documents& documents, WarningList& warnings);
/// `repositories` and `<id>/json` of docker before 1.10.
Result<std::vector<Image>> legacyArchive(Documents& documents, WarningList& warnings);
/// index.json and blobs/, nested indexes followed.
Result<std::vector<Image>> ociLayout(Documents& documents, WarningList& warnings);
/// skopeo's dir: a manifest.json that is a manifest, or (copied with --all) a list of manifests
/// `<hex>.manifest.json`; blobs by their hex.
Result<std::vector<Image>> skopeoDir(Documents& documents, WarningList& warnings);

/// The images of index.json and manifest.json as one list, index.json's first: one image where both
/// mean the same, complete if either is, with a warning where they disagree (RULES.md, "Archives").
/// Error: Cancelled.
Result<std::vector<Image>> mergeManifests(const FileSet& files, std::vector<Image> oci,
                                          std::vector<Image> docker, WarningList& warnings,
                                          const Job& job);

/// A descriptor, as manifests and indexes hold them.
struct Descriptor
{
    std::string mediaType;
    std::string artifactType;
    std::optional<Digest> digest;
    std::optional<std::uint64_t> size;
    std::vector<std::pair<std::string, std::string>> annotations;
    Platform platform;
};

/// Names a blob's file from its digest: "blobs/sha256/<hex>" or "<hex>".
using BlobName = std::string (*)(const Digest&);
/// "blobs/sha256/<hex>".
std::string blobFile(const Digest& digest);

/// A manifest's text as an image. `described` is what pointed to it.
Image manifestImage(Documents& documents, std::string_view text, const Descriptor& described,
                    BlobName blobName);

/// Ties history to layers, rebuilds the instructions, computes chain IDs, looks for the base
/// image. Call once config and layers are known.
void completeSteps(Image& image);
/// Stored size, compression and presence of one layer, by its file.
void locateLayer(const FileSet& files, LayerDescriptor& layer);
/// Sets `available`, and `error` where config and layers contradict each other.
void judge(Image& image, bool configRead);

/// Parses an image's config and takes its parts; an image that has too many gets its error and an
/// empty config. Errors: those of parseConfig.
Result<ImageConfig> readConfigText(Documents& documents, std::string_view text, Image& image);
/// Makes the image one that cannot be opened, because limits::imageParts are used up.
void setTooManyParts(Image& image);
/// A manifest's image of which no more is known than its entry in an index says.
Image listedImage(Documents& documents, const Descriptor& described,
                  std::vector<std::string> names);

/// The digest that a file's own name promises: "<hex>.json", "sha256:<hex>", "blobs/sha256/<hex>".
std::optional<Digest> digestOfFileName(std::string_view file);

/// Warns of an image with more than limits::imageNames names, `name` among them.
void addTooManyNames(WarningList& warnings, std::string_view name);

/// The kind of warning for a document that could not be used.
WarningCode warningFor(const Error& error);

bool isImageConfig(std::string_view mediaType);
bool isIndex(std::string_view mediaType);
bool isManifest(std::string_view mediaType);
bool isForeignLayer(std::string_view mediaType);

} // namespace strata::readers
