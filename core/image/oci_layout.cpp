// SPDX-License-Identifier: Apache-2.0
#include "base/byte_path.h"
#include "base/limits.h"
#include "image/json_p.h"
#include "image/manifest_p.h"
#include "image/readers_p.h"

#include <algorithm>
#include <set>

namespace strata::readers {

namespace {

std::string blobFile(const Digest& digest)
{
    return "blobs/" + std::string(digest.algorithm()) + "/" + std::string(digest.hex());
}

class LayoutReader
{
public:
    LayoutReader(const FileSet& files, WarningList& warnings)
        : m_files(files)
        , m_warnings(warnings)
    {
    }

    void readIndex(const json::Value& index, const std::vector<std::string>& names,
                   std::size_t depth)
    {
        const auto& manifests = json::member(index, "manifests");
        if (!manifests.is_array()) {
            m_warnings.add(WarningCode::Malformed,
                           manifests.is_null() ? "an image index without a list of manifests"
                                               : "an image index whose manifests are no list");
            return;
        }
        for (const auto& item : manifests) {
            if (m_images.size() >= limits::images) {
                m_warnings.add(WarningCode::LimitReached, "the index lists more than " +
                                                              std::to_string(limits::images) +
                                                              " images; the rest is not shown");
                return;
            }
            readDescriptor(parseDescriptor(item), names, depth);
        }
    }

    std::vector<Image> take() { return std::move(m_images); }

private:
    static std::vector<std::string> namesOf(const Descriptor& described)
    {
        std::vector<std::string> names;
        // containerd's is the full name; ref.name may be only its tag.
        for (const std::string_view key :
             {"io.containerd.image.name", "org.opencontainers.image.ref.name"}) {
            for (const auto& [name, value] : described.annotations) {
                if (name == key && !value.empty()) {
                    if (names.empty() || !names.front().ends_with(":" + value)) {
                        names.push_back(value);
                    }
                }
            }
        }
        return names;
    }

    void readDescriptor(const Descriptor& described, std::vector<std::string> names,
                        std::size_t depth)
    {
        for (auto& name : namesOf(described)) {
            if (std::ranges::find(names, name) == names.end()) {
                names.push_back(std::move(name));
            }
        }
        if (!described.digest) {
            m_warnings.add(WarningCode::Malformed,
                           "an image index with an entry without a valid digest");
            return;
        }
        const auto file = blobFile(*described.digest);
        if (!m_files.contains(file)) {
            addAbsent(described, names);
            return;
        }
        if (!isIndex(described.mediaType) && !isManifest(described.mediaType) &&
            !described.mediaType.empty()) {
            addUnknown(described, names);
            return;
        }
        const auto text = readText(m_files, file);
        if (!text) {
            m_warnings.add(WarningCode::Malformed, text.error().message());
            return;
        }
        if (isIndex(described.mediaType)) {
            followIndex(described, names, *text, depth);
            return;
        }
        Image image = manifestImage(m_files, *text, described, &blobFile);
        image.manifestFile = file;
        image.names = names;
        add(std::move(image));
    }

    void followIndex(const Descriptor& described, const std::vector<std::string>& names,
                     const std::string& text, std::size_t depth)
    {
        if (depth >= limits::indexDepth) {
            m_warnings.add(WarningCode::LimitReached, "image indexes are nested more than " +
                                                          std::to_string(limits::indexDepth) +
                                                          " deep; deeper ones are not shown");
            return;
        }
        if (!m_seenIndexes.insert(described.digest->text()).second) {
            return; // listed twice, or an index that leads back to itself
        }
        const auto index = json::parse(text);
        if (!index) {
            m_warnings.add(WarningCode::Malformed, "the index " +
                                                       std::string(described.digest->shortHex()) +
                                                       ": " + index.error().message());
            return;
        }
        readIndex(*index, names, depth + 1);
    }

    void addAbsent(const Descriptor& described, const std::vector<std::string>& names)
    {
        if (isIndex(described.mediaType)) {
            m_warnings.add(WarningCode::LayerMissing,
                           "the index " + std::string(described.digest->shortHex()) +
                               " is not in the archive");
            return;
        }
        Image image = fromDescriptor(described, names);
        image.error = Error{ErrorCode::Missing, "its manifest is not in the archive",
                            escapeForDisplay(image.displayName())};
        add(std::move(image));
    }

    void addUnknown(const Descriptor& described, const std::vector<std::string>& names)
    {
        Image image = fromDescriptor(described, names);
        image.kind = ImageKind::Artifact;
        image.manifestFile = blobFile(*described.digest);
        if (image.artifactType.empty()) {
            image.artifactType = described.mediaType;
        }
        judge(image, true);
        add(std::move(image));
    }

    static Image fromDescriptor(const Descriptor& described, const std::vector<std::string>& names)
    {
        Image image;
        image.names = names;
        image.platform = described.platform;
        image.manifestDigest = described.digest;
        image.mediaType = described.mediaType;
        image.artifactType = described.artifactType;
        image.annotations = described.annotations;
        if (std::ranges::any_of(described.annotations, [](const auto& a) {
                return a.first == "vnd.docker.reference.type" && a.second == "attestation-manifest";
            })) {
            image.kind = ImageKind::Attestation;
        }
        return image;
    }

    /// The same manifest under several names is one image.
    void add(Image image)
    {
        const auto same = std::ranges::find_if(m_images, [&](const Image& other) {
            return other.manifestDigest == image.manifestDigest;
        });
        if (same == m_images.end()) {
            m_images.push_back(std::move(image));
            return;
        }
        for (auto& name : image.names) {
            if (std::ranges::find(same->names, name) == same->names.end()) {
                same->names.push_back(std::move(name));
            }
        }
    }

    const FileSet& m_files;
    WarningList& m_warnings;
    std::vector<Image> m_images;
    std::set<std::string> m_seenIndexes;
};

} // namespace

Result<std::vector<Image>> ociLayout(const FileSet& files, WarningList& warnings)
{
    const auto text = readText(files, "index.json");
    if (!text) {
        return std::unexpected(text.error());
    }
    const auto index = json::parse(*text);
    if (!index) {
        auto error = index.error();
        error.where = "index.json";
        return std::unexpected(std::move(error));
    }
    if (!index->is_object()) {
        return fail(ErrorCode::Malformed, "is no JSON object", "index.json");
    }
    LayoutReader reader(files, warnings);
    reader.readIndex(*index, {}, 0);
    return reader.take();
}

} // namespace strata::readers
