// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "image/image_archive.h"
#include "io/seek_index.h"
#include "layer/layer_index.h"
#include "tree/merged_tree.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace strata {

class IndexCache;

/// What makes an OpenedImage the view of a container: its own layer, on top of the image's.
struct ContainerLayer
{
    /// The image's, with one layer and one step more, which are the container's.
    Image image;
    /// The content of an entry of that layer's index.
    std::function<Result<std::unique_ptr<ByteStream>>(EntryId, const Job&)> open;
};

/// One image, ready to be looked at: its archive, its layers' indexes and the tree they make.
/// A value of shared pointers to immutable things: copy it freely between threads.
struct OpenedImage
{
    std::shared_ptr<const ImageArchive> archive;
    std::size_t imageIndex = 0;
    std::vector<std::shared_ptr<const LayerIndex>> layers;
    /// Of each layer, as indexLayer gives them; null for many.
    std::vector<std::shared_ptr<const SeekIndex>> places;
    std::shared_ptr<const MergedTree> tree;
    /// Null for what is an image and no more.
    std::shared_ptr<const ContainerLayer> container;

    const Image& image() const
    {
        return container ? container->image : archive->images()[imageIndex];
    }
    /// Whether a layer is the container's own, whose bytes are in no archive.
    bool isContainers(LayerNo layer) const { return container && layer + 1 == layers.size(); }

    /// The content of a version of a file, wherever its bytes lie. `job` as for openContent: the
    /// way to a file in a compressed layer that has no place near it is long. Errors as
    /// openContent; NotFound for what is no regular file; Missing if its layer is not in the
    /// archive.
    Result<std::unique_ptr<ByteStream>> open(const Version& version, const Job& job = {}) const;
    /// Likewise, of an entry that holds content itself.
    Result<std::unique_ptr<ByteStream>> open(const EntryRef& holder, const Job& job = {}) const;
};

struct LoadOptions
{
    /// Called on a worker's thread, one call at a time, as each layer's index is ready.
    std::function<void(LayerNo, const std::shared_ptr<const LayerIndex>&)> layerReady;
    /// Where indexes are looked for, and kept; null = nowhere.
    std::shared_ptr<IndexCache> cache;
    /// Layers read at once; 0 = as many as the machine has cores.
    unsigned threads = 0;
};

/// Indexes every layer of an image, several at a time, and folds them. Layers that are absent or
/// damaged become warnings. Progress in stored bytes of all layers. Errors: Cancelled, Io, Changed,
/// NotFound when there is no such image, Unsupported for artifacts that have no layers of files.
Result<std::shared_ptr<const OpenedImage>> loadImage(std::shared_ptr<const ImageArchive> archive,
                                                     std::size_t imageIndex, const Job& job,
                                                     const LoadOptions& options = {});

/// The same image with every undecided version of layers `from` and above compared byte by byte
/// (only contents of equal size are read). Progress in content bytes. Errors: Cancelled. What
/// cannot be read stays undecided, and so do files that together claim limits::comparedHoles more
/// than their layers' tars hold, being holes for the most part.
Result<std::shared_ptr<const OpenedImage>> resolveContents(const OpenedImage& image, const Job& job,
                                                           LayerNo from = 0);

} // namespace strata
