// SPDX-License-Identifier: Apache-2.0
#include "shrinker.h"

#include <algorithm>
#include <cstddef>

namespace strata::test {

namespace {

class Shrinker
{
public:
    Shrinker(StackScript stack, const std::function<bool(const StackScript&)>& fails)
        : m_stack(std::move(stack))
        , m_fails(fails)
    {
    }

    StackScript run()
    {
        bool smaller = true;
        while (smaller) {
            smaller = dropLayers();
            for (std::size_t i = 0; i < m_stack.size(); ++i) {
                smaller = dropEntries(i) || smaller;
                smaller = simplifyLayer(i) || smaller;
            }
        }
        return m_stack;
    }

private:
    /// Keeps the change if the stack still fails with it.
    bool attempt(StackScript changed)
    {
        if (changed == m_stack || !m_fails(changed)) {
            return false;
        }
        m_stack = std::move(changed);
        return true;
    }

    bool dropLayers()
    {
        bool smaller = false;
        for (std::size_t i = m_stack.size(); i-- > 0 && m_stack.size() > 1;) {
            auto changed = m_stack;
            changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
            smaller = attempt(std::move(changed)) || smaller;
        }
        return smaller;
    }

    /// In chunks of half the entries first, then ever smaller ones.
    bool dropEntries(std::size_t layer)
    {
        bool smaller = false;
        for (auto chunk = m_stack[layer].entries.size(); chunk > 0; chunk /= 2) {
            for (std::size_t first = 0; first < m_stack[layer].entries.size();) {
                auto changed = m_stack;
                auto& entries = changed[layer].entries;
                const auto last = std::min(first + chunk, entries.size());
                entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(first),
                              entries.begin() + static_cast<std::ptrdiff_t>(last));
                if (attempt(std::move(changed))) {
                    smaller = true;
                } else {
                    first += chunk;
                }
            }
        }
        return smaller;
    }

    bool simplifyLayer(std::size_t layer)
    {
        auto changed = m_stack;
        changed[layer].compression = Compression::None;
        bool smaller = attempt(std::move(changed));
        for (std::size_t i = 0; i < m_stack[layer].entries.size(); ++i) {
            const auto with = [&](const std::function<void(ScriptEntry&)>& simplify) {
                auto simpler = m_stack;
                simplify(simpler[layer].entries[i]);
                smaller = attempt(std::move(simpler)) || smaller;
            };
            with([](ScriptEntry& e) { e.mode = defaultMode(e.kind); });
            with([](ScriptEntry& e) { e.uid = e.gid = 0; });
            with([](ScriptEntry& e) { e.mtimeNsec = 0; });
            with([](ScriptEntry& e) { e.mtime = defaultMtime; });
            with([](ScriptEntry& e) { e.xattrs.clear(); });
            with([](ScriptEntry& e) { e.content.clear(); });
            with([](ScriptEntry& e) { e.content = e.content.substr(0, 1); });
        }
        return smaller;
    }

    StackScript m_stack;
    const std::function<bool(const StackScript&)>& m_fails;
};

} // namespace

StackScript shrunk(StackScript stack, const std::function<bool(const StackScript&)>& fails)
{
    return Shrinker(std::move(stack), fails).run();
}

} // namespace strata::test
