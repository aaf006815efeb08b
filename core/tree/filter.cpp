// SPDX-License-Identifier: Apache-2.0
#include "tree/filter.h"

#include "tree/filter_terms.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace strata {

using filter_terms::Field;
using filter_terms::Term;

struct Filter::Terms
{
    std::vector<Term> list; ///< the cheap ones first
};

namespace {

struct Word
{
    std::string text;
    bool negated = false;
    bool quoted = false; ///< began with a quotation mark
};

Result<std::vector<Word>> splitWords(std::string_view query)
{
    std::vector<Word> words;
    std::size_t at = 0;
    while ((at = query.find_first_not_of(" \t\n", at)) != query.npos) {
        Word word;
        const std::size_t start = at;
        if (query[at] == '-' && at + 1 < query.size() && query[at + 1] != ' ') {
            word.negated = true;
            ++at;
        }
        word.quoted = query[at] == '"';
        bool inQuotes = false;
        for (; at < query.size(); ++at) {
            const char c = query[at];
            if (c == '"') {
                inQuotes = !inQuotes;
            } else if (!inQuotes && (c == ' ' || c == '\t' || c == '\n')) {
                break;
            } else {
                word.text += c;
            }
        }
        if (inQuotes) {
            return fail(ErrorCode::Malformed, "the quotation mark of “" +
                                                  std::string(query.substr(start)) +
                                                  "” is not closed; add a \" at its end");
        }
        if (!word.text.empty()) {
            words.push_back(std::move(word));
        }
    }
    return words;
}

/// What the words cost, so that the cheap ones are asked first.
int cost(const Term& term)
{
    return term.usesPath() ? 3 : term.usesEntry() ? 1 : term.kind < Term::Kind::Type ? 0 : 2;
}

/// The path in a buffer that is reused from node to node.
std::string_view pathOf(const MergedTree& tree, NodeId node)
{
    thread_local std::string buffer;
    if (node == MergedTree::root()) {
        return "/";
    }
    std::size_t length = 0;
    for (NodeId n = node; n != MergedTree::root(); n = tree.parent(n)) {
        length += tree.name(n).size() + 1;
    }
    if (buffer.size() < length) {
        buffer.resize(length);
    }
    std::size_t end = length;
    for (NodeId n = node; n != MergedTree::root(); n = tree.parent(n)) {
        const std::string_view name = tree.name(n);
        end -= name.size();
        std::memcpy(buffer.data() + end, name.data(), name.size());
        buffer[--end] = '/';
    }
    return std::string_view(buffer).substr(0, length);
}

/// The metadata that a row shows: of a removed path those it had before. None if it had none.
std::optional<LayerEntry> shownEntry(const MergedTree& tree, NodeId node, const Version& version)
{
    if (!version.removed()) {
        return tree.entry(version);
    }
    const Version* before = version.layer > 0 ? tree.visibleAt(node, version.layer - 1U) : nullptr;
    return before != nullptr ? std::optional(tree.entry(*before)) : std::nullopt;
}

bool matchesTerm(const Term& term, const MergedTree& tree, NodeId node, const Version& version)
{
    if (term.usesEntry()) {
        const auto entry = shownEntry(tree, node, version);
        return entry && term.matchesEntry(*entry);
    }
    if (term.kind == Term::Kind::Layer || term.kind == Term::Kind::Change) {
        return term.matchesVersion(version);
    }
    return term.matchesText(term.field == Field::Path ? pathOf(tree, node) : tree.name(node));
}

} // namespace

Result<Filter> Filter::parse(std::string_view query)
{
    auto words = splitWords(query);
    if (!words) {
        return std::unexpected(std::move(words.error()));
    }
    Filter filter;
    filter.m_text = query;
    if (words->empty()) {
        return filter;
    }
    auto terms = std::make_shared<Terms>();
    for (const Word& word : *words) {
        auto term = filter_terms::parseTerm(word.text, word.quoted);
        if (!term) {
            return std::unexpected(std::move(term.error()));
        }
        term->negated = word.negated;
        terms->list.push_back(std::move(*term));
    }
    std::ranges::stable_sort(terms->list, {}, cost);
    filter.m_terms = std::move(terms);
    return filter;
}

bool Filter::matches(const MergedTree& tree, NodeId node, const Version& version) const
{
    return !m_terms || std::ranges::all_of(m_terms->list, [&](const Term& term) {
        return matchesTerm(term, tree, node, version) != term.negated;
    });
}

} // namespace strata
