// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "layer/layer_index.h"
#include "tree/merged_tree.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The single tests a Filter is made of, without its grammar. Private to core/tree.
namespace strata::filter_terms {

/// A byte string to be found inside others, ASCII case folded unless it has capitals itself.
class TextSearch
{
public:
    explicit TextSearch(std::string_view needle);
    bool foundIn(std::string_view text) const;
    bool endsWith(std::string_view text) const;

private:
    std::string m_needle;
    bool m_folds = false;
};

/// fnmatch(3) on bytes that are not NUL-terminated.
class Glob
{
public:
    explicit Glob(std::string pattern);
    bool matches(std::string_view text) const;

private:
    std::string m_pattern;
    int m_flags = 0;
    std::optional<TextSearch> m_suffix; ///< "*.conf" and the like need no fnmatch
};

/// PCRE2 on bytes, compiled by its JIT, bounded in steps and memory. What goes over the bounds
/// does not match.
class Regex
{
public:
    static Result<Regex> compile(const std::string& pattern);
    bool matches(std::string_view text) const;

private:
    struct Code;
    explicit Regex(std::shared_ptr<const Code> code)
        : m_code(std::move(code))
    {
    }
    std::shared_ptr<const Code> m_code;
};

enum class Field { Name, Path };

/// One word of the query. Numbers stand in closed ranges, so that every comparison is one test.
struct Term
{
    enum class Kind { Layer, Change, Type, Permission, Owner, Size, Text, Glob, Regex };

    struct Range
    {
        std::uint64_t first = 0;
        std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
        bool holds(std::uint64_t value) const { return first <= value && value <= last; }
    };

    Kind kind;
    bool negated = false;
    Field field = Field::Name;
    std::vector<Range> ranges; ///< Layer (any of them), Size (all of them), Owner (uid, gid)
    std::uint32_t bits = 0;    ///< Change, Type: set of values; Permission: the mode bit
    std::optional<TextSearch> text;
    std::optional<Glob> glob;
    std::optional<Regex> regex;

    explicit Term(Kind k)
        : kind(k)
    {
    }
    bool usesPath() const { return kind == Kind::Regex || field == Field::Path; }
    /// Whether it asks for the metadata of the entry shown.
    bool usesEntry() const
    {
        return kind == Kind::Type || kind == Kind::Permission || kind == Kind::Owner ||
               kind == Kind::Size;
    }
    bool matchesVersion(const Version& version) const;   ///< Layer and Change
    bool matchesEntry(const LayerEntry& entry) const;    ///< the kinds of usesEntry
    bool matchesText(std::string_view nameOrPath) const; ///< Text, Glob and Regex
};

/// Reads one word. `quoted` = it began with a quotation mark, so that it is text, glob or regular
/// expression whatever it looks like. Errors: Malformed.
Result<Term> parseTerm(const std::string& word, bool quoted);

} // namespace strata::filter_terms
