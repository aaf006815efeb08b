// SPDX-License-Identifier: Apache-2.0
#include "command_diff.h"

#include "base/byte_path.h"
#include "json_output.h"
#include "open_image.h"
#include "text_output.h"
#include "tree_walk.h"
#include "version_details.h"

#include <format>
#include <functional>

namespace strata::cli {

namespace {

/// One path that the layer touched.
struct Line
{
    NodeId node;
    const std::string& path;
    const Version& version;
    const Version* previous; ///< visible just below the layer; null if nothing was
};

/// Whether `node`, removed by the layer, went because its parent did: with the parent removed or
/// no directory any more, it could not have stayed.
bool wentWithParent(const MergedTree& tree, NodeId node, LayerNo layer)
{
    const auto* parent = tree.versionIn(tree.parent(node), layer);
    return parent != nullptr &&
           (parent->removed() || tree.entry(*parent).type != FileType::Directory);
}

bool isListed(const MergedTree& tree, NodeId node, const Version& version, bool all)
{
    if (all) {
        return true;
    }
    if (version.removed()) {
        return !wentWithParent(tree, node, version.layer);
    }
    return version.change != Change::Unchanged;
}

void printLines(const MergedTree& tree, LayerNo layer, bool all, Output& output,
                const std::function<void(std::string& out, const Line&)>& print)
{
    walkTree(tree, MergedTree::root(), [&](NodeId node, const std::string& path) {
        const auto* version = tree.versionIn(node, layer);
        if (version != nullptr && isListed(tree, node, *version, all)) {
            const auto* previous = layer == 0 ? nullptr : tree.visibleAt(node, layer - 1);
            print(output.buffer(), {node, path, *version, previous});
        }
        return output.commit() ? WalkStep::Descend : WalkStep::Stop;
    });
}

void appendJson(std::string& out, const MergedTree& tree, const Line& line)
{
    const auto* shown = line.version.removed() ? line.previous : &line.version;
    JsonObject object(out);
    object.text("change", changeName(line.version.change));
    object.bytes("path", line.path);
    object.metadata(shown != nullptr ? tree.entry(*shown) : LayerEntry{});
    if (line.previous == nullptr) {
        object.null("previous");
    } else {
        JsonObject previous(object.field("previous"));
        previous.number("layer", line.previous->layer);
        previous.metadata(tree.entry(*line.previous));
        previous.close();
    }
    object.close();
    out += '\n';
}

/// How many paths went with this one.
std::size_t removedBelow(const MergedTree& tree, NodeId node, LayerNo layer)
{
    std::size_t count = 0;
    walkTree(tree, node, [&](NodeId below, const std::string&) {
        const auto* version = tree.versionIn(below, layer);
        if (below != node && version != nullptr && version->removed()) {
            ++count;
        }
        return WalkStep::Descend;
    });
    return count;
}

/// What differs, in words: "content, mode 0644 → 0755".
std::string differences(const MergedTree& tree, const Line& line)
{
    if (line.previous == nullptr || line.version.removed()) {
        return {};
    }
    const auto now = detailsOf(tree, line.version);
    const auto before = detailsOf(tree, *line.previous);
    std::string out;
    const auto add = [&out](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
    if (now.entry.type != before.entry.type) {
        return std::format("was {}", fileTypeWords(before.entry.type));
    }
    if (now.entry.size != before.entry.size) {
        add("was " + humanSize(before.entry.size));
    } else if (line.version.change == Change::Modified && now.entry.type == FileType::File) {
        add("content");
    }
    if (now.target != before.target) {
        add("target was " + escapeForDisplay(before.target));
    }
    if (now.entry.mode != before.entry.mode) {
        add("mode was " + modeDigits(before.entry.mode));
    }
    if (now.entry.uid != before.entry.uid || now.entry.gid != before.entry.gid) {
        add("owner was " + ownerText(before.entry));
    }
    if (now.xattrs != before.xattrs) {
        add("attributes");
    }
    // A new time comes with every other change; alone it is the news.
    if (out.empty() &&
        (now.entry.mtime != before.entry.mtime || now.entry.mtimeNsec != before.entry.mtimeNsec)) {
        add("time was " + timeText(before.entry.mtime));
    }
    return out;
}

void printText(const OpenedImage& image, LayerNo layer, bool all, Output& output)
{
    const auto& tree = *image.tree;
    const Style style(output);
    const Columns columns({{"CHANGE", Align::Left, changeName(Change::Unchanged).size()},
                           {"MODE", Align::Left, modeText(FileType::File, 0).size()},
                           {"SIZE", Align::Right, 8},
                           {"FROM", Align::Right},
                           {"PATH"}});
    output.buffer() += style.faint(columns.titles());
    printLines(tree, layer, all, output, [&](std::string& out, const Line& line) {
        const auto* shown = line.version.removed() ? line.previous : &line.version;
        const auto entry = shown != nullptr ? tree.entry(*shown) : LayerEntry{};
        const bool directory = entry.type == FileType::Directory;
        const auto path = escapeForDisplay(line.path) + (directory ? "/" : "");
        out += style.change(line.version.change, columns.cell(0, changeName(line.version.change)));
        out += columns.cell(1, modeText(entry.type, entry.mode));
        out += columns.cell(2, entry.type == FileType::File ? humanSize(entry.size) : "-");
        if (line.previous == nullptr) {
            out += columns.cell(3, "");
        } else {
            const auto from = columns.cell(3, std::to_string(line.previous->layer));
            out += style.layer(line.previous->layer, from);
        }
        out += style.change(line.version.change, path);
        auto remark = differences(tree, line);
        const bool takesAll = line.version.removed() || !directory;
        const auto below = takesAll && !all ? removedBelow(tree, line.node, layer) : 0;
        if (below > 0) {
            remark += (remark.empty() ? "" : ", ") + std::string("with ") + countOf(below, "path") +
                      " below";
        }
        out += remark.empty() ? "\n" : style.faint("  (" + remark + ")") + "\n";
    });
}

} // namespace

Outcome<ExitStatus> runDiff(const Options& options, Output& output)
{
    auto image = openImage(options);
    if (!image) {
        return std::unexpected(image.error());
    }
    const auto layer = requireLayer(**image, options.number);
    if (!layer) {
        return std::unexpected(layer.error());
    }
    if ((*image)->tree->counts(*layer).undecided > 0) {
        image = withContentsCompared(std::move(*image));
        if (!image) {
            return std::unexpected(image.error());
        }
    }
    const auto& tree = *(*image)->tree;
    if (options.json) {
        printLines(tree, *layer, options.all, output,
                   [&](std::string& out, const Line& line) { appendJson(out, tree, line); });
    } else {
        printText(**image, *layer, options.all, output);
    }
    return ExitStatus::Done;
}

} // namespace strata::cli
