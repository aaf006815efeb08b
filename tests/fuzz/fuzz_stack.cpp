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

/// False where the image is passed over.
bool checkImage(const Archive& archive, std::size_t index, const StackCode& code, Contents contents)
{
    LoadOptions options;
    options.threads = 1;
    const auto image = loadImage(archive, index, {}, options);
    if (!image) {
        requireDisplayable(image.error());
        return false;
    }
    if (!isSmall(**image)) {
        return false;
    }
    if (std::ranges::any_of((*image)->layers, [](const auto& l) { return l->damaged(); })) {
        contents = Contents::MayFail;
    }
    const auto resolved = requireSoundStack(**image, contents);
    requireSoundView(*resolved, {}, {});
    requireSoundView(*resolved, code.view, code.filter);
    requireConfinedExtraction(*resolved, contents);
    requireSameAfterExport(*resolved);
    return true;
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
        if (!checkImage(*archive, i, code, Contents::MayFail)) {
            return;
        }
    }
    countLookedAt();
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
    if (checkImage(*archive, 0, code, Contents::AllReadable)) {
        countLookedAt();
    }
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
