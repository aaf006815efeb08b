// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace strata {

/// What was found wrong and could be worked around. Closed: views pick icons and help by it.
enum class WarningCode {
    ManifestsDisagree,    ///< manifest.json and index.json say different things
    HistoryMismatch,      ///< history and layers do not match in number
    LayerMissing,         ///< a layer that the archive does not hold
    LayerForeign,         ///< a nondistributable layer, kept elsewhere by design
    LayerDamaged,         ///< the layer's tar ends early or is broken; what came before is shown
    DigestMismatch,       ///< the bytes are not the ones their digest names
    SizeMismatch,         ///< the stored size is not the declared one
    BadWhiteout,          ///< a bare ".wh."
    WhiteoutBesideEntry,  ///< a layer hides a path and makes it anew (case 1)
    PathEscapes,          ///< an entry whose path leaves the root; refused
    ParentIsLowerLink,    ///< an entry below what is a symlink in a lower layer (RULES.md, 10)
    ParentIsNotDirectory, ///< an entry below what is a file in the same layer
    LinkToLowerLayer,     ///< a hardlink whose target lives in a lower layer (case 13)
    LinkBeforeTarget,     ///< a hardlink that stands before its target (case 14)
    LinkTargetMissing,    ///< a hardlink whose target exists nowhere
    DuplicateEntry,       ///< the same path twice in one layer (case 17)
    AufsLeftover,         ///< .wh..wh.aufs and its like, hidden (case 23)
    DeviceWhiteout,       ///< a mark of overlayfs's own: a char device 0/0 (25), opaque xattr (26)
    LimitReached,         ///< a bound of base/limits.h cut something off
    Malformed,            ///< a part that breaks its format's rules and was passed over
    Other,
};

/// One warning: its kind and a sentence for a person, names already escaped for display.
struct Warning
{
    WarningCode code = WarningCode::Other;
    std::string text;
};

/// Warnings of one image or layer, bounded: of each kind the first few are kept with their text,
/// the rest are counted, so that hostile input cannot make the list grow without end.
class WarningList
{
public:
    /// Keeps `text` unless `code` has used up its share, then only counts it.
    void add(WarningCode code, std::string text);

    bool empty() const { return m_items.empty(); }
    const std::vector<Warning>& items() const { return m_items; }
    /// How many more there were of a kind, without their text; at most one of each kind.
    const std::vector<std::pair<WarningCode, std::size_t>>& unlisted() const { return m_unlisted; }
    /// Counts `count` more of a kind of which some are listed.
    void addUnlisted(WarningCode code, std::size_t count);
    /// The texts, with one more line per kind for those only counted ("… and 40 more like it").
    std::vector<std::string> texts() const;
    bool has(WarningCode code) const;
    /// Appends another list, within the same bounds.
    void append(const WarningList& other);

private:
    std::size_t countOf(WarningCode code) const;

    std::vector<Warning> m_items;
    std::vector<std::pair<WarningCode, std::size_t>> m_unlisted;
};

} // namespace strata
