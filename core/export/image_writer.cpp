// SPDX-License-Identifier: Apache-2.0
#include "export/image_writer.h"

#include "base/byte_path.h"
#include "export/atomic_target.h"
#include "export/image_documents.h"
#include "export/layer_writer.h"
#include "io/hasher.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <optional>
#include <set>
#include <span>

namespace strata {
namespace {

using Bytes = std::vector<std::byte>;

constexpr const char* configType = "application/vnd.oci.image.config.v1+json";
constexpr const char* manifestType = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* layerType = "application/vnd.oci.image.layer.v1.tar";

struct WriterDeleter
{
    void operator()(archive* a) const { archive_write_free(a); }
};
struct EntryDeleter
{
    void operator()(archive_entry* e) const { archive_entry_free(e); }
};

la_ssize_t appendTo(archive*, void* out, const void* bytes, std::size_t size)
{
    const auto* first = static_cast<const std::byte*>(bytes);
    auto& into = *static_cast<Bytes*>(out);
    into.insert(into.end(), first, first + size);
    return static_cast<la_ssize_t>(size);
}

/// By libarchive's filters under its format "raw". zlib is slower here than ISA-L, but gives the
/// same bytes on every processor.
Result<Bytes> compressed(std::span<const std::byte> bytes, LayerCompression compression)
{
    Bytes out;
    const std::unique_ptr<archive, WriterDeleter> writer(archive_write_new());
    const std::unique_ptr<archive_entry, EntryDeleter> entry(archive_entry_new());
    archive* a = writer.get();
    bool ok = archive_write_set_format_raw(a) == ARCHIVE_OK;
    if (compression == LayerCompression::Gzip) {
        // No time of day in the gzip header, so that the same tar gives the same bytes.
        ok = ok && archive_write_add_filter_gzip(a) == ARCHIVE_OK &&
             archive_write_set_filter_option(a, "gzip", "timestamp", nullptr) == ARCHIVE_OK;
    } else {
        ok = ok && archive_write_add_filter_zstd(a) == ARCHIVE_OK;
    }
    ok = ok && archive_write_set_bytes_in_last_block(a, 1) == ARCHIVE_OK &&
         archive_write_open2(a, &out, nullptr, appendTo, nullptr, nullptr) == ARCHIVE_OK;
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    ok = ok && archive_write_header(a, entry.get()) == ARCHIVE_OK;
    while (ok && !bytes.empty()) {
        const la_ssize_t written = archive_write_data(a, bytes.data(), bytes.size());
        ok = written > 0;
        bytes = bytes.subspan(ok ? static_cast<std::size_t>(written) : 0);
    }
    if (!ok || archive_write_close(a) != ARCHIVE_OK) {
        const char* said = archive_error_string(a);
        return fail(ErrorCode::Io,
                    std::string("cannot compress a layer: ") + (said != nullptr ? said : ""));
    }
    return out;
}

/// Where the files of an image go: members of a tar, or files of a directory.
class Output
{
public:
    virtual ~Output() = default;
    virtual Status folder(const std::string& name) = 0;
    virtual Status file(const std::string& name, std::span<const std::byte> bytes) = 0;
    virtual Status commit() = 0;
};

class TarOutput final : public Output
{
public:
    explicit TarOutput(AtomicFile file)
        : m_file(std::move(file))
        , m_tar([this](std::span<const std::byte> bytes) { return m_file.write(bytes); })
    {
    }

    Status folder(const std::string& name) override
    {
        TarMember member;
        member.path = name;
        member.type = FileType::Directory;
        member.mode = 0755;
        return m_tar.add(member);
    }

    Status file(const std::string& name, std::span<const std::byte> bytes) override
    {
        TarMember member;
        member.path = name;
        member.mode = 0644;
        member.size = bytes.size();
        return m_tar.add(member, bytes);
    }

    Status commit() override
    {
        return m_tar.finish().and_then([this] { return m_file.commit(); });
    }

private:
    AtomicFile m_file;
    LayerWriter m_tar;
};

class DirectoryOutput final : public Output
{
public:
    explicit DirectoryOutput(AtomicDirectory directory)
        : m_directory(std::move(directory))
    {
    }

    Status folder(const std::string&) override { return {}; }
    Status file(const std::string& name, std::span<const std::byte> bytes) override
    {
        return m_directory.write(name, bytes);
    }
    Status commit() override { return m_directory.commit(); }

private:
    AtomicDirectory m_directory;
};

Result<std::unique_ptr<Output>> openOutput(const std::filesystem::path& target, WriteFormat format)
{
    if (format == WriteFormat::OciLayout) {
        return AtomicDirectory::create(target).transform([](AtomicDirectory directory) {
            return std::unique_ptr<Output>(std::make_unique<DirectoryOutput>(std::move(directory)));
        });
    }
    return AtomicFile::create(target).transform([](AtomicFile file) {
        return std::unique_ptr<Output>(std::make_unique<TarOutput>(std::move(file)));
    });
}

/// Writes files one after another and stops at the first that fails; equal names are written once.
class Files
{
public:
    explicit Files(Output& output)
        : m_output(output)
    {
    }

    void folder(const std::string& name)
    {
        if (m_status) {
            m_status = m_output.folder(name);
        }
    }
    void file(const std::string& name, std::span<const std::byte> bytes)
    {
        if (m_status && m_names.insert(name).second) {
            m_status = m_output.file(name, bytes);
        }
    }
    void text(const std::string& name, const std::string& content)
    {
        file(name, std::as_bytes(std::span(content)));
    }
    BlobDescriptor blob(const char* mediaType, std::span<const std::byte> bytes)
    {
        const Digest digest = sha256(bytes);
        file("blobs/sha256/" + std::string(digest.hex()), bytes);
        return {mediaType, digest, bytes.size()};
    }
    BlobDescriptor blob(const char* mediaType, const std::string& content)
    {
        return blob(mediaType, std::as_bytes(std::span(content)));
    }
    void fails(Error error) { m_status = std::unexpected(std::move(error)); }
    const Status& status() const { return m_status; }

private:
    Output& m_output;
    std::set<std::string> m_names;
    Status m_status;
};

void writeOci(Files& files, const ImageToWrite& image, const ImageConfig& config,
              LayerCompression compression)
{
    files.text("oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
    files.folder("blobs");
    files.folder("blobs/sha256");
    std::vector<BlobDescriptor> layers;
    for (const Bytes& tar : image.layerTars) {
        if (compression == LayerCompression::None) {
            layers.push_back(files.blob(layerType, tar));
            continue;
        }
        const auto stored = compressed(tar, compression);
        if (!stored) {
            files.fails(stored.error());
            return;
        }
        const bool gzip = compression == LayerCompression::Gzip;
        const std::string type = std::string(layerType) + (gzip ? "+gzip" : "+zstd");
        layers.push_back(files.blob(type.c_str(), *stored));
    }
    const BlobDescriptor configBlob = files.blob(configType, configDocument(config));
    const BlobDescriptor manifest =
        files.blob(manifestType, manifestDocument(configBlob, layers, image.annotations));
    files.text("index.json", indexDocument(manifest, image.name));
}

/// Layers stay uncompressed: their files are named by diff ID, and old dockers read nothing else.
void writeDocker(Files& files, const ImageToWrite& image, const ImageConfig& config)
{
    std::vector<std::string> layerFiles;
    for (std::size_t i = 0; i < image.layerTars.size(); ++i) {
        layerFiles.push_back(std::string(config.diffIds[i].hex()) + ".tar");
        files.file(layerFiles.back(), image.layerTars[i]);
    }
    const std::string document = configDocument(config);
    const std::string configFile = std::string(sha256(document).hex()) + ".json";
    const std::string tag = dockerTag(image.name);
    files.text(configFile, document);
    files.text("manifest.json", dockerManifestDocument(configFile, layerFiles, tag));
    if (!tag.empty() && !layerFiles.empty()) {
        files.text("repositories", repositoriesDocument(tag, config.diffIds.back().hex()));
    }
}

} // namespace

Status writeImage(const ImageToWrite& image, const std::filesystem::path& target,
                  WriteFormat format, LayerCompression compression)
{
    ImageConfig config = image.config;
    config.diffIds.clear();
    for (const Bytes& tar : image.layerTars) {
        config.diffIds.push_back(sha256(tar));
    }
    auto output = openOutput(target, format);
    if (!output) {
        return std::unexpected(std::move(output.error()));
    }
    Files files(**output);
    if (format == WriteFormat::DockerArchive) {
        writeDocker(files, image, config);
    } else {
        writeOci(files, image, config, compression);
    }
    if (!files.status()) {
        return files.status();
    }
    return (*output)->commit();
}

} // namespace strata
