// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "tree/merged_tree.h"

#include <memory>
#include <string>
#include <string_view>

namespace strata {

/// A filter as typed: words that must all hold, separated by spaces, quoted with "…" to hold one.
///
///   apache            part of the name; with a '/', part of the path
///   *.conf            glob on the name; with a '/', on the path
///   /^lib.*so/        regular expression (PCRE2) on the path
///   layer:2 layer:1-3 origin layer        change:added,modified   what that layer did
///   type:file,symlink                     size>4k size<=1M         content bytes, k M G = 1024^n
///   setuid setgid     the permission bit  owner:0 owner:33:33      uid[:gid]
///   -WORD             the opposite
///
/// Text without upper-case letters matches either case. Immutable, cheap to copy, thread-safe.
class Filter
{
public:
    Filter() = default;
    /// Errors: Malformed, saying which word is wrong and what would be right.
    static Result<Filter> parse(std::string_view query);

    bool empty() const { return !m_terms; }
    const std::string& text() const { return m_text; }
    /// Whether `node` matches when it shows `version` (never null).
    bool matches(const MergedTree& tree, NodeId node, const Version& version) const;

private:
    struct Terms;
    std::shared_ptr<const Terms> m_terms;
    std::string m_text;
};

} // namespace strata
