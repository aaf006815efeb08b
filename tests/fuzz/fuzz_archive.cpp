// SPDX-License-Identifier: Apache-2.0
// The outer archive: which images there are, and everything said about them.
#include "bounds.h"
#include "fuzz_target.h"
#include "image_rules.h"
#include "input.h"
#include "require.h"
#include "scratch.h"

using namespace strata;
using namespace strata::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    Scratch::instance(); // where a compressed archive is spooled
    const SharedSource source = viewSource(bytesOf(data, size));
    if (isBomb(source)) {
        return 0;
    }
    const auto archive = ImageArchive::open(source, "input\n\xff.tar", {});
    if (!archive) {
        requireDisplayable(archive.error());
        return 0;
    }
    requireSoundArchive(**archive);
    for (const Image& image : (*archive)->images()) {
        for (LayerNo n = 0; n < image.layers.size(); ++n) {
            const auto layer = (*archive)->openLayer(image, n);
            require(layer.has_value() == image.layers[n].available,
                    "a layer that is there can be opened");
        }
        for (const std::string& file : {image.configFile, image.manifestFile}) {
            const auto document = (*archive)->readDocument(file);
            if (!document) {
                requireDisplayable(document.error());
            }
        }
    }
    countLookedAt();
    return 0;
}
