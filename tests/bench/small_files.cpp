// SPDX-License-Identifier: Apache-2.0
#include "small_files.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace strata::bench {

namespace {

constexpr std::uint64_t largestSize = 4096;
constexpr std::size_t mostFiles = 32;

} // namespace

LayerNo largestLayer(const OpenedImage& image)
{
    const auto& layers = image.image().layers;
    return static_cast<LayerNo>(std::ranges::max_element(layers, {}, &LayerDescriptor::storedSize) -
                                layers.begin());
}

std::vector<NodeId> lastSmallFiles(const OpenedImage& image, LayerNo layer)
{
    const auto& tree = *image.tree;
    const auto size = image.layers[layer]->tarSize();
    std::vector<std::pair<std::uint64_t, NodeId>> all;
    for (std::uint32_t i = 1; i < tree.nodeCount(); ++i) {
        const auto* version = tree.visible(NodeId{i});
        if (version == nullptr || version->layer != layer) {
            continue;
        }
        const auto entry = tree.entry(*version);
        if (entry.type == FileType::File && entry.size > 0 && entry.size <= largestSize &&
            !entry.hardlink && entry.headerOffset >= size - size / 20) {
            all.emplace_back(entry.headerOffset, NodeId{i});
        }
    }
    std::ranges::sort(all, {}, [](const auto& file) { return file.first; });
    const auto count = std::min(mostFiles, all.size());
    std::vector<NodeId> chosen;
    for (std::size_t i = 0; i < count; ++i) {
        chosen.push_back(all[all.size() - 1 - i * all.size() / count].second);
    }
    return chosen;
}

} // namespace strata::bench
