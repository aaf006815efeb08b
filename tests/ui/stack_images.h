// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "archive_builder.h"

#include <string>

namespace strata::test {

/// Layer 0 is kept elsewhere, layer 1 is not in the archive, layer 2 is there.
inline ArchiveBuilder incompleteArchive()
{
    ImageBuilder image;
    image.foreignLayer(TarBuilder().file("a", "1").bytes(), "RUN foreign")
        .layer(TarBuilder().file("b", "2"), "RUN gone")
        .layer(TarBuilder().file("c", "3"), "RUN there");
    ArchiveBuilder archive(ArchiveForm::Oci);
    archive.image(image);
    archive.drop(archive.layerFile(image, 1));
    return archive;
}

/// `image` with one byte of this layer altered.
inline ArchiveBuilder withAlteredLayer(const ImageBuilder& image, std::size_t layer)
{
    ArchiveBuilder archive(ArchiveForm::Docker25);
    archive.image(image);
    archive.corrupt(archive.layerFile(image, layer));
    return archive;
}

/// So many layers, "RUN touch f0" and on, one file each.
inline ImageBuilder imageOfLayers(int count)
{
    ImageBuilder image;
    for (int i = 0; i < count; ++i) {
        const auto name = "f" + std::to_string(i);
        image.layer(TarBuilder().file(name, name), "RUN touch " + name);
    }
    return image;
}

} // namespace strata::test
