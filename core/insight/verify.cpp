// SPDX-License-Identifier: Apache-2.0
#include "insight/verify.h"

#include "base/paced_progress.h"
#include "io/hasher.h"

#include <map>
#include <mutex>
#include <set>
#include <utility>

namespace strata {
namespace {

constexpr std::size_t chunkBytes = 1ULL << 20;

/// Hashes a source while somebody else reads it. Decompressors read forwards, but look at the front
/// twice and may stop before the end, so it hashes each byte when it comes first, and finish()
/// reads what is left.
class HashingSource final : public ByteSource
{
public:
    HashingSource(SharedSource source, std::string_view algorithm)
        : m_source(std::move(source))
        , m_hasher(algorithm)
    {
    }

    std::uint64_t size() const override { return m_source->size(); }

    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        auto count = m_source->readAt(offset, into);
        if (count) {
            const std::scoped_lock lock(m_mutex);
            if (offset <= m_hashed && m_hashed < offset + *count) {
                const std::size_t known = static_cast<std::size_t>(m_hashed - offset);
                m_hasher.add(into.subspan(known, *count - known));
                m_hashed = offset + *count;
            }
        }
        return count;
    }

    std::uint64_t hashed() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_hashed;
    }
    Digest finish() { return m_hasher.finish(); }

private:
    SharedSource m_source;
    mutable std::mutex m_mutex;
    mutable Hasher m_hasher;
    mutable std::uint64_t m_hashed = 0;
};

/// What one pass over a stored blob gave.
struct BlobHashes
{
    std::optional<Digest> stored;
    std::optional<Digest> content;
    std::string storedError;
    std::string contentError;
};

class Verifier
{
public:
    Verifier(const ImageArchive& archive, const Image& image, const Job& job,
             const std::function<void(const Check&)>& each)
        : m_archive(archive)
        , m_image(image)
        , m_job(job)
        , m_each(each)
        , m_progress(job, totalBytes(archive, image))
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
        return std::move(m_checks);
    }

private:
    static std::uint64_t totalBytes(const ImageArchive& archive, const Image& image)
    {
        std::set<std::string> seen;
        std::uint64_t total = 0;
        for (const LayerDescriptor& layer : image.layers) {
            if (layer.available && seen.insert(archive.files().identity(layer.file)).second) {
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

    /// The digest that a file's own name promises: "<hex>.json", "sha256:<hex>",
    /// "blobs/sha256/<hex>".
    static std::optional<Digest> digestInName(std::string_view file)
    {
        std::string_view name = file.substr(file.rfind('/') + 1);
        if (name.ends_with(".json")) {
            name.remove_suffix(5);
        }
        constexpr std::size_t sha512Digits = 128;
        const std::string text = name.contains(':')            ? std::string(name)
                                 : name.size() == sha512Digits ? "sha512:" + std::string(name)
                                                               : "sha256:" + std::string(name);
        auto digest = Digest::parse(text);
        return digest ? std::optional(std::move(*digest)) : std::nullopt;
    }

    Status checkDocument(Check::What what, const std::string& file,
                         const std::optional<Digest>& promised)
    {
        auto expected = digestInName(file);
        if (!expected) {
            expected = promised;
        }
        Check check = newCheck(what, {}, expected);
        if (file.empty()) {
            check.result = expected ? CheckResult::Missing : CheckResult::Nothing;
            add(std::move(check));
            return {};
        }
        const auto document = m_archive.readDocument(file);
        if (!document) {
            if (document.error().code == ErrorCode::Io) {
                return std::unexpected(document.error());
            }
            const bool missing = document.error().code == ErrorCode::Missing;
            check.result = missing ? CheckResult::Missing : CheckResult::Damaged;
            check.note = document.error().message();
        } else {
            Hasher hasher(expected ? expected->algorithm() : "sha256");
            hasher.add(*document);
            check.actual = hasher.finish().text();
            check.result = compare(check.expected, check.actual);
        }
        add(std::move(check));
        return {};
    }

    Status checkDocuments()
    {
        // The manifest of a docker archive is a table of contents that nothing names by digest.
        if (m_image.manifestDigest || digestInName(m_image.manifestFile)) {
            if (auto status = checkDocument(Check::What::Manifest, m_image.manifestFile,
                                            m_image.manifestDigest);
                !status) {
                return status;
            }
        }
        if (m_image.configFile.empty() && !m_image.id) {
            return {};
        }
        // A docker archive's id is made from the config's bytes, so it proves nothing about them.
        const bool idIsPromise = m_archive.format() != ArchiveFormat::DockerArchive;
        return checkDocument(Check::What::Config, m_image.configFile,
                             idIsPromise ? m_image.id : std::nullopt);
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
            auto stream = decompress(source, layer.compression);
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
        const auto rest = plainStream(source, source->hashed());
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
        std::string key = m_archive.files().identity(layer.file);
        key += layer.digest ? layer.digest->algorithm() : "";
        key += layer.diffId ? layer.diffId->algorithm() : "";
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
            Check check = newCheck(Check::What::LayerSize, n, {});
            check.expected = std::to_string(*layer.declaredSize);
            check.actual = std::to_string(size);
            check.result = compare(check.expected, check.actual);
            add(std::move(check));
        }
        if (hasDiffId(layer)) {
            addDigest(Check::What::DiffId, n, layer.diffId, hashes.content, hashes.contentError);
        }
    }

    const ImageArchive& m_archive;
    const Image& m_image;
    const Job& m_job;
    const std::function<void(const Check&)>& m_each;
    PacedProgress m_progress;
    std::uint64_t m_done = 0;
    std::vector<Check> m_checks;
    std::map<std::string, BlobHashes> m_blobs;
    std::vector<std::byte> m_buffer = std::vector<std::byte>(chunkBytes);
};

} // namespace

std::string_view checkName(Check::What what)
{
    switch (what) {
    case Check::What::Manifest:
        return "manifest";
    case Check::What::Config:
        return "config";
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

Result<std::vector<Check>> verifyImage(const ImageArchive& archive, const Image& image,
                                       const Job& job,
                                       const std::function<void(const Check&)>& each)
{
    return Verifier(archive, image, job, each).run();
}

} // namespace strata
