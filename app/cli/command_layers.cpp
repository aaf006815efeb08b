// SPDX-License-Identifier: Apache-2.0
#include "command_layers.h"

#include "base/byte_path.h"
#include "image/instruction.h"
#include "io/hasher.h"
#include "json_output.h"
#include "open_image.h"
#include "text_output.h"

#include <algorithm>
#include <format>
#include <utility>

namespace strata::cli {

namespace {

using Json = nlohmann::ordered_json;

/// Content bytes that a layer brings. A hardlinked file counts once; a copy that equals the one
/// below counts in full, for it is stored in full.
std::uint64_t bytesAdded(const LayerIndex& layer)
{
    std::vector<bool> counted(layer.entries().size());
    std::uint64_t out = 0;
    for (const auto& node : layer.nodes()) {
        if (!node.entry) {
            continue;
        }
        const auto& entry = layer.entry(node.entry);
        const auto inode = entry.inode ? entry.inode : node.entry;
        if (entry.type == FileType::File && !entry.lowerLink && !counted[inode.index()]) {
            counted[inode.index()] = true;
            out += entry.size;
        }
    }
    return out;
}

/// Diff IDs as the config says; where there is none to say it (rootfs tarballs, version 1
/// archives), by reading the layer.
std::vector<std::optional<Digest>> diffIds(const OpenedImage& image)
{
    std::vector<std::optional<Digest>> out;
    std::vector<std::byte> buffer(std::size_t{256} << 10);
    for (LayerNo n = 0; n < image.layers.size(); ++n) {
        out.push_back(image.image().layers[n].diffId);
        if (out.back() || !image.image().layers[n].available) {
            continue;
        }
        auto stream =
            image.archive->openLayer(image.image(), n).and_then([](const SharedSource& stored) {
                return openStream(stored);
            });
        Hasher hasher;
        while (stream) {
            const auto got = (*stream)->read(buffer);
            if (!got) {
                break; // damaged: there is no digest of what should be there
            }
            if (*got == 0) {
                out.back() = hasher.finish();
                break;
            }
            hasher.add(std::span(buffer).first(*got));
        }
    }
    return out;
}

Json digestOrNull(const std::optional<Digest>& digest)
{
    return textOrNull(digest ? digest->text() : std::string());
}

Json layerJson(const OpenedImage& image, LayerNo n, const std::optional<Digest>& diffId,
               const std::optional<Digest>& chainId)
{
    const auto& layer = image.image().layers[n];
    const auto& index = *image.layers[n];
    const auto& counts = image.tree->counts(n);
    return {
        {"index", n},
        {"diff_id", digestOrNull(diffId)},
        {"chain_id", digestOrNull(chainId)},
        {"digest", digestOrNull(layer.digest)},
        {"media_type", layer.mediaType},
        {"compression", compressionName(layer.compression)},
        {"stored_size", layer.storedSize},
        {"size", index.tarSize()},
        {"entries", index.memberCount()},
        {"added", counts.added},
        {"modified", counts.modified},
        {"metadata", counts.metadata},
        {"removed", counts.removed},
        {"bytes_added", bytesAdded(index)},
        {"created", textOrNull(layer.created)},
        {"created_by", layer.createdBy},
        {"instruction", layer.instruction},
        {"available", layer.available},
        {"warnings", layerWarnings(image, n)},
    };
}

Json stepJson(std::size_t position, const Step& step)
{
    return {
        {"position", position},         {"layer", step.layer ? Json(*step.layer) : Json(nullptr)},
        {"created_by", step.createdBy}, {"instruction", step.instruction},
        {"comment", step.comment},
    };
}

Json layersJson(const OpenedImage& image)
{
    const auto ids = diffIds(image);
    std::vector<Digest> known; // from the base up to the first that is not known
    for (const auto& id : ids) {
        if (!id) {
            break;
        }
        known.push_back(*id);
    }
    const auto chain = chainIds(known);
    auto layers = Json::array();
    for (LayerNo n = 0; n < image.layers.size(); ++n) {
        const auto computed = n < chain.size() ? std::optional(chain[n]) : std::nullopt;
        const auto& declared = image.image().layers[n].chainId;
        layers.push_back(layerJson(image, n, ids[n], declared ? declared : computed));
    }
    auto steps = Json::array();
    for (std::size_t i = 0; i < image.image().steps.size(); ++i) {
        steps.push_back(stepJson(i, image.image().steps[i]));
    }
    return {{"layers", std::move(layers)}, {"steps", std::move(steps)}};
}

/// One line of the table: a layer, or a step without one.
struct Row
{
    std::optional<LayerNo> layer;
    std::string instruction;
};

std::vector<Row> rowsOf(const Image& image)
{
    std::vector<Row> out;
    LayerNo next = 0;
    const auto addUpTo = [&](LayerNo end) {
        for (; next < end && next < image.layers.size(); ++next) {
            out.push_back({next, image.layers[next].instruction});
        }
    };
    for (const auto& step : image.steps) {
        if (step.layer) {
            addUpTo(*step.layer + 1);
        } else {
            out.push_back({std::nullopt, step.instruction});
        }
    }
    addUpTo(static_cast<LayerNo>(image.layers.size()));
    return out;
}

std::array<std::string, 7> figures(const OpenedImage& image, LayerNo n)
{
    const auto& layer = image.image().layers[n];
    const auto& counts = image.tree->counts(n);
    return {std::to_string(n),
            layer.available ? humanSize(bytesAdded(*image.layers[n])) : "absent",
            layer.available ? humanSize(layer.storedSize) : "-",
            std::to_string(counts.added),
            std::to_string(counts.modified),
            std::to_string(counts.metadata),
            std::to_string(counts.removed)};
}

std::string layersText(const OpenedImage& image, const Output& output)
{
    const Style style(output);
    Columns columns({{"LAYER", Align::Right},
                     {"CONTENT", Align::Right, 8},
                     {"STORED", Align::Right, 8},
                     {"ADDED", Align::Right},
                     {"CHANGED", Align::Right},
                     {"META", Align::Right},
                     {"REMOVED", Align::Right},
                     {"INSTRUCTION"}});
    std::vector<std::array<std::string, 7>> layers;
    for (LayerNo n = 0; n < image.layers.size(); ++n) {
        layers.push_back(figures(image, n));
        for (std::size_t i = 0; i < layers.back().size(); ++i) {
            columns.fit(i, layers.back()[i]);
        }
    }
    const auto start = columns.lastColumnStart();
    const auto width =
        std::max<std::size_t>(output.columns() - std::min(start, output.columns()), 24);
    auto out = style.faint(columns.titles());
    for (const auto& row : rowsOf(image.image())) {
        const auto instruction = clipped(
            escapeForDisplay(row.instruction.empty() ? "(unknown)" : row.instruction), width);
        if (!row.layer) {
            out += style.faint(columns.cell(0, "-") +
                               std::string(start - columns.cell(0, "").size(), ' ') + instruction) +
                   "\n";
            continue;
        }
        const auto& cells = layers[*row.layer];
        out += style.layer(*row.layer, columns.cell(0, cells[0]));
        for (std::size_t i = 1; i < cells.size(); ++i) {
            const auto cell = columns.cell(i, cells[i]);
            out += cells[i] == "0" ? style.faint(cell) : cell;
        }
        out += instruction + "\n";
    }
    for (LayerNo n = 0; n < image.layers.size(); ++n) {
        for (const auto& warning : layerWarnings(image, n)) {
            out += std::format("{} {}\n", style.bad(std::format("layer {}:", n)), warning);
        }
    }
    return out;
}

} // namespace

Outcome<ExitStatus> runLayers(const Options& options, Output& output)
{
    const auto image = openImage(options).and_then(withContentsCompared);
    if (!image) {
        return std::unexpected(image.error());
    }
    output.write(options.json ? jsonLine(layersJson(**image)) : layersText(**image, output));
    return ExitStatus::Done;
}

} // namespace strata::cli
