// SPDX-License-Identifier: Apache-2.0
#include "image/document_chain.h"

#include "base/limits.h"
#include "image/json_p.h"
#include "image/manifest_p.h"
#include "image/readers_p.h"

#include <algorithm>
#include <utility>

namespace strata {

DocumentChains::DocumentChains(const ImageArchive& archive)
    : m_format(archive.format())
    , m_documents(std::make_unique<readers::Documents>(archive.files()))
{
    readIndex(m_format == ArchiveFormat::SkopeoDir ? "manifest.json" : "index.json", {}, 0);
}

DocumentChains::~DocumentChains() = default;

void DocumentChains::readIndex(const std::string& file, IndexNo index, std::size_t depth)
{
    const auto text = m_documents->read(file);
    const auto parsed = text ? json::parse(*text) : Result<json::Value>(json::Value());
    if (!parsed) {
        return;
    }
    const auto& manifests = json::member(*parsed, "manifests");
    if (!manifests.is_array()) {
        return;
    }
    for (const auto& item : manifests) {
        if (m_manifests.size() >= limits::images) {
            return;
        }
        const auto described = readers::parseDescriptor(item);
        if (!described.digest) {
            continue;
        }
        if (readers::isIndex(described.mediaType)) {
            followIndex(*described.digest, described.size, index, depth);
        } else {
            m_manifests.try_emplace(*described.digest, described.size, index);
        }
    }
}

void DocumentChains::followIndex(const Digest& digest, std::optional<std::uint64_t> size,
                                 IndexNo listedIn, std::size_t depth)
{
    if (depth >= limits::indexDepth || !m_followed.insert(digest).second) {
        return;
    }
    const auto file = readers::blobFile(digest);
    m_indexes.push_back({{DocumentReference::Kind::Index, file, digest, size}, listedIn});
    readIndex(file, m_indexes.size() - 1, depth + 1);
}

std::optional<Digest> DocumentChains::promisedManifest(const Image& image) const
{
    // skopeo's lone manifest is named by nothing: its digest is made from its bytes.
    const bool promised = m_format != ArchiveFormat::SkopeoDir ||
                          (image.manifestDigest && m_manifests.contains(*image.manifestDigest));
    return promised ? image.manifestDigest : std::nullopt;
}

std::optional<Digest> DocumentChains::promisedConfig(const Image& image) const
{
    if (auto named = readers::digestOfFileName(image.configFile)) {
        return named;
    }
    // A docker archive's id is made from the config's bytes, unless there are none.
    const bool promised = m_format != ArchiveFormat::DockerArchive || image.configFile.empty();
    return promised ? image.id : std::nullopt;
}

std::optional<std::uint64_t> DocumentChains::declaredConfigSize(const Image& image)
{
    if (image.manifestFile.empty() || !image.id) {
        return {};
    }
    const auto text = m_documents->read(image.manifestFile);
    const auto manifest = text ? json::parse(*text) : Result<json::Value>(json::Value());
    if (!manifest) {
        return {};
    }
    const auto config = readers::parseDescriptor(json::member(*manifest, "config"));
    // Of two lists that disagree, the config may be the other's.
    return config.digest == image.id ? config.size : std::nullopt;
}

std::vector<DocumentReference> DocumentChains::of(const Image& image)
{
    using Kind = DocumentReference::Kind;
    std::vector<DocumentReference> chain;
    std::optional<std::uint64_t> manifestSize;
    const auto manifest =
        image.manifestDigest ? m_manifests.find(*image.manifestDigest) : m_manifests.end();
    if (manifest != m_manifests.end()) {
        manifestSize = manifest->second.declaredSize;
        for (auto at = manifest->second.listedIn; at; at = m_indexes[*at].listedIn) {
            chain.push_back(m_indexes[*at].reference);
        }
        std::ranges::reverse(chain);
    }
    if (image.manifestDigest || !image.manifestFile.empty()) {
        chain.push_back(
            {Kind::Manifest, image.manifestFile, promisedManifest(image), manifestSize});
    }
    if (image.id || !image.configFile.empty()) {
        chain.push_back(
            {Kind::Config, image.configFile, promisedConfig(image), declaredConfigSize(image)});
    }
    return chain;
}

} // namespace strata
