// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"
#include "outcome.h"
#include "tree/opened_image.h"

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata::cli {

using SharedArchive = std::shared_ptr<const ImageArchive>;
using SharedImage = std::shared_ptr<const OpenedImage>;

/// An archive, and the images of it that are meant, by their index.
struct ChosenImages
{
    SharedArchive archive;
    std::vector<std::size_t> images;
};

/// For commands about whole archives: all images, or with --image or --platform one.
Outcome<ChosenImages> openImages(const Options& options);

/// Opens, chooses, and reads the layers. A note on standard error says which image was taken if
/// there were several, and what is missing of the tree (layers absent or damaged).
Outcome<SharedImage> openImage(const Options& options);

/// The cache of indexes, to be opened before the archive; null if there is to be none.
std::shared_ptr<IndexCache> openCache(const Options& options);

/// `image` with contents compared, if any of its versions is still undecided.
Outcome<SharedImage> withContentsCompared(SharedImage image);

/// A Failed one that says which layers there are, unless `layer` is one of them.
Outcome<LayerNo> requireLayer(const OpenedImage& image, LayerNo layer);

/// The layer whose stack is looked at: the given one, or the topmost. As requireLayer.
Outcome<LayerNo> topOfStack(const OpenedImage& image, std::optional<LayerNo> asOf);

/// The node of a path that any layer ever had. A No one otherwise.
Outcome<NodeId> findPath(const OpenedImage& image, std::string_view path);

/// Whether of layers 0 to `top` one is absent, damaged or cut short, so that the tree lacks what it
/// would have brought, or shows what it would have hidden.
bool isIncomplete(const OpenedImage& image, LayerNo top);

/// An image, with the topmost of the layers that are looked at.
struct ImageAsOf
{
    SharedImage image;
    LayerNo top = 0;
};

/// As openImage, up to --as-of.
Outcome<ImageAsOf> openImageAsOf(const Options& options);

/// As findPath, and visible once layers 0 to `top` are stacked. A No one otherwise, which says
/// why: removed, not there yet, or behind a symlink.
Outcome<NodeId> findVisible(const OpenedImage& image, std::string_view path, LayerNo top);

/// The texts of several lists, each of them once: what one stage of reading found, the next one may
/// have passed on.
std::vector<std::string> warningTexts(std::initializer_list<const WarningList*> lists);

/// Everything found wrong with a layer: by its description, in its tar, by the merge.
std::vector<std::string> layerWarnings(const OpenedImage& image, LayerNo layer);

} // namespace strata::cli
