// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "overlay/container.h"
#include "tree/opened_image.h"

#include <memory>
#include <string>

namespace strata {

/// What a process in the container sees, as an image with one layer more: the container's own on
/// top, as its tar would hold it (layer_members.h). All that can be asked of an image can be asked
/// of it. It shares the image, shows the container as it is now, and outlives it and its further
/// changes. `name` stands where an instruction does. Only versions of the container's own layer are
/// compared by content, those that were written to without a change of size; the others keep what
/// the image's tree has decided. Errors: Cancelled, LimitExceeded (layers). Linear in the nodes of
/// the image's tree.
Result<std::shared_ptr<const OpenedImage>>
viewContainer(const Container& container, const std::string& name, const Job& job = {});

} // namespace strata
