// SPDX-License-Identifier: Apache-2.0
#include "export/container_file.h"

#include "base/byte_path.h"
#include "export/atomic_target.h"
#include "export/container_layer.h"
#include "export/layer_writer.h"
#include "io/file_set.h"

#include <nlohmann/json.hpp>

#include <span>
#include <utility>

namespace strata {
namespace {

using Json = nlohmann::json;

constexpr std::string_view headName = "container.json";
constexpr std::string_view layerName = "layer.tar";
constexpr int version = 1;
constexpr std::uint64_t longestHead = 1U << 20U;

std::string textOf(const std::optional<Digest>& digest)
{
    return digest ? digest->text() : std::string();
}

std::string chainOf(const Image& image)
{
    return image.layers.empty() ? std::string() : textOf(image.layers.back().chainId);
}

std::string head(const Container& container, const std::string& name)
{
    const Image& image = container.image().image();
    auto names = Json::array();
    for (const auto& reference : image.names) {
        names.push_back(toUtf8(reference));
    }
    const Json json{
        {"version", version},
        {"kind", "container"},
        {"name", toUtf8(name)},
        {"image",
         {{"names", std::move(names)}, {"id", textOf(image.id)}, {"chain_id", chainOf(image)}}}};
    return json.dump(2) + "\n";
}

TarMember fileMember(std::string_view name, std::uint64_t size)
{
    TarMember member;
    member.path = name;
    member.size = size;
    member.mode = 0644;
    return member;
}

std::string stringAt(const Json& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace

bool SavedContainer::standsOn(const Image& image) const
{
    const auto chain = chainOf(image);
    if (!chainId.empty() && !chain.empty()) {
        return chainId == chain;
    }
    return !imageId.empty() ? imageId == textOf(image.id) : imageNames == image.names;
}

Result<WarningList> saveContainer(const Container& container, const std::string& name,
                                  const std::filesystem::path& target, const Job& job)
{
    auto layer = UnnamedFile::create(target);
    if (!layer) {
        return std::unexpected(std::move(layer.error()));
    }
    auto warnings = writeContainerLayer(
        container, [&](std::span<const std::byte> bytes) { return layer->write(bytes); }, job);
    if (!warnings) {
        return warnings;
    }
    const auto tar = layer->read();
    if (!tar) {
        return std::unexpected(tar.error());
    }
    auto file = AtomicFile::create(target);
    if (!file) {
        return std::unexpected(std::move(file.error()));
    }
    LayerWriter writer([&](std::span<const std::byte> bytes) { return file->write(bytes); });
    const std::string text = head(container, name);
    const auto content = plainStream(*tar, 0, job.stop);
    const auto written =
        writer.add(fileMember(headName, text.size()), std::as_bytes(std::span(text)))
            .and_then([&] { return writer.add(fileMember(layerName, (*tar)->size()), *content); })
            .and_then([&] { return writer.finish(); })
            .and_then([&] { return file->commit(); });
    return written.transform([&] { return std::move(*warnings); });
}

Result<SavedContainer> openContainerFile(const std::filesystem::path& file, const Job& job)
{
    auto source = openFile(file);
    if (!source) {
        return std::unexpected(std::move(source.error()));
    }
    const std::string& where = file.native();
    const auto files = tarFileSet(std::move(*source), job);
    if (!files) {
        return std::unexpected(files.error());
    }
    if (!(*files)->contains(headName) || !(*files)->contains(layerName)) {
        return fail(ErrorCode::NotAnImage, "is no file of a container", where);
    }
    const auto text = (*files)->open(headName).and_then(
        [](const SharedSource& bytes) { return readAll(*bytes, longestHead); });
    if (!text) {
        return std::unexpected(text.error());
    }
    const auto json =
        Json::parse(reinterpret_cast<const char*>(text->data()),
                    reinterpret_cast<const char*>(text->data()) + text->size(), nullptr, false);
    if (!json.is_object() || stringAt(json, "kind") != "container" || !json.contains("image") ||
        !json["image"].is_object()) {
        return fail(ErrorCode::NotAnImage, "is no file of a container", where);
    }
    if (!json.contains("version") || json["version"] != version) {
        return fail(ErrorCode::Unsupported, "was written by another version of the program", where);
    }
    const Json& image = json["image"];
    SavedContainer out;
    out.name = stringAt(json, "name");
    out.imageId = stringAt(image, "id");
    out.chainId = stringAt(image, "chain_id");
    if (const auto names = image.find("names"); names != image.end() && names->is_array()) {
        for (const auto& name : *names) {
            if (name.is_string()) {
                out.imageNames.push_back(name.get<std::string>());
            }
        }
    }
    auto layer = (*files)->open(layerName);
    if (!layer) {
        return std::unexpected(std::move(layer.error()));
    }
    out.layer = std::move(*layer);
    return out;
}

} // namespace strata
