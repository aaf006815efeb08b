// SPDX-License-Identifier: Apache-2.0
#include "outcome.h"

#include "base/byte_path.h"
#include "text_output.h"

#include <cstdio>

namespace strata::cli {

std::unexpected<Failure> answerNo(std::string what, std::string_view where)
{
    return std::unexpected(
        Failure(ExitStatus::No, {ErrorCode::NotFound, std::move(what), escapeForDisplay(where)}));
}

std::unexpected<Failure> badUsage(std::string what)
{
    return std::unexpected(Failure(Error{ErrorCode::NotFound, std::move(what), {}}));
}

void reportFailure(std::string_view file, const Error& error)
{
    const auto shown = escapeForDisplay(file);
    // Opening errors say where by the file's own name; "x.tar: x.tar: …" would be noise.
    if (shown.empty() || error.where == shown || error.where.starts_with(shown + ": ")) {
        reportLine(error.message());
    } else {
        reportLine(shown + ": " + error.message());
    }
}

void reportNote(std::string_view file, std::string_view text)
{
    reportLine(escapeForDisplay(file) + ": " + std::string(text));
}

void reportLine(std::string_view text)
{
    const auto line = "strata: " + onOneLine(text) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
}

} // namespace strata::cli
