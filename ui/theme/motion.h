// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace strata::ui::theme {

/// Whether the desktop asks for reduced motion: what would move shows its end at once. By the
/// style's own setting (KDE's animation speed), and by what the desktop portal tells of GNOME's
/// and KDE's settings, which is asked once. The variable STRATASCOPE_MOTION says it otherwise:
/// "none" or "full". GUI thread only; waits for the portal for at most a quarter of a second.
bool reducedMotion();

} // namespace strata::ui::theme
