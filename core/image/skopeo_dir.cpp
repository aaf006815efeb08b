// SPDX-License-Identifier: Apache-2.0
#include "image/readers_p.h"
#include "io/hasher.h"

namespace strata::readers {

Result<std::vector<Image>> skopeoDir(const FileSet& files, WarningList&)
{
    const auto text = readText(files, "manifest.json");
    if (!text) {
        return std::unexpected(text.error());
    }
    Descriptor described;
    described.digest = sha256(*text);
    Image image = manifestImage(files, *text, described,
                                [](const Digest& digest) { return std::string(digest.hex()); });
    image.manifestFile = "manifest.json";
    return std::vector{std::move(image)};
}

} // namespace strata::readers
