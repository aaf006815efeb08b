// SPDX-License-Identifier: Apache-2.0
#include "overlay/layer_lookup_p.h"

#include <algorithm>
#include <optional>
#include <ranges>

namespace strata {
namespace {

struct Answer
{
    LayerLook look;
    bool stops = false;
};

std::optional<LayerNodeId> childOf(const LayerIndex& layer, LayerNodeId parent,
                                   std::string_view name)
{
    const auto [first, last] = layer.children(parent);
    const auto ids = std::ranges::iota_view(first, last);
    const auto at = std::ranges::lower_bound(
        ids, name, {}, [&](std::uint32_t id) { return layer.name(layer.node({id}).name); });
    if (at == ids.end() || layer.name(layer.node({*at}).name) != name) {
        return std::nullopt;
    }
    return LayerNodeId{*at};
}

/// What one layer says of a path. The index tells what stands in its tar, the merged tree whether
/// that shows anything.
class LayerWalk
{
public:
    LayerWalk(const MergedTree& tree, LayerNo layer)
        : m_tree(tree)
        , m_index(tree.layer(layer))
        , m_layer(layer)
    {
    }

    Answer look(const std::vector<std::string_view>& parts)
    {
        if (m_index.warnings().has(WarningCode::LayerMissing) ||
            m_index.warnings().has(WarningCode::LayerForeign)) {
            return {{m_layer, Sight::Absent, false}, false};
        }
        if (m_index.nodes().empty()) {
            return {{m_layer, Sight::Miss, false}, false};
        }
        bool opaque = m_index.node({0}).opaque;
        if (parts.empty()) {
            return {{m_layer, opaque ? Sight::Opaque : Sight::Hit, true}, opaque};
        }
        LayerNodeId at{0};
        NodeId merged = MergedTree::root();
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const auto next = childOf(m_index, at, parts[i]);
            const auto node = m_tree.child(merged, parts[i]);
            if (!next) {
                return opaque ? stop(Sight::Opaque) : Answer{{m_layer, Sight::Miss, false}, false};
            }
            const LayerNode& here = m_index.node(*next);
            const Version* version = node ? m_tree.visibleAt(*node, m_layer) : nullptr;
            if (!node || version == nullptr) {
                return stop(Sight::Whiteout);
            }
            // A directory that a layer only implies changes nothing of one below, but is here.
            if (m_tree.entry(*version).type != FileType::Directory) {
                return i + 1 == parts.size() ? Answer{{m_layer, Sight::Hit, true}, true}
                                             : stop(Sight::NotDirectory);
            }
            opaque = opaque || here.opaque || here.whiteout;
            at = *next;
            merged = *node;
        }
        return {{m_layer, opaque ? Sight::Opaque : Sight::Hit, true}, opaque};
    }

private:
    Answer stop(Sight sight) const { return {{m_layer, sight, false}, true}; }

    const MergedTree& m_tree;
    const LayerIndex& m_index;
    LayerNo m_layer;
};

} // namespace

void lookInLayers(const MergedTree& tree, const std::vector<std::string_view>& parts,
                  std::vector<LayerLook>& looks)
{
    // Below a directory only directories are merged; whatever else is there ends the look-up.
    bool merging = std::ranges::any_of(looks, &LayerLook::shows);
    for (auto layer = static_cast<LayerNo>(tree.layerCount()); layer-- > 0;) {
        auto answer = LayerWalk(tree, layer).look(parts);
        if (merging && answer.look.shows && answer.look.sight == Sight::Hit && answer.stops) {
            answer.look = {layer, Sight::NotDirectory, false};
        }
        merging = merging || answer.look.shows;
        looks.push_back(answer.look);
        if (answer.stops) {
            return;
        }
    }
}

} // namespace strata
