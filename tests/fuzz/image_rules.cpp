// SPDX-License-Identifier: Apache-2.0
#include "image_rules.h"

#include "require.h"

#include "base/byte_path.h"
#include "base/limits.h"
#include "image/dockerfile.h"
#include "image/image_choice.h"
#include "image/instruction.h"

#include <algorithm>
#include <string>

namespace strata::fuzz {

namespace {

void requireSoundSteps(const Image& image)
{
    LayerNo next = 0;
    for (const Step& step : image.steps) {
        require(!step.layer || *step.layer == next, "steps make the layers in their order");
        next += step.layer ? 1U : 0U;
        require(isValidUtf8(step.instruction) && isValidUtf8(shortInstruction(step.instruction)),
                "instructions are text", step.createdBy);
    }
    require(next == image.layers.size() || image.kind != ImageKind::Image,
            "every layer of an image has its step");
    require(image.baseLayers == 0 || image.baseLayers < image.layers.size(),
            "something stands on the base image");
    for (const DockerfileLine& line : rebuildDockerfile(image)) {
        requireDisplayable(line.text);
        require(line.step < image.steps.size() &&
                    (!line.layer || *line.layer < image.layers.size()),
                "a line comes from a step");
    }
}

void requireSoundLayers(const Image& image)
{
    require(image.error || image.layers.size() <= limits::layers, "layers are bounded");
    for (const LayerDescriptor& layer : image.layers) {
        require(!layer.available || !layer.file.empty(), "a layer that is there has a file");
        require(!image.available || layer.available || layer.foreign,
                "an image that is there has its layers");
        require(layer.available || layer.storedSize == 0, "what is not there has no size");
        requireDisplayable(layer.warnings);
    }
    const auto chain = chainIds(image.config.diffIds);
    require(chain.size() == image.config.diffIds.size(), "each diff ID has its chain ID");
}

} // namespace

void requireSoundImage(const Image& image)
{
    require(!image.displayName().empty(), "an image can be called something");
    requireDisplayable(image.warnings);
    requireDisplayable(image.config.warnings);
    if (image.error) {
        requireDisplayable(*image.error);
    }
    requireSoundLayers(image);
    requireSoundSteps(image);
    static_cast<void>(image.platform.text());
}

void requireSoundArchive(const ImageArchive& archive)
{
    require(!archive.images().empty() && archive.images().size() <= limits::images,
            "an archive that opens holds images");
    requireDisplayable(archive.warnings());
    for (const Image& image : archive.images()) {
        requireSoundImage(image);
        for (const std::string& name : image.names) {
            const auto choice = chooseImage(archive.images(), {name, {}});
            require(choice.has_value(), "an image is found by its name", name);
            requireDisplayable(choice->note);
        }
    }
    const auto choice = chooseImage(archive.images(), {});
    require(choice && choice->index < archive.images().size(), "some image is the first choice");
    const auto none = chooseImage(archive.images(), {"no such name", "no/such"});
    if (!none) {
        requireDisplayable(none.error());
    }
    for (const std::string& name : archive.files().names()) {
        const auto size = archive.files().sizeOf(name);
        const auto source = archive.files().open(name);
        require(source.has_value() == size.has_value() &&
                    archive.files().contains(name) == size.has_value() &&
                    archive.files().identity(name).empty() == !size,
                "a file is there or it is not", name);
        if (source && size) {
            require((*source)->size() == *size, "a file has one size", name);
        } else if (!source) {
            requireDisplayable(source.error());
        }
    }
}

} // namespace strata::fuzz
