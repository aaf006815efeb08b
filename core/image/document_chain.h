// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_archive.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace strata {

namespace readers {
class Documents;
} // namespace readers

/// One document of an image and what was promised of it by the document before.
struct DocumentReference
{
    enum class Kind { Index, Manifest, Config } kind = Kind::Config;
    std::string file; ///< empty if it is not in the archive
    /// What it must have: as the document before says, or by its own name. None where nothing says
    /// so, be it that Image has one that was made from the bytes.
    std::optional<Digest> digest;
    std::optional<std::uint64_t> declaredSize; ///< none in archives without an index
};

/// The ways that lead from index.json (or the list that skopeo keeps in manifest.json) to the
/// images of one archive. Where an image is listed more than once, the first way counts, as it does
/// for its Image.
class DocumentChains
{
public:
    /// Reads index.json and the indexes below it; what cannot be read leads nowhere.
    explicit DocumentChains(const ImageArchive& archive);
    ~DocumentChains();
    DocumentChains(const DocumentChains&) = delete;
    DocumentChains& operator=(const DocumentChains&) = delete;

    /// The nested indexes from the outermost on, the manifest, the config: those there are.
    std::vector<DocumentReference> of(const Image& image);

private:
    /// Position in m_indexes; none for index.json, of which nothing is promised.
    using IndexNo = std::optional<std::size_t>;
    struct Index
    {
        DocumentReference reference;
        IndexNo listedIn;
    };
    struct Manifest
    {
        std::optional<std::uint64_t> declaredSize;
        IndexNo listedIn;
    };

    void readIndex(const std::string& file, IndexNo index, std::size_t depth);
    void followIndex(const Digest& digest, std::optional<std::uint64_t> size, IndexNo listedIn,
                     std::size_t depth);
    std::optional<Digest> promisedManifest(const Image& image) const;
    std::optional<Digest> promisedConfig(const Image& image) const;
    std::optional<std::uint64_t> declaredConfigSize(const Image& image);

    ArchiveFormat m_format;
    std::unique_ptr<readers::Documents> m_documents;
    std::vector<Index> m_indexes;
    std::set<Digest> m_followed;
    std::map<Digest, Manifest> m_manifests;
};

} // namespace strata
