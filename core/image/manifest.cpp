// SPDX-License-Identifier: Apache-2.0
#include "base/byte_path.h"
#include "base/limits.h"
#include "image/config_p.h"
#include "image/json_p.h"
#include "image/manifest_p.h"
#include "io/hasher.h"

#include <algorithm>
#include <set>

namespace strata::readers {

bool isImageConfig(std::string_view mediaType)
{
    return mediaType.empty() || mediaType == "application/vnd.oci.image.config.v1+json" ||
           mediaType == "application/vnd.docker.container.image.v1+json";
}

bool isIndex(std::string_view mediaType)
{
    return mediaType == "application/vnd.oci.image.index.v1+json" ||
           mediaType == "application/vnd.docker.distribution.manifest.list.v2+json";
}

bool isManifest(std::string_view mediaType)
{
    return mediaType == "application/vnd.oci.image.manifest.v1+json" ||
           mediaType == "application/vnd.docker.distribution.manifest.v2+json";
}

bool isForeignLayer(std::string_view mediaType)
{
    return mediaType.contains("nondistributable") || mediaType.contains(".foreign.");
}

void addTooManyNames(WarningList& warnings, std::string_view name)
{
    warnings.add(WarningCode::LimitReached,
                 "the image " + quoteForDisplay(name) + " has more than " +
                     std::to_string(limits::imageNames) + " names; the rest is not shown");
}

WarningCode warningFor(const Error& error)
{
    switch (error.code) {
    case ErrorCode::Missing:
        return WarningCode::LayerMissing;
    case ErrorCode::LimitExceeded:
        return WarningCode::LimitReached;
    default:
        return WarningCode::Malformed;
    }
}

Result<std::string> readText(const FileSet& files, const std::string& name)
{
    const auto source = files.open(name);
    if (!source) {
        return std::unexpected(source.error());
    }
    const auto bytes = readAll(**source, limits::jsonBytes);
    if (!bytes) {
        auto error = bytes.error();
        error.where = escapeForDisplay(name);
        return std::unexpected(std::move(error));
    }
    return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

Result<std::string> Documents::read(const std::string& name)
{
    if (cancelled()) {
        return cancelledError();
    }
    const auto size = m_files.sizeOf(name).value_or(0);
    if (size <= limits::jsonBytes && size > m_left) {
        return fail(ErrorCode::LimitExceeded,
                    "is passed over: the archive's documents before it hold " +
                        std::to_string(limits::documentBytes >> 20U) + " MiB already",
                    escapeForDisplay(name));
    }
    auto text = readText(m_files, name);
    if (text) {
        m_left -= std::min<std::uint64_t>(text->size(), m_left);
    }
    return text;
}

bool Documents::takeParts(std::size_t count)
{
    const bool enough = count <= m_parts;
    m_parts = enough ? m_parts - count : 0;
    return enough;
}

bool Documents::takeName(std::string_view name, WarningList& warnings)
{
    if (name.size() > limits::imageNameBytes) {
        warnings.add(WarningCode::LimitReached, "an image's name is longer than " +
                                                    std::to_string(limits::imageNameBytes) +
                                                    " bytes and is not shown");
        return false;
    }
    const auto bytes = name.size() + sizeof(std::string);
    if (bytes > m_nameBytes) {
        warnings.add(WarningCode::LimitReached, "the names of all images take more than " +
                                                    std::to_string(limits::allNameBytes >> 20U) +
                                                    " MiB; the rest is not shown");
        return false;
    }
    m_nameBytes -= bytes;
    return true;
}

void setTooManyParts(Image& image)
{
    image.error =
        Error{ErrorCode::LimitExceeded,
              "is not read: the images up to it have more than " +
                  std::to_string(limits::imageParts) + " layers, history items and settings",
              escapeForDisplay(image.displayName())};
}

Result<ImageConfig> readConfigText(Documents& documents, std::string_view text, Image& image)
{
    auto config = parseConfig(text);
    if (config) {
        const auto parts =
            config->diffIds.size() + config->history.size() + partsOf(config->runtime);
        if (!documents.takeParts(parts)) {
            setTooManyParts(image);
            return ImageConfig();
        }
    }
    return config;
}

std::optional<Digest> digestOfFileName(std::string_view file)
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

Descriptor parseDescriptor(const json::Value& value)
{
    Descriptor out;
    out.mediaType = json::text(value, "mediaType");
    out.artifactType = json::text(value, "artifactType");
    if (auto digest = Digest::parse(json::text(value, "digest"))) {
        out.digest = std::move(*digest);
    }
    out.size = json::number(json::member(value, "size"));
    out.annotations = json::textMembers(json::member(value, "annotations"));
    const auto& platform = json::member(value, "platform");
    out.platform.os = json::text(platform, "os");
    out.platform.architecture = json::text(platform, "architecture");
    out.platform.variant = json::text(platform, "variant");
    out.platform.osVersion = json::text(platform, "os.version");
    return out;
}

void locateLayer(const FileSet& files, LayerDescriptor& layer)
{
    const auto source = files.open(layer.file);
    if (!source) {
        if (source.error().code != ErrorCode::Missing) {
            layer.warnings.add(WarningCode::LayerMissing, source.error().message());
        }
        layer.file.clear();
        return;
    }
    layer.storedSize = (*source)->size();
    layer.available = true;
    if (layer.declaredSize && *layer.declaredSize != layer.storedSize) {
        layer.warnings.add(WarningCode::SizeMismatch,
                           "the manifest promises " + std::to_string(*layer.declaredSize) +
                               " bytes, the archive holds " + std::to_string(layer.storedSize));
    }
    if (const auto compression = sniffCompression(**source)) {
        layer.compression = *compression;
    } else {
        layer.warnings.add(WarningCode::LayerDamaged, compression.error().message());
    }
}

void judge(Image& image, bool configRead)
{
    image.available = configRead && !image.error &&
                      std::ranges::all_of(image.layers, [](const LayerDescriptor& layer) {
                          return layer.available || layer.foreign;
                      });
    if (image.kind != ImageKind::Image && !image.error) {
        image.error = Error{
            ErrorCode::Unsupported,
            std::string("is ") +
                (image.kind == ImageKind::Attestation
                     ? "an attestation, a statement about an image"
                     : "an artifact" + (image.artifactType.empty()
                                            ? std::string()
                                            : " of type " + escapeForDisplay(image.artifactType))) +
                ", and holds no file system",
            escapeForDisplay(image.displayName())};
    }
    if (image.kind == ImageKind::Image && !image.error && !configRead && image.layers.empty()) {
        image.error = Error{ErrorCode::Malformed, "has no config that can be read, and no layers",
                            escapeForDisplay(image.displayName())};
    }
    if (configRead && image.kind == ImageKind::Image && !image.error &&
        image.layers.size() != image.config.diffIds.size()) {
        image.error =
            Error{ErrorCode::Malformed,
                  "has " + std::to_string(image.layers.size()) +
                      (image.layers.size() == 1 ? " layer" : " layers") +
                      ", but its config names " + std::to_string(image.config.diffIds.size()),
                  escapeForDisplay(image.displayName())};
        image.available = false;
    }
}

namespace {

std::string annotation(const std::vector<std::pair<std::string, std::string>>& all,
                       std::string_view key)
{
    const auto it = std::ranges::find(all, key, &std::pair<std::string, std::string>::first);
    return it == all.end() ? std::string() : it->second;
}

/// The manifest's own, but for those that its entry in the index has.
void addAnnotations(Documents& documents, Image& image, const json::Value& manifest)
{
    std::set<std::string> known;
    for (const auto& [key, value] : image.annotations) {
        known.insert(key);
    }
    auto own = json::textMembers(json::member(manifest, "annotations"));
    if (!documents.takeParts(own.size())) {
        setTooManyParts(image);
        return;
    }
    for (auto& pair : own) {
        if (!known.contains(pair.first)) {
            image.annotations.push_back(std::move(pair));
        }
    }
}

void readLayers(Documents& documents, const json::Value& manifest, Image& image, BlobName blobName)
{
    const auto& layers = json::member(manifest, "layers");
    if (!layers.is_array()) {
        if (!layers.is_null()) {
            image.error = Error{ErrorCode::Malformed, "has a manifest whose layers are no list",
                                escapeForDisplay(image.displayName())};
        }
        return;
    }
    for (const auto& item : layers) {
        if (documents.cancelled()) {
            return;
        }
        if (image.layers.size() >= limits::layers) {
            image.error = Error{ErrorCode::LimitExceeded,
                                "has more than " + std::to_string(limits::layers) + " layers",
                                escapeForDisplay(image.displayName())};
            return;
        }
        if (!documents.takeParts(1)) {
            setTooManyParts(image);
            return;
        }
        const Descriptor described = parseDescriptor(item);
        LayerDescriptor layer;
        layer.mediaType = described.mediaType;
        layer.digest = described.digest;
        layer.declaredSize = described.size;
        layer.foreign = isForeignLayer(described.mediaType);
        if (described.digest) {
            layer.file = blobName(*described.digest);
            locateLayer(documents.files(), layer);
        } else {
            layer.warnings.add(WarningCode::Malformed, "the manifest gives no valid digest for it");
        }
        image.layers.push_back(std::move(layer));
    }
}

void tellKind(Image& image, const json::Value& manifest)
{
    const auto config = parseDescriptor(json::member(manifest, "config"));
    auto type = json::text(manifest, "artifactType");
    if (image.kind == ImageKind::Attestation ||
        type == "application/vnd.docker.attestation.manifest.v1+json" ||
        (!image.layers.empty() &&
         std::ranges::all_of(image.layers, [](const LayerDescriptor& layer) {
             return layer.mediaType.starts_with("application/vnd.in-toto");
         }))) {
        image.kind = ImageKind::Attestation;
    } else if (!isImageConfig(config.mediaType) || !type.empty()) {
        image.kind = ImageKind::Artifact;
        if (type.empty()) {
            type = image.artifactType.empty() ? config.mediaType : image.artifactType;
        }
    }
    // An index may repeat an image's config type as the artifact type of its entry.
    image.artifactType = std::move(type);
}

} // namespace

Image listedImage(Documents& documents, const Descriptor& described, std::vector<std::string> names)
{
    Image image;
    image.names = std::move(names);
    image.platform = described.platform;
    image.manifestDigest = described.digest;
    image.mediaType = described.mediaType;
    image.artifactType = described.artifactType;
    if (documents.takeParts(described.annotations.size())) {
        image.annotations = described.annotations;
    } else {
        setTooManyParts(image);
    }
    if (annotation(described.annotations, "vnd.docker.reference.type") == "attestation-manifest") {
        image.kind = ImageKind::Attestation;
    }
    return image;
}

Image manifestImage(Documents& documents, std::string_view text, const Descriptor& described,
                    BlobName blobName)
{
    Image image = listedImage(documents, described, {});
    const auto broken = [&](const Error& error) {
        image.error = error;
        image.error->where = escapeForDisplay(image.displayName());
        return image;
    };
    const auto manifest = json::parse(text);
    if (!manifest) {
        return broken(manifest.error());
    }
    if (!manifest->is_object()) {
        return broken({ErrorCode::Malformed, "a manifest that is no JSON object", {}});
    }
    if (const auto mediaType = json::text(*manifest, "mediaType"); !mediaType.empty()) {
        image.mediaType = mediaType;
    }
    if (!image.error) {
        addAnnotations(documents, image, *manifest);
    }
    if (image.error) {
        return image;
    }
    readLayers(documents, *manifest, image, blobName);
    tellKind(image, *manifest);

    const auto config = parseDescriptor(json::member(*manifest, "config"));
    bool configRead = false;
    if (config.digest) {
        image.id = config.digest;
        image.configFile = blobName(*config.digest);
        const auto configText = documents.read(image.configFile);
        if (!configText) {
            image.warnings.add(warningFor(configText.error()),
                               "the config cannot be read: " + configText.error().message());
            image.configFile.clear();
        } else if (isImageConfig(config.mediaType)) {
            auto parsed = readConfigText(documents, *configText, image);
            if (parsed) {
                configRead = true;
                image.config = std::move(*parsed);
                image.warnings.append(image.config.warnings);
            } else if (image.kind == ImageKind::Image) {
                image.warnings.add(warningFor(parsed.error()),
                                   "the config cannot be read: " + parsed.error().message());
            }
        } else {
            configRead = true;
        }
    } else if (image.kind == ImageKind::Image) {
        image.warnings.add(WarningCode::Malformed, "the manifest names no valid config");
    }
    const Platform& inside = image.config.platform;
    if (image.platform.os.empty() && !inside.os.empty()) {
        image.platform = inside;
    } else if (image.platform.variant.empty() &&
               image.platform.architecture == inside.architecture) {
        image.platform.variant = inside.variant;
    }
    if (image.kind == ImageKind::Image) {
        completeSteps(image);
    }
    judge(image, configRead);
    return image;
}

} // namespace strata::readers
