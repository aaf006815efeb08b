// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "inputs.h"
#include "table.h"

namespace strata::bench {

/// The rows of the window, all to the painted result.
void addStartRows(const Setting& setting, const Inputs& inputs, Table& table);
void addWindowRows(const Setting& setting, const Inputs& inputs, Table& table);
void addIdleRows(const Setting& setting, const Inputs& inputs, Table& table);

} // namespace strata::bench
