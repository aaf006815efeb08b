// SPDX-License-Identifier: Apache-2.0
#include "open_image.h"

#include "base/byte_path.h"
#include "cache/index_cache.h"
#include "image/image_choice.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace strata::cli {

namespace {

std::string layerRange(const OpenedImage& image)
{
    const auto count = image.layers.size();
    if (count == 0) {
        return "the image has no layers";
    }
    if (count == 1) {
        return "the image has layer 0 alone";
    }
    return "the image has layers 0 to " + std::to_string(count - 1);
}

/// Why a layer is not in the tree, or not all of it; null if it is.
const Warning* whatIsMissing(const OpenedImage& image, LayerNo layer)
{
    constexpr std::array telling = {WarningCode::LayerMissing, WarningCode::LayerForeign,
                                    WarningCode::LayerDamaged, WarningCode::LimitReached};
    const auto tells = [&](const Warning& warning) {
        return std::ranges::find(telling, warning.code) != telling.end();
    };
    // What the layer's reader says is nearer to the bytes than the description.
    for (const auto* list :
         {&image.layers[layer]->warnings(), &image.image().layers[layer].warnings}) {
        const auto found = std::ranges::find_if(list->items(), tells);
        if (found != list->items().end()) {
            return &*found;
        }
    }
    return nullptr;
}

/// What is absent from the tree is said whatever the command: an incomplete answer must not look
/// like a complete one.
void noteIncompleteLayers(const Options& options, const OpenedImage& image)
{
    for (LayerNo n = 0; n < image.layers.size(); ++n) {
        if (const auto* warning = whatIsMissing(image, n)) {
            reportNote(options.image, "layer " + std::to_string(n) + ": " + warning->text);
        }
    }
}

/// The first part of `path` that is a symlink, with where it leads; empty if none is.
std::string symlinkOnTheWay(const MergedTree& tree, std::string_view path, LayerNo top)
{
    std::vector<std::string_view> walked;
    NodeId node = MergedTree::root();
    for (const auto part : splitPath(path).parts) {
        const auto next = tree.child(node, part);
        if (!next) {
            return {};
        }
        const auto* version = tree.visibleAt(*next, top);
        if (version == nullptr) {
            return {};
        }
        node = *next;
        walked.push_back(part);
        if (tree.entry(*version).type == FileType::Symlink) {
            return escapeForDisplay(joinPath(walked));
        }
    }
    return {};
}

std::unexpected<Failure> absent(const OpenedImage& image, std::string_view path, LayerNo top)
{
    const auto link = symlinkOnTheWay(*image.tree, path, top);
    if (!link.empty()) {
        return answerNo("not in the image: " + link + " is a symlink, and is not followed", path);
    }
    return answerNo("not in the image", path);
}

Outcome<SharedArchive> openArchive(const Options& options)
{
    return ImageArchive::open(options.image, Job{}).transform_error([](Error error) {
        return Failure(std::move(error));
    });
}

Outcome<std::size_t> chooseOne(const ImageArchive& archive, const Options& options)
{
    auto choice = chooseImage(archive.images(), options.wish);
    if (!choice) {
        return std::unexpected(std::move(choice.error()));
    }
    if (!choice->note.empty()) {
        reportNote(options.image, choice->note);
    }
    return choice->index;
}

} // namespace

Outcome<ChosenImages> openImages(const Options& options)
{
    auto archive = openArchive(options);
    if (!archive) {
        return std::unexpected(std::move(archive.error()));
    }
    ChosenImages out{.archive = std::move(*archive), .images = {}};
    if (!options.wish.image && !options.wish.platform) {
        out.images.resize(out.archive->images().size());
        std::iota(out.images.begin(), out.images.end(), std::size_t{0});
        return out;
    }
    return chooseOne(*out.archive, options).transform([&](std::size_t index) {
        out.images = {index};
        return std::move(out);
    });
}

std::shared_ptr<IndexCache> openCache(const Options& options)
{
    return options.noCache ? nullptr : IndexCache::openUsual();
}

Outcome<SharedImage> openImage(const Options& options)
{
    LoadOptions load;
    load.cache = openCache(options); // before anything is hashed
    auto archive = openArchive(options);
    if (!archive) {
        return std::unexpected(std::move(archive.error()));
    }
    const auto index = chooseOne(**archive, options);
    if (!index) {
        return std::unexpected(index.error());
    }
    auto image = loadImage(std::move(*archive), *index, Job{}, load);
    if (!image) {
        return std::unexpected(std::move(image.error()));
    }
    noteIncompleteLayers(options, **image);
    return std::move(*image);
}

Outcome<SharedImage> withContentsCompared(SharedImage image)
{
    if (image->tree->undecidedCount() == 0) {
        return image;
    }
    auto compared = resolveContents(*image, Job{});
    if (!compared) {
        return std::unexpected(std::move(compared.error()));
    }
    return std::move(*compared);
}

Outcome<LayerNo> requireLayer(const OpenedImage& image, LayerNo layer)
{
    if (layer >= image.layers.size()) {
        return badUsage("there is no layer " + std::to_string(layer) + "; " + layerRange(image));
    }
    return layer;
}

Outcome<LayerNo> topOfStack(const OpenedImage& image, std::optional<LayerNo> asOf)
{
    if (asOf) {
        return requireLayer(image, *asOf);
    }
    return image.layers.empty() ? 0 : static_cast<LayerNo>(image.layers.size() - 1);
}

Outcome<NodeId> findPath(const OpenedImage& image, std::string_view path)
{
    if (splitPath(path).escapes) {
        return answerNo("leads out of the image", path);
    }
    if (const auto node = image.tree->find(path)) {
        return *node;
    }
    const auto top = image.layers.empty() ? 0 : static_cast<LayerNo>(image.layers.size() - 1);
    return absent(image, path, top);
}

Outcome<NodeId> findVisible(const OpenedImage& image, std::string_view path, LayerNo top)
{
    auto node = findPath(image, path);
    if (!node || *node == MergedTree::root() || image.tree->visibleAt(*node, top) != nullptr) {
        return node;
    }
    if (const auto* version = image.tree->versionAt(*node, top)) {
        return answerNo("not in the image: removed by layer " + std::to_string(version->layer),
                        path);
    }
    return answerNo("not in the image before layer " +
                        std::to_string(image.tree->versions(*node).front().layer),
                    path);
}

bool isIncomplete(const OpenedImage& image, LayerNo top)
{
    for (LayerNo n = 0; n < image.layers.size() && n <= top; ++n) {
        if (whatIsMissing(image, n) != nullptr) {
            return true;
        }
    }
    return false;
}

Outcome<ImageAsOf> openImageAsOf(const Options& options)
{
    auto image = openImage(options);
    if (!image) {
        return std::unexpected(std::move(image.error()));
    }
    return topOfStack(**image, options.asOf).transform([&](LayerNo top) {
        return ImageAsOf{.image = std::move(*image), .top = top};
    });
}

std::vector<std::string> warningTexts(std::initializer_list<const WarningList*> lists)
{
    std::vector<std::string> out;
    for (const auto* list : lists) {
        for (auto& text : list->texts()) {
            if (std::ranges::find(out, text) == out.end()) {
                out.push_back(std::move(text));
            }
        }
    }
    return out;
}

std::vector<std::string> layerWarnings(const OpenedImage& image, LayerNo layer)
{
    return warningTexts({&image.image().layers[layer].warnings, &image.layers[layer]->warnings(),
                         &image.tree->warnings(layer)});
}

} // namespace strata::cli
