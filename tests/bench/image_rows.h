// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "inputs.h"
#include "table.h"

namespace strata::bench {

/// The rows of the command line: opening against those who only list, decompress or unpack.
void addOpeningRows(const Setting& setting, const Inputs& inputs, Table& table);
void addCachedRows(const Setting& setting, const Inputs& inputs, Table& table);
void addManyFilesRows(const Setting& setting, const Inputs& inputs, Table& table);
void addPreviewRows(const Setting& setting, const Inputs& inputs, Table& table);
/// Other programs that show images, where they are installed; without a bar.
void addToolRows(const Setting& setting, const Inputs& inputs, Table& table);

} // namespace strata::bench
