// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "overlay/container.h"
#include "overlay/path_walk_p.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Private to core/overlay.
namespace strata {

/// One operation under way: its trace, and its changes to the upper layer, which are taken back
/// unless done() ends it.
class Transaction
{
public:
    Transaction(Container& container, OperationKind kind, std::string_view path,
                std::string_view other = {});
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    Trace done();
    /// Nothing has changed after it.
    Trace refused(const Refusal& refusal);
    Trace refused(PosixError error) { return refused(Refusal{error, {}}); }

    std::string_view path() const { return m_trace.path; } ///< as given
    PathWalk walk() { return {m_container, m_trace}; }
    Container& container() { return m_container; }
    UpperLayer& upper() { return m_container.m_upper; }
    ContentStore& store() { return m_container.m_store; }
    Timestamp now();
    Effect& effect(Effect effect);

    /// What of a regular file is copied up.
    enum class Copy : std::uint8_t {
        All,
        Metadata, ///< all, unless the container has metacopy
        NoData,   ///< nothing: it will be cut to nothing
    };
    /// Makes sure that the object is in the upper layer. A directory that only holds what changes
    /// is a `parent`. Gives its inode; `location` knows it from then on.
    UpperId copyUp(Location& location, Copy what);
    /// Makes sure that the directory that holds the name is.
    UpperId copyUpParent(Location& location);

    /// Makes something where nothing is, owned by root or by the group of a set-group-ID directory.
    UpperId make(Location& location, UpperInode inode);
    /// Puts an inode under a name where nothing is; whether a whiteout made way for it.
    bool place(Location& location, UpperId id);
    /// Takes away a name, and everything below it.
    void remove(Location& location);
    /// Applies `edit` to a copy of an inode and puts that in its place.
    template <typename Edit> void change(UpperId id, const Edit& edit)
    {
        UpperInode inode = upper().inode(id);
        edit(inode);
        upper().change(id, std::move(inode));
    }
    /// The directory's content changes now.
    void touch(UpperId id);
    /// Drops the names in a directory that goes, and all below.
    void forget(UpperId directory);

private:
    void copyUpDirectories(std::vector<WalkedDirectory>& directories);
    UpperId copyOf(const std::string& path, const Sighting& sighting, Copy what, bool parent);

    Container& m_container;
    Trace m_trace;
    std::optional<Timestamp> m_now;
    bool m_ended = false;
};

/// The attribute that holds file capabilities.
inline constexpr std::string_view capabilityXattr = "security.capability";
/// A file that is written to or given away keeps none.
void dropCapabilities(UpperInode& inode);

/// How many paths are seen below a directory.
std::uint64_t pathsBelow(const Container& container, const Sighting& directory);

} // namespace strata
