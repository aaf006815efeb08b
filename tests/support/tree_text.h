// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bytes.h"
#include "tar_builder.h"

#include "layer/layer_index.h"
#include "tree/merged_tree.h"
#include "tree/opened_image.h"
#include "tree/projection.h"

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Trees in and out as a few printed lines, one a path, each ended by '\n', so that a test reads
/// like what it is about. Children follow their directory, siblings in byte order; the root is left
/// out. Names are escaped for display.
namespace strata::test {

using Layer = std::shared_ptr<const LayerIndex>;
using Tree = std::shared_ptr<const MergedTree>;

/// Indexes and folds. They throw std::runtime_error where the core gives an error.
Layer indexTar(const Bytes& tar);
Layer indexTar(const TarBuilder& tar);
Tree mergeTars(const std::vector<TarBuilder>& tars);
Tree mergeTars(const std::vector<Bytes>& tars);

/// The tree as one sees it, all layers stacked, or layers 0…k:
///   dir /etc 0755 L0
///   dir /opt implicit L1
///   file /etc/a 5 L1            mode where it is not 0644, as 0600
///   file /etc/b 5 L1 = /etc/a   a hardlink
///   symlink /lib -> usr/lib L0
///   char /dev/null 1:3 0666 L0
/// Owners other than 0:0 follow the mode as "33:33".
std::string treeText(const MergedTree& tree, std::optional<LayerNo> upTo = {});
/// What layer k does: "added file /etc/a", "removed dir /b", "metadata dir /etc". Unchanged
/// entries are there too; versions not yet compared have a '?' after the change.
std::string diffText(const MergedTree& tree, LayerNo k);
/// What each layer did to a path: "L0 added file 5", "L1 removed by whiteout". "no such path".
std::string historyText(const MergedTree& tree, std::string_view path);
/// A stack as one text: its tree, the history of each of `paths`, and the warnings of every layer
/// that has any, reading and folding:
///   file /a 2 L1
///   /a: L0 added file 1, L1 modified file 2
///   L1 warns: DuplicateEntry
std::string stackText(const MergedTree& tree, std::initializer_list<std::string_view> paths);
std::string stackText(const std::vector<TarBuilder>& tars,
                      std::initializer_list<std::string_view> paths);
/// The rows of a projection below the root, indented by depth:
///   etc/ 5 L0 added
///     a 5 L1 modified
/// A removed row has '-' before it, one that only leads to a match '(' … ')'.
std::string rowsText(const Projection& rows);

/// One layer's own tree: "dir /a 0755", "file /a/b 3", "implied /c", and flags "whiteout",
/// "opaque".
std::string layerText(const LayerIndex& layer);

/// The kinds of a list, in the order they were found: "DuplicateEntry BadWhiteout".
std::string warningKinds(const WarningList& warnings);
/// Reading and folding warnings of one layer.
std::string warningKinds(const MergedTree& tree, LayerNo layer);

/// The content of a path's visible version, read from the tars the tree was made of: "error: …",
/// "none" where there is no content.
std::string contentOf(const MergedTree& tree, const std::vector<TarBuilder>& tars,
                      std::string_view path);

} // namespace strata::test
