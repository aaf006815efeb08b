// SPDX-License-Identifier: Apache-2.0
#include "image/image_archive.h"

#include "base/byte_path.h"
#include "image/json_p.h"
#include "image/readers_p.h"

#include <algorithm>
#include <array>

namespace strata {

std::string_view archiveFormatName(ArchiveFormat format)
{
    switch (format) {
    case ArchiveFormat::DockerArchive:
        return "docker-archive";
    case ArchiveFormat::OciArchive:
        return "oci-archive";
    case ArchiveFormat::OciLayout:
        return "oci-layout";
    case ArchiveFormat::SkopeoDir:
        return "dir";
    case ArchiveFormat::Rootfs:
        return "rootfs";
    }
    return "rootfs";
}

namespace {

/// A rootfs tarball: the whole source is one file, the only layer.
class SingleFileSet final : public FileSet
{
public:
    explicit SingleFileSet(SharedSource source)
        : m_source(std::move(source))
    {
    }
    static constexpr std::string_view fileName = "rootfs.tar";

    bool contains(std::string_view name) const override { return name == fileName; }
    std::optional<std::uint64_t> sizeOf(std::string_view name) const override
    {
        return contains(name) ? std::optional(m_source->size()) : std::nullopt;
    }
    Result<SharedSource> open(std::string_view name) const override
    {
        if (!contains(name)) {
            return fail(ErrorCode::Missing, "is not in the archive", escapeForDisplay(name));
        }
        return m_source;
    }
    std::string identity(std::string_view name) const override
    {
        return contains(name) ? "0" : std::string();
    }
    std::vector<std::string> names() const override { return {std::string(fileName)}; }

private:
    SharedSource m_source;
};

/// Whether the members look like a file system rather than any tar that happens to be around.
bool looksLikeRootfs(const FileSet& files)
{
    static constexpr std::array folders = {"bin",   "boot", "dev", "etc", "home", "lib",  "lib64",
                                           "media", "mnt",  "nix", "opt", "proc", "root", "run",
                                           "sbin",  "srv",  "sys", "usr", "var",  "Files"};
    return std::ranges::any_of(files.names(), [](const std::string& name) {
        const auto slash = name.find('/');
        const auto last = name.rfind('/');
        const auto base = last == std::string::npos ? name : name.substr(last + 1);
        return base.starts_with(".wh.") || name == ".dockerenv" ||
               (std::ranges::find(folders, name.substr(0, slash)) != folders.end());
    });
}

} // namespace

/// Finds out which form a file or folder has and reads its list of images.
class ArchiveOpener
{
public:
    ArchiveOpener(std::string name, const Job& job)
        : m_out(new ImageArchive)
        , m_job(job)
    {
        m_out->m_name = std::move(name);
    }

    Result<std::shared_ptr<const ImageArchive>> openDirectory(const std::filesystem::path& path)
    {
        auto files = directoryFileSet(path);
        if (!files) {
            return std::unexpected(files.error());
        }
        m_out->m_files = std::move(*files);
        if (has("manifest.json") && !has("index.json")) {
            const auto text = readers::readText(*m_out->m_files, "manifest.json");
            const auto parsed = text ? json::parse(*text) : Result<json::Value>(json::Value());
            if (parsed && parsed->is_object()) {
                return read(ArchiveFormat::SkopeoDir, readers::skopeoDir);
            }
        }
        if (!has("index.json") && !has("manifest.json") && !has("repositories")) {
            return refuse("is a folder without an index.json or manifest.json: no image");
        }
        return readImages(ArchiveFormat::OciLayout);
    }

    Result<std::shared_ptr<const ImageArchive>> openSource(SharedSource source)
    {
        const auto compression = sniffCompression(*source);
        if (!compression) {
            return located(compression.error());
        }
        if (source->size() == 0) {
            return refuse("is empty");
        }
        if (*compression != Compression::None) {
            auto spooled = spool(source, m_job);
            if (!spooled) {
                return located(spooled.error());
            }
            source = std::move(*spooled);
        }
        auto files = tarFileSet(source, m_job);
        if (!files) {
            if (files.error().code == ErrorCode::NotAnImage) {
                return refuse("is no tar archive, and so no image");
            }
            return located(files.error());
        }
        m_out->m_files = std::move(*files);
        m_out->m_warnings = m_out->m_files->warnings();
        if (has("manifest.json") || has("index.json") || has("repositories")) {
            return readImages(ArchiveFormat::OciArchive);
        }
        if (!looksLikeRootfs(*m_out->m_files)) {
            if (m_out->m_warnings.has(WarningCode::LayerDamaged)) {
                return located({ErrorCode::Truncated,
                                "is a tar archive that is cut off before its manifest.json or "
                                "index.json",
                                {}});
            }
            return refuse("is a tar archive, but neither an image (it has no manifest.json or "
                          "index.json) nor a root file system");
        }
        return readRootfs(std::move(source));
    }

private:
    using Reader = Result<std::vector<Image>> (*)(const FileSet&, WarningList&);

    bool has(std::string_view name) const { return m_out->m_files->contains(name); }

    std::unexpected<Error> refuse(std::string what) const
    {
        return fail(ErrorCode::NotAnImage, std::move(what), escapeForDisplay(m_out->m_name));
    }

    std::unexpected<Error> located(Error error) const
    {
        if (error.code != ErrorCode::Cancelled) {
            const auto file = escapeForDisplay(m_out->m_name);
            if (error.where != file) {
                error.where = error.where.empty() ? file : file + ": " + error.where;
            }
        }
        return std::unexpected(std::move(error));
    }

    Result<std::shared_ptr<const ImageArchive>> finish(ArchiveFormat format)
    {
        m_out->m_format = format;
        return std::shared_ptr<const ImageArchive>(std::move(m_out));
    }

    Result<std::shared_ptr<const ImageArchive>> read(ArchiveFormat format, Reader reader)
    {
        auto images = reader(*m_out->m_files, m_out->m_warnings);
        if (!images) {
            return located(images.error());
        }
        m_out->m_images = std::move(*images);
        return finish(format);
    }

    /// manifest.json, index.json and repositories may all be there, and disagree (formats.md §2).
    Result<std::shared_ptr<const ImageArchive>> readImages(ArchiveFormat ociFormat)
    {
        const FileSet& files = *m_out->m_files;
        if (!has("index.json")) {
            return has("manifest.json")
                       ? readDockerOnly(readers::dockerArchive(files, m_out->m_warnings))
                       : readDockerOnly(readers::legacyArchive(files, m_out->m_warnings));
        }
        auto oci = readers::ociLayout(files, m_out->m_warnings);
        if (!has("manifest.json")) {
            if (!oci) {
                return located(oci.error());
            }
            m_out->m_images = std::move(*oci);
            if (m_out->m_images.empty()) {
                return refuse("lists no image in its index.json");
            }
            return finish(ociFormat);
        }
        auto docker = readers::dockerArchive(files, m_out->m_warnings);
        if (!oci && !docker) {
            return located(oci.error());
        }
        if (!docker) {
            m_out->m_warnings.add(WarningCode::ManifestsDisagree,
                                  docker.error().message() + "; index.json is used alone");
        } else if (!oci) {
            m_out->m_warnings.add(WarningCode::ManifestsDisagree,
                                  oci.error().message() + "; manifest.json is used alone");
        }
        combine(oci ? std::move(*oci) : std::vector<Image>(),
                docker ? std::move(*docker) : std::vector<Image>(), oci.has_value());
        if (m_out->m_images.empty()) {
            return refuse("lists no image");
        }
        return finish(docker ? ArchiveFormat::DockerArchive : ociFormat);
    }

    Result<std::shared_ptr<const ImageArchive>> readDockerOnly(Result<std::vector<Image>> images)
    {
        if (!images) {
            return located(images.error());
        }
        if (images->empty()) {
            return refuse("lists no image in its manifest.json");
        }
        m_out->m_images = std::move(*images);
        return finish(ArchiveFormat::DockerArchive);
    }

    void combine(std::vector<Image> oci, std::vector<Image> docker, bool haveIndex)
    {
        const bool indexEmpty = haveIndex && oci.empty();
        for (auto& image : docker) {
            const auto same = std::ranges::find_if(
                oci, [&](const Image& other) { return image.id && other.id == image.id; });
            if (same == oci.end()) {
                if (haveIndex) {
                    m_out->m_warnings.add(
                        WarningCode::ManifestsDisagree,
                        indexEmpty
                            ? std::string("index.json lists no image; manifest.json is used")
                            : "index.json does not list " + quoteForDisplay(image.displayName()) +
                                  "; taken from manifest.json");
                }
                oci.push_back(std::move(image));
                continue;
            }
            mergeNames(*same, image);
            const bool lacksLayers = same->layers.size() != image.layers.size() || !same->available;
            if (lacksLayers && image.available) {
                m_out->m_warnings.add(WarningCode::ManifestsDisagree,
                                      "index.json and manifest.json disagree on the layers of " +
                                          quoteForDisplay(image.displayName()) +
                                          "; manifest.json's are used, they are complete");
                image.names = same->names;
                image.manifestDigest = same->manifestDigest;
                image.manifestFile = same->manifestFile;
                image.mediaType = same->mediaType;
                image.annotations = same->annotations;
                *same = std::move(image);
            } else if (!sameLayers(*same, image)) {
                m_out->m_warnings.add(WarningCode::ManifestsDisagree,
                                      "index.json and manifest.json disagree on the layers of " +
                                          quoteForDisplay(same->displayName()) +
                                          "; index.json's are used");
            }
        }
        m_out->m_images = std::move(oci);
    }

    /// Whether both name the same files, as far as the archive holds them.
    bool sameLayers(const Image& a, const Image& b) const
    {
        return std::ranges::equal(
            a.layers, b.layers, [this](const LayerDescriptor& x, const LayerDescriptor& y) {
                return x.file.empty() || y.file.empty() ||
                       m_out->m_files->identity(x.file) == m_out->m_files->identity(y.file);
            });
    }

    /// The short names of manifest.json first, then those they do not already say.
    static void mergeNames(Image& into, const Image& docker)
    {
        auto names = docker.names;
        for (auto& name : into.names) {
            const bool said = std::ranges::any_of(names, [&](const std::string& known) {
                return name == known || name.ends_with("/" + known) || known.ends_with(":" + name);
            });
            if (!said) {
                names.push_back(std::move(name));
            }
        }
        into.names = std::move(names);
    }

    Result<std::shared_ptr<const ImageArchive>> readRootfs(SharedSource source)
    {
        m_out->m_files = std::make_shared<SingleFileSet>(std::move(source));
        Image image;
        LayerDescriptor layer;
        layer.file = SingleFileSet::fileName;
        readers::locateLayer(*m_out->m_files, layer);
        image.layers.push_back(std::move(layer));
        Step step;
        step.layer = 0;
        image.steps.push_back(std::move(step));
        image.available = true;
        m_out->m_images.push_back(std::move(image));
        return finish(ArchiveFormat::Rootfs);
    }

    std::shared_ptr<ImageArchive> m_out;
    const Job& m_job;
};

Result<std::shared_ptr<const ImageArchive>> ImageArchive::open(const std::filesystem::path& path,
                                                               const Job& job)
{
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        return ArchiveOpener(path.native(), job).openDirectory(path);
    }
    auto source = openFile(path);
    if (!source) {
        return std::unexpected(source.error());
    }
    return ArchiveOpener(path.native(), job).openSource(std::move(*source));
}

Result<std::shared_ptr<const ImageArchive>> ImageArchive::open(SharedSource source,
                                                               std::string name, const Job& job)
{
    return ArchiveOpener(std::move(name), job).openSource(std::move(source));
}

Result<SharedSource> ImageArchive::openLayer(const Image& image, LayerNo layer) const
{
    const LayerDescriptor& descriptor = image.layers[layer];
    if (!descriptor.available) {
        return fail(ErrorCode::Missing, "is not in the archive", "layer " + std::to_string(layer));
    }
    return m_files->open(descriptor.file);
}

Result<std::string> ImageArchive::readDocument(const std::string& file) const
{
    return readers::readText(*m_files, file);
}

} // namespace strata
