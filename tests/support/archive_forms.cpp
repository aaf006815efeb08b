// SPDX-License-Identifier: Apache-2.0
#include "archive_builder.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace strata::test {

using Json = nlohmann::ordered_json;
using Kind = ArchiveMember::Kind;

namespace {

std::string hexOf(const std::string& digest)
{
    return digest.substr(digest.find(':') + 1);
}

std::string blobName(const std::string& digest)
{
    return "blobs/sha256/" + hexOf(digest);
}

/// A v1 id: any 64 digits that differ for each layer and image.
std::string legacyId(const ImageBuilder& image, std::size_t layer)
{
    return sha256Hex(toBytes(image.configDigest() + "#" + std::to_string(layer)));
}

bool has(const std::vector<ArchiveMember>& members, const std::string& name)
{
    return std::ranges::any_of(members, [&](const auto& m) { return m.name == name; });
}

void addDirectory(std::vector<ArchiveMember>& out, const std::string& name)
{
    if (!has(out, name)) {
        out.push_back({Kind::Directory, name, {}, {}});
    }
}

void addFile(std::vector<ArchiveMember>& out, const std::string& name, std::string_view text)
{
    if (!has(out, name)) {
        out.push_back({Kind::File, name, toBytes(text), {}});
    }
}

void addBlob(std::vector<ArchiveMember>& out, const std::string& name, const Bytes& bytes)
{
    if (!has(out, name)) {
        out.push_back({Kind::File, name, bytes, {}});
    }
}

std::string legacyJson(const ImageBuilder& image, std::size_t layer)
{
    Json json = {{"id", legacyId(image, layer)},
                 {"created", "2024-05-01T12:00:00Z"},
                 {"container_config", {{"Cmd", Json::array({"/bin/sh", "-c", "true"})}}}};
    if (layer > 0) {
        json["parent"] = legacyId(image, layer - 1);
    }
    if (layer + 1 == image.layers().size()) {
        json["architecture"] = image.architecture();
        json["os"] = image.os();
    }
    return json.dump();
}

/// {repo: {tag: id}} from the names that have a tag.
std::string repositories(const std::vector<ImageBuilder>& images)
{
    Json json = Json::object();
    for (const auto& image : images) {
        for (const auto& name : image.names()) {
            const auto colon = name.rfind(':');
            if (colon != std::string::npos && !image.layers().empty()) {
                json[name.substr(0, colon)][name.substr(colon + 1)] =
                    legacyId(image, image.layers().size() - 1);
            }
        }
    }
    return json.dump();
}

} // namespace

std::string ArchiveBuilder::layerFile(const ImageBuilder& image, std::size_t layer) const
{
    const auto& built = image.layers().at(layer);
    switch (m_form) {
    case ArchiveForm::DockerV1:
    case ArchiveForm::DockerClassic:
        return legacyId(image, layer) + "/layer.tar";
    case ArchiveForm::Podman:
        return hexOf(built.diffId) + ".tar";
    case ArchiveForm::Kaniko:
        return hexOf(built.digest) + ".tar.gz";
    case ArchiveForm::Nix:
        return hexOf(built.diffId) + "/layer.tar";
    case ArchiveForm::SkopeoDir:
        return hexOf(built.digest);
    case ArchiveForm::Docker25:
        return blobName(built.diffId);
    default:
        return blobName(built.digest);
    }
}

std::string ArchiveBuilder::configFile(const ImageBuilder& image) const
{
    switch (m_form) {
    case ArchiveForm::DockerClassic:
    case ArchiveForm::Podman:
    case ArchiveForm::Nix:
        return hexOf(image.configDigest()) + ".json";
    case ArchiveForm::Kaniko:
        return image.configDigest();
    case ArchiveForm::SkopeoDir:
        return hexOf(image.configDigest());
    case ArchiveForm::DockerV1:
    case ArchiveForm::Rootfs:
        return {};
    default:
        return blobName(image.configDigest());
    }
}

std::string ArchiveBuilder::dockerManifest() const
{
    Json out = Json::array();
    for (const auto& image : m_images) {
        Json layers = Json::array();
        Json sources = Json::object();
        for (std::size_t i = 0; i < image.layers().size(); ++i) {
            layers.push_back(layerFile(image, i));
            const auto& layer = image.layers()[i];
            if (layer.foreign) {
                sources[layer.diffId] = {{"mediaType", layer.mediaType},
                                         {"size", layer.stored.size()},
                                         {"digest", layer.digest}};
            }
        }
        Json item = {{"Config", configFile(image)},
                     {"RepoTags", image.names().empty() ? Json(nullptr) : Json(image.names())},
                     {"Layers", layers}};
        if (!sources.empty()) {
            item["LayerSources"] = sources;
        }
        out.push_back(std::move(item));
    }
    return out.dump();
}

void ArchiveBuilder::dockerV1(std::vector<ArchiveMember>& out, bool withManifest) const
{
    std::map<std::string, std::string> stored;
    for (const auto& image : m_images) {
        for (std::size_t i = 0; i < image.layers().size(); ++i) {
            const auto& layer = image.layers()[i];
            const auto id = legacyId(image, i);
            if (has(out, id)) {
                continue;
            }
            addDirectory(out, id);
            addFile(out, id + "/VERSION", "1.0");
            addFile(out, id + "/json", legacyJson(image, i));
            const auto [first, isNew] = stored.try_emplace(layer.digest, id);
            if (layer.foreign) {
                continue;
            }
            if (isNew) {
                addBlob(out, id + "/layer.tar", layer.stored);
            } else {
                out.push_back(
                    {Kind::Symlink, id + "/layer.tar", {}, "../" + first->second + "/layer.tar"});
            }
        }
        if (withManifest) {
            addFile(out, configFile(image), image.config());
        }
    }
    if (withManifest) {
        addFile(out, "manifest.json", dockerManifest());
    }
    addFile(out, "repositories", repositories(m_images));
}

void ArchiveBuilder::podman(std::vector<ArchiveMember>& out) const
{
    for (const auto& image : m_images) {
        for (std::size_t i = 0; i < image.layers().size(); ++i) {
            const auto& layer = image.layers()[i];
            const auto id = legacyId(image, i);
            addBlob(out, layerFile(image, i), layer.stored);
            addDirectory(out, id);
            out.push_back({Kind::Symlink, id + "/layer.tar", {}, "../" + layerFile(image, i)});
            addFile(out, id + "/VERSION", "1.0");
            addFile(out, id + "/json", legacyJson(image, i));
        }
        addFile(out, configFile(image), image.config());
    }
    addFile(out, "repositories", repositories(m_images));
    addFile(out, "manifest.json", dockerManifest());
}

void ArchiveBuilder::kaniko(std::vector<ArchiveMember>& out) const
{
    for (const auto& image : m_images) {
        addFile(out, configFile(image), image.config());
        for (std::size_t i = 0; i < image.layers().size(); ++i) {
            addBlob(out, layerFile(image, i), image.layers()[i].stored);
        }
    }
    addFile(out, "manifest.json", dockerManifest());
}

void ArchiveBuilder::nix(std::vector<ArchiveMember>& out) const
{
    for (const auto& image : m_images) {
        addFile(out, "/" + configFile(image), image.config());
        for (std::size_t i = 0; i < image.layers().size(); ++i) {
            addBlob(out, "/" + layerFile(image, i), image.layers()[i].stored);
        }
    }
    addFile(out, "/manifest.json", dockerManifest());
}

void ArchiveBuilder::skopeoDir(std::vector<ArchiveMember>& out) const
{
    addFile(out, "version", "Directory Transport Version: 1.1\n");
    for (const auto& image : m_images) {
        addFile(out, "manifest.json", image.manifest());
        addFile(out, configFile(image), image.config());
        for (std::size_t i = 0; i < image.layers().size(); ++i) {
            addBlob(out, layerFile(image, i), image.layers()[i].stored);
        }
    }
}

std::string ArchiveBuilder::index(std::vector<ArchiveMember>& out) const
{
    Json manifests = Json::array();
    for (const auto& image : m_images) {
        Json item = {{"mediaType", image.manifestMediaType()},
                     {"digest", image.manifestDigest()},
                     {"size", image.manifest().size()}};
        if (m_nested || !image.variant().empty()) {
            item["platform"] = {{"architecture", image.architecture()}, {"os", image.os()}};
            if (!image.variant().empty()) {
                item["platform"]["variant"] = image.variant();
            }
        }
        if (image.names().empty() || m_nested) {
            manifests.push_back(std::move(item));
            continue;
        }
        // One descriptor a name, as docker and skopeo write them.
        for (const auto& name : image.names()) {
            auto named = item;
            named["annotations"]["org.opencontainers.image.ref.name"] =
                m_form == ArchiveForm::Oci ? name : name.substr(name.rfind(':') + 1);
            if (m_form != ArchiveForm::Oci) {
                named["annotations"]["io.containerd.image.name"] = name;
            }
            manifests.push_back(std::move(named));
        }
    }
    Json top = {{"schemaVersion", 2}, {"mediaType", "application/vnd.oci.image.index.v1+json"}};
    top["manifests"] = std::move(manifests);
    if (!m_nested) {
        return top.dump();
    }
    const auto nested = top.dump();
    const auto digest = sha256Text(toBytes(nested));
    addFile(out, blobName(digest), nested);
    Json item = {{"mediaType", "application/vnd.oci.image.index.v1+json"},
                 {"digest", digest},
                 {"size", nested.size()}};
    if (!m_nested->empty()) {
        item["annotations"]["org.opencontainers.image.ref.name"] = *m_nested;
        item["annotations"]["io.containerd.image.name"] = *m_nested;
    }
    top["manifests"] = Json::array({item});
    return top.dump();
}

void ArchiveBuilder::blobs(std::vector<ArchiveMember>& out) const
{
    addDirectory(out, "blobs");
    addDirectory(out, "blobs/sha256");
    for (const auto& image : m_images) {
        addFile(out, blobName(image.configDigest()), image.config());
        for (std::size_t i = 0; i < image.layers().size(); ++i) {
            if (!image.layers()[i].foreign) {
                addBlob(out, layerFile(image, i), image.layers()[i].stored);
            }
        }
        addFile(out, blobName(image.manifestDigest()), image.manifest());
    }
    const auto indexText = index(out);
    addFile(out, "index.json", indexText);
    if (m_form != ArchiveForm::Oci) {
        addFile(out, "manifest.json", dockerManifest());
    }
    addFile(out, "oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
    if (m_form == ArchiveForm::Docker25) {
        addFile(out, "repositories", repositories(m_images));
    }
    if (m_form == ArchiveForm::Containerd) {
        std::ranges::sort(out, {}, &ArchiveMember::name);
    }
}

std::vector<ArchiveMember> ArchiveBuilder::plainMembers() const
{
    std::vector<ArchiveMember> out;
    switch (m_form) {
    case ArchiveForm::DockerV1:
        dockerV1(out, false);
        break;
    case ArchiveForm::DockerClassic:
        dockerV1(out, true);
        break;
    case ArchiveForm::Podman:
        podman(out);
        break;
    case ArchiveForm::Kaniko:
        kaniko(out);
        break;
    case ArchiveForm::Nix:
        nix(out);
        break;
    case ArchiveForm::SkopeoDir:
        skopeoDir(out);
        break;
    case ArchiveForm::Docker25:
    case ArchiveForm::Containerd:
    case ArchiveForm::Oci:
        blobs(out);
        break;
    case ArchiveForm::Rootfs:
        break;
    }
    return out;
}

} // namespace strata::test
