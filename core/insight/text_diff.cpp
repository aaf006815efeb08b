// SPDX-License-Identifier: Apache-2.0
#include "insight/text_diff.h"

#include "base/limits.h"

#include <git2.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace strata {
namespace {

constexpr std::size_t looksAtBytes = 8ULL << 10;

/// libgit2 needs starting once a process; it counts its starts and is never stopped here, since
/// other threads may be at it until the very end.
bool gitIsReady()
{
    static const bool ready = git_libgit2_init() > 0;
    return ready;
}

struct PatchDeleter
{
    void operator()(git_patch* patch) const { git_patch_free(patch); }
};
using Patch = std::unique_ptr<git_patch, PatchDeleter>;

std::unexpected<Error> diffError()
{
    const git_error* error = git_error_last();
    return fail(ErrorCode::Malformed,
                std::string("the texts cannot be compared: ") +
                    (error != nullptr && error->message != nullptr ? error->message : "unknown"));
}

std::uint32_t lineNumber(int number)
{
    return number > 0 ? static_cast<std::uint32_t>(number) : 0;
}

bool readLine(git_patch* patch, std::size_t hunk, std::size_t index, DiffHunk& into)
{
    const git_diff_line* line = nullptr;
    if (git_patch_get_line_in_hunk(&line, patch, hunk, index) != 0) {
        return false;
    }
    DiffKind kind = DiffKind::Context;
    switch (line->origin) {
    case GIT_DIFF_LINE_CONTEXT:
        break;
    case GIT_DIFF_LINE_ADDITION:
        kind = DiffKind::Added;
        break;
    case GIT_DIFF_LINE_DELETION:
        kind = DiffKind::Removed;
        break;
    default:
        return true; // "\ No newline at end of file", which the line before it shows by itself
    }
    std::string_view text(line->content, line->content_len);
    const bool ended = text.ends_with('\n');
    text.remove_suffix(ended ? 1 : 0);
    into.lines.push_back({kind, lineNumber(line->old_lineno), lineNumber(line->new_lineno),
                          std::string(text), !ended});
    return true;
}

/// Length of the UTF-8 character at the front of `text`, 0 if there is none; a character that the
/// end of `text` cuts counts as whole.
std::size_t utf8Length(std::string_view text)
{
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = byte(0);
    if (lead < 0x80) {
        return 1;
    }
    const std::size_t length = lead >= 0xF5   ? 0
                               : lead >= 0xF0 ? 4
                               : lead >= 0xE0 ? 3
                               : lead >= 0xC2 ? 2
                                              : 0;
    for (std::size_t i = 1; i < length && i < text.size(); ++i) {
        const bool overlong =
            i == 1 && ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90));
        const bool beyond =
            i == 1 && ((lead == 0xED && byte(1) > 0x9F) || (lead == 0xF4 && byte(1) > 0x8F));
        if ((byte(i) & 0xC0U) != 0x80U || overlong || beyond) {
            return 0;
        }
    }
    return std::min(length, text.size());
}

bool isTextControl(char c)
{
    return c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\b' || c == '\x1b';
}

} // namespace

Result<std::vector<DiffHunk>> diffText(std::string_view oldText, std::string_view newText,
                                       unsigned context, const Job& job)
{
    for (const std::string_view text : {oldText, newText}) {
        if (text.size() > limits::diffTextBytes) {
            return fail(ErrorCode::LimitExceeded, "texts over " +
                                                      std::to_string(limits::diffTextBytes >> 20U) +
                                                      " MiB are not compared line by line");
        }
        if (std::cmp_greater(std::ranges::count(text, '\n'), limits::diffTextLines)) {
            return fail(ErrorCode::LimitExceeded, "texts of more than " +
                                                      std::to_string(limits::diffTextLines) +
                                                      " lines are not compared");
        }
    }
    if (job.cancelled()) {
        return cancelledError();
    }
    if (!gitIsReady()) {
        return diffError();
    }
    git_diff_options options;
    if (git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION) != 0) {
        return diffError();
    }
    options.flags = GIT_DIFF_FORCE_TEXT;
    options.context_lines = context;
    git_patch* raw = nullptr;
    if (git_patch_from_buffers(&raw, oldText.data(), oldText.size(), "old", newText.data(),
                               newText.size(), "new", &options) != 0) {
        return diffError();
    }
    const Patch patch(raw);
    std::vector<DiffHunk> hunks(git_patch_num_hunks(patch.get()));
    std::size_t lines = 0;
    for (std::size_t hunk = 0; hunk < hunks.size(); ++hunk) {
        if (job.cancelled()) {
            return cancelledError();
        }
        const int count = git_patch_num_lines_in_hunk(patch.get(), hunk);
        for (int line = 0; line < count; ++line) {
            if (++lines > limits::diffLines) {
                return fail(ErrorCode::LimitExceeded, "the texts differ in more than " +
                                                          std::to_string(limits::diffLines) +
                                                          " lines");
            }
            if (!readLine(patch.get(), hunk, static_cast<std::size_t>(line), hunks[hunk])) {
                return diffError();
            }
        }
    }
    return hunks;
}

bool looksBinary(std::string_view content)
{
    std::string_view rest = content.substr(0, looksAtBytes);
    if (rest.find('\0') != rest.npos) {
        return true;
    }
    const std::size_t looked = rest.size();
    std::size_t strange = 0;
    while (!rest.empty()) {
        const std::size_t length = utf8Length(rest);
        const bool control = static_cast<unsigned char>(rest[0]) < 0x20 && !isTextControl(rest[0]);
        strange += length == 0 || control ? 1 : 0;
        rest.remove_prefix(std::max<std::size_t>(length, 1));
    }
    // Old texts in Latin-1 have a few such bytes in each line; programs without NULs many more.
    return strange * 10 > looked;
}

} // namespace strata
