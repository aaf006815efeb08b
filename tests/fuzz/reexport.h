// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/opened_image.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace strata::fuzz {

/// Everything that is seen of an image up to layer `k`, path by path, contents as a hash: what two
/// images that are the same must agree on. Layers, and times below a second, are left out, as is
/// the root, which an export does not list. `links` = with who shares an inode.
/// None where a content cannot be read or a path leads to nothing.
std::optional<std::map<std::string, std::string>> visibleState(const OpenedImage& image, LayerNo k,
                                                               bool links);

/// All that is visible as one layer. None as above, and for paths that no layer can hold.
std::optional<std::vector<std::byte>> flattened(const OpenedImage& image);

/// What layer `k` did, by the rules of RULES.md "Writing a layer": explicit whiteouts before
/// entries, links only inside the layer. None as above.
std::optional<std::vector<std::byte>> layerAgain(const OpenedImage& image, LayerNo k);

} // namespace strata::fuzz
