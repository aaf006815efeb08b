// SPDX-License-Identifier: Apache-2.0
#include "base/byte_path.h"
#include "base/limits.h"
#include "image/json_p.h"
#include "image/readers_p.h"
#include "io/hasher.h"

namespace strata::readers {

namespace {

void readConfig(Documents& documents, Image& image, bool& configRead)
{
    const auto text = documents.read(image.configFile);
    if (!text) {
        image.warnings.add(warningFor(text.error()),
                           "the config cannot be read: " + text.error().message());
        image.id = digestOfFileName(image.configFile);
        image.configFile.clear();
        return;
    }
    image.id = sha256(*text);
    const auto promised = digestOfFileName(image.configFile);
    if (promised && *promised != *image.id) {
        image.warnings.add(WarningCode::DigestMismatch,
                           "the config's bytes are not the ones its name promises (" +
                               std::string(promised->shortHex()) + "…)");
    }
    auto parsed = readConfigText(documents, *text, image);
    if (!parsed) {
        image.warnings.add(warningFor(parsed.error()),
                           "the config cannot be read: " + parsed.error().message());
        return;
    }
    configRead = true;
    image.config = std::move(*parsed);
    image.platform = image.config.platform;
    image.warnings.append(image.config.warnings);
}

Image readItem(Documents& documents, const json::Value& item, WarningList& warnings)
{
    Image image;
    for (auto& name : json::texts(json::member(item, "RepoTags"))) {
        if (image.names.size() >= limits::imageNames) {
            addTooManyNames(warnings, image.names.front());
            break;
        }
        if (documents.takeName(name, warnings)) {
            image.names.push_back(std::move(name));
        }
    }
    image.configFile = cleanMemberName(json::text(item, "Config"));
    bool configRead = false;
    if (image.configFile.empty()) {
        image.warnings.add(WarningCode::Malformed, "manifest.json names no config for it");
    } else {
        readConfig(documents, image, configRead);
    }
    const auto& sources = json::member(item, "LayerSources");
    for (const auto& name : json::texts(json::member(item, "Layers"))) {
        if (documents.cancelled()) {
            break;
        }
        if (image.layers.size() >= limits::layers) {
            image.error = Error{ErrorCode::LimitExceeded,
                                "has more than " + std::to_string(limits::layers) + " layers",
                                escapeForDisplay(image.displayName())};
            break;
        }
        if (!documents.takeParts(1)) {
            setTooManyParts(image);
            break;
        }
        LayerDescriptor layer;
        layer.file = cleanMemberName(name);
        const auto position = image.layers.size();
        if (position < image.config.diffIds.size()) {
            const auto& source = json::member(sources, image.config.diffIds[position].text());
            layer.mediaType = json::text(source, "mediaType");
            layer.foreign = isForeignLayer(layer.mediaType);
        }
        locateLayer(documents.files(), layer);
        if (layer.mediaType.empty()) {
            layer.mediaType = layer.compression == Compression::Gzip
                                  ? "application/vnd.docker.image.rootfs.diff.tar.gzip"
                                  : "application/vnd.docker.image.rootfs.diff.tar";
        }
        if (!layer.available && !layer.foreign) {
            layer.warnings.add(WarningCode::LayerMissing,
                               quoteForDisplay(name) + " is not in the archive");
        }
        image.layers.push_back(std::move(layer));
    }
    completeSteps(image);
    judge(image, configRead);
    return image;
}

} // namespace

Result<std::vector<Image>> dockerArchive(Documents& documents, WarningList& warnings)
{
    const auto text = documents.read("manifest.json");
    if (!text) {
        return std::unexpected(text.error());
    }
    const auto manifest = json::parse(*text);
    if (!manifest) {
        auto error = manifest.error();
        error.where = "manifest.json";
        return std::unexpected(std::move(error));
    }
    if (!manifest->is_array()) {
        return fail(ErrorCode::Malformed, "is no list of images", "manifest.json");
    }
    std::vector<Image> images;
    for (const auto& item : *manifest) {
        if (documents.cancelled()) {
            return cancelledError();
        }
        if (images.size() >= limits::images) {
            warnings.add(WarningCode::LimitReached, "manifest.json lists more than " +
                                                        std::to_string(limits::images) +
                                                        " images; the rest is not shown");
            break;
        }
        if (!item.is_object()) {
            warnings.add(WarningCode::Malformed, "manifest.json holds an item that is no image");
            continue;
        }
        images.push_back(readItem(documents, item, warnings));
    }
    return images;
}

} // namespace strata::readers
