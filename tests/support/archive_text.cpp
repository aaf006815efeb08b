// SPDX-License-Identifier: Apache-2.0
#include "archive_text.h"

#include "tree_text.h"

namespace strata::test {

Result<Archive> openArchive(const ArchiveBuilder& builder)
{
    return ImageArchive::open(builder.source(), "test.tar", {});
}

Result<Archive> openArchive(Bytes bytes)
{
    return ImageArchive::open(memorySource(std::move(bytes)), "test.tar", {});
}

std::shared_ptr<const OpenedImage> load(const Archive& archive, std::size_t image)
{
    auto opened = loadImage(archive, image, {});
    return opened ? *opened : nullptr;
}

std::string treeOf(const Archive& archive, std::size_t image)
{
    const auto opened = loadImage(archive, image, {});
    return opened ? treeText(*(*opened)->tree) : "error: " + opened.error().message();
}

WarningList allWarnings(const Archive& archive)
{
    WarningList all = archive->warnings();
    const auto& image = archive->images().at(0);
    all.append(image.warnings);
    for (const auto& layer : image.layers) {
        all.append(layer.warnings);
    }
    if (const auto opened = load(archive)) {
        for (const auto& layer : opened->layers) {
            all.append(layer->warnings());
        }
    }
    return all;
}

} // namespace strata::test
