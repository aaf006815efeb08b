// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "layer_script.h"

#include <functional>

namespace strata::test {

/// A smaller stack that fails as well: layers, entries and attributes are taken away as long as
/// `fails` still says so (delta debugging). The same for the same stack.
StackScript shrunk(StackScript stack, const std::function<bool(const StackScript&)>& fails);

} // namespace strata::test
