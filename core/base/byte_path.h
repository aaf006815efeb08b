// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Paths are bytes. These functions never look at more than '/' and '.', and turn bytes into text
/// only for display.
namespace strata {

/// A path as it stands in a tar, taken apart.
struct SplitPath
{
    std::vector<std::string_view> parts; ///< components without "", "." ; views into the input
    bool escapes = false;                ///< a ".." would have left the root
};

/// Components of `path` from the root, with "." and repeated or trailing slashes dropped and ".."
/// resolved by its spelling (RULES.md, 20–22). Empty parts = the root itself.
SplitPath splitPath(std::string_view path);

/// "/a/b" from components; "/" for none.
std::string joinPath(const std::vector<std::string_view>& parts);

/// Cleaned spelling of an archive member's name, without a leading slash: "./a//b/" → "a/b".
/// A path that escapes gives an empty string.
std::string cleanMemberName(std::string_view name);

bool isValidUtf8(std::string_view bytes);

/// `bytes` as UTF-8, each invalid byte replaced by U+FFFD. Control characters are kept.
std::string toUtf8(std::string_view bytes);

/// For people: as toUtf8, with control characters, and the Unicode controls that hide or reorder
/// text, escaped as \n, \x1b, \u202e, \U000e0041 and so on, and a backslash doubled only if
/// something was escaped. A name may so look like another one that holds a backslash where that one
/// has a control character; instructions and scripts, for which this is used too, stay as they are.
std::string escapeForDisplay(std::string_view bytes);

/// escapeForDisplay within “ ”, for names inside sentences.
std::string quoteForDisplay(std::string_view bytes);

} // namespace strata
