// SPDX-License-Identifier: Apache-2.0
#include "overlay/upper_directory.h"

#include "base/limits.h"

#include <utility>

namespace strata {
namespace {

void appendItem(const Container& container, std::string path, UpperId id, std::size_t depth,
                std::vector<UpperItem>& out)
{
    UpperItem item{.path = std::move(path), .details = {}, .inode = id};
    if (!id) {
        item.whiteout = true;
        item.details.type = FileType::CharDevice;
        item.details.inContainer = true;
        out.push_back(std::move(item));
        return;
    }
    const UpperInode& inode = container.upper().inode(id);
    item.details = container.details({id, inode.lower});
    item.opaque = inode.opaque;
    item.metacopy = inode.metacopy;
    if (inode.opaque) {
        item.details.xattrs.emplace(opaqueXattr, "y");
    }
    if (inode.metacopy) {
        item.details.xattrs.emplace(metacopyXattr, "");
    }
    const std::string above = item.path == "/" ? "" : item.path;
    out.push_back(std::move(item));
    if (depth == limits::containerDepth) {
        return;
    }
    for (const auto& [name, child] : container.upper().children(id)) {
        appendItem(container, above + "/" + std::string(name), child, depth + 1, out);
    }
}

} // namespace

std::vector<UpperItem> upperDirectory(const Container& container)
{
    std::vector<UpperItem> out;
    appendItem(container, "/", UpperLayer::root(), 0, out);
    return out;
}

} // namespace strata
