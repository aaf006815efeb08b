// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "container_script.h"
#include "overlay_stage.h"
#include "stack_check.h"

#include <functional>

namespace strata::test {

/// Does something wrong to what the core is told, to prove that it is found.
using Sabotage = std::function<ContainerOperation(const ContainerOperation&)>;

/// Whether the kernel gives this process all that a container's root has, so that scripts mean the
/// same on both sides. In a user namespace it does not: attributes, devices and owners are missing,
/// writing takes set-user-ID bits away, and links of copied files have two inode numbers.
bool isFullyAble(const OverlayStage& stage);

/// Runs the script on a real overlay and in the core. After every operation it compares the result
/// code, the merged tree, and the upper directory with its devices and attributes; at the end also
/// a new mount of the same upper directory, what `docker diff` would say, the way down the layers
/// that reading tells of, the layer that the container becomes, and undoing and redoing it all.
Verdict checkContainer(const OverlayStage& stage, const ContainerScript& script,
                       const Sabotage& sabotage = {});

} // namespace strata::test
