// SPDX-License-Identifier: Apache-2.0
#include "image/dockerfile.h"

#include "base/byte_path.h"
#include "image/instruction_words.h"

#include <algorithm>
#include <utility>

namespace strata {
namespace {

/// Instructions longer than this are broken into several lines.
constexpr std::size_t longLine = 80;

std::string printable(std::string_view text)
{
    std::string spaced;
    for (const char c : text) {
        spaced += c == '\t' ? "    " : std::string_view(&c, 1);
    }
    return escapeForDisplay(spaced);
}

std::vector<std::string_view> physicalLines(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (true) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        line.remove_suffix(line.ends_with('\r') ? 1 : 0);
        lines.push_back(line);
        if (end == text.npos) {
            return lines;
        }
        text.remove_prefix(end + 1);
    }
}

bool isBlank(char c)
{
    return c == ' ' || c == '\t';
}

/// Where a long shell text may go on in the next line: before "&&", and at a run of blanks, which
/// is what builders leave of a line break. Never inside quotes, where blanks have a meaning.
/// Gives the offsets of the first character of each line but the first.
std::vector<std::size_t> breakPlaces(std::string_view text)
{
    std::vector<std::size_t> places;
    char quote = 0;
    std::size_t i = 0;
    while (i < text.size()) {
        const char c = text[i];
        if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
            i += 2;
            continue;
        }
        if (quote != 0) {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (isBlank(c)) {
            std::size_t end = i;
            while (end < text.size() && isBlank(text[end])) {
                ++end;
            }
            const bool wasLineBreak = end - i > 1 || c == '\t';
            if (end < text.size() && (wasLineBreak || text.substr(end).starts_with("&& "))) {
                places.push_back(end);
            }
            i = end;
            continue;
        }
        ++i;
    }
    return places;
}

std::vector<std::string> withContinuations(std::string_view instruction)
{
    std::vector<std::string> lines;
    std::size_t start = 0;
    const auto add = [&](std::size_t end) {
        const std::string_view part = words::trimmed(instruction.substr(start, end - start));
        if (part.empty()) {
            return;
        }
        const bool continues = end < instruction.size();
        lines.push_back((lines.empty() ? "" : "    ") + printable(part) + (continues ? " \\" : ""));
        start = end;
    };
    for (const std::size_t place : breakPlaces(instruction)) {
        // The verb stays with its first argument.
        if (instruction.substr(0, place).find_last_not_of(words::blanks) > 3) {
            add(place);
        }
    }
    add(instruction.size());
    return lines;
}

/// "ADD file:<hash> in /app" → "ADD file:<short hash> /app": what was copied is not recorded,
/// where to is.
std::string withCopyShortened(std::string_view text)
{
    constexpr std::size_t digits = 12;
    constexpr std::string_view in = " in ";
    const std::size_t space = text.find(' ');
    if (space == text.npos || (text.substr(0, space) != "ADD" && text.substr(0, space) != "COPY")) {
        return std::string(text);
    }
    const std::size_t at = text.rfind(in);
    if (at == text.npos || at <= space) {
        return std::string(text);
    }
    const std::string_view source = words::trimmed(text.substr(space, at - space));
    if (!words::isSourceHash(source)) {
        return std::string(text);
    }
    const std::string_view shortened = source.substr(0, source.find(':') + 1 + digits);
    return std::string(text.substr(0, space + 1)) + std::string(shortened) + " " +
           std::string(text.substr(at + in.size()));
}

std::vector<std::string> linesOf(const Step& step)
{
    std::vector<std::string> lines;
    const std::string_view text = words::trimmed(step.instruction);
    if (text.empty()) {
        const std::string_view note = words::trimmed(step.comment);
        const std::string said = note.empty() ? "a step that history does not describe"
                                              : printable(note.substr(0, note.find('\n')));
        return {"# " + said};
    }
    const bool known = words::isInstruction(text.substr(0, text.find_first_of(words::blanks)));
    if (text.find('\n') == text.npos && known) {
        const std::string whole = withCopyShortened(text);
        if (text.starts_with("RUN") && whole.size() > longLine) {
            return withContinuations(whole);
        }
        return {printable(whole)};
    }
    for (const std::string_view line : physicalLines(text)) {
        lines.push_back((known ? "" : "# ") + printable(line));
    }
    return lines;
}

/// How many of the steps belong to the base image. Steps without a layer that follow its last
/// layer may be its own or ours: up to its CMD they are taken to be its own, and a builder that
/// notes "FROM …" at its first step settles it.
std::size_t baseSteps(const Image& image)
{
    if (image.baseLayers == 0) {
        return 0;
    }
    const auto& steps = image.steps;
    std::size_t first = 0;
    while (first < steps.size() && steps[first].layer != image.baseLayers - 1) {
        ++first;
    }
    if (first == steps.size()) {
        return 0;
    }
    ++first;
    std::size_t afterCmd = first;
    for (std::size_t i = first; i < steps.size(); ++i) {
        if (steps[i].comment.starts_with("FROM ")) {
            return i;
        }
        if (steps[i].layer) {
            break;
        }
        if (afterCmd == first && steps[i].instruction.starts_with("CMD ")) {
            afterCmd = i + 1;
        }
    }
    return afterCmd;
}

bool copiesIntoNothing(const Image& image)
{
    const auto layered =
        std::ranges::find_if(image.steps, [](const Step& s) { return s.layer.has_value(); });
    return layered != image.steps.end() &&
           (layered->instruction.starts_with("ADD ") || layered->instruction.starts_with("COPY "));
}

} // namespace

std::vector<DockerfileLine> rebuildDockerfile(const Image& image)
{
    std::vector<DockerfileLine> lines;
    if (image.steps.empty()) {
        return lines;
    }
    const std::size_t base = baseSteps(image);
    const bool baseKnown = base > 0 && !image.baseIsGuess;
    const std::string baseName = printable(words::trimmed(image.baseName));
    if (!baseKnown && copiesIntoNothing(image)) {
        lines.push_back({"FROM scratch", 0, {}});
    }
    for (std::size_t i = 0; i < image.steps.size(); ++i) {
        const Step& step = image.steps[i];
        // The base image's own steps are told, but as comments: FROM brings all of them. A base
        // without steps of its own is named FROM already.
        const bool namesItself = baseKnown && i < base && step.instruction.starts_with("FROM ");
        for (std::string& text : namesItself ? std::vector<std::string>() : linesOf(step)) {
            const bool comment = baseKnown && i < base && !text.starts_with("#");
            lines.push_back({(comment ? "# " : "") + std::move(text), i, step.layer});
        }
        if (base > 0 && i + 1 == base) {
            const std::string name = baseName.empty() ? "an unnamed image" : baseName;
            const std::string from = "FROM " + name;
            const std::string text = image.baseIsGuess  ? "# " + from + " (a guess)"
                                     : baseName.empty() ? "# " + from
                                                        : from;
            // A guess says nothing of the layer that the line above it has not said.
            lines.push_back(
                {text, i,
                 image.baseIsGuess ? std::nullopt : std::optional<LayerNo>(image.baseLayers - 1)});
        }
    }
    return lines;
}

} // namespace strata
