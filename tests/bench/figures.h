// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "process.h"

#include <map>
#include <string>

namespace strata::bench {

/// What bench_core and bench_window print: a name and a number a line.
using Figures = std::map<std::string, double>;

/// Errors: outputOf()'s.
Result<Figures> figuresOf(const Command& command);
/// NaN where it was not printed, which no bar lets pass.
double figure(const Figures& figures, const std::string& name);

} // namespace strata::bench
