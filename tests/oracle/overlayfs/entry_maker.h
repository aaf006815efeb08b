// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "layer_script.h"
#include "random.h"

#include <string>

namespace strata::test {

/// Random entries, one at a time: names, kinds, contents and metadata, usual and odd, from pools
/// small enough that equal ones meet.
class EntryMaker
{
public:
    explicit EntryMaker(Random& random)
        : m_random(random)
    {
    }

    std::string name();
    EntryKind kind();
    /// `goal`: a path that a symlink may lead to, in one spelling or another.
    ScriptEntry entry(const std::string& path, EntryKind kind, const std::string& goal);
    /// Gives it other metadata than it has.
    void decorate(ScriptEntry& entry);
    /// The same path, written otherwise (RULES.md, 20 and 21).
    void respell(ScriptEntry& entry);

private:
    std::string content();

    Random& m_random;
};

} // namespace strata::test
