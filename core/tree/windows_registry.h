// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/merged_tree.h"

#include <string_view>

namespace strata {

/// Where Windows mounts a file of a layer's `Hives/` folder in its registry, such as
/// "HKEY_LOCAL_MACHINE\SOFTWARE": a base layer holds whole hives (`…_Base`), each layer above it
/// what it changes in them (`…_Delta`), in any letter case (hcsshim's legacy layer format;
/// RULES.md, 40). Empty for everything else.
std::string_view registryKey(const MergedTree& tree, NodeId node);

} // namespace strata
