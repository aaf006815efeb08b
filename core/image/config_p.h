// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/config.h"
#include "image/json_p.h"

#include <cstddef>

namespace strata {

/// The member `config` of an image config, or of a layer's description in docker's first format.
RuntimeConfig parseRuntime(const json::Value& value);

/// How many settings it holds, as limits::imageParts counts them.
std::size_t partsOf(const RuntimeConfig& runtime);

} // namespace strata
