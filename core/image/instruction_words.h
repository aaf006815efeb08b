// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// Small text tools shared by the files that take instructions apart. Private to core/image.
namespace strata::words {

inline constexpr std::string_view blanks = " \t\r\n\v\f";

inline std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == text.npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Whether `verb` is an instruction of a Dockerfile, written in capitals.
bool isInstruction(std::string_view verb);

/// Whether `word` names a copied source by its checksum: "file:<hex>", "dir:…", "multi:…".
bool isSourceHash(std::string_view word);

} // namespace strata::words
