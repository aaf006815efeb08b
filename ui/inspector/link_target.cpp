// SPDX-License-Identifier: Apache-2.0
#include "inspector/link_target.h"

#include "base/limits.h"

#include <string>
#include <vector>

namespace strata::ui {

namespace {

/// Components of `path`, the last one first, so that the next is taken from the back.
std::vector<std::string> reversedParts(std::string_view path)
{
    std::vector<std::string> out;
    while (!path.empty()) {
        const auto slash = path.rfind('/');
        const auto part = slash == path.npos ? path : path.substr(slash + 1);
        if (!part.empty() && part != ".") {
            out.emplace_back(part);
        }
        path = slash == path.npos ? std::string_view() : path.substr(0, slash);
    }
    return out;
}

} // namespace

std::optional<NodeId> resolveTarget(const MergedTree& tree, NodeId folder, std::string_view target,
                                    LayerNo top, LastPart last)
{
    auto at = target.starts_with('/') ? MergedTree::root() : folder;
    auto parts = reversedParts(target);
    int hops = 0;
    while (!parts.empty()) {
        const auto part = std::move(parts.back());
        parts.pop_back();
        if (part == "..") {
            at = at == MergedTree::root() ? at : tree.parent(at);
            continue;
        }
        const auto next = tree.child(at, part);
        const auto* version = next ? tree.visibleAt(*next, top) : nullptr;
        if (!version) {
            return {};
        }
        const auto type = tree.entry(*version).type;
        if (type == FileType::Symlink && !(parts.empty() && last == LastPart::Keep)) {
            if (++hops > limits::symlinkHops) {
                return {};
            }
            const auto inner = tree.linkTarget(*version);
            at = inner.starts_with('/') ? MergedTree::root() : at;
            auto more = reversedParts(inner);
            if (parts.size() + more.size() > limits::pathDepth) {
                return {};
            }
            parts.insert(parts.end(), std::make_move_iterator(more.begin()),
                         std::make_move_iterator(more.end()));
            continue;
        }
        if (type != FileType::Directory && !parts.empty()) {
            return {};
        }
        at = *next;
    }
    return at;
}

} // namespace strata::ui
