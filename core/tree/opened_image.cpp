// SPDX-License-Identifier: Apache-2.0
#include "tree/opened_image.h"

#include "base/limits.h"
#include "layer/content_reader.h"
#include "tree/layer_loading.h"

#include <optional>
#include <string>
#include <utility>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace strata {

Result<std::unique_ptr<ByteStream>> OpenedImage::open(const Version& version, const Job& job) const
{
    const auto ref = version.removed() ? std::nullopt : tree->content(version);
    if (!ref) {
        if (!version.removed() && version.entry && tree->entry(version).lowerLink) {
            return fail(ErrorCode::Missing, "is a hard link to a file that no layer holds");
        }
        return fail(ErrorCode::NotFound, "has no content here");
    }
    return open(*ref, job);
}

Result<std::unique_ptr<ByteStream>> OpenedImage::open(const EntryRef& holder, const Job& job) const
{
    if (isContainers(holder.layer)) {
        return container->open(holder.entry, job);
    }
    auto stored = archive->openLayer(image(), holder.layer);
    if (!stored) {
        return std::unexpected(stored.error());
    }
    return openContent(std::move(*stored), image().layers[holder.layer].compression,
                       places[holder.layer].get(), tree->entry(holder), job);
}

namespace {

/// Building needs three times what is kept, in pieces that the C library would hold on to.
void returnFreedMemory()
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

} // namespace

Result<std::shared_ptr<const OpenedImage>> loadImage(std::shared_ptr<const ImageArchive> archive,
                                                     std::size_t imageIndex, const Job& job,
                                                     const LoadOptions& options)
{
    if (imageIndex >= archive->images().size()) {
        return fail(ErrorCode::NotFound, "there is no such image in it", archive->name());
    }
    const Image& image = archive->images()[imageIndex];
    if (image.error) {
        return std::unexpected(*image.error);
    }
    if (image.layers.size() > limits::layers) {
        return fail(ErrorCode::LimitExceeded,
                    "has more than " + std::to_string(limits::layers) + " layers", archive->name());
    }
    auto layers = loadLayers(*archive, image, job, options);
    if (!layers) {
        return std::unexpected(layers.error());
    }
    auto opened = std::make_shared<OpenedImage>();
    for (IndexedLayer& layer : *layers) {
        opened->layers.push_back(std::move(layer.index));
        opened->places.push_back(std::move(layer.places));
    }
    auto tree = mergeLayers(opened->layers, job);
    if (!tree) {
        return std::unexpected(tree.error());
    }
    returnFreedMemory();
    opened->archive = std::move(archive);
    opened->imageIndex = imageIndex;
    opened->tree = std::move(*tree);
    return opened;
}

} // namespace strata
