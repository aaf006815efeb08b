// SPDX-License-Identifier: Apache-2.0
#include "overlay/container.h"
#include "overlay/transaction_p.h"

#include <map>
#include <utility>

namespace strata {
namespace {

/// Copies what is seen at one place to another one, with all its metadata.
class TreeCopy
{
public:
    explicit TreeCopy(Transaction& work)
        : m_work(work)
    {
    }

    void copy(const Sighting& from, Location& to)
    {
        const Container& container = m_work.container();
        const FileDetails details = container.details(from);
        if (details.type == FileType::Directory) {
            copyDirectory(from, details, to);
            return;
        }
        // One inode of several names becomes one inode again.
        const auto key = keyOf(from);
        if (key) {
            if (const auto made = m_made.find(*key); made != m_made.end()) {
                const bool over = m_work.place(to, made->second.first);
                m_work.effect({.kind = EffectKind::Linked,
                               .path = to.path(),
                               .other = made->second.second,
                               .type = details.type,
                               .overWhiteout = over});
                return;
            }
        }
        UpperInode inode;
        static_cast<InodeMetadata&>(inode) = details;
        const UpperId id = m_work.make(to, inode);
        if (details.type == FileType::File) {
            const FileContent content = contentOf(from);
            m_work.change(id, [&](UpperInode& file) { file.content = content; });
            m_work.effect(
                {.kind = EffectKind::Written, .path = to.path(), .bytes = content.size()});
        }
        giveMetadata(id, details);
        if (key) {
            m_made.emplace(*key, std::pair(id, to.path()));
        }
    }

private:
    /// An inode of the container, or one of the image by the entry that holds its content.
    using Key = std::pair<UpperId, EntryRef>;

    std::optional<Key> keyOf(const Sighting& from) const
    {
        if (from.upper) {
            return Key{from.upper, {}};
        }
        const MergedTree& tree = *m_work.container().image().tree;
        const Version& version = *tree.visible(from.lower);
        const auto content = tree.content(version);
        // A link into a lower layer shows that file, but is none of its names.
        return content && !tree.entry(version).lowerLink ? std::optional(Key{{}, *content})
                                                         : std::nullopt;
    }

    FileContent contentOf(const Sighting& from) const
    {
        if (from.upper) {
            return m_work.upper().inode(from.upper).content;
        }
        const MergedTree& tree = *m_work.container().image().tree;
        const Version& version = *tree.visible(from.lower);
        return FileContent::ofImage(version, tree.entry(version).size);
    }

    void copyDirectory(const Sighting& from, const FileDetails& details, Location& to)
    {
        UpperInode inode;
        inode.type = FileType::Directory;
        const UpperId id = m_work.make(to, std::move(inode));
        for (const auto& child : m_work.container().children(from)) {
            Location inside{.directories = to.directories, .name = child.name, .sighting = {}};
            inside.directories.push_back({to.found(), to.name});
            copy(child.sighting, inside);
        }
        giveMetadata(id, details);
    }

    void giveMetadata(UpperId id, const InodeMetadata& metadata)
    {
        m_work.change(id,
                      [&](UpperInode& inode) { static_cast<InodeMetadata&>(inode) = metadata; });
    }

    Transaction& m_work;
    std::map<Key, std::pair<UpperId, std::string>> m_made;
};

} // namespace

Trace Container::removeTree(std::string_view path)
{
    Transaction work(*this, OperationKind::RemoveTree, path);
    auto location = work.walk().toParent(path);
    if (!location) {
        return work.refused(location.error());
    }
    if (location->last != LastPart::Name) {
        return work.refused(location->last == LastPart::Root ? PosixError::Busy
                                                             : PosixError::Invalid);
    }
    if (const auto looked = work.walk().lookUp(*location); !looked) {
        return work.refused(looked.error());
    }
    if (!location->sighting) {
        return work.refused(PosixError::NoEntry);
    }
    if (location->slashBehind && !isDirectory(location->found())) {
        return work.refused(PosixError::NotDirectory);
    }
    work.remove(*location);
    return work.done();
}

Trace Container::move(std::string_view from, std::string_view to)
{
    Transaction work(*this, OperationKind::Move, from, to);
    auto names = toBothNames(work, from, to);
    if (!names) {
        return work.refused(names.error());
    }
    auto& [source, target] = *names;
    const auto renamed = renameFound(work, source, target);
    if (renamed) {
        return work.done();
    }
    if (renamed.error().error != PosixError::CrossDevice) {
        return work.refused(renamed.error());
    }
    if (target.sighting) {
        if (!children(target.found()).empty()) {
            return work.refused(PosixError::NotEmpty);
        }
        work.remove(target);
    }
    TreeCopy(work).copy(source.found(), target);
    work.remove(source);
    return work.done();
}

} // namespace strata
