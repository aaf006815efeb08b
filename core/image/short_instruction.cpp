// SPDX-License-Identifier: Apache-2.0
#include "image/instruction.h"

#include "image/instruction_words.h"
#include "image/reference_p.h"

#include <algorithm>
#include <array>
#include <format>
#include <iterator>
#include <utility>
#include <vector>

namespace strata {
namespace words {

bool isInstruction(std::string_view verb)
{
    constexpr std::array<std::string_view, 18> verbs{
        "ADD",    "ARG",        "CMD",         "COPY",       "ENTRYPOINT", "ENV",
        "EXPOSE", "FROM",       "LABEL",       "MAINTAINER", "ONBUILD",    "RUN",
        "SHELL",  "STOPSIGNAL", "HEALTHCHECK", "USER",       "VOLUME",     "WORKDIR"};
    return std::ranges::find(verbs, verb) != verbs.end();
}

bool isSourceHash(std::string_view word)
{
    constexpr std::array<std::string_view, 3> kinds{"file:", "dir:", "multi:"};
    for (const std::string_view kind : kinds) {
        if (word.starts_with(kind)) {
            const std::string_view hex = word.substr(kind.size());
            return !hex.empty() && hex.find_first_not_of("0123456789abcdef") == hex.npos;
        }
    }
    return false;
}

} // namespace words

namespace {

constexpr std::string_view ellipsis = "…";

bool isContinuation(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

std::size_t characters(std::string_view text)
{
    return std::size_t(std::ranges::count_if(text, [](char c) { return !isContinuation(c); }));
}

/// At most `count` characters from the front, whole ones.
std::string_view front(std::string_view text, std::size_t count)
{
    std::size_t at = 0;
    while (at < text.size() && (isContinuation(text[at]) || count-- > 0)) {
        ++at;
    }
    return text.substr(0, at);
}

std::string_view back(std::string_view text, std::size_t count)
{
    std::size_t at = text.size();
    while (at > 0 && count > 0) {
        --at;
        count -= isContinuation(text[at]) ? 0U : 1U;
    }
    return text.substr(at);
}

std::string cutEnd(std::string_view text, std::size_t width)
{
    if (characters(text) <= width) {
        return std::string(text);
    }
    const std::string_view kept = front(text, width > 1 ? width - 1 : 1);
    return std::string(words::trimmed(kept)) + std::string(ellipsis);
}

std::string onOneLine(std::string_view text)
{
    std::string line;
    for (const char c : words::trimmed(text)) {
        const bool blank = words::blanks.find(c) != words::blanks.npos;
        if (!blank || !line.ends_with(' ')) {
            line += blank ? ' ' : c;
        }
    }
    return line;
}

std::vector<std::string_view> wordsOf(std::string_view text)
{
    std::vector<std::string_view> result;
    while (!(text = words::trimmed(text)).empty()) {
        const std::string_view word = text.substr(0, text.find_first_of(words::blanks));
        result.push_back(word);
        text.remove_prefix(word.size());
    }
    return result;
}

std::string_view withoutPunctuation(std::string_view word)
{
    constexpr std::string_view marks = "\"'`;,()[]{}&|\\";
    const std::size_t first = word.find_first_not_of(marks);
    if (first == word.npos) {
        return {};
    }
    return word.substr(first, word.find_last_not_of(marks) - first + 1);
}

constexpr std::array<std::string_view, 5> packageManagers{"apt-get", "apt", "yum", "dnf",
                                                          "microdnf"};

template <typename List> bool isIn(const List& list, std::string_view word)
{
    return std::ranges::find(list, word) != list.end();
}

/// Commands that only tidy up behind others and say nothing of what a layer is for.
bool onlyTidies(const std::vector<std::string_view>& command)
{
    constexpr std::array<std::string_view, 9> tidying{"rm",    "ldconfig", "true", "exit", "set",
                                                      "unset", "cd",       "fi",   "done"};
    if (command.empty() || isIn(tidying, command[0])) {
        return true;
    }
    return isIn(packageManagers, command[0]) &&
           std::ranges::any_of(command, [](std::string_view word) {
               return word == "clean" || word == "autoremove" || word == "autoclean" ||
                      word == "purge";
           });
}

std::string_view lastWord(const std::vector<std::string_view>& command)
{
    for (std::size_t i = command.size(); i-- > 0;) {
        const std::string_view word = withoutPunctuation(command[i]);
        const bool redirection = word.find_first_of("<>") != word.npos;
        if (!word.empty() && !redirection && (i == 0 || word[0] != '-')) {
            return word;
        }
    }
    return {};
}

/// Words that say what a layer is for: those in front, and the one that says most.
struct Telling
{
    std::vector<std::string_view> front; ///< in order; `last` may stand among them
    std::string_view last;
    bool fromStart = false; ///< nothing was left out before them
};

/// The word that ends a here-document, "EOF" of "<<-'EOF'"; empty if there is none.
std::string_view hereDocumentEnd(std::string_view text)
{
    const std::size_t at = text.find("<<");
    if (at == text.npos) {
        return {};
    }
    text.remove_prefix(at + 2);
    text.remove_prefix(text.starts_with('-') ? 1 : 0);
    return withoutPunctuation(text.substr(0, text.find_first_of(words::blanks)));
}

/// The last command that does something, of a RUN's shell text.
Telling tellingOfShell(std::string_view text)
{
    const std::string_view end = hereDocumentEnd(text);
    Telling useful;
    Telling any;
    bool first = true;
    while (!text.empty()) {
        const std::size_t length = text.find_first_of(";&|\n");
        auto command = wordsOf(text.substr(0, length));
        text.remove_prefix(length == text.npos ? text.size() : length + 1);
        const std::string_view word = lastWord(command);
        if (word.empty() || (command.size() == 1 && word == end)) {
            first = first && command.empty();
            continue;
        }
        const bool tidies = onlyTidies(command);
        any = {std::move(command), word, first};
        if (!tidies) {
            useful = any;
        }
        first = false;
    }
    Telling& telling = useful.last.empty() ? any : useful;
    // What a package manager is told to do is the same in every image.
    if (!telling.front.empty() && isIn(packageManagers, telling.front[0])) {
        telling.front.clear();
    }
    return std::move(telling);
}

/// Of "COPY [--from=…] a b c/": what is copied, and where to.
Telling tellingOfCopy(const std::vector<std::string_view>& all)
{
    Telling telling;
    telling.last = withoutPunctuation(all.back());
    if (std::ranges::none_of(all, words::isSourceHash)) {
        std::ranges::copy_if(all.begin() + 1, all.end(), std::back_inserter(telling.front),
                             [](std::string_view word) { return !word.starts_with("--"); });
    }
    return telling;
}

/// "RUN step 20 … arguments": as many words as there is room for. The last one fits.
std::string withFrontWords(const std::string& verb, const Telling& telling, std::size_t width)
{
    const std::string gap = " " + std::string(ellipsis) + " ";
    const std::string tail = gap + std::string(telling.last);
    std::string front;
    for (const std::string_view word : telling.front) {
        if (word == telling.last) {
            const auto text = telling.fromStart
                                  ? std::format("{}{} {} {}", verb, front, word, ellipsis)
                                  : std::format("{} {}{} {}", verb, ellipsis, front, word);
            return front.empty() || characters(text) > width
                       ? std::format("{}{}{}", verb, front, tail)
                       : text;
        }
        const auto longer = std::format("{} {}", front, word);
        if (word.find_first_of("\"'`[]{}()<>\\") != word.npos ||
            characters(std::format("{}{}{}", verb, longer, tail)) > width) {
            break;
        }
        front = longer;
    }
    return verb + front + tail;
}

/// "docker.io/library/debian:13" → "debian:13"; a digest keeps its first digits.
std::string shortReference(std::string_view reference)
{
    const std::size_t at = reference.find('@');
    std::string name(reference.substr(0, at));
    const std::size_t slash = name.rfind('/');
    if (slash != name.npos) {
        name.erase(0, slash + 1);
    }
    if (at != reference.npos) {
        constexpr std::size_t digits = 12;
        const std::size_t colon = reference.find(':', at);
        name += reference.substr(at, (colon == reference.npos ? at : colon) + 1 + digits - at);
    }
    return name;
}

} // namespace

std::string shortInstruction(std::string_view instruction, std::size_t width)
{
    std::string line = onOneLine(instruction);
    const auto all = wordsOf(line);
    const bool copies = all.size() > 2 && (all[0] == "ADD" || all[0] == "COPY");
    const bool hashed = copies && std::ranges::any_of(all, words::isSourceHash);
    if (characters(line) <= width && !hashed) {
        return line;
    }
    if (all.size() < 2 || !words::isInstruction(all[0])) {
        return cutEnd(line, width);
    }
    const std::string verb(all[0]);
    Telling telling;
    std::string reference;
    if (verb == "RUN") {
        telling = tellingOfShell(words::trimmed(instruction).substr(verb.size()));
    } else if (verb == "FROM") {
        reference = shortReference(all[1]);
        // Without what everybody assumes nothing is left out.
        if (const auto name = "FROM " + reference;
            all.size() == 2 && reference == familiarName(all[1]) && characters(name) <= width) {
            return name;
        }
        telling.last = reference;
    } else if (copies) {
        telling = tellingOfCopy(all);
    } else if (verb == "WORKDIR" || verb == "USER" || verb == "VOLUME") {
        telling.last = withoutPunctuation(all.back());
    }
    const std::string_view word = telling.last;
    // What names or starts something says it with its first words: ENV, LABEL, CMD and the like.
    if (word.empty()) {
        return cutEnd(line, width);
    }
    const std::string start = verb + " " + std::string(ellipsis);
    const std::size_t used = characters(start) + 1;
    if (used + characters(word) <= width) {
        return withFrontWords(verb, telling, width);
    }
    return start + std::string(back(word, width > used ? width - used + 1 : 1));
}

} // namespace strata
