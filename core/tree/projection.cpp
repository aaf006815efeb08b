// SPDX-License-Identifier: Apache-2.0
#include "tree/projection.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace strata {

namespace {
constexpr std::uint32_t noVersion = 0xffffffffU;
}

std::optional<RowId> Projection::rowOf(NodeId node) const
{
    const RowId row = node.index() < m_rowOfNode.size() ? m_rowOfNode[node.index()] : RowId{};
    return row ? std::optional(row) : std::nullopt;
}

std::uint32_t Projection::position(RowId id) const
{
    const Row& r = row(id);
    return r.parent ? id.value - row(r.parent).firstChild : 0;
}

const Version* Projection::version(RowId id) const
{
    const Row& r = row(id);
    return r.version == noVersion ? nullptr : &m_tree->versions(r.node)[r.version];
}

std::optional<Change> Projection::change(RowId id) const
{
    const Version* v = version(id);
    if (v == nullptr || (m_spec.scope == Scope::OnlyLayer && v->layer != m_spec.layer)) {
        return std::nullopt;
    }
    return v->change;
}

bool Projection::isRemoved(RowId id) const
{
    const Version* v = version(id);
    return v != nullptr && v->removed();
}

const Version* Projection::lastSeen(RowId id) const
{
    const Version* v = version(id);
    // A removal always has the version it hides right before it.
    return v != nullptr && v->removed() ? v - 1 : v;
}

/// Three passes over flat vectors: what each node shows (parents first), what leads to something
/// shown (children first), and the rows in their order.
class ProjectionBuilder
{
public:
    ProjectionBuilder(std::shared_ptr<const MergedTree> tree, const ProjectionSpec& spec)
        : m_out(new Projection)
        , m_tree(*tree)
        , m_spec(spec)
        , m_last(spec.scope == Scope::WholeImage || m_tree.layerCount() == 0
                     ? static_cast<LayerNo>(m_tree.layerCount())
                     : spec.layer)
        , m_shown(m_tree.nodeCount(), noVersion)
        , m_state(m_tree.nodeCount(), hidden)
        , m_sizes(m_tree.nodeCount(), 0)
    {
        m_out->m_tree = std::move(tree);
        m_out->m_spec = spec;
    }

    Result<std::shared_ptr<const Projection>> run(const Job& job)
    {
        m_state[0] = leads;
        if (!selectAll(job)) {
            return cancelledError();
        }
        findRepeats();
        for (auto i = static_cast<std::uint32_t>(m_tree.nodeCount()); i-- > 0;) {
            if (!m_repeats.empty()) {
                m_sizes[i] -= std::min(m_sizes[i], m_repeats[i]);
            }
            if (i > 0 && m_state[i] != hidden) {
                ++m_rowCount;
                const auto parent = m_tree.parent(NodeId{i}).index();
                addSize(m_sizes[parent], m_sizes[i]);
                m_state[parent] = std::max(m_state[parent], leads);
            }
        }
        if (job.cancelled()) {
            return cancelledError();
        }
        layOut(job);
        if (job.cancelled()) {
            return cancelledError();
        }
        return std::shared_ptr<const Projection>(std::move(m_out));
    }

private:
    enum State : std::uint8_t { hidden, leads, matches, matchesFolder };
    static bool isMatch(State state) { return state >= matches; }

    /// One of several names of a file's content.
    struct Name
    {
        EntryRef content;
        NodeId node;
    };

    /// Index of the version in force with layers 0…m_last stacked.
    std::uint32_t versionInForce(std::span<const Version> all) const
    {
        for (auto i = static_cast<std::uint32_t>(all.size()); i-- > 0;) {
            if (all[i].layer <= m_last) {
                return i;
            }
        }
        return noVersion;
    }

    /// False once cancelled.
    bool selectAll(const Job& job)
    {
        // Entries lie all over memory: those of the next nodes are on their way meanwhile.
        constexpr std::uint32_t ahead = 64;
        const auto count = static_cast<std::uint32_t>(m_tree.nodeCount());
        for (std::uint32_t i = 0; i < count; ++i) {
            if ((i & 0xffffU) == 0 && job.cancelled()) {
                return false;
            }
            for (; m_expected < std::min(i + ahead, count); ++m_expected) {
                const auto all = m_tree.versions(NodeId{m_expected});
                const auto at = versionInForce(all);
                m_shown[m_expected] = at;
                if (at != noVersion) {
                    m_tree.expect(all[at]);
                }
            }
            select(NodeId{i});
        }
        return true;
    }

    void select(NodeId node)
    {
        const auto at = m_shown[node.index()];
        if (node == MergedTree::root() || at == noVersion) {
            return;
        }
        const Version& v = m_tree.versions(node)[at];
        if (m_spec.scope == Scope::OnlyLayer) {
            if (v.layer != m_spec.layer || v.change == Change::Unchanged) {
                return;
            }
        } else if (v.removed() && !m_spec.showRemoved && v.layer != m_spec.showRemovedBy) {
            return;
        }
        if (!m_spec.filter.empty() && !m_spec.filter.matches(m_tree, node, v)) {
            return;
        }
        const auto entry = m_tree.outline(v.removed() ? *(&v - 1) : v);
        m_state[node.index()] = entry.type == FileType::Directory ? matchesFolder : matches;
        ++m_out->m_matches;
        if (v.removed() || entry.type != FileType::File) {
            return;
        }
        m_sizes[node.index()] = entry.size;
        if (entry.hardlink) {
            const auto content = m_tree.content(v);
            if (content && *content != EntryRef{v.layer, v.entry}) {
                m_names.push_back({*content, node});
            }
        }
    }

    /// Sizes are what headers claim: together they may say more than there can be.
    static void addSize(std::uint64_t& sum, std::uint64_t size)
    {
        sum += std::min(size, std::numeric_limits<std::uint64_t>::max() - sum);
    }

    /// Says for each folder how much it would count again by further names of the same content. Of
    /// one content's names in depth-first order, each meets the one before it in some folder first:
    /// from there upwards it is a repeat.
    void findRepeats()
    {
        if (m_names.empty()) {
            return;
        }
        addHolders();
        const auto order = depthFirstOrder();
        std::ranges::sort(m_names, {}, [&order](const Name& name) {
            return std::pair(name.content, order[name.node.index()]);
        });
        m_repeats.resize(m_tree.nodeCount(), 0);
        for (std::size_t i = 1; i < m_names.size(); ++i) {
            if (m_names[i].content == m_names[i - 1].content) {
                const auto folder = commonFolder(m_names[i].node, m_names[i - 1].node);
                addSize(m_repeats[folder.index()], m_sizes[m_names[i].node.index()]);
            }
        }
    }

    /// m_names has the links; puts the names of what they link to beside them.
    void addHolders()
    {
        std::ranges::sort(m_names, {}, &Name::content);
        std::vector<Name> holders;
        for (std::uint32_t i = 0; i < m_tree.nodeCount(); ++i) {
            if (m_state[i] != matches) { // folders have no content
                continue;
            }
            const Version& v = shown(NodeId{i});
            const EntryRef own{v.layer, v.entry};
            if (v.entry && std::ranges::binary_search(m_names, own, {}, &Name::content)) {
                holders.push_back({own, NodeId{i}});
            }
        }
        m_names.insert(m_names.end(), holders.begin(), holders.end());
    }

    /// Per node its place when everything below a node comes right after it.
    std::vector<std::uint32_t> depthFirstOrder() const
    {
        const auto count = static_cast<std::uint32_t>(m_tree.nodeCount());
        std::vector<std::uint32_t> below(count, 1);
        for (auto i = count; i-- > 1;) {
            below[m_tree.parent(NodeId{i}).index()] += below[i];
        }
        std::vector<std::uint32_t> order(count, 0);
        for (std::uint32_t i = 0; i < count; ++i) {
            const auto [first, last] = m_tree.children(NodeId{i});
            auto next = order[i] + 1;
            for (auto child = first; child < last; ++child) {
                order[child] = next;
                next += below[child];
            }
        }
        return order;
    }

    /// The deepest node above both. Nodes stand breadth-first: a parent before its children.
    NodeId commonFolder(NodeId a, NodeId b) const
    {
        while (a.index() != b.index()) {
            auto& deeper = a.index() > b.index() ? a : b;
            deeper = m_tree.parent(deeper);
        }
        return a;
    }

    void layOut(const Job& job)
    {
        auto& rows = m_out->m_rows;
        rows.reserve(m_rowCount);
        m_out->m_rowOfNode.assign(m_tree.nodeCount(), RowId{});
        rows.push_back(makeRow(MergedTree::root(), RowId{}));
        m_out->m_rowOfNode[0] = RowId{0};
        std::vector<NodeId> children;
        for (std::uint32_t r = 0; r < rows.size(); ++r) {
            if ((r & 0x3fffU) == 0 && job.cancelled()) {
                return;
            }
            children.clear();
            const auto [first, last] = m_tree.children(rows[r].node);
            for (auto c = first; c < last; ++c) {
                if (m_state[c] != hidden) {
                    children.push_back(NodeId{c});
                }
            }
            if (children.size() > 0x3fffU && job.cancelled()) {
                return;
            }
            sortSiblings(children);
            rows[r].firstChild = static_cast<std::uint32_t>(rows.size());
            rows[r].childCount = static_cast<std::uint32_t>(children.size());
            for (const auto child : children) {
                m_out->m_rowOfNode[child.index()] = RowId{static_cast<std::uint32_t>(rows.size())};
                rows.push_back(makeRow(child, RowId{r}));
            }
        }
    }

    Projection::Row makeRow(NodeId node, RowId parent) const
    {
        Projection::Row row;
        row.node = node;
        row.parent = parent;
        row.version = m_shown[node.index()];
        row.matches = isMatch(m_state[node.index()]);
        row.size = m_sizes[node.index()];
        return row;
    }

    const Version& shown(NodeId node) const { return m_tree.versions(node)[m_shown[node.index()]]; }

    /// Metadata to sort by; of removed paths that of the version they hide.
    LayerEntry entryOf(NodeId node) const
    {
        const Version* v = &shown(node);
        return m_tree.entry(v->removed() ? *(v - 1) : *v);
    }

    bool isFolder(NodeId node) const
    {
        const auto state = m_state[node.index()];
        return state == matchesFolder ||
               (state == leads && entryOf(node).type == FileType::Directory);
    }

    /// Each key is made once: some cost a search.
    template <typename Key> void sortBy(std::vector<NodeId>& nodes, Key key) const
    {
        using Keyed = std::pair<decltype(key(nodes.front())), NodeId>;
        std::vector<Keyed> keyed;
        keyed.reserve(nodes.size());
        for (const NodeId node : nodes) {
            keyed.emplace_back(key(node), node);
        }
        // Equal keys stay in byte order of their names.
        if (m_spec.descending) {
            std::ranges::stable_sort(keyed, std::ranges::greater{}, &Keyed::first);
        } else {
            std::ranges::stable_sort(keyed, std::ranges::less{}, &Keyed::first);
        }
        std::ranges::transform(keyed, nodes.begin(), &Keyed::second);
    }

    void sortSiblings(std::vector<NodeId>& nodes) const
    {
        if (nodes.size() < 2) {
            return;
        }
        switch (m_spec.sortKey) {
        case SortKey::Name:
            if (m_spec.descending) {
                std::ranges::reverse(nodes);
            }
            if (m_spec.directoriesFirst) {
                std::ranges::stable_partition(nodes, [this](NodeId n) { return isFolder(n); });
            }
            break;
        case SortKey::Origin:
            sortBy(nodes, [this](NodeId n) { return shown(n).layer; });
            break;
        case SortKey::Change:
            sortBy(nodes, [this](NodeId n) { return shown(n).change; });
            break;
        case SortKey::Size:
            sortBy(nodes, [this](NodeId n) { return m_sizes[n.index()]; });
            break;
        case SortKey::Mode:
            sortBy(nodes, [this](NodeId n) { return entryOf(n).mode; });
            break;
        case SortKey::Owner:
            sortBy(nodes, [this](NodeId n) {
                const LayerEntry e = entryOf(n);
                return std::pair(e.uid, e.gid);
            });
            break;
        case SortKey::Time:
            sortBy(nodes, [this](NodeId n) {
                const LayerEntry e = entryOf(n);
                return std::pair(e.mtime, e.mtimeNsec);
            });
            break;
        }
    }

    std::unique_ptr<Projection> m_out;
    const MergedTree& m_tree;
    const ProjectionSpec& m_spec;
    LayerNo m_last;
    std::vector<std::uint32_t> m_shown; ///< per node: index of the version shown
    std::uint32_t m_expected = 0;       ///< nodes whose m_shown is known
    std::vector<State> m_state;
    std::size_t m_rowCount = 1; ///< the root's included
    std::vector<std::uint64_t> m_sizes;
    std::vector<Name> m_names;            ///< of matching files with hard links, once selected
    std::vector<std::uint64_t> m_repeats; ///< per folder; empty = no hard links
};

Result<std::shared_ptr<const Projection>> project(std::shared_ptr<const MergedTree> tree,
                                                  const ProjectionSpec& spec, const Job& job)
{
    return ProjectionBuilder(std::move(tree), spec).run(job);
}

} // namespace strata
