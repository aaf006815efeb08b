// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/merged_tree.h"

#include <QString>

#include <string_view>
#include <vector>

namespace strata::ui {

enum class MetadataKind { Type, Mode, Owner, Time, Target, Device, Xattr };

/// One property that differs between two versions of a path, as text for people.
struct MetadataChange
{
    MetadataKind kind = MetadataKind::Mode;
    QString name;   ///< "mode", "owner", an attribute's name
    QString before; ///< "–" where there was none
    QString after;
};

/// What differs beside the content. Neither version may be a removal.
std::vector<MetadataChange> metadataChanges(const MergedTree& tree, const Version& before,
                                            const Version& after);

/// An attribute's value: decoded capabilities, text, or hex.
QString xattrValueText(std::string_view name, std::string_view value);
/// A symlink's target, escaped for display.
QString linkTargetText(const MergedTree& tree, const Version& version);
/// The path that a hardlink's tar member names, escaped; empty for what is none. What is at that
/// path once all layers are stacked may be another file.
QString listedLinkText(const MergedTree& tree, const Version& version);

} // namespace strata::ui
