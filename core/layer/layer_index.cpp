// SPDX-License-Identifier: Apache-2.0
#include "layer/layer_index.h"

namespace strata {

std::pair<std::uint32_t, std::uint32_t> LayerIndex::children(LayerNodeId id) const
{
    const auto first = m_nodes[id.index()].firstChild.value;
    const auto last = id.index() + 1 < m_nodes.size() ? m_nodes[id.index() + 1].firstChild.value
                                                      : static_cast<std::uint32_t>(m_nodes.size());
    return {first, last};
}

std::span<const Xattr> LayerIndex::xattrs(XattrSetId id) const
{
    if (!id) {
        return {};
    }
    return m_xattrSets[id.index()];
}

std::size_t LayerIndex::bytes() const
{
    std::size_t xattrBytes = 0;
    for (const auto& set : m_xattrSets) {
        for (const auto& xattr : set) {
            xattrBytes += sizeof(Xattr) + xattr.value.capacity();
        }
    }
    return m_names.bytes() + m_nodes.capacity() * sizeof(LayerNode) +
           m_entries.capacity() * sizeof(LayerEntry) + xattrBytes;
}

} // namespace strata
