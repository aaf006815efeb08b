// SPDX-License-Identifier: Apache-2.0
#include "image/image_archive.h"

#include "base/byte_path.h"
#include "image/json_p.h"
#include "image/readers_p.h"

#include <algorithm>
#include <array>
#include <set>

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
                return readSkopeoDir();
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
        std::optional<Error> damage;
        if (*compression != Compression::None) {
            auto spooled = spool(source, m_job);
            if (!spooled) {
                return located(spooled.error());
            }
            source = std::move(spooled->bytes);
            damage = std::move(spooled->damage);
        }
        auto files = tarFileSet(source, m_job, damage);
        if (!files) {
            if (files.error().code == ErrorCode::NotAnImage) {
                return refuse("is no tar archive, and so no image");
            }
            return located(files.error());
        }
        m_out->m_files = std::move(*files);
        m_out->m_warnings = m_out->m_files->warnings();
        if (has("manifest.json") || has("index.json") || has("repositories")) {
            auto images = readImages(ArchiveFormat::OciArchive);
            if (images || !mayBeRootfsWithDocuments(images.error().code)) {
                return images;
            }
            forgetImages();
            m_out->m_warnings.add(
                WarningCode::Other,
                std::string(has("index.json") ? "its index.json" : "its manifest.json") +
                    " describes no image; it is shown as a root file system");
            return readRootfs(std::move(source));
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
    bool has(std::string_view name) const { return m_out->m_files->contains(name); }

    /// Whether what cannot be read as an image is a root file system that happens to hold an
    /// index.json or manifest.json of its own, as a web application's may.
    bool mayBeRootfsWithDocuments(ErrorCode code) const
    {
        const FileSet& files = *m_out->m_files;
        return (code == ErrorCode::Malformed || code == ErrorCode::NotAnImage) &&
               !has("repositories") && !has("oci-layout") && looksLikeRootfs(files) &&
               std::ranges::none_of(files.names(), [](const std::string& name) {
                   return name.starts_with("blobs/");
               });
    }

    /// Whether the list is one of other things than images.
    static bool noneIsDescribed(const std::vector<Image>& images)
    {
        return std::ranges::all_of(images, [](const Image& image) {
            return image.error && image.layers.empty() && image.configFile.empty() && !image.id;
        });
    }

    void forgetImages()
    {
        m_out->m_images.clear();
        m_out->m_warnings = m_out->m_files->warnings();
    }

    std::unexpected<Error> refuse(std::string what) const
    {
        return fail(ErrorCode::NotAnImage, std::move(what), escapeForDisplay(m_out->m_name));
    }

    /// Of an archive that lists nothing: a bound that was reached says more.
    std::unexpected<Error> refuseList(std::string what) const
    {
        if (!m_out->m_files->warnings().has(WarningCode::LimitReached)) {
            for (const Warning& warning : m_out->m_warnings.items()) {
                if (warning.code == WarningCode::LimitReached) {
                    return fail(ErrorCode::LimitExceeded, std::move(what) + ": " + warning.text,
                                escapeForDisplay(m_out->m_name));
                }
            }
        }
        return refuse(std::move(what));
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

    void markRepeatedFiles(Image& image) const
    {
        std::set<std::string> seen;
        for (LayerDescriptor& layer : image.layers) {
            layer.storedBefore =
                layer.available && !seen.insert(m_out->m_files->identity(layer.file)).second;
        }
    }

    Result<std::shared_ptr<const ImageArchive>> finish(ArchiveFormat format)
    {
        if (m_job.cancelled()) {
            return cancelledError(); // the readers gave only what they had
        }
        m_out->m_format = format;
        for (Image& image : m_out->m_images) {
            markRepeatedFiles(image);
        }
        return std::shared_ptr<const ImageArchive>(std::move(m_out));
    }

    Result<std::shared_ptr<const ImageArchive>> readSkopeoDir()
    {
        readers::Documents documents(*m_out->m_files, m_job.stop);
        auto images = readers::skopeoDir(documents, m_out->m_warnings);
        if (!images) {
            return located(images.error());
        }
        m_out->m_images = std::move(*images);
        return finish(ArchiveFormat::SkopeoDir);
    }

    /// manifest.json, index.json and repositories may all be there, and disagree (RULES.md,
    /// "Archives").
    Result<std::shared_ptr<const ImageArchive>> readImages(ArchiveFormat ociFormat)
    {
        readers::Documents documents(*m_out->m_files, m_job.stop);
        if (!has("index.json")) {
            return readDockerOnly(documents);
        }
        auto oci = readers::ociLayout(documents, m_out->m_warnings);
        if (!has("manifest.json")) {
            if (!oci) {
                return located(oci.error());
            }
            m_out->m_images = std::move(*oci);
            if (m_out->m_images.empty()) {
                return refuseList("lists no image in its index.json");
            }
            return finish(ociFormat);
        }
        auto docker = readers::dockerArchive(documents, m_out->m_warnings);
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
        if (oci && docker) {
            auto merged = readers::mergeManifests(*m_out->m_files, std::move(*oci),
                                                  std::move(*docker), m_out->m_warnings, m_job);
            if (!merged) {
                return located(merged.error());
            }
            m_out->m_images = std::move(*merged);
        } else {
            m_out->m_images = oci ? std::move(*oci) : std::move(*docker);
        }
        if (m_out->m_images.empty()) {
            return refuseList("lists no image");
        }
        return finish(docker ? ArchiveFormat::DockerArchive : ociFormat);
    }

    /// docker wrote `repositories` beside manifest.json for its own older releases.
    Result<std::shared_ptr<const ImageArchive>> readDockerOnly(readers::Documents& documents)
    {
        auto images = has("manifest.json") ? readers::dockerArchive(documents, m_out->m_warnings)
                                           : readers::legacyArchive(documents, m_out->m_warnings);
        if (!images && has("manifest.json") && has("repositories")) {
            if (auto older = readers::legacyArchive(documents, m_out->m_warnings)) {
                m_out->m_warnings.add(WarningCode::ManifestsDisagree,
                                      images.error().message() + "; repositories is used alone");
                images = std::move(older);
            }
        }
        if (!images) {
            return located(images.error());
        }
        if (images->empty() ||
            (noneIsDescribed(*images) && mayBeRootfsWithDocuments(ErrorCode::NotAnImage))) {
            return refuse("lists no image in its manifest.json");
        }
        m_out->m_images = std::move(*images);
        return finish(ArchiveFormat::DockerArchive);
    }

    Result<std::shared_ptr<const ImageArchive>> readRootfs(SharedSource source)
    {
        // The layer's index reads the members that were too many to be listed, and says itself what
        // it leaves out.
        if (m_out->m_warnings.has(WarningCode::LimitReached)) {
            WarningList kept;
            for (const Warning& warning : m_out->m_warnings.items()) {
                if (warning.code != WarningCode::LimitReached) {
                    kept.add(warning.code, warning.text);
                }
            }
            m_out->m_warnings = std::move(kept);
        }
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
