// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/limits.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

/// What paths that lead through symlinks of an image have in common.
namespace strata {

/// Bounds what resolving one path may cost: a few bytes of a compressed layer make links whose
/// targets are long, and many paths that lead through all of them.
class SymlinkBudget
{
public:
    /// Whether a link of this target may be followed as well.
    bool follow(std::string_view target)
    {
        m_bytes += target.size();
        return target.size() <= limits::symlinkTargetBytes && m_bytes <= limits::symlinkWalkBytes &&
               ++m_hops <= limits::symlinkHops;
    }

private:
    std::size_t m_bytes = 0;
    int m_hops = 0;
};

/// Puts the components of a link's target, ".." among them, before those still to be walked. The
/// next one is at the back.
inline void pushTarget(std::vector<std::string_view>& parts, std::string_view target)
{
    const auto rest = static_cast<std::ptrdiff_t>(parts.size());
    while (!target.empty()) {
        const auto slash = target.find('/');
        const auto part = target.substr(0, slash);
        target.remove_prefix(slash == target.npos ? target.size() : slash + 1);
        if (!part.empty() && part != ".") {
            parts.push_back(part);
        }
    }
    std::reverse(parts.begin() + rest, parts.end());
}

} // namespace strata
