// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "archive_builder.h"

#include "image/image_archive.h"
#include "tree/opened_image.h"

#include <memory>
#include <string>

namespace strata::test {

using Archive = std::shared_ptr<const ImageArchive>;

Result<Archive> openArchive(const ArchiveBuilder& builder);
Result<Archive> openArchive(Bytes bytes);
/// The loaded image, or null where loading fails.
std::shared_ptr<const OpenedImage> load(const Archive& archive, std::size_t image = 0);
/// treeText() of the loaded image, or "error: " and why it cannot be loaded.
std::string treeOf(const Archive& archive, std::size_t image = 0);
/// Every warning of the archive, its first image, and that image's layers, as described and as
/// read.
WarningList allWarnings(const Archive& archive);

} // namespace strata::test
