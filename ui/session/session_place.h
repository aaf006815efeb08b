// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/projection.h"

#include <optional>

namespace strata::ui {

/// Where the user is in an image: the layer chosen, how much of the stack, and the path.
struct SessionPlace
{
    std::optional<LayerNo> layer;
    Scope scope = Scope::WholeImage;
    NodeId node;

    friend bool operator==(const SessionPlace&, const SessionPlace&) = default;
};

} // namespace strata::ui
