// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "archive_builder.h"

namespace strata::test {

/// An image with much wrong in it.
ArchiveBuilder troubledImage();
/// Forty layers, and names that are long, or hold what should not be in a name.
ImageBuilder tallImage();
/// A list of components where files would be.
ImageBuilder artifactImage();
/// Large enough to be seen while it is being read.
ImageBuilder slowImage();

} // namespace strata::test
