// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Words of a line as a POSIX shell takes them apart (XCU 2.2), without what it would expand.
namespace strata {

/// Blanks part words; '…' takes everything as it is; "…" and no quotes know the backslash; $'…'
/// knows \n, \t, \r, \a, \b, \e, \f, \v, \0–\377, \xHH, \\, \' and \". A word that begins with #
/// begins a comment. Errors: Malformed for quotes without an end, and for what a shell would expand
/// or obey and nobody does here: $ ` * ? [ ~ | & ; < > ( ) outside of quotes, $ and ` in "…".
Result<std::vector<std::string>> splitWords(std::string_view line);

/// The word that splitWords() gives back as `bytes`: as it is if that does, else within '…' or,
/// with control characters or bytes that are no UTF-8, $'…'. Always UTF-8 text.
std::string quoteWord(std::string_view bytes);
/// Each word quoted, with blanks between them.
std::string quoteWords(std::span<const std::string> words);

} // namespace strata
