// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "models/version_state.h"

#include <QString>

#include <vector>

namespace strata::ui {

/// One line of the details: a name and its value, or a heading.
struct DetailRow
{
    enum class Kind {
        Heading,
        Value,
        Hardlinks,  ///< filled in later by otherNames
        ContentSum, ///< SHA-256 of the content, computed on request
    };
    QString name;
    QString value;
    QString help; ///< tooltip, one sentence; may be empty
    Kind kind = Kind::Value;
};

/// Everything that is known of a version without reading its content.
std::vector<DetailRow> detailRows(const InspectedVersion& version);

/// The other paths of the same layer that are the same file, at most `limit`, as display text.
/// Linear in the paths of the layer. Errors: Cancelled.
Result<std::vector<QString>> otherNames(const InspectedVersion& version, std::size_t limit,
                                        const Job& job);

/// "sha256:…" of the content. Errors: those of OpenedImage::open, Cancelled. Progress in bytes.
Result<QString> contentSum(const InspectedVersion& version, const Job& job);

} // namespace strata::ui
