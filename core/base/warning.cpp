// SPDX-License-Identifier: Apache-2.0
#include "base/warning.h"

#include "base/limits.h"

#include <algorithm>
#include <utility>

namespace strata {

std::size_t WarningList::countOf(WarningCode code) const
{
    return static_cast<std::size_t>(
        std::ranges::count_if(m_items, [code](const Warning& w) { return w.code == code; }));
}

bool WarningList::has(WarningCode code) const
{
    return countOf(code) > 0;
}

void WarningList::add(WarningCode code, std::string text)
{
    // Once some are only counted the share is used up; asking for that first spares the count.
    const bool counted =
        std::ranges::any_of(m_unlisted, [code](const auto& u) { return u.first == code; });
    if (!counted && countOf(code) < limits::warningsOfOneKind) {
        m_items.push_back({code, std::move(text)});
    } else {
        addUnlisted(code, 1);
    }
}

void WarningList::addUnlisted(WarningCode code, std::size_t count)
{
    const auto known =
        std::ranges::find_if(m_unlisted, [code](const auto& u) { return u.first == code; });
    if (known != m_unlisted.end()) {
        known->second += count;
    } else {
        m_unlisted.emplace_back(code, count);
    }
}

std::vector<std::string> WarningList::texts() const
{
    std::vector<std::string> out;
    out.reserve(m_items.size() + m_unlisted.size());
    for (const auto& item : m_items) {
        out.push_back(item.text);
    }
    for (const auto& [code, count] : m_unlisted) {
        const auto last = std::find_if(m_items.rbegin(), m_items.rend(),
                                       [c = code](const Warning& w) { return w.code == c; });
        out.push_back("… and " + std::to_string(count) + " more like “" + last->text + "”");
    }
    return out;
}

void WarningList::append(const WarningList& other)
{
    for (const auto& item : other.m_items) {
        add(item.code, item.text);
    }
    for (const auto& [code, count] : other.m_unlisted) {
        addUnlisted(code, count);
    }
}

} // namespace strata
