// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "models/version_state.h"

#include <QString>

namespace strata::ui {

/// Writes the content of a file's version to `target`, which appears whole or not at all. Gives
/// the bytes written; progress in bytes. Errors: those of OpenedImage::open, Io, Cancelled.
Result<quint64> saveContent(const InspectedVersion& version, const QString& target, const Job& job);

/// A name for the copy that is safe in any folder: no separators, no controls, neither "." nor
/// "..".
QString suggestedFileName(const InspectedVersion& version);

} // namespace strata::ui
