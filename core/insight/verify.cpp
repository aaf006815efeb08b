// SPDX-License-Identifier: Apache-2.0
#include "insight/verify.h"

#include "base/paced_progress.h"
#include "image/document_chain.h"
#include "insight/hashing_source_p.h"
#include "io/hasher.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace strata {
namespace {

constexpr std::size_t chunkBytes = 1ULL << 20;

/// What one pass over a stored blob gave.
struct BlobHashes
{
    std::optional<Digest> stored;
    std::optional<Digest> content;
    std::string storedError;
    std::string contentError;
};

/// The documents of one archive, hashed once each however many images name them.
class DocumentHashes
{
public:
    struct Hash
    {
        std::string digest;
        std::uint64_t size = 0;
    };

    explicit DocumentHashes(const ImageArchive& archive)
        : m_archive(archive)
    {
    }

    Result<Hash> of(const std::string& file, std::string_view algorithm)
    {
        const auto key = std::pair(m_archive.files().identity(file), std::string(algorithm));
        if (const auto known = m_known.find(key); known != m_known.end()) {
            return known->second;
        }
        const auto document = m_archive.readDocument(file);
        if (!document) {
            return std::unexpected(document.error());
        }
        Hasher hasher(algorithm);
        hasher.add(*document);
        return m_known.emplace(key, Hash{hasher.finish().text(), document->size()}).first->second;
    }

private:
    const ImageArchive& m_archive;
    std::map<std::pair<std::string, std::string>, Hash> m_known;
};

/// Those of the layers' blobs that are known, by identity and algorithms.
using BlobsHashed = std::map<std::string, BlobHashes>;

class Verifier
{
public:
    Verifier(const ImageArchive& archive, DocumentChains& chains, DocumentHashes& documents,
             BlobsHashed& blobs, const Image& image, const Job& job,
             const std::function<void(const Check&)>& each)
        : m_archive(archive)
        , m_chains(chains)
        , m_documents(documents)
        , m_blobs(blobs)
        , m_image(image)
        , m_job(job)
        , m_each(each)
        , m_progress(job, totalBytes())
    {
    }

    Result<std::vector<Check>> run()
    {
        if (auto status = checkDocuments(); !status) {
            return std::unexpected(std::move(status.error()));
        }
        for (LayerNo n = 0; n < m_image.layers.size(); ++n) {
            if (auto status = checkLayer(n); !status) {
                return std::unexpected(std::move(status.error()));
            }
        }
        addDiffIdsWithoutLayers();
        addWhatIsBroken();
        return std::move(m_checks);
    }

private:
    /// What one pass over the layer's blob gives depends on no more than this.
    std::string blobKey(const LayerDescriptor& layer) const
    {
        std::string key = m_archive.files().identity(layer.file);
        key += layer.digest ? layer.digest->algorithm() : "";
        key += '/';
        key += layer.diffId ? layer.diffId->algorithm() : "";
        key += hasDiffId(layer) ? "" : "/stored";
        return key;
    }

    /// Of the blobs that are still to be read.
    std::uint64_t totalBytes() const
    {
        std::set<std::string> seen;
        std::uint64_t total = 0;
        for (const LayerDescriptor& layer : m_image.layers) {
            if (!layer.available) {
                continue;
            }
            auto key = blobKey(layer);
            if (!m_blobs.contains(key) && seen.insert(std::move(key)).second) {
                total += layer.storedSize;
            }
        }
        return total;
    }

    void add(Check check)
    {
        m_checks.push_back(std::move(check));
        if (m_each) {
            m_each(m_checks.back());
        }
    }

    static Check newCheck(Check::What what, std::optional<LayerNo> layer,
                          const std::optional<Digest>& expected)
    {
        Check check;
        check.what = what;
        check.layer = layer;
        check.expected = expected ? expected->text() : std::string();
        return check;
    }

    static CheckResult compare(const std::string& expected, const std::string& actual)
    {
        return expected.empty()     ? CheckResult::Nothing
               : expected == actual ? CheckResult::Verified
                                    : CheckResult::Mismatch;
    }

    static std::pair<Check::What, Check::What> checksOf(DocumentReference::Kind kind)
    {
        switch (kind) {
        case DocumentReference::Kind::Index:
            return {Check::What::Index, Check::What::IndexSize};
        case DocumentReference::Kind::Manifest:
            return {Check::What::Manifest, Check::What::ManifestSize};
        case DocumentReference::Kind::Config:
            return {Check::What::Config, Check::What::ConfigSize};
        }
        std::unreachable();
    }

    Status checkDocument(const DocumentReference& reference)
    {
        const auto& expected = reference.digest;
        const auto [digestCheck, sizeCheck] = checksOf(reference.kind);
        Check check = newCheck(digestCheck, {}, expected);
        if (reference.file.empty()) {
            check.result = expected ? CheckResult::Missing : CheckResult::Nothing;
            add(std::move(check));
            return {};
        }
        const auto found =
            m_documents.of(reference.file, expected ? expected->algorithm() : "sha256");
        if (!found) {
            if (found.error().code == ErrorCode::Io) {
                return std::unexpected(found.error());
            }
            const bool missing = found.error().code == ErrorCode::Missing;
            check.result = missing ? CheckResult::Missing : CheckResult::Damaged;
            check.note = found.error().message();
            add(std::move(check));
            return {};
        }
        check.actual = found->digest;
        check.result = compare(check.expected, check.actual);
        add(std::move(check));
        if (reference.declaredSize) {
            addSize(sizeCheck, {}, *reference.declaredSize, found->size);
        }
        return {};
    }

    void addSize(Check::What what, std::optional<LayerNo> layer, std::uint64_t declared,
                 std::uint64_t size)
    {
        Check check = newCheck(what, layer, {});
        check.expected = std::to_string(declared);
        check.actual = std::to_string(size);
        check.result = compare(check.expected, check.actual);
        add(std::move(check));
    }

    Status checkDocuments()
    {
        for (const DocumentReference& reference : m_chains.of(m_image)) {
            if (auto status = checkDocument(reference); !status) {
                return status;
            }
        }
        return {};
    }

    void addDiffIdsWithoutLayers()
    {
        const auto& diffIds = m_image.config.diffIds;
        for (std::size_t n = m_image.layers.size(); n < diffIds.size(); ++n) {
            Check check = newCheck(Check::What::DiffId, static_cast<LayerNo>(n), diffIds[n]);
            check.result = CheckResult::Missing;
            check.note = "the image has no such layer";
            add(std::move(check));
        }
    }

    /// Why no image can be made of these parts, be each of them what its digest promises.
    std::optional<Error> brokenness() const
    {
        if (m_image.error) {
            // That it is no image is nothing wrong with an artifact.
            const bool byDesign =
                m_image.kind != ImageKind::Image && m_image.error->code == ErrorCode::Unsupported;
            return byDesign ? std::nullopt : m_image.error;
        }
        const bool layersThere =
            std::ranges::all_of(m_image.layers, [](const LayerDescriptor& layer) {
                return layer.available || layer.foreign;
            });
        if (m_image.available || !layersThere || m_image.kind != ImageKind::Image) {
            return {};
        }
        Error error{ErrorCode::Malformed, "is not whole", {}};
        if (const auto text = m_archive.readDocument(m_image.configFile)) {
            if (const auto config = parseConfig(*text); !config) {
                error.what += ", its config cannot be read: " + config.error().message();
            }
        }
        return error;
    }

    void addWhatIsBroken()
    {
        if (const auto error = brokenness()) {
            Check check = newCheck(Check::What::Image, {}, {});
            // A config without any diff ID promises nothing about the layers beside it.
            check.result =
                m_image.error && m_image.config.diffIds.empty() && !m_image.layers.empty()
                    ? CheckResult::Nothing
                : error->code == ErrorCode::Missing ? CheckResult::Missing
                                                    : CheckResult::Damaged;
            check.note = error->message();
            add(std::move(check));
        }
    }

    /// Reads to the end of `stream` and, if it is not null, into `hasher`.
    Status drain(ByteStream& stream, Hasher* hasher, const HashingSource& source)
    {
        while (true) {
            if (m_job.cancelled()) {
                return cancelledError();
            }
            const auto count = stream.read(m_buffer);
            if (!count) {
                return std::unexpected(count.error());
            }
            if (*count == 0) {
                return {};
            }
            if (hasher != nullptr) {
                hasher->add(std::span(m_buffer).first(*count));
            }
            m_progress.reached(m_done + source.hashed());
        }
    }

    static bool endsAll(const Error& error)
    {
        return error.code == ErrorCode::Cancelled || error.code == ErrorCode::Io;
    }

    /// What an artifact's layer holds is its own affair, unless a config names its digest.
    bool hasDiffId(const LayerDescriptor& layer) const
    {
        return layer.diffId || m_image.kind == ImageKind::Image;
    }

    Result<BlobHashes> hashBlob(const LayerDescriptor& layer, const SharedSource& stored)
    {
        BlobHashes hashes;
        const auto storedAlgorithm = layer.digest ? layer.digest->algorithm() : "sha256";
        const auto contentAlgorithm = layer.diffId ? layer.diffId->algorithm() : "sha256";
        const auto source = std::make_shared<HashingSource>(stored, storedAlgorithm);
        const bool sameBytes =
            layer.compression == Compression::None && storedAlgorithm == contentAlgorithm;
        if (!sameBytes && hasDiffId(layer)) {
            Hasher hasher(contentAlgorithm);
            auto stream = decompress(source, layer.compression, m_job.stop);
            const Status status = stream ? drain(**stream, &hasher, *source)
                                         : Status(std::unexpected(stream.error()));
            if (!status && endsAll(status.error())) {
                return std::unexpected(status.error());
            }
            if (status) {
                hashes.content = hasher.finish();
            } else {
                hashes.contentError = status.error().message();
            }
        }
        const auto rest = plainStream(source, source->hashed(), m_job.stop);
        if (const Status status = drain(*rest, nullptr, *source); !status) {
            if (endsAll(status.error())) {
                return std::unexpected(status.error());
            }
            hashes.storedError = status.error().message();
        } else {
            hashes.stored = source->finish();
        }
        if (sameBytes) {
            hashes.content = hashes.stored;
            hashes.contentError = hashes.storedError;
        }
        m_done += source->size();
        return hashes;
    }

    Status checkLayer(LayerNo n)
    {
        const LayerDescriptor& layer = m_image.layers[n];
        const auto stored = m_archive.openLayer(m_image, n);
        if (!stored) {
            if (stored.error().code == ErrorCode::Io) {
                return std::unexpected(stored.error());
            }
            addMissing(n, layer.foreign ? "a foreign layer, which is kept elsewhere by design"
                                        : stored.error().message());
            return {};
        }
        const std::string key = blobKey(layer);
        auto known = m_blobs.find(key);
        if (known == m_blobs.end()) {
            auto hashes = hashBlob(layer, *stored);
            if (!hashes) {
                return std::unexpected(std::move(hashes.error()));
            }
            known = m_blobs.emplace(key, std::move(*hashes)).first;
        }
        addLayer(n, known->second, (*stored)->size());
        return {};
    }

    void addMissing(LayerNo n, const std::string& note)
    {
        const LayerDescriptor& layer = m_image.layers[n];
        const auto addOne = [&](Check::What what, const std::optional<Digest>& expected) {
            Check check = newCheck(what, n, expected);
            check.result = CheckResult::Missing;
            check.note = note;
            add(std::move(check));
        };
        if (layer.digest || !layer.diffId) {
            addOne(Check::What::LayerBlob, layer.digest);
        }
        if (layer.diffId) {
            addOne(Check::What::DiffId, layer.diffId);
        }
    }

    void addDigest(Check::What what, LayerNo n, const std::optional<Digest>& expected,
                   const std::optional<Digest>& actual, const std::string& error)
    {
        Check check = newCheck(what, n, expected);
        if (actual) {
            check.actual = actual->text();
            check.result = compare(check.expected, check.actual);
        } else {
            check.result = CheckResult::Damaged;
            check.note = error;
        }
        add(std::move(check));
    }

    void addLayer(LayerNo n, const BlobHashes& hashes, std::uint64_t size)
    {
        const LayerDescriptor& layer = m_image.layers[n];
        if (layer.digest) {
            addDigest(Check::What::LayerBlob, n, layer.digest, hashes.stored, hashes.storedError);
        }
        if (layer.declaredSize) {
            addSize(Check::What::LayerSize, n, *layer.declaredSize, size);
        }
        if (hasDiffId(layer)) {
            addDigest(Check::What::DiffId, n, layer.diffId, hashes.content, hashes.contentError);
        }
    }

    const ImageArchive& m_archive;
    DocumentChains& m_chains;
    DocumentHashes& m_documents;
    BlobsHashed& m_blobs;
    const Image& m_image;
    const Job& m_job;
    const std::function<void(const Check&)>& m_each;
    PacedProgress m_progress;
    std::uint64_t m_done = 0;
    std::vector<Check> m_checks;
    std::vector<std::byte> m_buffer = std::vector<std::byte>(chunkBytes);
};

} // namespace

std::string_view checkName(Check::What what)
{
    switch (what) {
    case Check::What::Image:
        return "image";
    case Check::What::Index:
        return "index";
    case Check::What::IndexSize:
        return "index-size";
    case Check::What::Manifest:
        return "manifest";
    case Check::What::ManifestSize:
        return "manifest-size";
    case Check::What::Config:
        return "config";
    case Check::What::ConfigSize:
        return "config-size";
    case Check::What::LayerBlob:
        return "layer-blob";
    case Check::What::LayerSize:
        return "layer-size";
    case Check::What::DiffId:
        return "diff-id";
    }
    std::unreachable();
}

std::string_view checkResultName(CheckResult result)
{
    switch (result) {
    case CheckResult::Verified:
        return "verified";
    case CheckResult::Mismatch:
        return "mismatch";
    case CheckResult::Missing:
        return "missing";
    case CheckResult::Damaged:
        return "damaged";
    case CheckResult::Nothing:
        break;
    }
    return "nothing";
}

struct ArchiveVerifier::State
{
    const ImageArchive& archive;
    DocumentChains chains;
    DocumentHashes documents;
    BlobsHashed blobs;
};

ArchiveVerifier::ArchiveVerifier(const ImageArchive& archive)
    : m_state(new State{archive, DocumentChains(archive), DocumentHashes(archive), {}})
{
}

ArchiveVerifier::~ArchiveVerifier() = default;

Result<std::vector<Check>> ArchiveVerifier::verify(const Image& image, const Job& job,
                                                   const std::function<void(const Check&)>& each)
{
    return Verifier(m_state->archive, m_state->chains, m_state->documents, m_state->blobs, image,
                    job, each)
        .run();
}

Result<std::vector<Check>> verifyImage(const ImageArchive& archive, const Image& image,
                                       const Job& job,
                                       const std::function<void(const Check&)>& each)
{
    return ArchiveVerifier(archive).verify(image, job, each);
}

} // namespace strata
