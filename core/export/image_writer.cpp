// SPDX-License-Identifier: Apache-2.0
#include "export/image_writer.h"

#include "base/paced_progress.h"
#include "export/atomic_target.h"
#include "export/image_documents.h"
#include "export/image_output.h"
#include "export/layer_compressor.h"
#include "io/hasher.h"

#include <algorithm>
#include <functional>
#include <set>
#include <span>
#include <utility>

namespace strata {
namespace {

constexpr const char* configType = "application/vnd.oci.image.config.v1+json";
constexpr const char* manifestType = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* layerType = "application/vnd.oci.image.layer.v1.tar";
constexpr std::size_t chunkBytes = 256UL * 1024;

std::string blobFile(const Digest& digest)
{
    return "blobs/sha256/" + std::string(digest.hex());
}

/// Tells of each piece that is read, whoever reads it.
class CountedStream final : public ByteStream
{
public:
    CountedStream(ByteStream& stream, std::function<void(std::size_t)> each)
        : m_stream(stream)
        , m_each(std::move(each))
    {
    }

    Result<std::size_t> read(std::span<std::byte> into) override
    {
        auto count = m_stream.read(into);
        if (count && *count > 0) {
            m_each(*count);
        }
        return count;
    }
    std::uint64_t sourcePosition() const override { return m_stream.sourcePosition(); }

private:
    ByteStream& m_stream;
    std::function<void(std::size_t)> m_each;
};

/// The bytes of a layer's tar, or what decompresses to them.
struct LayerToWrite
{
    SharedSource bytes;
    Compression compression = Compression::None;
};

class ImageWriter
{
public:
    ImageWriter(const ImageToWrite& image, const std::filesystem::path& target,
                LayerCompression compression, ImageOutput& output, const Job& job)
        : m_image(image)
        , m_target(target)
        , m_compression(compression)
        , m_output(output)
        , m_job(job)
        , m_progress(job, 2 * totalBytes(image))
        , m_config(image.config)
    {
        m_config.diffIds.clear();
    }

    Status writeOci()
    {
        auto status = text("oci-layout", R"({"imageLayoutVersion":"1.0.0"})")
                          .and_then([this] { return m_output.folder("blobs"); })
                          .and_then([this] { return m_output.folder("blobs/sha256"); });
        std::vector<BlobDescriptor> layers;
        for (std::size_t n = 0; status && n < m_image.layerTars.size(); ++n) {
            auto blob = m_compression == LayerCompression::None ? plainLayer(layer(n), blobFile)
                                                                : compressedLayer(layer(n));
            if (!blob) {
                return std::unexpected(std::move(blob.error()));
            }
            layers.push_back(std::move(*blob));
        }
        const std::string config = configDocument(m_config, m_image.originalConfig);
        const BlobDescriptor configBlob = describe(configType, config);
        const std::string manifest = manifestDocument(configBlob, layers, m_image.annotations);
        const BlobDescriptor manifestBlob = describe(manifestType, manifest);
        return status.and_then([&] { return text(blobFile(configBlob.digest), config); })
            .and_then([&] { return text(blobFile(manifestBlob.digest), manifest); })
            .and_then(
                [&] { return text("index.json", indexDocument(manifestBlob, m_image.name)); });
    }

    /// Layers stay uncompressed: their files are named by diff ID, and old dockers read nothing
    /// else.
    Status writeDocker()
    {
        const auto fileOf = [](const Digest& diffId) { return std::string(diffId.hex()) + ".tar"; };
        std::vector<std::string> files;
        for (std::size_t n = 0; n < m_image.layerTars.size(); ++n) {
            const auto blob = plainLayer(layer(n), fileOf);
            if (!blob) {
                return std::unexpected(blob.error());
            }
            files.push_back(fileOf(blob->digest));
        }
        const std::string config = configDocument(m_config, m_image.originalConfig);
        const std::string configFile = std::string(sha256(config).hex()) + ".json";
        const std::string tag = dockerTag(m_image.name);
        return text(configFile, config)
            .and_then([&] {
                return text("manifest.json", dockerManifestDocument(configFile, files, tag));
            })
            .and_then([&] {
                return tag.empty() || files.empty()
                           ? Status()
                           : text("repositories",
                                  repositoriesDocument(tag, m_config.diffIds.back().hex()));
            });
    }

private:
    static std::uint64_t totalBytes(const ImageToWrite& image)
    {
        std::uint64_t total = 0;
        for (const SharedSource& tar : image.layerTars) {
            total += tar->size();
        }
        return total;
    }

    LayerToWrite layer(std::size_t n) const
    {
        const auto& compressions = m_image.compressions;
        return {m_image.layerTars[n],
                n < compressions.size() ? compressions[n] : Compression::None};
    }

    static BlobDescriptor describe(const char* mediaType, const std::string& document)
    {
        return {mediaType, sha256(document), document.size()};
    }

    Status text(const std::string& name, const std::string& content)
    {
        return m_names.insert(name).second ? m_output.document(name, content) : Status();
    }

    /// Reads a layer's tar to its end. While it is read, progress goes on by `share` bytes.
    Status read(const LayerToWrite& from, std::uint64_t share,
                const std::function<Status(ByteStream&)>& reader)
    {
        const std::uint64_t start = m_done;
        auto tar = from.compression == Compression::None
                       ? Result<std::unique_ptr<ByteStream>>(plainStream(from.bytes, 0, m_job.stop))
                       : decompress(from.bytes, from.compression, m_job.stop);
        if (!tar) {
            return std::unexpected(std::move(tar.error()));
        }
        CountedStream stream(**tar, [&](std::size_t) {
            const auto part = static_cast<double>((*tar)->sourcePosition()) /
                              static_cast<double>(from.bytes->size());
            m_progress.reached(start + static_cast<std::uint64_t>(static_cast<double>(share) *
                                                                  std::min(part, 1.0)));
        });
        auto status = reader(stream);
        m_done = start + share;
        return status;
    }

    Status readThrough(const LayerToWrite& from, std::uint64_t share,
                       const std::function<Status(std::span<const std::byte>)>& each)
    {
        return read(from, share, [&](ByteStream& stream) -> Status {
            while (true) {
                const auto count = stream.read(m_buffer);
                if (!count) {
                    return std::unexpected(count.error());
                }
                if (*count == 0) {
                    return {};
                }
                if (auto status = each(std::span(m_buffer).first(*count)); !status) {
                    return status;
                }
            }
        });
    }

    /// Equal files are stored once.
    Status store(const std::string& name, const LayerToWrite& content, std::uint64_t size,
                 std::uint64_t share)
    {
        if (!m_names.insert(name).second) {
            m_progress.reached(m_done += share);
            return {};
        }
        return read(content, share,
                    [&](ByteStream& stream) { return m_output.file(name, size, stream); });
    }

    Result<BlobDescriptor> plainLayer(const LayerToWrite& tar,
                                      const std::function<std::string(const Digest&)>& fileOf)
    {
        const std::uint64_t share = tar.bytes->size();
        Hasher hasher;
        std::uint64_t size = 0;
        auto status = readThrough(tar, share, [&](std::span<const std::byte> bytes) -> Status {
            hasher.add(bytes);
            size += bytes.size();
            return {};
        });
        if (!status) {
            return std::unexpected(std::move(status.error()));
        }
        const Digest digest = hasher.finish();
        m_config.diffIds.push_back(digest);
        return store(fileOf(digest), tar, size, share).transform([&] {
            return BlobDescriptor{layerType, digest, size};
        });
    }

    bool isCompressedSo(const LayerToWrite& tar) const
    {
        return m_compression == LayerCompression::Gzip ? tar.compression == Compression::Gzip
                                                       : tar.compression == Compression::Zstd;
    }

    /// What the stored bytes of a layer become, and where they are kept meanwhile.
    Result<SharedSource> compressed(const LayerToWrite& tar, Hasher& content, Hasher& stored)
    {
        const std::uint64_t share = tar.bytes->size();
        if (isCompressedSo(tar)) {
            return readThrough(tar, share,
                               [&](std::span<const std::byte> bytes) -> Status {
                                   content.add(bytes);
                                   return {};
                               })
                .and_then([&] {
                    return readThrough({tar.bytes}, 0,
                                       [&](std::span<const std::byte> bytes) -> Status {
                                           stored.add(bytes);
                                           return {};
                                       });
                })
                .transform([&] { return tar.bytes; });
        }
        auto spool = UnnamedFile::create(m_target);
        if (!spool) {
            return std::unexpected(std::move(spool.error()));
        }
        LayerCompressor compressor(m_compression, [&](std::span<const std::byte> bytes) {
            stored.add(bytes);
            return spool->write(bytes);
        });
        return readThrough(tar, share,
                           [&](std::span<const std::byte> bytes) {
                               content.add(bytes);
                               return compressor.write(bytes);
                           })
            .and_then([&] { return compressor.finish(); })
            .and_then([&] { return spool->read(); });
    }

    Result<BlobDescriptor> compressedLayer(const LayerToWrite& tar)
    {
        Hasher content;
        Hasher stored;
        const auto blob = compressed(tar, content, stored);
        if (!blob) {
            return std::unexpected(blob.error());
        }
        m_config.diffIds.push_back(content.finish());
        const Digest digest = stored.finish();
        const bool gzip = m_compression == LayerCompression::Gzip;
        return store(blobFile(digest), {*blob}, (*blob)->size(), tar.bytes->size()).transform([&] {
            return BlobDescriptor{std::string(layerType) + (gzip ? "+gzip" : "+zstd"), digest,
                                  (*blob)->size()};
        });
    }

    const ImageToWrite& m_image;
    const std::filesystem::path& m_target;
    LayerCompression m_compression;
    ImageOutput& m_output;
    const Job& m_job;
    PacedProgress m_progress;
    std::uint64_t m_done = 0;
    ImageConfig m_config;
    std::set<std::string> m_names;
    std::vector<std::byte> m_buffer = std::vector<std::byte>(chunkBytes);
};

} // namespace

Status writeImage(const ImageToWrite& image, const std::filesystem::path& target,
                  WriteFormat format, LayerCompression compression, const Job& job)
{
    const auto output = openImageOutput(target, format);
    if (!output) {
        return std::unexpected(output.error());
    }
    ImageWriter writer(image, target, compression, **output, job);
    return (format == WriteFormat::DockerArchive ? writer.writeDocker() : writer.writeOci())
        .and_then([&] { return (*output)->commit(); });
}

} // namespace strata
