// SPDX-License-Identifier: Apache-2.0
#include "image/readers_p.h"
#include "io/hasher.h"

namespace strata::readers {

Result<std::vector<Image>> skopeoDir(Documents& documents, WarningList&)
{
    const auto text = documents.read("manifest.json");
    if (!text) {
        return std::unexpected(text.error());
    }
    Descriptor described;
    described.digest = sha256(*text);
    Image image = manifestImage(documents, *text, described,
                                [](const Digest& digest) { return std::string(digest.hex()); });
    image.manifestFile = "manifest.json";
    return std::vector{std::move(image)};
}

} // namespace strata::readers
