// SPDX-License-Identifier: Apache-2.0
#include "image_builder.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace strata::test {

using Json = nlohmann::ordered_json;

namespace {

constexpr auto creation = "2024-05-01T12:00:00Z";

} // namespace

ImageBuilder& ImageBuilder::layer(Bytes tar, std::string createdBy, Compression compression)
{
    Bytes stored = compress(tar, compression);
    return storedLayer(std::move(stored), std::move(tar), compression, std::move(createdBy));
}

ImageBuilder& ImageBuilder::layer(const TarBuilder& tar, std::string createdBy,
                                  Compression compression)
{
    return layer(tar.bytes(), std::move(createdBy), compression);
}

ImageBuilder& ImageBuilder::storedLayer(Bytes stored, Bytes tar, Compression compression,
                                        std::string createdBy)
{
    BuiltLayer layer;
    layer.compression = compression;
    layer.diffId = sha256Text(tar);
    layer.digest = sha256Text(stored);
    layer.tar = std::move(tar);
    layer.stored = std::move(stored);
    m_layers.push_back(std::move(layer));
    m_history.push_back({std::move(createdBy), {}, false});
    return *this;
}

ImageBuilder& ImageBuilder::foreignLayer(Bytes tar, std::string createdBy)
{
    layer(std::move(tar), std::move(createdBy));
    m_layers.back().foreign = true;
    m_layers.back().mediaType = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
    return *this;
}

ImageBuilder& ImageBuilder::mediaTypeOfLastLayer(std::string mediaType)
{
    m_layers.back().mediaType = std::move(mediaType);
    return *this;
}

ImageBuilder& ImageBuilder::step(std::string createdBy, std::string comment)
{
    m_history.push_back({std::move(createdBy), std::move(comment), true});
    return *this;
}

ImageBuilder& ImageBuilder::comment(std::string text)
{
    m_history.back().comment = std::move(text);
    return *this;
}

ImageBuilder& ImageBuilder::noHistory()
{
    m_withHistory = false;
    return *this;
}

ImageBuilder& ImageBuilder::platform(std::string os, std::string architecture, std::string variant)
{
    m_os = std::move(os);
    m_architecture = std::move(architecture);
    m_variant = std::move(variant);
    return *this;
}

ImageBuilder& ImageBuilder::name(std::string reference)
{
    m_names.push_back(std::move(reference));
    return *this;
}

ImageBuilder& ImageBuilder::annotation(std::string key, std::string value)
{
    m_annotations.emplace_back(std::move(key), std::move(value));
    return *this;
}

ImageBuilder& ImageBuilder::runtime(std::string json)
{
    m_runtime = std::move(json);
    return *this;
}

ImageBuilder& ImageBuilder::configOverride(std::string json)
{
    m_config = std::move(json);
    return *this;
}

ImageBuilder& ImageBuilder::manifestOverride(std::string json)
{
    m_manifest = std::move(json);
    return *this;
}

ImageBuilder& ImageBuilder::artifactType(std::string type)
{
    m_artifactType = std::move(type);
    return *this;
}

ImageBuilder& ImageBuilder::configMediaType(std::string type)
{
    m_configMediaType = std::move(type);
    return *this;
}

ImageBuilder& ImageBuilder::dockerTypes()
{
    m_dockerTypes = true;
    return *this;
}

std::string ImageBuilder::config() const
{
    if (m_config) {
        return *m_config;
    }
    Json diffIds = Json::array();
    for (const auto& layer : m_layers) {
        diffIds.push_back(layer.diffId);
    }
    Json out = {{"created", creation},
                {"architecture", m_architecture},
                {"os", m_os},
                {"config", m_runtime.empty() ? Json::object() : Json::parse(m_runtime)},
                {"rootfs", {{"type", "layers"}, {"diff_ids", diffIds}}}};
    if (!m_variant.empty()) {
        out["variant"] = m_variant;
    }
    if (m_withHistory) {
        auto& history = out["history"] = Json::array();
        for (const auto& item : m_history) {
            Json line = {{"created", creation}, {"created_by", item.createdBy}};
            if (!item.comment.empty()) {
                line["comment"] = item.comment;
            }
            if (item.emptyLayer) {
                line["empty_layer"] = true;
            }
            history.push_back(std::move(line));
        }
    }
    return out.dump();
}

std::string ImageBuilder::configDigest() const
{
    return sha256Text(toBytes(config()));
}

std::string ImageBuilder::manifestMediaType() const
{
    return m_dockerTypes ? "application/vnd.docker.distribution.manifest.v2+json"
                         : "application/vnd.oci.image.manifest.v1+json";
}

namespace {

std::string layerMediaType(const BuiltLayer& layer, bool docker)
{
    if (!layer.mediaType.empty()) {
        return layer.mediaType;
    }
    std::string base = docker ? "application/vnd.docker.image.rootfs.diff.tar"
                              : "application/vnd.oci.image.layer.v1.tar";
    switch (layer.compression) {
    case Compression::Gzip:
        return base + (docker ? ".gzip" : "+gzip");
    case Compression::Zstd:
        return base + (docker ? ".zstd" : "+zstd");
    default:
        return base;
    }
}

} // namespace

std::string ImageBuilder::manifest() const
{
    if (m_manifest) {
        return *m_manifest;
    }
    std::string configType = m_configMediaType;
    if (configType.empty()) {
        configType = m_dockerTypes ? "application/vnd.docker.container.image.v1+json"
                                   : "application/vnd.oci.image.config.v1+json";
    }
    Json out = {{"schemaVersion", 2}, {"mediaType", manifestMediaType()}};
    if (!m_artifactType.empty()) {
        out["artifactType"] = m_artifactType;
    }
    out["config"] = {
        {"mediaType", configType}, {"digest", configDigest()}, {"size", config().size()}};
    out["layers"] = Json::array();
    for (const auto& layer : m_layers) {
        out["layers"].push_back({{"mediaType", layerMediaType(layer, m_dockerTypes)},
                                 {"digest", layer.digest},
                                 {"size", layer.stored.size()}});
    }
    if (!m_annotations.empty()) {
        auto& annotations = out["annotations"] = Json::object();
        for (const auto& [key, value] : m_annotations) {
            annotations[key] = value;
        }
    }
    return out.dump();
}

std::string ImageBuilder::manifestDigest() const
{
    return sha256Text(toBytes(manifest()));
}

} // namespace strata::test
