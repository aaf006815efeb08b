// SPDX-License-Identifier: Apache-2.0
#include "overlay/mode_change.h"

#include "base/byte_path.h"
#include "overlay/mode_bits_p.h"

#include <algorithm>
#include <charconv>

namespace strata {

namespace {

constexpr std::uint16_t setIds = setUserId | setGroupId;
constexpr std::uint16_t readers = 0444;
constexpr std::uint16_t writers = 0222;
constexpr std::uint16_t searchers = 0111;
constexpr std::uint16_t umask = 0022;

std::uint16_t without(std::uint16_t bits, std::uint16_t others)
{
    return static_cast<std::uint16_t>(bits & ~static_cast<unsigned>(others));
}

/// The bits that belong to one of "ugoa".
std::optional<std::uint16_t> bitsOf(char who)
{
    switch (who) {
    case 'u':
        return 04700;
    case 'g':
        return 02070;
    case 'o':
        return 01007;
    case 'a':
        return permissionBits;
    default:
        return std::nullopt;
    }
}

std::optional<std::uint16_t> permission(char letter)
{
    switch (letter) {
    case 'r':
        return readers;
    case 'w':
        return writers;
    case 'x':
        return searchers;
    case 's':
        return setIds;
    case 't':
        return 01000;
    default:
        return std::nullopt;
    }
}

bool isOperator(char c)
{
    return c == '+' || c == '-' || c == '=';
}

/// What one of user, group and others has, for everybody.
std::uint16_t spread(std::uint16_t bits)
{
    std::uint16_t out = 0;
    for (const std::uint16_t kind : {readers, writers, searchers}) {
        out |= (bits & kind) != 0 ? kind : 0;
    }
    return out;
}

} // namespace

Result<ModeChange> ModeChange::parse(std::string_view text)
{
    ModeChange change;
    unsigned octal = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), octal, 8);
    if (error == std::errc() && end == text.data() + text.size() && octal <= permissionBits) {
        change.m_octal = static_cast<std::uint16_t>(octal);
        return change;
    }
    for (std::size_t from = 0; from <= text.size();) {
        const auto comma = std::min(text.find(',', from), text.size());
        if (!change.addClause(text.substr(from, comma - from))) {
            return fail(ErrorCode::Malformed,
                        quoteForDisplay(text) + " is no mode such as 755 or u+x,go-w");
        }
        from = comma + 1;
    }
    return change;
}

bool ModeChange::addClause(std::string_view clause)
{
    std::uint16_t who = 0;
    std::size_t at = 0;
    for (; at < clause.size(); ++at) {
        const auto bits = bitsOf(clause[at]);
        if (!bits) {
            break;
        }
        who |= *bits;
    }
    if (at == clause.size()) {
        return false;
    }
    while (at < clause.size()) {
        if (!isOperator(clause[at])) {
            return false;
        }
        Step step{.who = who, .op = clause[at++]};
        const auto one =
            at < clause.size() && clause[at] != 'a' ? bitsOf(clause[at]) : std::nullopt;
        if (one) {
            step.copies = true;
            step.bits = *one & 0777;
            ++at;
        }
        for (; !step.copies && at < clause.size() && !isOperator(clause[at]); ++at) {
            const auto bits = permission(clause[at]);
            if (!bits && clause[at] != 'X') {
                return false;
            }
            step.bits |= bits.value_or(0);
            step.anySearch = step.anySearch || !bits;
        }
        m_steps.push_back(step);
    }
    return true;
}

std::uint16_t ModeChange::applied(std::uint16_t mode, bool directory) const
{
    if (m_octal) {
        return *m_octal;
    }
    for (const auto& step : m_steps) {
        auto bits = step.copies ? spread(mode & step.bits) : step.bits;
        if (step.anySearch && (directory || (mode & searchers) != 0)) {
            bits |= searchers;
        }
        const std::uint16_t kept = directory ? without(setIds, step.bits) : 0;
        bits = without(step.who != 0 ? bits & step.who : without(bits, umask), kept);
        switch (step.op) {
        case '+':
            mode |= bits;
            break;
        case '-':
            mode = without(mode, bits);
            break;
        default:
            mode = without(mode, without(step.who != 0 ? step.who : permissionBits, kept)) | bits;
            break;
        }
    }
    return mode;
}

} // namespace strata
