// SPDX-License-Identifier: Apache-2.0
#include "image/instruction.h"

#include "image/instruction_words.h"

#include <algorithm>
#include <array>
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

/// Commands that only tidy up behind others and say nothing of what a layer is for.
bool onlyTidies(const std::vector<std::string_view>& command)
{
    constexpr std::array<std::string_view, 9> tidying{"rm",    "ldconfig", "true", "exit", "set",
                                                      "unset", "cd",       "fi",   "done"};
    constexpr std::array<std::string_view, 5> managers{"apt-get", "apt", "yum", "dnf", "microdnf"};
    const auto is = [](const auto& list, std::string_view word) {
        return std::ranges::find(list, word) != list.end();
    };
    if (command.empty() || is(tidying, command[0])) {
        return true;
    }
    return is(managers, command[0]) && std::ranges::any_of(command, [](std::string_view word) {
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

/// The last word of the last command that does something, of a RUN's shell text.
std::string_view lastWordOfShell(std::string_view text)
{
    std::string_view useful;
    std::string_view any;
    while (!text.empty()) {
        const std::size_t end = text.find_first_of(";&|\n");
        const auto command = wordsOf(text.substr(0, end));
        const std::string_view word = lastWord(command);
        any = word.empty() ? any : word;
        useful = word.empty() || onlyTidies(command) ? useful : word;
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return useful.empty() ? any : useful;
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
    std::string word;
    if (verb == "RUN") {
        word = lastWordOfShell(words::trimmed(instruction).substr(verb.size()));
    } else if (verb == "FROM") {
        word = shortReference(all[1]);
    } else if (copies || verb == "WORKDIR" || verb == "USER" || verb == "VOLUME") {
        word = withoutPunctuation(all.back());
    }
    // What names or starts something says it with its first words: ENV, LABEL, CMD and the like.
    if (word.empty()) {
        return cutEnd(line, width);
    }
    const std::string start = verb + " " + std::string(ellipsis);
    const std::size_t used = characters(start) + 1;
    if (used + characters(word) <= width) {
        return start + " " + word;
    }
    return start + std::string(back(word, width > used ? width - used + 1 : 1));
}

} // namespace strata
