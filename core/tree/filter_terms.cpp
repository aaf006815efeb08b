// SPDX-License-Identifier: Apache-2.0
#define PCRE2_CODE_UNIT_WIDTH 8

#include "tree/filter_terms.h"

#include <fnmatch.h>
#include <pcre2.h>

#include <algorithm>
#include <cstring>

namespace strata::filter_terms {
namespace {

/// Steps and kilobytes one match may take before it counts as "no".
constexpr std::uint32_t regexSteps = 200'000;
constexpr std::uint32_t regexHeapKiB = 1024;

constexpr bool isUpper(char c)
{
    return c >= 'A' && c <= 'Z';
}

constexpr auto foldTable = [] {
    std::array<unsigned char, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        const bool upper = i >= 'A' && i <= 'Z';
        table[i] = static_cast<unsigned char>(upper ? i - 'A' + 'a' : i);
    }
    return table;
}();

unsigned char fold(char c)
{
    return foldTable[static_cast<unsigned char>(c)];
}

/// `text` is as long as `needle`, which is folded already.
bool foldedEqual(std::string_view text, const std::string& needle)
{
    for (std::size_t i = 0; i < needle.size(); ++i) {
        if (fold(text[i]) != static_cast<unsigned char>(needle[i])) {
            return false;
        }
    }
    return true;
}

struct MatchDataDeleter
{
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};

/// One for each thread: matching happens on any of them, and a new one for every path is slow.
pcre2_match_data* threadMatchData()
{
    thread_local const std::unique_ptr<pcre2_match_data, MatchDataDeleter> data(
        pcre2_match_data_create(1, nullptr));
    return data.get();
}

/// Capitals that stand for themselves: not those of \S, \W and their like.
bool hasLiteralCapital(std::string_view pattern)
{
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '\\') {
            ++i;
        } else if (isUpper(pattern[i])) {
            return true;
        }
    }
    return false;
}

} // namespace

TextSearch::TextSearch(std::string_view needle)
    : m_needle(needle)
    , m_folds(std::ranges::none_of(needle, isUpper))
{
}

bool TextSearch::foundIn(std::string_view text) const
{
    if (text.size() < m_needle.size()) {
        return false;
    }
    if (!m_folds || m_needle.empty()) {
        return text.find(m_needle) != text.npos;
    }
    const auto first = static_cast<unsigned char>(m_needle[0]);
    const std::size_t last = text.size() - m_needle.size();
    for (std::size_t at = 0; at <= last; ++at) {
        if (fold(text[at]) == first && foldedEqual(text.substr(at, m_needle.size()), m_needle)) {
            return true;
        }
    }
    return false;
}

bool TextSearch::endsWith(std::string_view text) const
{
    if (text.size() < m_needle.size()) {
        return false;
    }
    const std::string_view end = text.substr(text.size() - m_needle.size());
    return m_folds ? foldedEqual(end, m_needle) : end == m_needle;
}

Glob::Glob(std::string pattern)
    : m_pattern(std::move(pattern))
    , m_flags(std::ranges::none_of(m_pattern, isUpper) ? FNM_CASEFOLD : 0)
{
    if (m_pattern.starts_with('*') && m_pattern.find_first_of("*?[\\", 1) == m_pattern.npos) {
        m_suffix.emplace(std::string_view(m_pattern).substr(1));
    }
}

bool Glob::matches(std::string_view text) const
{
    if (m_suffix) {
        return m_suffix->endsWith(text);
    }
    thread_local std::string terminated;
    terminated.assign(text);
    return fnmatch(m_pattern.c_str(), terminated.c_str(), m_flags) == 0;
}

struct Regex::Code
{
    Code() = default;
    Code(const Code&) = delete;
    Code& operator=(const Code&) = delete;
    ~Code()
    {
        pcre2_match_context_free(context);
        pcre2_code_free(code);
    }
    pcre2_code* code = nullptr;
    pcre2_match_context* context = nullptr;
};

Result<Regex> Regex::compile(const std::string& pattern)
{
    const auto compiled = std::make_shared<Code>();
    std::uint32_t options =
        PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C;
    options |= hasLiteralCapital(pattern) ? 0U : PCRE2_CASELESS;
    int error = 0;
    PCRE2_SIZE at = 0;
    // PCRE2's strings are unsigned bytes.
    compiled->code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                   options, &error, &at, nullptr);
    if (compiled->code == nullptr) {
        std::array<PCRE2_UCHAR, 160> message{};
        pcre2_get_error_message(error, message.data(), message.size());
        return fail(ErrorCode::Malformed, "the regular expression /" + pattern +
                                              "/ is wrong at character " + std::to_string(at) +
                                              ": " + reinterpret_cast<const char*>(message.data()));
    }
    pcre2_jit_compile(compiled->code, PCRE2_JIT_COMPLETE); // without a JIT it is only slower
    compiled->context = pcre2_match_context_create(nullptr);
    if (compiled->context != nullptr) {
        pcre2_set_match_limit(compiled->context, regexSteps);
        pcre2_set_heap_limit(compiled->context, regexHeapKiB);
    }
    return Regex(compiled);
}

bool Regex::matches(std::string_view text) const
{
    const auto matchesFrom = [this, text](std::size_t start) {
        return pcre2_match(m_code->code, reinterpret_cast<PCRE2_SPTR>(text.data() + start),
                           text.size() - start, 0, 0, threadMatchData(), m_code->context) >= 0;
    };
    // "^" stands before the path's slash and behind it: /^lib/ and /^\/lib/ both say what they
    // mean.
    return matchesFrom(0) || (text.starts_with('/') && matchesFrom(1));
}

bool Term::matchesVersion(const Version& version) const
{
    if (kind == Kind::Change) {
        return (bits >> static_cast<unsigned>(version.change) & 1U) != 0;
    }
    return std::ranges::any_of(ranges, [&](const Range& r) { return r.holds(version.layer); });
}

bool Term::matchesEntry(const LayerEntry& entry) const
{
    switch (kind) {
    case Kind::Type:
        return (bits >> static_cast<unsigned>(entry.type) & 1U) != 0;
    case Kind::Permission:
        return (entry.mode & bits) != 0 && entry.type != FileType::Symlink;
    case Kind::Owner:
        return ranges[0].holds(entry.uid) && ranges[1].holds(entry.gid);
    case Kind::Size:
        return entry.type == FileType::File &&
               std::ranges::all_of(ranges, [&](const Range& r) { return r.holds(entry.size); });
    default:
        return false;
    }
}

bool Term::matchesText(std::string_view nameOrPath) const
{
    switch (kind) {
    case Kind::Text:
        return text && text->foundIn(nameOrPath);
    case Kind::Glob:
        return glob && glob->matches(nameOrPath);
    case Kind::Regex:
        return regex && regex->matches(nameOrPath);
    default:
        return false;
    }
}

} // namespace strata::filter_terms
