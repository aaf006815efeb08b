// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "layer/layer_index.h"
#include "tree/merged_tree.h"

#include <QString>

#include <cstddef>
#include <string_view>

/// Raw values of the core as text for people.
namespace strata::ui {

/// Bytes of a name or path as plain text, controls escaped (core's escapeForDisplay).
QString displayText(std::string_view bytes);
/// displayText of at most the first `longest` bytes, cut between characters, with " …" where
/// something was left out. Costs no more than that, however long the text.
QString displayFront(std::string_view bytes, std::size_t longest);
/// "420 B", "7.2 kB", "899 MB": powers of 1000, as container tools print them.
QString sizeText(quint64 bytes);
/// "7,183 bytes".
QString exactSizeText(quint64 bytes);
/// "0644".
QString modeText(std::uint16_t mode);
/// "-rw-r--r--", with s, S, t and T.
QString modeLettersText(FileType type, std::uint16_t mode);
/// "today 18:07", "11 Oct", "3 Jan 2024": short, local time.
QString timeText(std::int64_t secondsSince1970);
/// Full date and time with zone.
QString fullTimeText(std::int64_t secondsSince1970, std::uint32_t nanoseconds);
/// The time of an RFC 3339 text as timeText; empty if it is none.
QString isoTimeText(std::string_view rfc3339);
/// "0:0"; names are not in the image's layers, so ids it is.
QString ownerText(std::uint32_t uid, std::uint32_t gid);
/// "added", "modified", "metadata", "removed", "unchanged", translated.
QString changeText(Change change);
/// "+", "~", "m", "−", "=".
QString changeSymbol(Change change);
/// One sentence on what the change means for the layer's bytes.
QString changeHelp(Change change);
/// "file", "folder", "symbolic link", "character device", …, translated.
QString fileTypeText(FileType type);
/// What went wrong, and what the user can do about it.
QString errorText(const Error& error);
/// "2,301 added, 48 modified, 12 removed", zeros left out; "no changes" if there are none.
QString countsText(const ChangeCounts& counts);
/// Plain text as a tooltip: names in it can never become markup, line breaks are kept.
QString toolTipText(const QString& plain);
/// `plain` as the text of an action or button: no letter of it becomes a mnemonic.
QString menuText(const QString& plain);

} // namespace strata::ui
