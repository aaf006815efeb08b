// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ids.h"
#include "base/job.h"
#include "tree/filter.h"
#include "tree/merged_tree.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace strata {

/// Which part of the tree is looked at.
enum class Scope {
    WholeImage, ///< all layers stacked
    UpToLayer,  ///< layers 0…layer stacked
    OnlyLayer,  ///< the paths that `layer` changed, with the directories that lead to them
};

enum class SortKey { Name, Origin, Change, Size, Mode, Owner, Time };

struct ProjectionSpec
{
    Scope scope = Scope::WholeImage;
    LayerNo layer = 0;        ///< for UpToLayer and OnlyLayer
    bool showRemoved = false; ///< hidden and removed paths too (OnlyLayer always shows its own)
    /// … of this layer alone.
    std::optional<LayerNo> showRemovedBy = {}; // NOLINT(readability-redundant-member-init)
    SortKey sortKey = SortKey::Name;
    bool descending = false;
    bool directoriesFirst = true; ///< for SortKey::Name
    Filter filter;                ///< empty = everything; ancestors of matches are kept
};

/// The rows a tree view shows for one ProjectionSpec: a second set of flat vectors over the same
/// nodes, breadth-first, siblings in the wanted order, so that every question of an item model is
/// O(1). Immutable and thread-safe; holds its tree alive.
class Projection
{
public:
    struct Row
    {
        NodeId node;
        RowId parent;
        std::uint32_t firstChild = 0;
        std::uint32_t childCount = 0;
        std::uint32_t version = 0; ///< which of the node's versions is shown; see version()
        bool matches = true;       ///< false = here only to lead to a match
        /// Content bytes of a file; of a directory those of all matching files below it, where
        /// content that has several names there (hard links) counts once.
        std::uint64_t size = 0;
    };

    const MergedTree& tree() const { return *m_tree; }
    const ProjectionSpec& spec() const { return m_spec; }
    std::size_t rowCount() const { return m_rows.size(); } ///< the root's row 0 included
    std::size_t matchCount() const { return m_matches; }   ///< rows that match, root not counted
    const Row& row(RowId id) const { return m_rows[id.index()]; }
    /// The row of a node, or none if it is not shown. O(1).
    std::optional<RowId> rowOf(NodeId node) const;
    /// Position among its siblings.
    std::uint32_t position(RowId id) const;
    /// The version that the row shows; null for a directory no layer of the scope lists.
    const Version* version(RowId id) const;
    /// In scopes with layers stacked: what the origin layer did to the path; in OnlyLayer: what the
    /// layer did, none for directories that only lead to changes.
    std::optional<Change> change(RowId id) const;
    /// Whether the row shows a path that is hidden or removed in this scope.
    bool isRemoved(RowId id) const;
    /// For a removed row the version that was visible before, for its metadata; else version().
    const Version* lastSeen(RowId id) const;

private:
    friend class ProjectionBuilder;
    Projection() = default;

    std::shared_ptr<const MergedTree> m_tree;
    ProjectionSpec m_spec;
    std::vector<Row> m_rows;
    std::vector<RowId> m_rowOfNode;
    std::size_t m_matches = 0;
};

/// Linear in nodes, plus sorting, plus the depth for each hard link. Errors: Cancelled.
Result<std::shared_ptr<const Projection>> project(std::shared_ptr<const MergedTree> tree,
                                                  const ProjectionSpec& spec, const Job& job);

} // namespace strata
