// SPDX-License-Identifier: Apache-2.0
#include "base/byte_path.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace strata {

SplitPath splitPath(std::string_view path)
{
    SplitPath out;
    while (!path.empty()) {
        const auto slash = path.find('/');
        const auto part = path.substr(0, slash);
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
        if (part.empty() || part == ".") {
            continue;
        }
        if (part == "..") {
            if (out.parts.empty()) {
                out.escapes = true;
            } else {
                out.parts.pop_back();
            }
            continue;
        }
        out.parts.push_back(part);
    }
    return out;
}

std::string joinPath(const std::vector<std::string_view>& parts)
{
    if (parts.empty()) {
        return "/";
    }
    std::string out;
    for (const auto part : parts) {
        out += '/';
        out += part;
    }
    return out;
}

std::string cleanMemberName(std::string_view name)
{
    const auto split = splitPath(name);
    if (split.escapes || split.parts.empty()) {
        return {};
    }
    return joinPath(split.parts).substr(1);
}

namespace {

/// Length of the valid UTF-8 sequence at the start of `s` and its code point; length 0 = invalid.
struct Decoded
{
    std::size_t length = 0;
    char32_t codePoint = 0;
};

Decoded decodeUtf8(std::string_view s)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) {
        return {1, first};
    }
    const std::size_t length = first >= 0xf0 && first < 0xf5   ? 4
                               : first >= 0xe0 && first < 0xf0 ? 3
                               : first >= 0xc2 && first < 0xe0 ? 2
                                                               : 0;
    if (length == 0 || s.size() < length) {
        return {};
    }
    char32_t cp = first & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0U) != 0x80U) {
            return {};
        }
        cp = (cp << 6U) | (byte(i) & 0x3fU);
    }
    constexpr std::array<char32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};
    if (cp < smallest[length] || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000)) {
        return {};
    }
    return {length, cp};
}

constexpr std::string_view replacement = "\xef\xbf\xbd";

/// Characters that would break a line, hide, or reorder the text around them. The joiners U+200C
/// and U+200D are none: some scripts cannot be written without them.
bool isUnsafe(char32_t cp)
{
    const auto within = [cp](char32_t first, char32_t last) { return cp >= first && cp <= last; };
    return cp < 0x20 || within(0x7f, 0x9f) || cp == 0xad || cp == 0x61c || cp == 0x180e ||
           cp == 0x200b || within(0x200e, 0x200f) || within(0x2028, 0x202e) ||
           within(0x2060, 0x206f) || cp == 0xfeff || within(0xfff9, 0xfffb) ||
           within(0xe0000, 0xe007f);
}

/// As nearly all names are: nothing to decode, and nothing to escape.
bool isPlainAscii(std::string_view bytes)
{
    return std::ranges::all_of(bytes, [](char c) { return c >= 0x20 && c < 0x7f; });
}

void appendEscape(std::string& out, char32_t cp)
{
    switch (cp) {
    case '\n':
        out += "\\n";
        return;
    case '\t':
        out += "\\t";
        return;
    case '\r':
        out += "\\r";
        return;
    default:
        break;
    }
    std::array<char, 16> buffer{};
    const char* form = cp < 0x100 ? "\\x%02x" : cp < 0x10000 ? "\\u%04x" : "\\U%08x";
    std::snprintf(buffer.data(), buffer.size(), form, static_cast<unsigned>(cp));
    out += buffer.data();
}

} // namespace

bool isValidUtf8(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto d = decodeUtf8(bytes);
        if (d.length == 0) {
            return false;
        }
        bytes.remove_prefix(d.length);
    }
    return true;
}

std::string toUtf8(std::string_view bytes)
{
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const auto d = decodeUtf8(bytes);
        if (d.length == 0) {
            out += replacement;
            bytes.remove_prefix(1);
        } else {
            out += bytes.substr(0, d.length);
            bytes.remove_prefix(d.length);
        }
    }
    return out;
}

std::string escapeForDisplay(std::string_view bytes)
{
    if (isPlainAscii(bytes)) {
        return std::string(bytes);
    }
    // A backslash of the name could be taken for one of ours only where there is one of ours. Texts
    // with backslashes of their own, as of instructions and scripts, stay as they are.
    bool escapes = false;
    for (auto rest = bytes; !rest.empty() && !escapes;) {
        const auto d = decodeUtf8(rest);
        escapes = d.length != 0 && isUnsafe(d.codePoint);
        rest.remove_prefix(d.length == 0 ? 1 : d.length);
    }
    if (!escapes) {
        return toUtf8(bytes);
    }
    std::string out;
    out.reserve(bytes.size() + 16);
    for (auto rest = bytes; !rest.empty();) {
        const auto d = decodeUtf8(rest);
        if (d.length == 0) {
            out += replacement;
        } else if (d.codePoint == '\\') {
            out += "\\\\";
        } else if (isUnsafe(d.codePoint)) {
            appendEscape(out, d.codePoint);
        } else {
            out += rest.substr(0, d.length);
        }
        rest.remove_prefix(d.length == 0 ? 1 : d.length);
    }
    return out;
}

std::string quoteForDisplay(std::string_view bytes)
{
    return "“" + escapeForDisplay(bytes) + "”";
}

} // namespace strata
