// SPDX-License-Identifier: Apache-2.0
#include "base/byte_path.h"
#include "base/limits.h"
#include "image/json_p.h"
#include "image/manifest_p.h"
#include "image/readers_p.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace strata::readers {

std::string blobFile(const Digest& digest)
{
    return "blobs/" + std::string(digest.algorithm()) + "/" + std::string(digest.hex());
}

namespace {

/// Walks the indexes. Manifests and indexes that are listed again are not read again, but take the
/// names they are listed under: two tags of one image are two entries of index.json.
class LayoutReader
{
public:
    LayoutReader(Documents& documents, WarningList& warnings)
        : m_documents(documents)
        , m_warnings(warnings)
    {
    }

    void readTop(const json::Value& index)
    {
        Listing top;
        readIndex(index, {}, 0, top);
    }

    std::vector<Image> take() { return std::move(m_images); }

private:
    /// What one index lists: positions in m_images, and digests of further indexes.
    struct Listing
    {
        std::vector<std::size_t> images;
        std::vector<std::string> indexes;
    };

    void readIndex(const json::Value& index, const std::vector<std::string>& names,
                   std::size_t depth, Listing& listing)
    {
        const auto& manifests = json::member(index, "manifests");
        if (!manifests.is_array()) {
            m_warnings.add(WarningCode::Malformed,
                           manifests.is_null() ? "an image index without a list of manifests"
                                               : "an image index whose manifests are no list");
            return;
        }
        for (const auto& item : manifests) {
            if (m_documents.cancelled()) {
                return;
            }
            if (m_images.size() >= limits::images) {
                m_warnings.add(WarningCode::LimitReached, "the index lists more than " +
                                                              std::to_string(limits::images) +
                                                              " images; the rest is not shown");
                return;
            }
            readDescriptor(parseDescriptor(item), names, depth, listing);
        }
    }

    static std::vector<std::string> namesOf(const Descriptor& described)
    {
        std::vector<std::string> names;
        // containerd's is the full name; ref.name may be only its tag.
        for (const std::string_view key :
             {"io.containerd.image.name", "org.opencontainers.image.ref.name"}) {
            for (const auto& [name, value] : described.annotations) {
                if (name != key || value.empty()) {
                    continue;
                }
                if (names.empty() || !names.front().ends_with(":" + value)) {
                    names.push_back(value);
                }
            }
        }
        return names;
    }

    void readDescriptor(const Descriptor& described, std::vector<std::string> names,
                        std::size_t depth, Listing& listing)
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
        const Digest& digest = *described.digest;
        if (isIndex(described.mediaType)) {
            listing.indexes.push_back(digest.text());
            followIndex(digest, names, depth);
            return;
        }
        auto known = m_byDigest.find(digest.text());
        if (known == m_byDigest.end()) {
            m_images.push_back(readImage(described, digest, names));
            known = m_byDigest.emplace(digest.text(), m_images.size() - 1).first;
        } else {
            nameImage(m_images[known->second], names);
        }
        listing.images.push_back(known->second);
    }

    Image readImage(const Descriptor& described, const Digest& digest,
                    const std::vector<std::string>& names)
    {
        const auto file = blobFile(digest);
        if (!m_documents.files().contains(file)) {
            return broken(described, names,
                          {ErrorCode::Missing, "its manifest is not in the archive", {}});
        }
        if (!isManifest(described.mediaType) && !described.mediaType.empty()) {
            return unknown(described, digest, names);
        }
        const auto text = m_documents.read(file);
        if (!text) {
            return broken(described, names, text.error());
        }
        Image image = manifestImage(m_documents, *text, described, &blobFile);
        image.manifestFile = file;
        image.names = takenNames(names);
        return image;
    }

    void followIndex(const Digest& digest, const std::vector<std::string>& names, std::size_t depth)
    {
        const std::string called = "the index " + std::string(digest.shortHex());
        if (depth >= limits::indexDepth) {
            m_warnings.add(WarningCode::LimitReached, "image indexes are nested more than " +
                                                          std::to_string(limits::indexDepth) +
                                                          " deep; deeper ones are not shown");
            return;
        }
        const auto [listing, fresh] = m_indexes.try_emplace(digest.text());
        if (!fresh) {
            nameAll(digest.text(), names);
            return;
        }
        if (!m_documents.files().contains(blobFile(digest))) {
            m_warnings.add(WarningCode::LayerMissing, called + " is not in the archive");
            return;
        }
        const auto text = m_documents.read(blobFile(digest));
        const auto index =
            text ? json::parse(*text) : Result<json::Value>(std::unexpected(text.error()));
        if (!index) {
            m_warnings.add(warningFor(index.error()), called + ": " + index.error().message());
            return;
        }
        readIndex(*index, names, depth + 1, listing->second);
    }

    /// Gives `names` to every image that an index leads to.
    void nameAll(const std::string& index, const std::vector<std::string>& names)
    {
        const bool added = std::ranges::any_of(names, [&](const std::string& name) {
            return m_namesOfIndexes[index].size() < limits::imageNames &&
                   m_namesOfIndexes[index].insert(name).second;
        });
        if (!added) {
            return;
        }
        std::set<std::string> seen;
        std::vector<std::string> todo{index};
        while (!todo.empty() && !m_documents.cancelled()) {
            const auto at = std::move(todo.back());
            todo.pop_back();
            if (!seen.insert(at).second) {
                continue;
            }
            const Listing& listing = m_indexes[at];
            for (const auto position : listing.images) {
                nameImage(m_images[position], names);
            }
            todo.insert(todo.end(), listing.indexes.begin(), listing.indexes.end());
        }
    }

    Image broken(const Descriptor& described, const std::vector<std::string>& names, Error error)
    {
        Image image = listedImage(m_documents, described, takenNames(names));
        image.error = std::move(error);
        image.error->where = escapeForDisplay(image.displayName());
        return image;
    }

    Image unknown(const Descriptor& described, const Digest& digest,
                  const std::vector<std::string>& names)
    {
        Image image = listedImage(m_documents, described, takenNames(names));
        image.kind = ImageKind::Artifact;
        image.manifestFile = blobFile(digest);
        if (image.artifactType.empty()) {
            image.artifactType = described.mediaType;
        }
        judge(image, true);
        return image;
    }

    std::vector<std::string> takenNames(const std::vector<std::string>& names)
    {
        std::vector<std::string> taken;
        std::ranges::copy_if(names, std::back_inserter(taken), [this](const std::string& name) {
            return m_documents.takeName(name, m_warnings);
        });
        return taken;
    }

    void nameImage(Image& image, const std::vector<std::string>& names)
    {
        for (const auto& name : names) {
            if (std::ranges::find(image.names, name) != image.names.end()) {
                continue;
            }
            if (image.names.size() >= limits::imageNames) {
                addTooManyNames(m_warnings, image.names.front());
                return;
            }
            if (m_documents.takeName(name, m_warnings)) {
                image.names.push_back(name);
            }
        }
    }

    Documents& m_documents;
    WarningList& m_warnings;
    std::vector<Image> m_images;
    std::map<std::string, std::size_t> m_byDigest;
    std::map<std::string, Listing> m_indexes;
    std::map<std::string, std::set<std::string>> m_namesOfIndexes;
};

} // namespace

Result<std::vector<Image>> ociLayout(Documents& documents, WarningList& warnings)
{
    const auto text = documents.read("index.json");
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
    // Docker wrote null for no images at all (moby#47210).
    if (const auto& list = json::member(*index, "manifests"); !list.is_array() && !list.is_null()) {
        return fail(ErrorCode::Malformed, "holds manifests that are no list", "index.json");
    }
    LayoutReader reader(documents, warnings);
    reader.readTop(*index);
    return reader.take();
}

} // namespace strata::readers
