// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace strata {

/// A digest of all sources that have a part in what a layer's index says, so that no index made by
/// others is ever taken for ours. The build writes it (index_rules.cmake).
std::string_view indexRules();

} // namespace strata
