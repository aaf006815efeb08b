// SPDX-License-Identifier: Apache-2.0
// A whole stack: layers merged, looked at as of each of them, compared, filtered, extracted and
// exported. The input is code for a few small layers (stack_code.h), or an archive.
#include "bounds.h"
#include "fuzz_target.h"
#include "input.h"
#include "require.h"
#include "scratch.h"
#include "stack_code.h"
#include "stack_rules.h"

#include <algorithm>

using namespace strata;
using namespace strata::fuzz;

namespace {

using Archive = std::shared_ptr<const ImageArchive>;

void checkImage(const Archive& archive, std::size_t index, const StackCode& code)
{
    LoadOptions options;
    options.threads = 1;
    const auto image = loadImage(archive, index, {}, options);
    if (!image) {
        requireDisplayable(image.error());
        return;
    }
    if (!isSmall(**image)) {
        return;
    }
    const auto resolved = requireSoundStack(**image);
    requireSoundView(*resolved, {}, {});
    requireSoundView(*resolved, code.view, code.filter);
    requireConfinedExtraction(*resolved);
    requireSameAfterExport(*resolved);
}

void checkArchive(const SharedSource& source)
{
    const auto plain = decompressed(source);
    if (isBomb(source) || (plain && holdsSparseVersions(*plain))) {
        return;
    }
    const auto archive = ImageArchive::open(source, "input.tar", {});
    if (!archive) {
        return;
    }
    StackCode code;
    code.view.scope = Scope::OnlyLayer;
    code.filter = "etc type:file,symlink -change:removed";
    for (std::size_t i = 0; i < std::min((*archive)->images().size(), bounds::images); ++i) {
        for (LayerNo n = 0; n < (*archive)->images()[i].layers.size(); ++n) {
            const auto layer = (*archive)->openLayer((*archive)->images()[i], n);
            if (layer && isBomb(*layer)) {
                return;
            }
        }
        checkImage(*archive, i, code);
    }
}

void checkCode(std::span<const std::byte> input)
{
    const Scratch& scratch = Scratch::instance();
    StackCode code = decodeStack(input, scratch.outside());
    ImageToWrite image;
    image.layerTars = std::move(code.layerTars);
    image.name = "localhost/stack:1";
    Scratch::clear(scratch.images());
    const auto target = scratch.images() / "stack";
    const auto written = writeImage(image, target, code.format, code.compression, {});
    require(written.has_value(), "an image can be written",
            written ? std::string() : written.error().message());
    const auto archive = ImageArchive::open(target, {});
    require(archive && (*archive)->images().size() == 1, "an image that was written opens",
            archive ? std::string() : archive.error().message());
    checkImage(*archive, 0, code);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto input = bytesOf(data, size);
    Scratch::instance();
    if (isStackCode(input)) {
        checkCode(input);
    } else {
        checkArchive(viewSource(input));
    }
    return 0;
}
