// SPDX-License-Identifier: Apache-2.0
#include "reexport.h"

#include "bounds.h"
#include "require.h"

#include "base/byte_path.h"
#include "export/layer_writer.h"
#include "io/hasher.h"

#include <algorithm>
#include <utility>

namespace strata::fuzz {

namespace {

using Bytes = std::vector<std::byte>;

/// A link to nothing has no content that another tool could show.
bool leadsNowhere(const MergedTree& tree, const Version& version)
{
    const LayerEntry& entry = tree.entry(version);
    return !tree.content(version) && (entry.hardlink || entry.type == FileType::File);
}

/// `.wh.` names belong to the format. An entry cannot have one, but a folder that a symlink of the
/// same layer leads to can.
bool isExportable(const MergedTree& tree, NodeId node)
{
    return !tree.name(node).starts_with(".wh.") && tree.name(node).find('\0') == std::string::npos;
}

std::optional<Bytes> contentOf(const OpenedImage& image, const Version& version)
{
    const auto stream = image.open(version);
    if (!stream) {
        return std::nullopt;
    }
    auto bytes = readAll(**stream, bounds::contentBytes);
    return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
}

std::string describe(const MergedTree& tree, const Version& version)
{
    const LayerEntry& entry = tree.entry(version);
    std::string out(fileTypeName(entry.type));
    for (const std::int64_t number :
         {std::int64_t{entry.mode}, std::int64_t{entry.uid}, std::int64_t{entry.gid}, entry.mtime,
          static_cast<std::int64_t>(entry.size), std::int64_t{entry.deviceMajor},
          std::int64_t{entry.deviceMinor}}) {
        out += " " + std::to_string(number);
    }
    if (entry.type == FileType::Symlink) {
        out += " -> " + std::string(tree.linkTarget(version));
    }
    auto xattrs = tree.xattrs(version);
    std::ranges::sort(xattrs);
    for (const auto& [name, value] : xattrs) {
        out += " " + std::string(name) + "=" + std::string(value);
    }
    return out;
}

/// Writes versions as members of one layer; the first name of an inode holds its content.
class Export
{
public:
    explicit Export(const OpenedImage& image)
        : m_image(image)
        , m_tree(*image.tree)
    {
    }

    void whiteout(NodeId node)
    {
        m_ok = m_ok && isExportable(m_tree, node) && added(m_writer.addWhiteout(m_tree.path(node)));
    }

    void member(NodeId node, const Version& version)
    {
        if (!m_ok || !isExportable(m_tree, node) || leadsNowhere(m_tree, version)) {
            m_ok = false;
            return;
        }
        const LayerEntry& entry = m_tree.entry(version);
        TarMember member;
        member.path = m_tree.path(node);
        member.type = entry.type;
        member.mode = entry.mode;
        member.uid = entry.uid;
        member.gid = entry.gid;
        member.mtime = entry.mtime;
        member.deviceMajor = entry.deviceMajor;
        member.deviceMinor = entry.deviceMinor;
        const auto holder = m_tree.content(version);
        if (holder && entry.type != FileType::Directory) {
            const auto [first, fresh] = m_firstNames.try_emplace(*holder, member.path);
            if (!fresh) {
                member.hardlink = true;
                member.linkTarget = first->second;
                m_ok = added(m_writer.add(member));
                return;
            }
        }
        for (const auto& [name, value] : m_tree.xattrs(version)) {
            member.xattrs.emplace_back(name, value);
        }
        if (entry.type == FileType::Symlink) {
            member.linkTarget = m_tree.linkTarget(version);
        }
        std::optional<Bytes> content = Bytes();
        if (entry.type == FileType::File) {
            content = contentOf(m_image, version);
        }
        if (!content) {
            m_ok = false;
            return;
        }
        member.size = content->size();
        m_ok = added(m_writer.add(member, *content));
    }

    std::optional<Bytes> finish()
    {
        return m_ok && added(m_writer.finish()) ? std::optional(std::move(m_out)) : std::nullopt;
    }

private:
    static bool added(const Status& status)
    {
        require(status.has_value(), "what a layer held can be written into one",
                status ? std::string() : status.error().message());
        return true;
    }

    const OpenedImage& m_image;
    const MergedTree& m_tree;
    Bytes m_out;
    LayerWriter m_writer{[this](std::span<const std::byte> bytes) -> Status {
        m_out.insert(m_out.end(), bytes.begin(), bytes.end());
        return {};
    }};
    std::map<EntryRef, std::string> m_firstNames;
    bool m_ok = true;
};

bool isVisibleDirectory(const MergedTree& tree, NodeId node, LayerNo k)
{
    const Version* version = tree.visibleAt(node, k);
    return node == MergedTree::root() ||
           (version != nullptr && tree.entry(*version).type == FileType::Directory);
}

} // namespace

std::optional<std::map<std::string, std::string>> visibleState(const OpenedImage& image, LayerNo k,
                                                               bool links)
{
    const MergedTree& tree = *image.tree;
    std::map<std::string, std::string> out;
    std::map<EntryRef, std::pair<std::string, std::uint64_t>> holders; // first path, hash
    for (std::uint32_t i = 1; i < tree.nodeCount(); ++i) {
        const Version* version = tree.visibleAt({i}, k);
        if (version == nullptr) {
            continue;
        }
        if (leadsNowhere(tree, *version)) {
            return std::nullopt;
        }
        const std::string path = tree.path({i});
        std::string line = describe(tree, *version);
        const FileType type = tree.entry(*version).type;
        const auto ref = tree.content(*version);
        if (ref && type != FileType::Directory) {
            auto [it, fresh] = holders.try_emplace(*ref, path, 0);
            if (fresh && type == FileType::File) {
                const auto content = contentOf(image, *version);
                if (!content) {
                    return std::nullopt;
                }
                ContentHasher hasher;
                hasher.add(*content);
                it->second.second = hasher.value();
            }
            line += " " + std::to_string(it->second.second);
            line += links ? " = " + it->second.first : "";
        }
        out.emplace(path, std::move(line));
    }
    return out;
}

std::optional<Bytes> flattened(const OpenedImage& image)
{
    Export out(image);
    for (std::uint32_t i = 1; i < image.tree->nodeCount(); ++i) {
        if (const Version* version = image.tree->visible({i})) {
            out.member({i}, *version);
        }
    }
    return out.finish();
}

std::optional<Bytes> layerAgain(const OpenedImage& image, LayerNo k)
{
    const MergedTree& tree = *image.tree;
    Export out(image);
    for (std::uint32_t i = 1; i < tree.nodeCount(); ++i) {
        const Version* version = tree.versionIn({i}, k);
        if (version != nullptr && version->removed() &&
            isVisibleDirectory(tree, tree.parent({i}), k)) {
            out.whiteout({i});
        }
    }
    for (std::uint32_t i = 1; i < tree.nodeCount(); ++i) {
        const Version* version = tree.versionIn({i}, k);
        if (version != nullptr && !version->removed()) {
            out.member({i}, *version);
        }
    }
    return out.finish();
}

} // namespace strata::fuzz
