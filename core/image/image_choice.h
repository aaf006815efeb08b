// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace strata {

/// Which image of an archive is meant.
struct ImageWish
{
    std::optional<std::string> image;    ///< a name, an id (prefix), a manifest digest, or a number
    std::optional<std::string> platform; ///< os/arch[/variant]
};

struct ImageChoice
{
    std::size_t index = 0;
    std::string note; ///< non-empty when the wish left several; says which was taken and why
};

/// The image that `wish` names; with several left, the host's platform if it is there and its
/// layers are present, else the first with layers present, else the first.
/// Errors: NotFound, naming what there is.
Result<ImageChoice> chooseImage(const std::vector<Image>& images, const ImageWish& wish);

} // namespace strata
