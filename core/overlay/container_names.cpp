// SPDX-License-Identifier: Apache-2.0
#include "overlay/container.h"
#include "overlay/mode_bits_p.h"
#include "overlay/transaction_p.h"

#include <utility>

namespace strata {
namespace {

constexpr std::uint16_t directoryBits = 01777; ///< what mkdir(2) takes of a mode
constexpr std::uint16_t symlinkMode = 0777;

/// To a name that is to be made, where nothing must be.
Permitted<Location> toNewName(Transaction& work, std::string_view path, bool directory)
{
    auto location = work.walk().toParent(path);
    if (!location) {
        return location;
    }
    if (location->last != LastPart::Name) {
        return refuse(PosixError::Exists);
    }
    if (const auto looked = work.walk().lookUp(*location); !looked) {
        return std::unexpected(looked.error());
    }
    if (location->sighting) {
        return refuse(PosixError::Exists);
    }
    if (location->slashBehind && !directory) {
        return refuse(PosixError::NoEntry);
    }
    return location;
}

/// Makes `inode` where nothing is.
Trace makeAt(Transaction& work, std::string_view path, UpperInode inode)
{
    auto location = toNewName(work, path, inode.type == FileType::Directory);
    if (!location) {
        return work.refused(location.error());
    }
    if (inode.type == FileType::CharDevice && inode.deviceMajor == 0 && inode.deviceMinor == 0) {
        return work.refused(PosixError::NotPermitted); // it would be a whiteout
    }
    work.make(*location, std::move(inode));
    return work.done();
}

/// Whether `below` is the path `above` or below it.
bool isWithin(const std::string& below, const std::string& above)
{
    return below == above ||
           (below.starts_with(above) && (above.ends_with('/') || below[above.size()] == '/'));
}

} // namespace

Trace Container::makeDirectory(std::string_view path, std::uint16_t mode)
{
    Transaction work(*this, OperationKind::MakeDirectory, path);
    UpperInode inode;
    inode.type = FileType::Directory;
    inode.mode = mode & directoryBits;
    return makeAt(work, path, std::move(inode));
}

Trace Container::makeNode(std::string_view path, FileType type, std::uint16_t mode,
                          std::uint32_t major, std::uint32_t minor)
{
    Transaction work(*this, OperationKind::MakeNode, path);
    if (type == FileType::Directory) {
        return work.refused(PosixError::NotPermitted);
    }
    // Linux has twelve bits for the one and twenty for the other.
    constexpr std::uint32_t majors = 1U << 12U;
    constexpr std::uint32_t minors = 1U << 20U;
    if (type == FileType::Symlink || major >= majors || minor >= minors) {
        return work.refused(PosixError::Invalid);
    }
    UpperInode inode;
    inode.type = type;
    inode.mode = mode & permissionBits;
    if (type == FileType::CharDevice || type == FileType::BlockDevice) {
        inode.deviceMajor = major;
        inode.deviceMinor = minor;
    }
    return makeAt(work, path, std::move(inode));
}

Trace Container::symlink(std::string_view target, std::string_view path)
{
    Transaction work(*this, OperationKind::Symlink, path, target);
    if (target.empty()) {
        return work.refused(PosixError::NoEntry);
    }
    if (target.find('\0') != target.npos) {
        return work.refused(PosixError::Invalid);
    }
    if (target.size() > maxPath) {
        return work.refused(PosixError::NameTooLong);
    }
    UpperInode inode;
    inode.type = FileType::Symlink;
    inode.mode = symlinkMode;
    inode.target = target;
    return makeAt(work, path, std::move(inode));
}

Trace Container::link(std::string_view existing, std::string_view path)
{
    Transaction work(*this, OperationKind::Link, path, existing);
    auto from = work.walk().toTarget(existing, Follow::NotLast);
    if (!from) {
        return work.refused(from.error());
    }
    auto to = toNewName(work, path, false);
    if (!to) {
        return work.refused(to.error());
    }
    if (isDirectory(from->found())) {
        return work.refused(PosixError::NotPermitted);
    }
    const UpperId id = work.copyUp(*from, Transaction::Copy::Metadata);
    const bool overWhiteout = work.place(*to, id);
    work.effect({.kind = EffectKind::Linked,
                 .path = to->path(),
                 .other = from->path(),
                 .type = m_upper.inode(id).type,
                 .overWhiteout = overWhiteout});
    return work.done();
}

PosixError Container::mayRename(const Location& from, const Location& to) const
{
    if (!from.sighting) {
        return PosixError::NoEntry;
    }
    const bool directory = isDirectory(from.found());
    if (!directory && (from.slashBehind || to.slashBehind)) {
        return PosixError::NotDirectory;
    }
    const auto fromPath = from.path();
    const auto toPath = to.path();
    if (fromPath != toPath && isWithin(toPath, fromPath)) {
        return PosixError::Invalid;
    }
    if (fromPath != toPath && isWithin(fromPath, toPath)) {
        return PosixError::NotEmpty;
    }
    if (to.sighting && fromPath != toPath) {
        if (directory != isDirectory(to.found())) {
            return directory ? PosixError::NotDirectory : PosixError::IsDirectory;
        }
    }
    return PosixError::None;
}

Permitted<void> Container::renameFound(Transaction& work, Location& from, Location& to)
{
    if (const auto error = mayRename(from, to); error != PosixError::None) {
        return refuse(error);
    }
    const bool same = to.sighting && (from.path() == to.path() ||
                                      (from.found().upper && from.found() == to.found()));
    if (same) {
        return {}; // two names of one inode: both stay
    }
    const bool directory = isDirectory(from.found());
    if (directory && from.found().lower) {
        return refuse(PosixError::CrossDevice);
    }
    if (to.sighting && directory && !children(to.found()).empty()) {
        return refuse(PosixError::NotEmpty);
    }
    const bool leavesWhiteout = lowerHas(from.parent().sighting, from.name);
    const UpperId id = work.copyUp(from, Transaction::Copy::Metadata);
    work.copyUpParent(to);
    if (to.sighting && to.found().upper) {
        work.forget(to.found().upper);
    }
    const bool marked =
        directory && !m_upper.inode(id).opaque && to.parent().sighting.lower.valid();
    if (marked) {
        work.change(id, [](UpperInode& inode) { inode.opaque = true; });
    }
    const auto fromPath = from.path();
    const UpperId fromParent = from.parent().sighting.upper;
    const bool overWhiteout = work.place(to, id);
    work.effect({.kind = EffectKind::Renamed,
                 .path = fromPath,
                 .other = to.path(),
                 .type = m_upper.inode(id).type,
                 .overWhiteout = overWhiteout});
    if (marked) {
        work.effect(
            {.kind = EffectKind::OpaqueSet, .path = to.path(), .type = FileType::Directory});
    }
    if (leavesWhiteout) {
        m_upper.set(fromParent, from.name, {});
        work.effect({.kind = EffectKind::WhiteoutLeft,
                     .path = fromPath,
                     .type = m_upper.inode(id).type,
                     .paths = 1});
    } else {
        m_upper.erase(fromParent, from.name);
    }
    work.touch(fromParent);
    return {};
}

Permitted<std::pair<Location, Location>>
Container::toBothNames(Transaction& work, std::string_view from, std::string_view to) const
{
    auto first = work.walk().toParent(from);
    if (!first) {
        return std::unexpected(first.error());
    }
    auto second = work.walk().toParent(to);
    if (!second) {
        return std::unexpected(second.error());
    }
    if (first->last != LastPart::Name || second->last != LastPart::Name) {
        return refuse(PosixError::Busy);
    }
    if (const auto looked = work.walk().lookUp(*first); !looked) {
        return std::unexpected(looked.error());
    }
    if (!first->sighting) {
        return refuse(PosixError::NoEntry);
    }
    if (const auto looked = work.walk().lookUp(*second); !looked) {
        return std::unexpected(looked.error());
    }
    return std::pair(std::move(*first), std::move(*second));
}

Trace Container::rename(std::string_view from, std::string_view to)
{
    Transaction work(*this, OperationKind::Rename, from, to);
    auto names = toBothNames(work, from, to);
    if (!names) {
        return work.refused(names.error());
    }
    const auto renamed = renameFound(work, names->first, names->second);
    return renamed ? work.done() : work.refused(renamed.error());
}

Trace Container::unlink(std::string_view path)
{
    Transaction work(*this, OperationKind::Unlink, path);
    auto location = work.walk().toParent(path);
    if (!location) {
        return work.refused(location.error());
    }
    if (location->last != LastPart::Name) {
        return work.refused(PosixError::IsDirectory);
    }
    if (const auto looked = work.walk().lookUp(*location); !looked) {
        return work.refused(looked.error());
    }
    if (!location->sighting) {
        return work.refused(PosixError::NoEntry);
    }
    if (isDirectory(location->found())) {
        return work.refused(PosixError::IsDirectory);
    }
    if (location->slashBehind) {
        return work.refused(PosixError::NotDirectory);
    }
    work.remove(*location);
    return work.done();
}

Trace Container::removeDirectory(std::string_view path)
{
    Transaction work(*this, OperationKind::RemoveDirectory, path);
    auto location = work.walk().toParent(path);
    if (!location) {
        return work.refused(location.error());
    }
    switch (location->last) {
    case LastPart::Root:
        return work.refused(PosixError::Busy);
    case LastPart::Dot:
        return work.refused(PosixError::Invalid);
    case LastPart::DotDot:
        return work.refused(PosixError::NotEmpty);
    case LastPart::Name:
        break;
    }
    if (const auto looked = work.walk().lookUp(*location); !looked) {
        return work.refused(looked.error());
    }
    if (!location->sighting) {
        return work.refused(PosixError::NoEntry);
    }
    if (!isDirectory(location->found())) {
        return work.refused(PosixError::NotDirectory);
    }
    if (!children(location->found()).empty()) {
        return work.refused(PosixError::NotEmpty);
    }
    work.remove(*location);
    return work.done();
}

} // namespace strata
