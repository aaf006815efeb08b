// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bytes.h"
#include "image_builder.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace strata::test {

/// The forms in which tools write images.
enum class ArchiveForm {
    DockerV1,      ///< `repositories` and `<id>/…` only, no manifest.json
    DockerClassic, ///< `<id>/layer.tar`, `<config>.json`, manifest.json, repositories
    Docker25,      ///< blobs/, index.json, manifest.json, oci-layout
    Containerd,    ///< as Docker25 with stored (compressed) blobs, members in order of name
    Podman,        ///< `<diffid>.tar`, `<id>/layer.tar` symlinks, manifest.json last
    Kaniko,        ///< config named `sha256:<hex>`, `<hex>.tar.gz`
    Nix,           ///< `/<hex>.json`, `/<diffid>/layer.tar`: absolute names, no directories
    Oci,           ///< oci-layout, index.json, blobs/: an archive, or by writeTo() a layout
    SkopeoDir,     ///< version, manifest.json (an object), `<hex>`
    Rootfs,        ///< the first layer's tar and nothing else
};

std::string_view archiveFormName(ArchiveForm form);

/// One member of the archive to be.
struct ArchiveMember
{
    enum class Kind { File, Directory, Symlink, Hardlink } kind = Kind::File;
    std::string name;
    Bytes content;
    std::string target;
};

/// Makes archives of images, right ones and ones that are wrong in a chosen way. Every call gives
/// the builder itself back. Files are named as in the form itself, "blobs/sha256/…" and so on.
class ArchiveBuilder
{
public:
    explicit ArchiveBuilder(ArchiveForm form);

    ArchiveBuilder& image(const ImageBuilder& image);
    /// Images so far added go into one nested index, which index.json names `reference`.
    ArchiveBuilder& nest(std::string reference = {});
    /// The archive itself compressed.
    ArchiveBuilder& outer(Compression compression);

    ArchiveBuilder& drop(std::string name);
    ArchiveBuilder& replace(std::string name, std::string_view content);
    /// Flips the bits of one byte in the middle.
    ArchiveBuilder& corrupt(std::string name);
    ArchiveBuilder& add(ArchiveMember member);
    /// Ends the tar in the middle of a member's data.
    ArchiveBuilder& cutInside(std::string name);
    /// Members in the opposite order.
    ArchiveBuilder& reversed();
    /// "./" before every member's name.
    ArchiveBuilder& dotSlash();

    /// Names by the form: of a layer's stored bytes, and of a config.
    std::string layerFile(const ImageBuilder& image, std::size_t layer) const;
    std::string configFile(const ImageBuilder& image) const;

    std::vector<ArchiveMember> members() const;
    Bytes bytes() const;
    SharedSource source() const { return memorySource(bytes()); }
    /// The archive as one file.
    void writeFile(const std::filesystem::path& path) const;
    /// The members as files of a directory, links as links.
    void writeTo(const std::filesystem::path& directory) const;

private:
    std::vector<ArchiveMember> plainMembers() const;
    void dockerV1(std::vector<ArchiveMember>& out, bool withManifest) const;
    void podman(std::vector<ArchiveMember>& out) const;
    void kaniko(std::vector<ArchiveMember>& out) const;
    void nix(std::vector<ArchiveMember>& out) const;
    void blobs(std::vector<ArchiveMember>& out) const;
    void skopeoDir(std::vector<ArchiveMember>& out) const;
    std::string dockerManifest() const;
    std::string index(std::vector<ArchiveMember>& out) const;

    ArchiveForm m_form;
    std::vector<ImageBuilder> m_images;
    std::optional<std::string> m_nested;
    Compression m_outer = Compression::None;
    std::set<std::string> m_dropped;
    std::set<std::string> m_corrupted;
    std::map<std::string, Bytes> m_replaced;
    std::vector<ArchiveMember> m_added;
    std::optional<std::string> m_cutInside;
    bool m_reversed = false;
    bool m_dotSlash = false;
};

/// One image in one form, as bytes.
Bytes archiveOf(ArchiveForm form, const ImageBuilder& image);

} // namespace strata::test
