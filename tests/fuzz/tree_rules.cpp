// SPDX-License-Identifier: Apache-2.0
#include "tree_rules.h"

#include "require.h"

#include "base/byte_path.h"

#include <string>
#include <vector>

namespace strata::fuzz {

namespace {

LayerNo topOf(const MergedTree& tree)
{
    return static_cast<LayerNo>(tree.layerCount() - 1);
}

bool isDirectory(const MergedTree& tree, const Version& version)
{
    return tree.entry(version).type == FileType::Directory;
}

void requireSoundPlace(const MergedTree& tree, NodeId node)
{
    const auto [first, last] = tree.children(node);
    require(first > node.value && first <= last && last <= tree.nodeCount(),
            "children stand behind their parent");
    for (auto c = first; c < last; ++c) {
        require(tree.parent({c}) == node, "a child knows its parent");
        require(c == first || tree.name({c - 1}) < tree.name({c}),
                "siblings stand in byte order, each once", tree.path({c}));
    }
    const std::string path = tree.path(node);
    require(tree.find(path) == node, "a path leads to its node", path);
}

/// The layer whose entry is shown lists the path with just that entry.
void requireListed(const MergedTree& tree, NodeId node, const Version& version)
{
    const LayerIndex& layer = tree.layer(version.layer);
    const std::string path = tree.path(node);
    LayerNodeId at{0};
    for (const auto part : splitPath(path).parts) {
        auto [c, last] = layer.children(at);
        while (c < last && layer.name(layer.nodes()[c].name) != part) {
            ++c;
        }
        require(c < last, "the origin lists the path", path);
        at = LayerNodeId{c};
    }
    require(layer.node(at).entry == version.entry, "the origin lists the entry", path);
}

void requireSoundContent(const MergedTree& tree, NodeId node, const Version& version)
{
    const auto ref = tree.content(version);
    require(!ref || (version.entry && ref->layer <= version.layer),
            "contents come from the layer itself or from below", tree.path(node));
    if (!ref) {
        return;
    }
    const LayerEntry& shown = tree.entry(version);
    const LayerEntry& holder = tree.entry(*ref);
    require(!holder.hardlink, "links are followed to their end", tree.path(node));
    require(holder.type == shown.type && holder.size == shown.size, "a link shows what it leads to",
            tree.path(node));
    require(holder.type == FileType::Symlink || !shown.hardlink ||
                !tree.linkTarget(version).empty(),
            "a link says where it leads", tree.path(node));
}

void requireSoundVersions(const MergedTree& tree, NodeId node)
{
    const auto all = tree.versions(node);
    require(!all.empty() || node == MergedTree::root(), "a path comes from some layer");
    const Version* before = nullptr;
    for (const Version& version : all) {
        const std::string path = tree.path(node);
        require(version.layer < tree.layerCount() &&
                    (before == nullptr || before->layer < version.layer),
                "a layer makes one version of a path", path);
        const bool below = before != nullptr && !before->removed();
        require(!version.removed() || (below && !version.entry),
                "only what is there can be removed", path);
        require((version.change == Change::Added) == !below || version.removed(),
                "what was not there is added", path);
        require(version.removed() || version.cause == Cause::Entry, "an entry has no other cause",
                path);
        require(!version.undecided || (before != nullptr && version.change == Change::Modified &&
                                       tree.entry(version).type == FileType::File &&
                                       tree.entry(version).size == tree.entry(*before).size),
                "only files of one size are undecided", path);
        if (!version.removed()) {
            static_cast<void>(tree.xattrs(version));
            requireSoundContent(tree, node, version);
        }
        if (version.entry) {
            requireListed(tree, node, version);
        }
        before = &version;
    }
}

void requireSoundStates(const MergedTree& tree, NodeId node)
{
    for (LayerNo k = 0; k < tree.layerCount(); ++k) {
        const Version* shown = tree.visibleAt(node, k);
        require(shown == nullptr || (shown->layer <= k && !shown->removed()),
                "a layer shows nothing of the layers above it");
        const NodeId parent = tree.parent(node);
        if (shown == nullptr || parent == MergedTree::root()) {
            continue;
        }
        const Version* above = tree.visibleAt(parent, k);
        require(above != nullptr && isDirectory(tree, *above),
                "what is visible lies in a visible directory", tree.path(node));
    }
    require(tree.visible(node) == tree.visibleAt(node, topOf(tree)),
            "the tree as of the top layer is the whole image", tree.path(node));
}

bool sameCounts(const ChangeCounts& a, const ChangeCounts& b)
{
    return a.added == b.added && a.modified == b.modified && a.metadata == b.metadata &&
           a.removed == b.removed && a.unchanged == b.unchanged && a.undecided == b.undecided;
}

void count(ChangeCounts& counts, const Version& version)
{
    counts.added += version.change == Change::Added ? 1U : 0U;
    counts.modified += version.change == Change::Modified ? 1U : 0U;
    counts.metadata += version.change == Change::Metadata ? 1U : 0U;
    counts.removed += version.change == Change::Removed ? 1U : 0U;
    counts.unchanged += version.change == Change::Unchanged ? 1U : 0U;
    counts.undecided += version.undecided ? 1U : 0U;
}

void requireSoundCounts(const MergedTree& tree)
{
    std::uint64_t undecided = 0;
    for (LayerNo k = 0; k < tree.layerCount(); ++k) {
        ChangeCounts counts;
        for (std::uint32_t i = 1; i < tree.nodeCount(); ++i) {
            if (const Version* version = tree.versionIn({i}, k)) {
                count(counts, *version);
            }
        }
        require(sameCounts(counts, tree.counts(k)), "a layer's counts are those of its diff",
                "layer " + std::to_string(k));
        undecided += counts.undecided;
        requireDisplayable(tree.warnings(k));
    }
    require(undecided == tree.undecidedCount(), "undecided versions are counted");
}

bool sameVersion(const Version& a, const Version& b)
{
    return a.entry == b.entry && a.layer == b.layer && a.change == b.change && a.cause == b.cause &&
           a.undecided == b.undecided;
}

} // namespace

void requireSoundTree(const MergedTree& tree)
{
    require(tree.nodeCount() > 0 && tree.name(MergedTree::root()).empty(), "there is a root");
    require(tree.children(MergedTree::root()).first == 1, "the first child follows the root");
    for (std::uint32_t i = 0; i < tree.nodeCount(); ++i) {
        requireSoundPlace(tree, {i});
        require(i == 0 || tree.children({i}).first == tree.children({i - 1}).second,
                "every node is one node's child");
        requireSoundVersions(tree, {i});
        if (i > 0 && tree.layerCount() > 0) {
            requireSoundStates(tree, {i});
        }
    }
    requireSoundCounts(tree);
}

void requirePrefixesAgree(const MergedTree& tree)
{
    std::vector<std::shared_ptr<const LayerIndex>> layers;
    for (LayerNo k = 0; k + 1 < tree.layerCount(); ++k) {
        // The tree keeps its layers; these only borrow them.
        layers.emplace_back(std::shared_ptr<void>(), &tree.layer(k));
        const auto prefix = mergeLayers(layers, {});
        require(prefix.has_value(), "layers can be folded");
        std::size_t known = 0;
        for (std::uint32_t i = 0; i < tree.nodeCount(); ++i) {
            const Version* expected = tree.versionAt({i}, k);
            const std::string path = tree.path({i});
            const auto node = (*prefix)->find(path);
            const Version* version = node ? (*prefix)->versionAt(*node, k) : nullptr;
            known += node ? 1U : 0U;
            require((expected == nullptr) == (version == nullptr) &&
                        (expected == nullptr || sameVersion(*expected, *version)),
                    "layers above change nothing in the tree as of a layer", path);
        }
        require(known == (*prefix)->nodeCount(), "layers above hide no path from the whole tree");
    }
}

void requireOnlyDecided(const MergedTree& folded, const MergedTree& resolved)
{
    require(folded.nodeCount() == resolved.nodeCount(), "comparing contents makes no paths");
    for (std::uint32_t i = 0; i < folded.nodeCount(); ++i) {
        const auto before = folded.versions({i});
        const auto after = resolved.versions({i});
        require(before.size() == after.size(), "comparing contents makes no versions");
        for (std::size_t v = 0; v < before.size(); ++v) {
            const bool changes = before[v].undecided;
            require(before[v].entry == after[v].entry && before[v].layer == after[v].layer &&
                        (changes || sameVersion(before[v], after[v])),
                    "comparing contents decides what was undecided and nothing else",
                    folded.path({i}));
        }
    }
}

} // namespace strata::fuzz
