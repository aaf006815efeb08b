// SPDX-License-Identifier: Apache-2.0
#include "tree/metadata_p.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace strata {

namespace {

std::vector<std::pair<std::string_view, std::string_view>> sortedXattrs(const LayerIndex& layer,
                                                                        XattrSetId id)
{
    std::vector<std::pair<std::string_view, std::string_view>> out;
    for (const auto& xattr : layer.xattrs(id)) {
        out.emplace_back(layer.name(xattr.name), xattr.value);
    }
    std::ranges::sort(out);
    return out;
}

} // namespace

bool sameMetadata(const LayerIndex& layerA, const LayerEntry& a, const LayerIndex& layerB,
                  const LayerEntry& b)
{
    if (a.mode != b.mode || a.uid != b.uid || a.gid != b.gid || a.mtime != b.mtime ||
        a.mtimeNsec != b.mtimeNsec) {
        return false;
    }
    return (!a.xattrs && !b.xattrs) ||
           sortedXattrs(layerA, a.xattrs) == sortedXattrs(layerB, b.xattrs);
}

} // namespace strata
