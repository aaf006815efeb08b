// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/json_p.h"
#include "image/readers_p.h"

namespace strata::readers {

/// image-spec descriptor.md. Fields that are absent or of the wrong type stay empty.
Descriptor parseDescriptor(const json::Value& value);

} // namespace strata::readers
