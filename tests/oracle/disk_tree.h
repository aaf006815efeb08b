// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "overlay/container.h"
#include "tree/merged_tree.h"

#include <filesystem>
#include <map>
#include <string>

namespace strata::test {

/// Path → one line of type, mode, owner, size, mtime and link target, by lstat(2).
/// Without `owners` those are left out: a plain user cannot make them.
std::map<std::string, std::string> diskTree(const std::filesystem::path& root, bool owners);

/// The same lines for what is visible of a tree with all layers stacked.
std::map<std::string, std::string> visibleTree(const MergedTree& tree, bool owners);
/// And with layers 0…k stacked.
std::map<std::string, std::string> visibleTree(const MergedTree& tree, LayerNo k, bool owners);

/// And of what is seen in a container.
std::map<std::string, std::string> visibleTree(const Container& container, bool owners);

/// The lines in which the two differ, at most twenty; empty if they are the same.
std::string differences(const std::map<std::string, std::string>& expected,
                        const std::map<std::string, std::string>& actual);

} // namespace strata::test
