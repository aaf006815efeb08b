// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_archive.h"

namespace strata::fuzz {

/// What image.h promises of one image: its layers, steps, base, and the texts for people.
void requireSoundImage(const Image& image);

/// Every image, the names of the files, and the choice among the images.
void requireSoundArchive(const ImageArchive& archive);

} // namespace strata::fuzz
