// SPDX-License-Identifier: Apache-2.0
#include "overlay/mode_bits_p.h"
#include "overlay/transaction_p.h"

#include <utility>

namespace strata {
namespace {

} // namespace

Transaction::Transaction(Container& container, OperationKind kind, std::string_view path,
                         std::string_view other)
    : m_container(container)
{
    m_trace.operation = kind;
    m_trace.path = path;
    m_trace.other = other;
    upper().begin();
}

Transaction::~Transaction()
{
    if (!m_ended) {
        upper().rollBack();
    }
}

Trace Transaction::done()
{
    upper().commit();
    m_ended = true;
    return std::move(m_trace);
}

Trace Transaction::refused(const Refusal& refusal)
{
    upper().rollBack();
    m_ended = true;
    m_trace.effects.clear();
    m_trace.error = refusal.error;
    m_trace.reason = refusal.reason;
    return std::move(m_trace);
}

Timestamp Transaction::now()
{
    if (!m_now) {
        m_now = m_container.m_options.clock();
    }
    return *m_now;
}

Effect& Transaction::effect(Effect effect)
{
    m_trace.effects.push_back(std::move(effect));
    return m_trace.effects.back();
}

UpperId Transaction::copyOf(const std::string& path, const Sighting& sighting, Copy what,
                            bool parent)
{
    const MergedTree& tree = *m_container.m_image->tree;
    const Version& version = *tree.visible(sighting.lower);
    const FileDetails details = m_container.details(sighting);
    UpperInode inode;
    static_cast<InodeMetadata&>(inode) = details;
    if (!version.implicit()) {
        inode.from = version.layer;
    }
    std::uint64_t copied = 0;
    if (inode.type == FileType::Directory) {
        inode.lower = sighting.lower;
    } else if (inode.type == FileType::File && what != Copy::NoData) {
        inode.content = FileContent::ofImage(version, details.size);
        inode.metacopy = what == Copy::Metadata && m_container.m_options.metacopy;
        copied = inode.metacopy ? 0 : details.size;
    }
    effect({.kind = EffectKind::CopiedUp,
            .path = path,
            .type = inode.type,
            .from = inode.from,
            .bytes = copied,
            .parent = parent,
            .dataBelow = inode.metacopy});
    return upper().add(std::move(inode));
}

void Transaction::copyUpDirectories(std::vector<WalkedDirectory>& directories)
{
    std::string path;
    for (std::size_t i = 1; i < directories.size(); ++i) {
        auto& directory = directories[i];
        const UpperId above = directories[i - 1].sighting.upper;
        path += "/" + directory.name;
        if (const UpperId* there = upper().find(above, directory.name)) {
            directory.sighting.upper = *there; // copied up since it was walked through
        } else {
            directory.sighting.upper = copyOf(path, directory.sighting, Copy::All, true);
            upper().set(above, directory.name, directory.sighting.upper);
        }
    }
}

UpperId Transaction::copyUpParent(Location& location)
{
    copyUpDirectories(location.directories);
    return location.parent().sighting.upper;
}

UpperId Transaction::copyUp(Location& location, Copy what)
{
    if (location.directories.empty()) {
        return UpperLayer::root();
    }
    const UpperId parent = copyUpParent(location);
    Sighting& sighting = location.found();
    if (const UpperId* there = upper().find(parent, location.name)) {
        sighting.upper = *there;
        const UpperInode& inode = upper().inode(*there);
        if (inode.metacopy && what != Copy::Metadata) {
            if (what == Copy::All) {
                effect({.kind = EffectKind::CopiedData,
                        .path = location.path(),
                        .from = inode.from,
                        .bytes = inode.content.size()});
            }
            change(*there, [](UpperInode& whole) { whole.metacopy = false; });
        }
        return *there;
    }
    sighting.upper = copyOf(location.path(), sighting, what, false);
    upper().set(parent, location.name, sighting.upper);
    if (upper().inode(sighting.upper).type != FileType::Directory) {
        sighting.lower = {};
    }
    return sighting.upper;
}

void Transaction::touch(UpperId id)
{
    change(id, [this](UpperInode& inode) {
        inode.mtime = now().seconds;
        inode.mtimeNsec = now().nanoseconds;
        inode.impliedTime = false;
    });
}

bool Transaction::place(Location& location, UpperId id)
{
    const UpperId parent = copyUpParent(location);
    const UpperId* before = upper().find(parent, location.name);
    const bool overWhiteout = before != nullptr && !before->valid();
    upper().set(parent, location.name, id);
    touch(parent);
    location.sighting = Sighting{id, upper().inode(id).lower};
    return overWhiteout;
}

UpperId Transaction::make(Location& location, UpperInode inode)
{
    const UpperId parent = copyUpParent(location);
    const UpperInode& above = upper().inode(parent);
    const bool directory = inode.type == FileType::Directory;
    if ((above.mode & setGroupId) != 0) {
        inode.gid = above.gid;
        inode.mode |= directory ? setGroupId : 0;
    }
    inode.mtime = now().seconds;
    inode.mtimeNsec = now().nanoseconds;
    const UpperId* before = upper().find(parent, location.name);
    // What the image has there would be merged into the new directory.
    inode.opaque = directory && before != nullptr && !before->valid();
    const FileType type = inode.type;
    const UpperId id = upper().add(std::move(inode));
    const bool overWhiteout = place(location, id);
    const auto path = location.path();
    effect({.kind = EffectKind::Created, .path = path, .type = type, .overWhiteout = overWhiteout});
    if (directory && overWhiteout) {
        effect({.kind = EffectKind::OpaqueSet, .path = path, .type = type});
    }
    return id;
}

void Transaction::forget(UpperId directory)
{
    std::vector<std::pair<std::string, UpperId>> names;
    for (const auto& [name, id] : upper().children(directory)) {
        names.emplace_back(name, id);
    }
    for (const auto& [name, id] : names) {
        if (id && upper().inode(id).type == FileType::Directory) {
            forget(id);
        }
        upper().erase(directory, name);
    }
}

void Transaction::remove(Location& location)
{
    const auto path = location.path();
    const Sighting sighting = location.found();
    const FileType type = m_container.details(sighting).type;
    const std::uint64_t paths = 1 + pathsBelow(m_container, sighting);
    const bool below = m_container.lowerHas(location.parent().sighting, location.name);
    const UpperId parent = copyUpParent(location);
    if (sighting.upper) {
        if (type == FileType::Directory) {
            forget(sighting.upper);
        }
        effect({.kind = EffectKind::Removed, .path = path, .type = type, .paths = paths});
    }
    if (below) {
        upper().set(parent, location.name, {});
        effect({.kind = EffectKind::WhiteoutLeft, .path = path, .type = type, .paths = paths});
    } else {
        upper().erase(parent, location.name);
    }
    touch(parent);
    location.sighting.reset();
}

void dropCapabilities(UpperInode& inode)
{
    const auto at = inode.xattrs.find(capabilityXattr);
    if (at != inode.xattrs.end() && !at->second.empty()) { // the kernel overlooks empty ones
        inode.xattrs.erase(at);
    }
}

std::uint64_t pathsBelow(const Container& container, const Sighting& directory)
{
    std::uint64_t paths = 0;
    std::vector<Sighting> todo{directory};
    while (!todo.empty()) {
        const Sighting at = todo.back();
        todo.pop_back();
        for (const auto& child : container.children(at)) {
            ++paths;
            if (container.isDirectory(child.sighting)) {
                todo.push_back(child.sighting);
            }
        }
    }
    return paths;
}

} // namespace strata
