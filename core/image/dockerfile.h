// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.h"

#include <optional>
#include <string>
#include <vector>

namespace strata {

/// One line of a rebuilt Dockerfile.
struct DockerfileLine
{
    std::string text;
    std::size_t step = 0; ///< index into Image::steps
    std::optional<LayerNo>
        layer; ///< that the step made; of a FROM the base's last, of a guess none
};

/// The instructions of `image` as Dockerfile text, one step after another, a long RUN broken at
/// " && " with continuation lines, the base image as a FROM line (as a comment where it is a
/// guess). UTF-8; control characters escaped.
std::vector<DockerfileLine> rebuildDockerfile(const Image& image);

} // namespace strata
