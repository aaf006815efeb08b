// SPDX-License-Identifier: Apache-2.0
#include "command_history.h"

#include "base/byte_path.h"
#include "image/instruction.h"
#include "json_output.h"
#include "open_image.h"
#include "text_output.h"
#include "version_details.h"

#include <algorithm>
#include <format>

namespace strata::cli {

namespace {

void appendJson(std::string& out, const MergedTree& tree, NodeId node, const Version& version)
{
    const auto* shown = lastSeen(tree, node, version);
    JsonObject line(out);
    line.number("layer", version.layer);
    line.text("change", changeName(version.change));
    line.metadata(shown != nullptr ? tree.entry(*shown) : LayerEntry{});
    line.boolean("visible", &version == tree.visible(node));
    line.text("by", causeName(version.cause));
    line.close();
    out += '\n';
}

/// How a removal came about, for a person.
std::string_view causeText(Cause cause)
{
    switch (cause) {
    case Cause::Entry:
        return "";
    case Cause::Whiteout:
        return "by a whiteout";
    case Cause::Opaque:
        return "by an opaque directory";
    case Cause::ReplacedParent:
        return "its directory was replaced";
    }
    return "";
}

void appendText(std::string& out, const OpenedImage& image, NodeId node, const Version& version,
                const Columns& columns, const Style& style, std::size_t instructionWidth)
{
    const auto& tree = *image.tree;
    const bool visible = &version == tree.visible(node);
    out += visible ? style.strong("> ") : "  ";
    out += style.layer(version.layer, columns.cell(0, std::to_string(version.layer)));
    out += style.change(version.change, columns.cell(1, changeName(version.change)));
    const auto width = columns.lastColumnStart();
    if (version.removed()) {
        const auto used = columns.cell(0, "").size() + columns.cell(1, "").size();
        out += std::format("{:<{}}", causeText(version.cause), width - used);
    } else {
        const auto& entry = tree.entry(version);
        out += columns.cell(2, modeText(entry.type, entry.mode));
        out += columns.cell(3, ownerText(entry));
        out += columns.cell(4, entry.type == FileType::File ? humanSize(entry.size) : "-");
        out += columns.cell(5, version.implicit() ? "-" : timeText(entry.mtime));
    }
    const auto& instruction = image.image().layers[version.layer].instruction;
    out += style.faint(clipped(escapeForDisplay(instruction), instructionWidth));
    out += '\n';
}

void printText(const OpenedImage& image, NodeId node, Output& output)
{
    const auto& tree = *image.tree;
    const Style style(output);
    auto& out = output.buffer();
    Columns columns({{"LAYER", Align::Right},
                     {"CHANGE", Align::Left, changeName(Change::Unchanged).size()},
                     {"MODE", Align::Left, modeText(FileType::File, 0).size()},
                     {"OWNER"},
                     {"SIZE", Align::Right, 8},
                     {"MODIFIED (UTC)", Align::Left, timeText(0).size()},
                     {"INSTRUCTION"}});
    for (const auto& version : tree.versions(node)) {
        if (!version.removed()) {
            columns.fit(3, ownerText(tree.entry(version)));
        }
    }
    const auto start = columns.lastColumnStart() + 2; // the mark of the visible one
    const auto width = output.columns() > start + 20 ? output.columns() - start : 20;
    out += style.faint("  " + columns.titles());
    for (const auto& version : tree.versions(node)) {
        appendText(out, image, node, version, columns, style, width);
    }
}

} // namespace

Outcome<ExitStatus> runHistory(const Options& options, Output& output)
{
    auto image = openImage(options);
    if (!image) {
        return std::unexpected(image.error());
    }
    const auto node = findPath(**image, options.path);
    if (!node) {
        return std::unexpected(node.error());
    }
    const auto undecided = [](const Version& version) { return version.undecided; };
    if (std::ranges::any_of((*image)->tree->versions(*node), undecided)) {
        image = withContentsCompared(std::move(*image));
        if (!image) {
            return std::unexpected(image.error());
        }
    }
    const auto& tree = *(*image)->tree;
    if (tree.versions(*node).empty()) {
        return answerNo("listed by no layer", options.path);
    }
    if (!options.json) {
        printText(**image, *node, output);
        return ExitStatus::Done;
    }
    for (const auto& version : tree.versions(*node)) {
        appendJson(output.buffer(), tree, *node, version);
        output.commit();
    }
    return ExitStatus::Done;
}

} // namespace strata::cli
