// SPDX-License-Identifier: Apache-2.0
#include "stack_check.h"

#include "archive_builder.h"
#include "archive_text.h"
#include "script_unpacker.h"
#include "tree_snapshot.h"

#include <stdexcept>
#include <vector>

namespace strata::test {

namespace {

/// What is seen through the mount of layers 0, 0…1, and so on.
std::vector<Snapshot> seenByKernel(const OverlayStage& stage, const StackScript& stack)
{
    std::vector<Snapshot> out;
    std::vector<std::filesystem::path> layers;
    std::unique_ptr<OverlayMount> below;
    for (const auto& layer : stack) {
        const auto name = "layer" + std::to_string(layers.size());
        layers.push_back(stage.folder() / name);
        std::filesystem::remove_all(layers.back());
        std::filesystem::create_directory(layers.back());
        unpackLayer(layer, layers.back(), below ? std::optional(below->path()) : std::nullopt,
                    stage.opaqueXattr());
        below = std::make_unique<OverlayMount>(stage, layers, stage.folder() / ("merged-" + name));
        out.push_back(seenOnDisk(below->path()));
    }
    return out;
}

} // namespace

std::shared_ptr<const OpenedImage> openedByCore(const StackScript& stack,
                                                const std::optional<Bytes>& above)
{
    ImageBuilder image;
    for (const auto& layer : stack) {
        image.layer(tarOf(layer), {}, layer.compression);
    }
    if (above) {
        image.layer(*above);
    }
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::Oci).image(image));
    if (!archive) {
        throw std::runtime_error(archive.error().message());
    }
    LoadOptions options;
    options.threads = 1;
    const auto loaded = loadImage(*archive, 0, {}, options);
    if (!loaded) {
        throw std::runtime_error(loaded.error().message());
    }
    const auto resolved = resolveContents(**loaded, {});
    if (!resolved) {
        throw std::runtime_error(resolved.error().message());
    }
    return *resolved;
}

Verdict checkStack(const OverlayStage& stage, const StackScript& stack,
                   const StackScript& toldToCore)
{
    const auto wanted = fitted(stack, stage.abilities());
    std::vector<Snapshot> kernel;
    std::shared_ptr<const OpenedImage> image;
    try {
        kernel = seenByKernel(stage, wanted);
        image = openedByCore(fitted(toldToCore, stage.abilities()));
    } catch (const NotDefined& why) {
        return {Outcome::NotDefined, why.what()};
    } catch (const std::exception& why) {
        return {Outcome::Different, std::string("it cannot be compared: ") + why.what() + "\n"};
    }
    std::string text;
    for (std::size_t i = 0; i < kernel.size(); ++i) {
        const auto k = static_cast<LayerNo>(i);
        if (const auto wrong = differences(kernel[i], seenInTree(*image, k)); !wrong.empty()) {
            text += "as of layer " + std::to_string(k) + ":\n" + wrong;
        }
        text += wrongChanges(i == 0 ? Snapshot() : kernel[i - 1], kernel[i], *image->tree, k);
    }
    return {text.empty() ? Outcome::Same : Outcome::Different, text};
}

Verdict checkStack(const OverlayStage& stage, const StackScript& stack)
{
    return checkStack(stage, stack, stack);
}

} // namespace strata::test
