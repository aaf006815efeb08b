// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/opened_image.h"
#include "tree/projection.h"

#include <string>

namespace strata::fuzz {

/// Whether an image is small enough to be looked at path by path and byte by byte.
bool isSmall(const OpenedImage& image);

/// What reading the contents of an image may end in.
enum class Contents {
    MayFail,
    AllReadable, ///< whole layers that were written here
};

/// Layers, merge, states and diffs of a loaded image, before and after contents are compared;
/// gives the image with contents compared.
std::shared_ptr<const OpenedImage> requireSoundStack(const OpenedImage& image, Contents contents);

/// A view of it, filtered by `filter` if that is a filter.
void requireSoundView(const OpenedImage& image, ProjectionSpec view, const std::string& filter);

/// Extraction of the whole image and of its first layer writes what is visible, also over what is
/// there already, and nothing outside its folder.
void requireConfinedExtraction(const OpenedImage& image, Contents contents);

/// The image flattened, and the image with each layer written anew, look the same.
void requireSameAfterExport(const OpenedImage& image);

} // namespace strata::fuzz
