// SPDX-License-Identifier: Apache-2.0
#include "image/instruction.h"

#include "image/instruction_words.h"

#include <array>
#include <charconv>
#include <optional>

namespace strata {
namespace {

using words::trimmed;

/// Takes the first word off `text`, with the blanks behind it.
std::string_view takeWord(std::string_view& text)
{
    const std::string_view word = text.substr(0, text.find_first_of(words::blanks));
    text = trimmed(text.substr(word.size()));
    return word;
}

std::string lowerCase(std::string_view text)
{
    std::string lower(text);
    for (char& c : lower) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return lower;
}

/// The program's name without folders (of either kind) and without ".exe".
std::string programName(std::string_view word)
{
    const std::size_t slash = word.find_last_of("/\\");
    std::string name = lowerCase(slash == word.npos ? word : word.substr(slash + 1));
    if (name.ends_with(".exe")) {
        name.resize(name.size() - 4);
    }
    return name;
}

bool isUnixShell(std::string_view name)
{
    constexpr std::array shells{"sh", "bash", "ash", "dash", "ksh", "mksh", "zsh"};
    for (const std::string_view shell : shells) {
        if (name == shell) {
            return true;
        }
    }
    return false;
}

bool isPowerShell(std::string_view name)
{
    return name == "powershell" || name == "pwsh";
}

/// What the shell at the front of `text` is to run, for "/bin/bash -o pipefail -c …",
/// "cmd /S /C …" and "powershell -Command …"; none if there is no shell with a command.
std::optional<std::string_view> shellCommand(std::string_view text)
{
    // Nobody gives a shell more; a made-up history could make each word start such a search.
    constexpr int mostOptions = 32;
    const std::string name = programName(takeWord(text));
    for (int i = 0; i < mostOptions && !text.empty(); ++i) {
        const std::string option = lowerCase(takeWord(text));
        if (isUnixShell(name)) {
            if (option.size() < 2 || (option[0] != '-' && option[0] != '+')) {
                return {};
            }
            if (option[0] == '-' && option[1] != '-' && option.back() == 'c') {
                return text;
            }
            if (option.back() == 'o') {
                takeWord(text);
            }
        } else if (name == "cmd") {
            if (option == "/c") {
                return text;
            }
            if (!option.starts_with("/")) {
                return {};
            }
        } else if (isPowerShell(name)) {
            if (option == "-command" || option == "-c") {
                return text;
            }
            if (option == "-executionpolicy" || option == "-version") {
                takeWord(text);
            } else if (!option.starts_with("-")) {
                return {};
            }
        } else {
            return {};
        }
    }
    return {};
}

/// What stands behind the build arguments "|N K=V … ". Values may hold spaces and are not quoted,
/// so they are taken to end at the first shell behind the Nth "K="; without any shell (exec form)
/// the last value is taken to be one word.
std::string_view withoutBuildArgs(std::string_view text)
{
    if (!text.starts_with("|")) {
        return text;
    }
    std::size_t expected = 0;
    const auto number = std::from_chars(text.data() + 1, text.data() + text.size(), expected);
    if (number.ec != std::errc{} || number.ptr == text.data() + text.size() || *number.ptr != ' ') {
        return text;
    }
    std::string_view rest = trimmed(text.substr(std::size_t(number.ptr - text.data())));
    std::size_t seen = 0;
    std::optional<std::string_view> behindLast;
    while (!rest.empty()) {
        if (seen >= expected) {
            if (!behindLast) {
                behindLast = rest;
            }
            if (shellCommand(rest)) {
                return rest;
            }
        }
        const std::string_view word = takeWord(rest);
        seen += word.find('=') != word.npos && word[0] != '=' ? 1U : 0U;
    }
    return behindLast.value_or(text);
}

std::string quotedList(std::string_view inside)
{
    std::string list;
    while (!inside.empty()) {
        list += list.empty() ? "[\"" : ", \"";
        for (const char c : takeWord(inside)) {
            if (c == '"' || c == '\\') {
                list += '\\';
            }
            list += c;
        }
        list += '"';
    }
    return list.empty() ? "[]" : list + "]";
}

std::string plainList(std::string_view inside)
{
    std::string list;
    while (!inside.empty()) {
        std::string_view word = takeWord(inside);
        if (word.ends_with(":{}")) {
            word.remove_suffix(3);
        }
        list += list.empty() ? "" : " ";
        list += word;
    }
    return list;
}

/// Builders print some arguments as Go prints its values ("[a b]", "map[80/tcp:{}]", "&{[…]}");
/// these are put back into the Dockerfile's own form where nothing is lost by it.
std::string withGoValuesRewritten(std::string_view instruction)
{
    std::string_view rest = instruction;
    const std::string verb(takeWord(rest));
    const auto inside = [&rest](std::string_view open, std::string_view close) {
        return rest.substr(open.size(), rest.size() - open.size() - close.size());
    };
    const auto enclosed = [&rest](std::string_view open, std::string_view close) {
        return rest.size() >= open.size() + close.size() && rest.starts_with(open) &&
               rest.ends_with(close);
    };
    if (verb == "EXPOSE" && enclosed("map[", "]")) {
        return verb + " " + plainList(trimmed(inside("map[", "]")));
    }
    if (verb == "EXPOSE" && enclosed("[", "]")) {
        return verb + " " + plainList(trimmed(inside("[", "]")));
    }
    if ((verb == "VOLUME" || verb == "SHELL") && enclosed("[", "]") && !enclosed("[\"", "]")) {
        return verb + " " + quotedList(trimmed(inside("[", "]")));
    }
    if (verb == "ENTRYPOINT" && enclosed("&{[", "]}")) {
        return verb + " " + std::string(inside("&{", "}"));
    }
    return std::string(instruction);
}

/// What stands behind "#(nop)": at the front of a shell's command, or, under PowerShell, behind
/// the preferences that a SHELL instruction may have put there.
std::optional<std::string_view> nopInstruction(std::string_view command, bool powerShell)
{
    constexpr std::string_view mark = "#(nop)";
    const std::size_t at =
        powerShell ? command.find(mark) : (command.starts_with(mark) ? 0 : command.npos);
    if (at == command.npos) {
        return {};
    }
    return trimmed(command.substr(at + mark.size()));
}

} // namespace

std::string instructionOf(std::string_view createdBy, std::string_view comment)
{
    constexpr std::string_view buildKitMark = "# buildkit";
    std::string_view text = trimmed(createdBy);
    if (text.empty()) {
        const std::string_view note = trimmed(comment);
        return note.starts_with("buildkit.") ? std::string() : std::string(note);
    }
    const bool buildKit = text.ends_with(buildKitMark) || comment.starts_with("buildkit.");
    if (text.ends_with(buildKitMark)) {
        text = trimmed(text.substr(0, text.size() - buildKitMark.size()));
    }
    const bool saysRun = text.starts_with("RUN ");
    const std::string_view whole = saysRun ? trimmed(text.substr(4)) : text;
    const std::string_view bare = withoutBuildArgs(whole);
    const bool hasArgs = bare.size() != whole.size();
    // A RUN that no builder has taken apart is as somebody wrote it, a shell of its own included.
    if (saysRun && !buildKit && !hasArgs) {
        return std::string(text);
    }
    if (const auto command = shellCommand(bare)) {
        std::string_view program = bare;
        const bool powerShell = isPowerShell(programName(takeWord(program)));
        if (const auto nop = nopInstruction(*command, powerShell)) {
            return withGoValuesRewritten(*nop);
        }
        return "RUN " + std::string(*command);
    }
    if (saysRun || hasArgs) {
        return "RUN " + std::string(bare);
    }
    return withGoValuesRewritten(text);
}

} // namespace strata
