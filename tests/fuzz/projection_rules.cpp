// SPDX-License-Identifier: Apache-2.0
#include "require.h"
#include "tree_rules.h"

#include <set>
#include <utility>
#include <vector>

namespace strata::fuzz {

namespace {

void requireSoundRow(const Projection& rows, RowId id)
{
    const MergedTree& tree = rows.tree();
    const Projection::Row& row = rows.row(id);
    require(rows.rowOf(row.node) == id, "a node has one row", tree.path(row.node));
    require(row.firstChild > id.value && row.firstChild + row.childCount <= rows.rowCount(),
            "children stand behind their parent", tree.path(row.node));
    for (std::uint32_t i = 0; i < row.childCount; ++i) {
        const RowId child{row.firstChild + i};
        require(rows.row(child).parent == id && rows.position(child) == i, "a row knows its place",
                tree.path(rows.row(child).node));
        require(tree.parent(rows.row(child).node) == row.node, "rows stand as their nodes do");
    }
    const Version* version = rows.version(id);
    const Version* seen = rows.lastSeen(id);
    require(rows.isRemoved(id) == (version != nullptr && version->removed()) &&
                (seen == nullptr || !seen->removed()) && (seen == nullptr) == (version == nullptr),
            "a removed row shows what was there", tree.path(row.node));
    static_cast<void>(rows.change(id));
}

/// What each row's files hold, content of several names once.
std::vector<std::uint64_t> sizesOf(const Projection& rows)
{
    const MergedTree& tree = rows.tree();
    std::vector<std::uint64_t> sizes(rows.rowCount(), 0);
    std::set<std::pair<std::uint32_t, EntryRef>> counted;
    for (std::uint32_t i = 1; i < rows.rowCount(); ++i) {
        const Version* version = rows.version({i});
        if (!rows.row({i}).matches || version == nullptr || version->removed() ||
            tree.entry(*version).type != FileType::File) {
            continue;
        }
        const EntryRef own{version->layer, version->entry};
        const EntryRef content = tree.content(*version).value_or(own);
        for (RowId at{i}; at; at = rows.row(at).parent) {
            if (counted.emplace(at.value, content).second) {
                sizes[at.index()] += tree.entry(*version).size;
            }
        }
    }
    return sizes;
}

/// Whether a node belongs into the scope by itself, before any filter.
bool inScope(const Projection& rows, NodeId node)
{
    const ProjectionSpec& spec = rows.spec();
    const MergedTree& tree = rows.tree();
    if (spec.scope == Scope::OnlyLayer) {
        const Version* version = tree.versionIn(node, spec.layer);
        return version != nullptr && version->change != Change::Unchanged;
    }
    const auto all = tree.versions(node);
    const Version* version = spec.scope == Scope::UpToLayer ? tree.versionAt(node, spec.layer)
                             : all.empty()                  ? nullptr
                                                            : &all.back();
    return version != nullptr && (spec.showRemoved || !version->removed());
}

} // namespace

void requireSoundProjection(const Projection& rows)
{
    require(rows.rowCount() > 0 && rows.row({0}).node == MergedTree::root(), "row 0 is the root");
    const auto sizes = sizesOf(rows);
    std::size_t matches = 0;
    for (std::uint32_t i = 0; i < rows.rowCount(); ++i) {
        requireSoundRow(rows, RowId{i});
        const Projection::Row& row = rows.row(RowId{i});
        require(row.size == sizes[i], "a row is as large as the files shown in it",
                rows.tree().path(row.node));
        if (i > 0 && row.matches) {
            ++matches;
        }
    }
    require(matches == rows.matchCount(), "matches are counted");
    for (std::uint32_t i = 1; i < rows.tree().nodeCount(); ++i) {
        const auto row = rows.rowOf({i});
        const bool matching = row && rows.row(*row).matches;
        const bool wanted =
            inScope(rows, {i}) &&
            rows.spec().filter.matches(
                rows.tree(), {i},
                *rows.tree().versionAt(
                    {i}, rows.spec().scope == Scope::WholeImage ? 0xffffU : rows.spec().layer));
        require(matching == wanted, "rows are what scope and filter ask for",
                rows.tree().path({i}));
    }
}

} // namespace strata::fuzz
