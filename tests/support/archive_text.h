// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "archive_builder.h"

#include "image/image_archive.h"
#include "insight/verify.h"
#include "tree/opened_image.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace strata::test {

using Archive = std::shared_ptr<const ImageArchive>;

Result<Archive> openArchive(const ArchiveBuilder& builder);
Result<Archive> openArchive(Bytes bytes);
/// The loaded image, or null where loading fails.
std::shared_ptr<const OpenedImage> load(const Archive& archive, std::size_t image = 0);
/// One image as an OCI archive, opened and loaded; null where that fails.
std::shared_ptr<const OpenedImage> opened(const ImageBuilder& image);
/// An image of these tars in an OCI archive, opened and loaded; null where that fails. Layer i is
/// compressed as compressions[i modulo their number] says.
std::shared_ptr<const OpenedImage> loadTars(const std::vector<TarBuilder>& tars,
                                            const std::vector<Compression>& compressions);
/// The content of a path's visible version, or the kind of error that reading it gives.
std::string contentOf(const OpenedImage& image, std::string_view path);
/// One check a line: "config verified", "L0 diff-id mismatch".
std::string checksText(const std::vector<Check>& checks);
/// What verifying says of the layers' diff IDs: "L0 verified", one a line.
std::string diffIdChecks(const ImageBuilder& image);
/// treeText() of the loaded image, or "error: " and why it cannot be loaded.
std::string treeOf(const Archive& archive, std::size_t image = 0);
/// Where a fault is told, and what is left: "archive refused: Malformed", or the archive's warnings
/// and, for each image, its error, its warnings, those of each layer that has any (as described and
/// as read), and how its tree loads.
std::string told(const Result<Archive>& archive);
/// Every warning of the archive, its first image, and that image's layers, as described and as
/// read.
WarningList allWarnings(const Archive& archive);

} // namespace strata::test
