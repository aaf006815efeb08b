// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/image_session.h"

#include <QString>

#include <array>

namespace strata::ui {

/// What the three scopes are called for what `session` shows: one for each value of Scope, in its
/// order, with the '&' of a menu's text.
std::array<QString, 3> scopeNames(const ImageSession& session);

} // namespace strata::ui
