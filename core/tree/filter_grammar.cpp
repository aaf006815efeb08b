// SPDX-License-Identifier: Apache-2.0
#include "tree/filter_terms.h"

#include <charconv>
#include <cmath>

namespace strata::filter_terms {
namespace {

constexpr std::uint32_t setuidBit = 04000;
constexpr std::uint32_t setgidBit = 02000;

std::unexpected<Error> wrong(const std::string& word, std::string_view right)
{
    return fail(ErrorCode::Malformed,
                "“" + word + "” is not understood; write " + std::string(right));
}

std::optional<std::uint64_t> number(std::string_view digits)
{
    std::uint64_t value = 0;
    const char* const end = std::to_address(digits.end());
    const auto [stop, error] = std::from_chars(std::to_address(digits.begin()), end, value);
    if (error != std::errc{} || stop != end) {
        return {};
    }
    return value;
}

std::vector<std::string_view> splitAt(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == text.npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

/// "4k", "1.5M", "10GiB" in bytes.
std::optional<std::uint64_t> byteCount(std::string_view text)
{
    double value = 0;
    const char* const end = std::to_address(text.end());
    const auto [stop, error] =
        std::from_chars(std::to_address(text.begin()), end, value, std::chars_format::fixed);
    if (error != std::errc{} || !(value >= 0)) {
        return {};
    }
    std::string_view unit(stop, std::size_t(end - stop));
    int shift = 0;
    if (!unit.empty() && unit != "B" && unit != "b") {
        constexpr std::string_view letters = "kmgt";
        const char letter =
            unit[0] >= 'A' && unit[0] <= 'Z' ? static_cast<char>(unit[0] + 32) : unit[0];
        const std::size_t place = letters.find(letter);
        unit.remove_prefix(1);
        if (place == letters.npos ||
            !(unit.empty() || unit == "B" || unit == "b" || unit == "iB")) {
            return {};
        }
        shift = 10 * (static_cast<int>(place) + 1);
    }
    const double bytes = std::floor(std::ldexp(value, shift));
    constexpr double tooMany = 18446744073709551615.0; // 2^64 once rounded to a double
    if (bytes >= tooMany) {
        return {};
    }
    return static_cast<std::uint64_t>(bytes);
}

Result<Term> parseLayers(const std::string& word, std::string_view value)
{
    Term term(Term::Kind::Layer);
    for (const std::string_view part : splitAt(value, ',')) {
        const auto ends = splitAt(part, '-');
        const auto first = number(ends[0]);
        const auto last = number(ends.back());
        if (ends.size() > 2 || !first || !last || *first > *last) {
            return wrong(word, "layer:2 or layer:1-3");
        }
        term.ranges.push_back({*first, *last});
    }
    return term;
}

Result<Term> parseChanges(const std::string& word, std::string_view value)
{
    Term term(Term::Kind::Change);
    for (const std::string_view part : splitAt(value, ',')) {
        std::uint32_t bit = 0;
        for (const Change change : {Change::Added, Change::Modified, Change::Metadata,
                                    Change::Removed, Change::Unchanged}) {
            bit |= part == changeName(change) ? 1U << static_cast<unsigned>(change) : 0U;
        }
        if (bit == 0) {
            return wrong(word, "change: with any of added, modified, metadata, removed, unchanged");
        }
        term.bits |= bit;
    }
    return term;
}

Result<Term> parseTypes(const std::string& word, std::string_view value)
{
    Term term(Term::Kind::Type);
    for (std::string_view part : splitAt(value, ',')) {
        part = part == "directory" ? "dir" : part == "link" ? "symlink" : part;
        std::uint32_t bit = 0;
        for (const FileType type : {FileType::File, FileType::Directory, FileType::Symlink,
                                    FileType::CharDevice, FileType::BlockDevice, FileType::Fifo}) {
            bit |= part == fileTypeName(type) ? 1U << static_cast<unsigned>(type) : 0U;
        }
        if (bit == 0) {
            return wrong(word, "type: with any of file, dir, symlink, char, block, fifo");
        }
        term.bits |= bit;
    }
    return term;
}

Result<Term> parseOwner(const std::string& word, std::string_view value)
{
    constexpr std::string_view right = "owner:0 or owner:33:33, user and group by number";
    Term term(Term::Kind::Owner);
    term.ranges.resize(2);
    const auto parts = splitAt(value, ':');
    if (parts.size() > 2 || value.empty() || value == ":") {
        return wrong(word, right);
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto id = number(parts[i]);
        if (!parts[i].empty() && !id) {
            return wrong(word, right);
        }
        if (id) {
            term.ranges[i] = {*id, *id};
        }
    }
    return term;
}

Result<Term> parseSize(const std::string& word, std::string_view comparison)
{
    constexpr std::string_view right = "size>4k, size<=1M or size=0";
    const std::size_t digits = comparison.find_first_not_of("<>=:");
    const std::string_view sign = comparison.substr(0, digits);
    const auto bytes =
        digits == comparison.npos ? std::nullopt : byteCount(comparison.substr(digits));
    if (!bytes) {
        return wrong(word, right);
    }
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    Term term(Term::Kind::Size);
    if (sign == ">") {
        term.ranges.push_back({*bytes + 1, most});
    } else if (sign == ">=") {
        term.ranges.push_back({*bytes, most});
    } else if (sign == "<") {
        // "size<0" holds for nothing: a range that ends before it starts.
        term.ranges.push_back(*bytes == 0 ? Term::Range{1, 0} : Term::Range{0, *bytes - 1});
    } else if (sign == "<=") {
        term.ranges.push_back({0, *bytes});
    } else if (sign == "=" || sign == ":") {
        term.ranges.push_back({*bytes, *bytes});
    } else {
        return wrong(word, right);
    }
    return term;
}

Result<Term> parseText(const std::string& word)
{
    if (word.size() > 2 && word.starts_with('/') && word.ends_with('/')) {
        auto regex = Regex::compile(word.substr(1, word.size() - 2));
        if (!regex) {
            return std::unexpected(std::move(regex.error()));
        }
        Term term(Term::Kind::Regex);
        term.field = Field::Path;
        term.regex = std::move(*regex);
        return term;
    }
    Term term(Term::Kind::Text);
    term.field = word.find('/') == word.npos ? Field::Name : Field::Path;
    if (word.find_first_of("*?[") == word.npos) {
        term.text.emplace(word);
        return term;
    }
    term.kind = Term::Kind::Glob;
    // A path's glob that does not start at the root may start at any folder.
    const bool anywhere =
        term.field == Field::Path && !word.starts_with('/') && !word.starts_with('*');
    term.glob.emplace(anywhere ? "*/" + word : word);
    return term;
}

} // namespace

Result<Term> parseTerm(const std::string& word, bool quoted)
{
    const std::string_view view = word;
    const auto after = [view](std::string_view key) { return view.substr(key.size()); };
    if (quoted) {
        return parseText(word);
    }
    if (view == "setuid" || view == "setgid") {
        Term term(Term::Kind::Permission);
        term.bits = view == "setuid" ? setuidBit : setgidBit;
        return term;
    }
    if (view.starts_with("layer:")) {
        return parseLayers(word, after("layer:"));
    }
    if (view.starts_with("change:")) {
        return parseChanges(word, after("change:"));
    }
    if (view.starts_with("type:")) {
        return parseTypes(word, after("type:"));
    }
    if (view.starts_with("owner:")) {
        return parseOwner(word, after("owner:"));
    }
    if (view.size() > 4 && view.starts_with("size") && std::string_view("<>=:").contains(view[4])) {
        return parseSize(word, after("size"));
    }
    return parseText(word);
}

} // namespace strata::filter_terms
