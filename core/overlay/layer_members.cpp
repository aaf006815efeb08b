// SPDX-License-Identifier: Apache-2.0
#include "overlay/layer_members.h"

#include "base/byte_path.h"
#include "base/limits.h"

#include <algorithm>
#include <map>
#include <utility>

namespace strata {
namespace {

constexpr std::string_view whiteoutPrefix = ".wh.";
constexpr std::string_view opaqueName = ".wh..wh..opq";

class MemberList
{
public:
    explicit MemberList(const Container& container)
        : m_container(container)
    {
    }

    LayerMembers run()
    {
        if (m_container.rootChanged()) {
            m_out.warnings.add(WarningCode::Other,
                               "what was changed of / itself is left out: a layer has no entry "
                               "for it");
        }
        addChildren(Container::root(), {});
        return std::move(m_out);
    }

private:
    void addChildren(const Sighting& directory, const std::string& above)
    {
        const auto children = m_container.upper().children(directory.upper);
        if (m_depth == limits::containerDepth && !children.empty()) {
            m_out.warnings.add(WarningCode::LimitReached,
                               "what is more than " + std::to_string(limits::containerDepth) +
                                   " folders deep is left out");
            return;
        }
        ++m_depth;
        for (const auto& [name, id] : children) {
            if (!id) {
                m_out.members.push_back({LayerMember::Kind::Whiteout, {}, {}});
                m_out.members.back().member.path = above + std::string(name);
            }
        }
        for (const auto& [name, id] : children) {
            if (id) {
                add(directory, name, id, above + std::string(name));
            }
        }
        --m_depth;
    }

    void add(const Sighting& parent, std::string_view name, UpperId id, const std::string& path)
    {
        if (name.starts_with(whiteoutPrefix)) {
            m_out.warnings.add(WarningCode::BadWhiteout,
                               quoteForDisplay("/" + path) +
                                   " is left out: in a layer its name would delete something");
            return;
        }
        const UpperInode& inode = m_container.upper().inode(id);
        LayerMember out{.kind = LayerMember::Kind::Object,
                        .member = {.path = path,
                                   .linkTarget = inode.target,
                                   .xattrs = attributes(inode, path),
                                   .size = inode.content.size(),
                                   .mtime = inode.mtime,
                                   .uid = inode.uid,
                                   .gid = inode.gid,
                                   .deviceMajor = inode.deviceMajor,
                                   .deviceMinor = inode.deviceMinor,
                                   .mode = inode.mode,
                                   .type = inode.type},
                        .inode = id};
        if (inode.type == FileType::Directory) {
            out.member.path += "/";
            m_out.members.push_back(std::move(out));
            if (hidesDirectory(parent, name, inode)) {
                m_out.members.push_back({LayerMember::Kind::Opaque, {}, {}});
                m_out.members.back().member.path = path;
            }
            addChildren({id, inode.lower}, path + "/");
            return;
        }
        const auto [first, isFirst] = m_first.emplace(id, path);
        if (!isFirst) {
            out.member.hardlink = true;
            out.member.linkTarget = first->second;
            out.member.xattrs.clear();
        }
        m_out.members.push_back(std::move(out));
    }

    /// Those that a tar keeps: libarchive writes other names in another spelling, and "=" ends a
    /// name in PAX.
    std::vector<std::pair<std::string, std::string>> attributes(const UpperInode& inode,
                                                                const std::string& path)
    {
        std::vector<std::pair<std::string, std::string>> out;
        for (const auto& [name, value] : inode.xattrs) {
            const bool kept = std::ranges::all_of(
                name, [](char c) { return c > ' ' && c < '\x7f' && c != '=' && c != '%'; });
            if (kept) {
                out.emplace_back(name, value);
            } else {
                m_out.warnings.add(WarningCode::Other,
                                   "the attribute " + quoteForDisplay(name) + " of " +
                                       quoteForDisplay("/" + path) +
                                       " is left out: a tar cannot keep its name");
            }
        }
        return out;
    }

    /// Whether an opaque directory lies over one of the image.
    bool hidesDirectory(const Sighting& parent, std::string_view name,
                        const UpperInode& inode) const
    {
        if (inode.lower || !m_container.lowerHas(parent, name)) {
            return false;
        }
        const MergedTree& tree = *m_container.image().tree;
        const auto node = tree.child(parent.lower, name);
        const Version* below = node ? tree.visible(*node) : nullptr;
        return below != nullptr && tree.entry(*below).type == FileType::Directory;
    }

    const Container& m_container;
    LayerMembers m_out;
    std::size_t m_depth = 0;
    std::map<UpperId, std::string> m_first; ///< the first name of each inode
};

} // namespace

std::string LayerMember::tarName() const
{
    const std::string& path = member.path;
    if (kind == Kind::Object) {
        return path;
    }
    if (kind == Kind::Opaque) {
        return path + "/" + std::string(opaqueName);
    }
    const std::size_t name = path.rfind('/') + 1; // 0 when there is no slash
    return path.substr(0, name) + std::string(whiteoutPrefix) + path.substr(name);
}

LayerMembers layerMembers(const Container& container)
{
    return MemberList(container).run();
}

} // namespace strata
