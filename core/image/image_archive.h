// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "image/image.h"
#include "io/file_set.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace strata {

enum class ArchiveFormat { DockerArchive, OciArchive, OciLayout, SkopeoDir, Rootfs };

/// "docker-archive", "oci-archive", "oci-layout", "dir", "rootfs": the command line's words.
std::string_view archiveFormatName(ArchiveFormat format);

/// An opened archive: which images it holds and where their blobs lie. Nothing of a layer has been
/// read but its first bytes. Immutable; share it between threads with a shared_ptr<const …>.
class ImageArchive
{
public:
    /// Opens `path`: a tar (itself compressed or not), an OCI layout or skopeo directory.
    /// Errors: NotFound, Io, NotAnImage, Malformed, LimitExceeded, Cancelled.
    static Result<std::shared_ptr<const ImageArchive>> open(const std::filesystem::path& path,
                                                            const Job& job);
    /// The same for bytes from elsewhere; `name` is what errors and titles call them.
    static Result<std::shared_ptr<const ImageArchive>> open(SharedSource source, std::string name,
                                                            const Job& job);

    const std::string& name() const { return m_name; } ///< as given, for display
    ArchiveFormat format() const { return m_format; }
    const std::vector<Image>& images() const { return m_images; }
    const WarningList& warnings() const { return m_warnings; }
    const FileSet& files() const { return *m_files; }

    /// The stored (maybe compressed) bytes of a layer. Errors: Missing.
    Result<SharedSource> openLayer(const Image& image, LayerNo layer) const;
    /// The text of a config, manifest or other small document. Errors: Missing, LimitExceeded.
    Result<std::string> readDocument(const std::string& file) const;

private:
    friend class ArchiveOpener;
    ImageArchive() = default;

    std::string m_name;
    ArchiveFormat m_format = ArchiveFormat::Rootfs;
    std::vector<Image> m_images;
    WarningList m_warnings;
    std::shared_ptr<const FileSet> m_files;
};

} // namespace strata
