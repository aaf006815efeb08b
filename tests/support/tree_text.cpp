// SPDX-License-Identifier: Apache-2.0
#include "tree_text.h"

#include "base/byte_path.h"
#include "layer/content_reader.h"
#include "layer/layer_indexer.h"

#include <array>
#include <cstdio>
#include <functional>
#include <stdexcept>

namespace strata::test {

Layer indexTar(const Bytes& tar)
{
    auto layer = indexLayer(memorySource(tar), Compression::None, {});
    if (!layer) {
        throw std::runtime_error(layer.error().message());
    }
    return layer->index;
}

Layer indexTar(const TarBuilder& tar)
{
    return indexTar(tar.bytes());
}

Tree mergeTars(const std::vector<Bytes>& tars)
{
    std::vector<Layer> layers;
    for (const auto& tar : tars) {
        layers.push_back(indexTar(tar));
    }
    auto tree = mergeLayers(std::move(layers), {});
    if (!tree) {
        throw std::runtime_error(tree.error().message());
    }
    return *tree;
}

Tree mergeTars(const std::vector<TarBuilder>& tars)
{
    std::vector<Bytes> bytes;
    for (const auto& tar : tars) {
        bytes.push_back(tar.bytes());
    }
    return mergeTars(bytes);
}

namespace {

std::string octal(unsigned mode)
{
    std::array<char, 16> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%04o", mode);
    return buffer.data();
}

/// " 0600 33:33", each part where it is not the usual.
std::string metadataText(const LayerEntry& entry)
{
    std::string out;
    const unsigned usual = entry.type == FileType::Symlink ? 0777 : 0644;
    if (entry.type == FileType::Directory || entry.mode != usual) {
        out += " " + octal(entry.mode);
    }
    if (entry.uid != 0 || entry.gid != 0) {
        out += " " + std::to_string(entry.uid) + ":" + std::to_string(entry.gid);
    }
    return out;
}

std::string entryText(const LayerEntry& entry, const std::string& path, const std::string& target)
{
    std::string out = std::string(fileTypeName(entry.type)) + " " + path;
    if (entry.type == FileType::Symlink) {
        out += " -> " + target;
    }
    if (entry.type == FileType::File) {
        out += " " + std::to_string(entry.size);
    }
    if (entry.type == FileType::CharDevice || entry.type == FileType::BlockDevice) {
        out += " " + std::to_string(entry.deviceMajor) + ":" + std::to_string(entry.deviceMinor);
    }
    return out + metadataText(entry);
}

void walk(const MergedTree& tree, NodeId node, const std::function<void(NodeId)>& visit)
{
    const auto [first, last] = tree.children(node);
    for (auto id = first; id < last; ++id) {
        visit({id});
        walk(tree, {id}, visit);
    }
}

std::string displayPath(const MergedTree& tree, NodeId node)
{
    return escapeForDisplay(tree.path(node));
}

std::string typeText(const MergedTree& tree, const Version& version)
{
    return std::string(fileTypeName(tree.entry(version).type));
}

} // namespace

std::string treeText(const MergedTree& tree, std::optional<LayerNo> upTo)
{
    std::string out;
    walk(tree, MergedTree::root(), [&](NodeId node) {
        const auto* version = upTo ? tree.visibleAt(node, *upTo) : tree.visible(node);
        if (version == nullptr) {
            return;
        }
        const auto layer = " L" + std::to_string(version->layer);
        if (version->implicit()) {
            out += "dir " + displayPath(tree, node) + " implicit" + layer + "\n";
            return;
        }
        // The listed entry, not the resolved one, says that it is a link.
        const auto& listed = tree.layer(version->layer).entry(version->entry);
        const auto& entry = tree.entry(*version);
        const auto target = escapeForDisplay(tree.linkTarget(*version));
        out += entryText(entry, displayPath(tree, node), target) + layer;
        if (listed.hardlink && entry.type != FileType::Symlink) {
            out += " = " + target;
        }
        out += "\n";
    });
    return out;
}

std::string diffText(const MergedTree& tree, LayerNo k)
{
    std::string out;
    walk(tree, MergedTree::root(), [&](NodeId node) {
        const auto* version = tree.versionIn(node, k);
        if (version == nullptr) {
            return;
        }
        out += std::string(changeName(version->change)) + (version->undecided ? "?" : "");
        const Version* shown = version;
        if (version->removed()) {
            shown = k == 0 ? nullptr : tree.visibleAt(node, k - 1);
        }
        out += shown == nullptr || shown->implicit() ? " dir" : " " + typeText(tree, *shown);
        out += " " + displayPath(tree, node);
        out += version->implicit() ? " implicit\n" : "\n";
    });
    return out;
}

std::string historyText(const MergedTree& tree, std::string_view path)
{
    const auto node = tree.find(path);
    if (!node) {
        return "no such path\n";
    }
    std::string out;
    for (const auto& version : tree.versions(*node)) {
        out += "L" + std::to_string(version.layer) + " " + std::string(changeName(version.change));
        out += version.undecided ? "?" : "";
        if (version.removed()) {
            out += " by " + std::string(causeName(version.cause)) + "\n";
            continue;
        }
        if (version.implicit()) {
            out += " dir implicit\n";
            continue;
        }
        const auto& entry = tree.entry(version);
        out += " " + typeText(tree, version);
        if (entry.type == FileType::File) {
            out += " " + std::to_string(entry.size);
        }
        out += "\n";
    }
    return out;
}

namespace {

void appendRows(const Projection& rows, RowId parent, unsigned depth, std::string& out)
{
    const auto& above = rows.row(parent);
    for (std::uint32_t i = 0; i < above.childCount; ++i) {
        const RowId id{above.firstChild + i};
        const auto& row = rows.row(id);
        out += std::string(std::size_t{2} * depth, ' ');
        out += rows.isRemoved(id) ? "-" : "";
        auto name = escapeForDisplay(rows.tree().name(row.node));
        const auto* seen = rows.lastSeen(id);
        if (seen == nullptr || seen->implicit() ||
            rows.tree().entry(*seen).type == FileType::Directory) {
            name += "/";
        }
        out += row.matches ? name : "(" + name + ")";
        out += " " + std::to_string(row.size);
        if (const auto* version = rows.version(id)) {
            out += " L" + std::to_string(version->layer);
        }
        if (const auto change = rows.change(id)) {
            out += " " + std::string(changeName(*change));
        }
        out += "\n";
        appendRows(rows, id, depth + 1, out);
    }
}

void appendLayer(const LayerIndex& layer, LayerNodeId parent, const std::string& above,
                 std::string& out)
{
    const auto [first, last] = layer.children(parent);
    for (auto i = first; i < last; ++i) {
        const auto& node = layer.node({i});
        const auto path = above + "/" + escapeForDisplay(layer.name(node.name));
        if (node.entry.valid()) {
            const auto& entry = layer.entry(node.entry);
            const auto target =
                entry.target.valid() ? escapeForDisplay(layer.name(entry.target)) : std::string();
            out += entryText(entry, path, target);
            out += entry.hardlink && entry.type != FileType::Symlink ? " = " + target : "";
            out += entry.lowerLink ? " lower" : "";
        } else {
            out += "implied " + path;
        }
        out += node.whiteout ? " whiteout" : "";
        out += node.opaque ? " opaque" : "";
        out += "\n";
        appendLayer(layer, {i}, path, out);
    }
}

std::string_view kindName(WarningCode code)
{
    static constexpr std::array<std::string_view, 21> names = {
        "ManifestsDisagree", "HistoryMismatch",   "LayerMissing",
        "LayerForeign",      "LayerDamaged",      "DigestMismatch",
        "SizeMismatch",      "BadWhiteout",       "WhiteoutBesideEntry",
        "PathEscapes",       "ParentIsLowerLink", "ParentIsNotDirectory",
        "LinkToLowerLayer",  "LinkBeforeTarget",  "LinkTargetMissing",
        "DuplicateEntry",    "AufsLeftover",      "DeviceWhiteout",
        "LimitReached",      "Malformed",         "Other"};
    return names.at(static_cast<std::size_t>(code));
}

} // namespace

std::string rowsText(const Projection& rows)
{
    std::string out;
    appendRows(rows, {0}, 0, out);
    return out;
}

std::string layerText(const LayerIndex& layer)
{
    std::string out;
    if (!layer.nodes().empty()) {
        appendLayer(layer, {0}, {}, out);
    }
    return out;
}

std::string warningKinds(const WarningList& warnings)
{
    std::string out;
    for (const auto& warning : warnings.items()) {
        out += (out.empty() ? "" : " ") + std::string(kindName(warning.code));
    }
    return out;
}

std::string warningKinds(const MergedTree& tree, LayerNo layer)
{
    WarningList all = tree.layer(layer).warnings();
    all.append(tree.warnings(layer));
    return warningKinds(all);
}

std::string stackText(const MergedTree& tree, std::initializer_list<std::string_view> paths)
{
    std::string out = treeText(tree);
    for (const auto path : paths) {
        std::string line = historyText(tree, path);
        line.pop_back();
        for (auto at = line.find('\n'); at != std::string::npos; at = line.find('\n')) {
            line.replace(at, 1, ", ");
        }
        out += escapeForDisplay(path) + ": " + line + "\n";
    }
    for (LayerNo layer = 0; layer < tree.layerCount(); ++layer) {
        const auto kinds = warningKinds(tree, layer);
        out += kinds.empty() ? "" : "L" + std::to_string(layer) + " warns: " + kinds + "\n";
    }
    return out;
}

std::string stackText(const std::vector<TarBuilder>& tars,
                      std::initializer_list<std::string_view> paths)
{
    return stackText(*mergeTars(tars), paths);
}

std::string contentOf(const MergedTree& tree, const std::vector<TarBuilder>& tars,
                      std::string_view path)
{
    const auto node = tree.find(path);
    const auto* version = node ? tree.visible(*node) : nullptr;
    const auto ref = version != nullptr ? tree.content(*version) : std::nullopt;
    if (!ref) {
        return "none";
    }
    auto stream = openContent(memorySource(tars.at(ref->layer).bytes()), Compression::None, nullptr,
                              tree.entry(*ref));
    return stream ? drain(**stream) : "error: " + stream.error().message();
}

} // namespace strata::test
