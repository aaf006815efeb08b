// SPDX-License-Identifier: Apache-2.0
#include "overlay/script.h"

#include "base/shell_words.h"
#include "overlay/script_command_p.h"

#include <algorithm>
#include <utility>

namespace strata {

namespace {

constexpr std::string_view selects = "container";

/// "a" of `container a:`.
Result<std::string> containerName(const std::vector<std::string>& words)
{
    auto name = words.size() == 2 ? words[1] : std::string();
    if (name.ends_with(':')) {
        name.pop_back();
    }
    if (!isContainerName(name)) {
        return fail(ErrorCode::Malformed,
                    "a container is selected by \"container NAME:\", the name being letters, "
                    "digits and - _ .");
    }
    return name;
}

Result<ScriptLine> parseLine(std::size_t number, const std::vector<std::string>& words)
{
    ScriptLine line{.number = number,
                    .text = quoteWords(words),
                    .container = {},
                    .steps = words.front() == "undo" || words.front() == "redo",
                    .action = {}};
    if (words.front() == selects) {
        return containerName(words).transform([&](std::string name) {
            line.container = std::move(name);
            return std::move(line);
        });
    }
    return parseCommand(words).transform([&](std::function<void(ScriptHost&)> action) {
        line.action = std::move(action);
        return std::move(line);
    });
}

} // namespace

bool isContainerName(std::string_view name)
{
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    };
    return !name.empty() && std::ranges::all_of(name, plain);
}

Result<std::vector<ScriptLine>> parseScript(std::string_view text)
{
    std::vector<ScriptLine> lines;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
        auto parsed = splitWords(line).and_then(
            [&](const std::vector<std::string>& words) -> Result<ScriptLine> {
                return words.empty() ? ScriptLine() : parseLine(number, words);
            });
        if (!parsed) {
            parsed.error().where = "line " + std::to_string(number);
            return std::unexpected(std::move(parsed.error()));
        }
        if (parsed->number != 0) {
            lines.push_back(std::move(*parsed));
        }
    }
    return lines;
}

} // namespace strata
