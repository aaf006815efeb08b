// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace strata::bench {

/// Processor, cores, memory, the load of the last minute, the date: what a figure is worth.
std::string machineText();

} // namespace strata::bench
