// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "layer_script.h"
#include "overlay_stage.h"

#include "tree/opened_image.h"

#include <memory>
#include <optional>
#include <string>

namespace strata::test {

enum class Outcome {
    Same,
    Different,
    NotDefined, ///< the stack says something that has no meaning; nothing was compared
};

struct Verdict
{
    Outcome outcome = Outcome::Same;
    std::string text; ///< what differs, or what is not defined
};

/// The stack as an image, with `above` on top, opened, with all contents compared. Throws
/// std::runtime_error.
std::shared_ptr<const OpenedImage> openedByCore(const StackScript& stack,
                                                const std::optional<Bytes>& above = {});

/// Mounts the stack with real overlayfs, layer by layer, and compares what is seen in it with the
/// core's tree as of each layer, and what changed from mount to mount with the core's changes.
/// `toldToCore` is another stack only to prove that differences are found.
Verdict checkStack(const OverlayStage& stage, const StackScript& stack,
                   const StackScript& toldToCore);
Verdict checkStack(const OverlayStage& stage, const StackScript& stack);

} // namespace strata::test
