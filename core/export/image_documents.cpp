// SPDX-License-Identifier: Apache-2.0
#include "export/image_documents.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace strata {
namespace {

using Json = nlohmann::ordered_json;

/// Bytes that are no UTF-8 are replaced: JSON cannot hold them.
std::string text(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void setText(Json& object, const char* key, const std::string& value)
{
    if (!value.empty()) {
        object[key] = value;
    }
}

void setList(Json& object, const char* key, const std::vector<std::string>& values)
{
    if (!values.empty()) {
        object[key] = values;
    }
}

/// Ports and volumes: Go wrote its sets as maps to nothing, and so it stayed.
void setSet(Json& object, const char* key, const std::vector<std::string>& values)
{
    for (const std::string& value : values) {
        object[key][value] = Json::object();
    }
}

Json pairs(const Annotations& values)
{
    Json object = Json::object();
    for (const auto& [key, value] : values) {
        object[key] = value;
    }
    return object;
}

Json runtimeJson(const RuntimeConfig& runtime)
{
    Json json = Json::object();
    setText(json, "User", runtime.user);
    setSet(json, "ExposedPorts", runtime.exposedPorts);
    setList(json, "Env", runtime.env);
    setList(json, "Entrypoint", runtime.entrypoint);
    setList(json, "Cmd", runtime.cmd);
    setSet(json, "Volumes", runtime.volumes);
    setText(json, "WorkingDir", runtime.workingDir);
    if (!runtime.labels.empty()) {
        json["Labels"] = pairs(runtime.labels);
    }
    setText(json, "StopSignal", runtime.stopSignal);
    setList(json, "Shell", runtime.shell);
    return json;
}

Json historyJson(const std::vector<HistoryItem>& history)
{
    Json list = Json::array();
    for (const HistoryItem& item : history) {
        Json json = Json::object();
        setText(json, "created", item.created);
        setText(json, "created_by", item.createdBy);
        setText(json, "author", item.author);
        setText(json, "comment", item.comment);
        if (item.emptyLayer) {
            json["empty_layer"] = true;
        }
        list.push_back(std::move(json));
    }
    return list;
}

Json descriptorJson(const BlobDescriptor& descriptor)
{
    Json json = Json::object();
    json["mediaType"] = descriptor.mediaType;
    json["digest"] = descriptor.digest.text();
    json["size"] = descriptor.size;
    return json;
}

/// The members that an ImageConfig and its RuntimeConfig know.
constexpr std::array<std::string_view, 9> configMembers = {"created", "author", "architecture",
                                                           "variant", "os",     "os.version",
                                                           "config",  "rootfs", "history"};
constexpr std::array<std::string_view, 10> runtimeMembers = {
    "User",    "ExposedPorts", "Env",    "Entrypoint", "Cmd",
    "Volumes", "WorkingDir",   "Labels", "StopSignal", "Shell"};

void keepUnknown(Json& into, const Json& from, std::span<const std::string_view> known)
{
    if (!from.is_object()) {
        return;
    }
    for (const auto& [key, value] : from.items()) {
        if (std::ranges::find(known, key) == known.end()) {
            into[key] = value;
        }
    }
}

constexpr const char* indexType = "application/vnd.oci.image.index.v1+json";
constexpr const char* manifestType = "application/vnd.oci.image.manifest.v1+json";

} // namespace

std::string configDocument(const ImageConfig& config, std::string_view original)
{
    const Platform here = hostPlatform();
    const Platform& platform = config.platform;
    Json json = Json::object();
    if (config.created) {
        setText(json, "created", *config.created);
    }
    setText(json, "author", config.author);
    json["architecture"] =
        platform.architecture.empty() ? here.architecture : platform.architecture;
    setText(json, "variant", platform.variant);
    json["os"] = platform.os.empty() ? here.os : platform.os;
    setText(json, "os.version", platform.osVersion);
    json["config"] = runtimeJson(config.runtime);
    Json diffIds = Json::array();
    for (const Digest& diffId : config.diffIds) {
        diffIds.push_back(diffId.text());
    }
    json["rootfs"] = {{"type", "layers"}, {"diff_ids", std::move(diffIds)}};
    if (!config.history.empty()) {
        json["history"] = historyJson(config.history);
    }
    const Json before = Json::parse(original, nullptr, false);
    if (before.is_object()) {
        keepUnknown(json, before, configMembers);
        if (const auto runtime = before.find("config"); runtime != before.end()) {
            keepUnknown(json["config"], *runtime, runtimeMembers);
        }
    }
    return text(json);
}

std::string manifestDocument(const BlobDescriptor& config,
                             const std::vector<BlobDescriptor>& layers,
                             const Annotations& annotations)
{
    Json json = Json::object();
    json["schemaVersion"] = 2;
    json["mediaType"] = manifestType;
    json["config"] = descriptorJson(config);
    json["layers"] = Json::array();
    for (const BlobDescriptor& layer : layers) {
        json["layers"].push_back(descriptorJson(layer));
    }
    if (!annotations.empty()) {
        json["annotations"] = pairs(annotations);
    }
    return text(json);
}

std::string indexDocument(const BlobDescriptor& manifest, const std::string& name)
{
    Json descriptor = descriptorJson(manifest);
    if (!name.empty()) {
        descriptor["annotations"] = {{"org.opencontainers.image.ref.name", name}};
    }
    Json json = Json::object();
    json["schemaVersion"] = 2;
    json["mediaType"] = indexType;
    json["manifests"] = Json::array({std::move(descriptor)});
    return text(json);
}

std::string dockerManifestDocument(const std::string& configFile,
                                   const std::vector<std::string>& layerFiles,
                                   const std::string& tag)
{
    Json json = Json::object();
    json["Config"] = configFile;
    json["RepoTags"] = tag.empty() ? Json() : Json::array({tag});
    json["Layers"] = layerFiles;
    return text(Json::array({std::move(json)}));
}

std::string repositoriesDocument(const std::string& tag, std::string_view topLayer)
{
    const std::size_t colon = tag.rfind(':');
    Json json = Json::object();
    json[tag.substr(0, colon)][tag.substr(colon + 1)] = topLayer;
    return text(json);
}

std::string dockerTag(std::string_view name)
{
    if (name.empty() || name.contains('@')) {
        return {};
    }
    const std::size_t slash = name.rfind('/') + 1; // 0 when there is none
    return std::string(name) + (name.substr(slash).contains(':') ? "" : ":latest");
}

} // namespace strata
