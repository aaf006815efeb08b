// SPDX-License-Identifier: Apache-2.0
#include "export/extract_plan.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <tuple>

namespace strata {
namespace {

bool isPlainName(std::string_view name)
{
    return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos &&
           name.find('\0') == name.npos;
}

enum class Wish : std::uint8_t { No, LeadsTo, WithAllBelow };

/// Parents have lower ids than their children, so one pass in order carries a wish down.
std::vector<Wish> wishes(const MergedTree& tree, const ExtractOptions& options, ExtractLog& log)
{
    std::vector<Wish> wishes(tree.nodeCount(), Wish::No);
    const NodeId whole = MergedTree::root();
    for (const NodeId start :
         options.roots.empty() ? std::span(&whole, 1) : std::span(options.roots)) {
        if (start != whole && shownVersion(tree, start, options) == nullptr) {
            log.skipped(tree.path(start), "it is not there once these layers are stacked");
            continue;
        }
        wishes[start.index()] = Wish::WithAllBelow;
        for (NodeId n = start; n != whole; n = tree.parent(n)) {
            wishes[n.index()] = std::max(wishes[n.index()], Wish::LeadsTo);
        }
    }
    for (std::uint32_t i = 1; i < wishes.size(); ++i) {
        if (wishes[tree.parent(NodeId{i}).index()] == Wish::WithAllBelow) {
            wishes[i] = Wish::WithAllBelow;
        }
    }
    return wishes;
}

void addLeaf(const MergedTree& tree, NodeId node, const Version& version,
             std::vector<ExtractLeaf>& leaves, ExtractLog& log)
{
    const LayerEntry& entry = tree.entry(version);
    const auto content = tree.content(version);
    if (!content && (entry.type == FileType::File || entry.hardlink)) {
        log.skipped(tree.path(node), "it is a hard link to nothing");
        return;
    }
    leaves.push_back({content.value_or(EntryRef{version.layer, version.entry}), node, &version});
}

/// Tells first names from further ones, with the names of one inode next to each other.
void sortLeaves(const MergedTree& tree, std::vector<ExtractLeaf> leaves, ExtractPlan& plan)
{
    std::ranges::sort(leaves, {}, [](const ExtractLeaf& leaf) {
        return std::tuple(leaf.content.layer, leaf.content.entry, leaf.node);
    });
    const ExtractLeaf* first = nullptr;
    for (const ExtractLeaf& leaf : leaves) {
        if (first != nullptr && first->content == leaf.content) {
            plan.links.push_back({*first, leaf});
            continue;
        }
        first = &leaf;
        const LayerEntry& entry = tree.entry(leaf.content);
        (entry.type == FileType::File ? plan.files : plan.specials).push_back(leaf);
        plan.bytes += entry.size;
    }
    std::ranges::sort(plan.files, {}, [&tree](const ExtractLeaf& leaf) {
        return std::tuple(leaf.content.layer, tree.entry(leaf.content).headerOffset, leaf.node);
    });
}

} // namespace

const Version* shownVersion(const MergedTree& tree, NodeId node, const ExtractOptions& options)
{
    if (tree.layerCount() == 0) {
        return nullptr;
    }
    const auto top = static_cast<LayerNo>(tree.layerCount() - 1);
    return tree.visibleAt(node, std::min(options.asOf.value_or(top), top));
}

ExtractPlan planExtraction(const MergedTree& tree, const ExtractOptions& options, ExtractLog& log)
{
    ExtractPlan plan;
    std::vector<ExtractLeaf> leaves;
    const std::vector<Wish> wished = wishes(tree, options, log);
    for (std::uint32_t i = 1; i < wished.size(); ++i) {
        const NodeId node{i};
        const Version* version =
            wished[i] == Wish::No ? nullptr : shownVersion(tree, node, options);
        if (version == nullptr) {
            continue;
        }
        if (!isPlainName(tree.name(node))) {
            log.skipped(tree.path(node), "its name cannot be a file's");
        } else if (tree.entry(*version).type == FileType::Directory) {
            plan.directories.push_back(node);
        } else {
            addLeaf(tree, node, *version, leaves, log);
        }
    }
    sortLeaves(tree, std::move(leaves), plan);
    return plan;
}

Attributes attributesOf(const MergedTree& tree, const Version& version)
{
    const LayerEntry& entry = tree.entry(version);
    Attributes attributes{.uid = entry.uid,
                          .gid = entry.gid,
                          .mode = entry.mode,
                          .mtime = entry.mtime,
                          .mtimeNsec = entry.mtimeNsec,
                          .xattrs = {}};
    // A link into a lower layer shows that layer's inode, whose attributes are kept there.
    const auto content = tree.content(version);
    const XattrSetId set = content ? tree.entry(*content).xattrs : entry.xattrs;
    if (!set) {
        return attributes;
    }
    const LayerIndex& index = tree.layer(content ? content->layer : version.layer);
    for (const Xattr& xattr : index.xattrs(set)) {
        std::string name(index.name(xattr.name));
        // overlayfs's own marks say how layers are stacked, which these files no longer are.
        if (!name.starts_with("trusted.overlay.") && !name.starts_with("user.overlay.")) {
            attributes.xattrs.emplace_back(std::move(name), xattr.value);
        }
    }
    return attributes;
}

} // namespace strata
