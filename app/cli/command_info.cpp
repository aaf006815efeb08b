// SPDX-License-Identifier: Apache-2.0
#include "command_info.h"

#include "base/byte_path.h"
#include "json_output.h"
#include "open_image.h"
#include "text_output.h"
#include "uncompressed_sizes.h"

#include <algorithm>
#include <format>
#include <utility>

namespace strata::cli {

namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> archiveWarnings(const ImageArchive& archive)
{
    return warningTexts({&archive.warnings(), &archive.files().warnings()});
}

std::vector<std::string> imageWarnings(const Image& image, const UncompressedSizes& sizes)
{
    auto out = warningTexts({&image.warnings, &image.config.warnings});
    // That an artifact holds no tree is its nature, and its kind says so.
    if (image.error && image.kind == ImageKind::Image) {
        out.push_back(image.error->message());
    }
    for (auto& problem : sizes.problems(image)) {
        out.push_back(std::move(problem));
    }
    return out;
}

Json imageJson(const Image& image, const UncompressedSizes& sizes)
{
    auto names = Json::array();
    for (const auto& name : image.names) {
        names.push_back(toUtf8(name));
    }
    return {
        {"names", std::move(names)},
        {"os", image.platform.os},
        {"architecture", image.platform.architecture},
        {"variant", image.platform.variant},
        {"id", textOrNull(image.id ? image.id->text() : std::string())},
        {"manifest_digest",
         textOrNull(image.manifestDigest ? image.manifestDigest->text() : std::string())},
        {"kind", imageKindName(image.kind)},
        {"media_type", image.mediaType},
        {"artifact_type", textOrNull(image.artifactType)},
        {"created", textOrNull(image.config.created.value_or(std::string()))},
        {"layers", image.layers.size()},
        {"size", sizes.of(image)},
        {"stored_size", image.storedSize()},
        {"available", image.available},
        {"warnings", imageWarnings(image, sizes)},
    };
}

void appendField(std::string& out, std::string_view title, std::string_view value)
{
    if (!value.empty()) {
        out += std::format("  {:<10}{}\n", title, value);
    }
}

std::string sizeText(const Image& image, const UncompressedSizes& sizes)
{
    if (image.kind != ImageKind::Image) {
        return humanSize(image.storedSize());
    }
    const auto size = sizes.of(image);
    auto out = humanSize(size);
    if (image.storedSize() != size) {
        out += std::format(" ({} stored)", humanSize(image.storedSize()));
    }
    return out;
}

/// Why there is less of the image here than its kind lets one expect; empty if all is there.
std::string whatIsAmiss(const Image& image)
{
    if (image.error && image.kind == ImageKind::Image) {
        return image.error->what;
    }
    return image.available ? "" : "not all of it is in this archive";
}

void appendImage(std::string& out, std::size_t number, const Image& image,
                 const UncompressedSizes& sizes, const Style& style)
{
    const auto title = escapeForDisplay(image.displayName());
    out += std::format("\n{} {}\n", style.faint(std::format("[{}]", number)), style.strong(title));
    for (const auto& name : image.names) {
        if (name != image.displayName()) {
            appendField(out, "also", escapeForDisplay(name));
        }
    }
    if (image.kind != ImageKind::Image) {
        auto kind = std::string(imageKindName(image.kind));
        if (!image.artifactType.empty()) {
            kind += ", " + escapeForDisplay(image.artifactType);
        }
        appendField(out, "kind", kind);
    }
    if (!image.platform.unknown()) {
        appendField(out, "platform", escapeForDisplay(image.platform.text()));
    }
    appendField(out, "id", image.id ? image.id->text() : "");
    appendField(out, "manifest", image.manifestDigest ? image.manifestDigest->text() : "");
    appendField(out, "created", escapeForDisplay(image.config.created.value_or("")));
    appendField(out, "base", escapeForDisplay(image.baseName));
    // Of an image whose manifest is elsewhere, "0 layers" would be untrue.
    if (!image.layers.empty() || image.available) {
        appendField(out, "layers", std::to_string(image.layers.size()));
        appendField(out, "size", sizeText(image, sizes));
    }
    appendField(out, "problem", whatIsAmiss(image));
    for (const auto& warning : imageWarnings(image, sizes)) {
        if (!image.error || warning != image.error->message()) {
            appendField(out, "warning", warning);
        }
    }
}

std::string infoText(const ImageArchive& archive, const std::vector<std::size_t>& images,
                     const UncompressedSizes& sizes, const Style& style)
{
    auto out =
        std::format("{}: {}, {}\n", escapeForDisplay(archive.name()),
                    archiveFormatName(archive.format()), countOf(archive.images().size(), "image"));
    for (const auto& warning : archiveWarnings(archive)) {
        appendField(out, "warning", warning);
    }
    for (const auto index : images) {
        appendImage(out, index, archive.images()[index], sizes, style);
    }
    return out;
}

} // namespace

Outcome<ExitStatus> runInfo(const Options& options, Output& output)
{
    const auto chosen = openImages(options);
    if (!chosen) {
        return std::unexpected(chosen.error());
    }
    const auto& archive = *chosen->archive;
    const UncompressedSizes sizes(archive, chosen->images);
    if (!options.json) {
        output.write(infoText(archive, chosen->images, sizes, Style(output)));
        return ExitStatus::Done;
    }
    auto list = Json::array();
    for (const auto index : chosen->images) {
        list.push_back(imageJson(archive.images()[index], sizes));
    }
    output.write(jsonLine({{"images", std::move(list)},
                           {"format", archiveFormatName(archive.format())},
                           {"warnings", archiveWarnings(archive)}}));
    return ExitStatus::Done;
}

} // namespace strata::cli
