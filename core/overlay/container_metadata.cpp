// SPDX-License-Identifier: Apache-2.0
#include "overlay/container.h"
#include "overlay/mode_bits_p.h"
#include "overlay/transaction_p.h"

#include <array>
#include <utility>

namespace strata {
namespace {

constexpr std::uint16_t groupExecutes = 00010;
constexpr std::size_t maxXattrName = 255;
constexpr std::size_t maxXattrValue = 64UL * 1024;

/// Whether the kernel would take the value for file capabilities (linux/capability.h, versions 2
/// and 3).
bool isCapabilityValue(std::string_view value)
{
    const auto revision = value.size() < 4 ? 0 : static_cast<unsigned char>(value[3]);
    return (value.size() == 20 && revision == 2) || (value.size() == 24 && revision == 3);
}

/// What the name and kind of an attribute say before anything is looked at.
PosixError xattrNameError(std::string_view name)
{
    if (name.empty() || name.size() > maxXattrName) {
        return PosixError::Range;
    }
    if (name.find('\0') != name.npos) {
        return PosixError::Invalid;
    }
    // Newer kernels store overlayfs's own under yet another name; nothing that a layer could hold.
    if (name.starts_with("trusted.overlay.")) {
        return PosixError::NotSupported;
    }
    constexpr std::array<std::string_view, 3> kinds = {"user.", "trusted.", "security."};
    for (const auto kind : kinds) {
        if (name.starts_with(kind)) {
            return name == kind ? PosixError::Invalid : PosixError::None;
        }
    }
    return PosixError::NotSupported;
}

/// Attributes of users are for files and directories alone.
bool mayHave(FileType type, std::string_view xattr)
{
    return !xattr.starts_with("user.") || type == FileType::File || type == FileType::Directory;
}

} // namespace

Trace Container::changeMode(std::string_view path, std::uint16_t mode)
{
    Transaction work(*this, OperationKind::ChangeMode, path);
    auto location = work.walk().toTarget(path, Follow::Symlinks);
    if (!location) {
        return work.refused(location.error());
    }
    const UpperId id = work.copyUp(*location, Transaction::Copy::Metadata);
    work.change(id, [&](UpperInode& inode) { inode.mode = mode & permissionBits; });
    work.effect(
        {.kind = EffectKind::Metadata, .path = location->path(), .type = m_upper.inode(id).type});
    return work.done();
}

Trace Container::changeOwner(std::string_view path, std::optional<std::uint32_t> uid,
                             std::optional<std::uint32_t> gid, Follow follow)
{
    Transaction work(*this, OperationKind::ChangeOwner, path);
    auto location = work.walk().toTarget(path, follow);
    if (!location) {
        return work.refused(location.error());
    }
    const UpperId id = work.copyUp(*location, Transaction::Copy::Metadata);
    work.change(id, [&](UpperInode& inode) {
        inode.uid = uid.value_or(inode.uid);
        inode.gid = gid.value_or(inode.gid);
        if (inode.type == FileType::Directory) {
            return;
        }
        // Without the bit that executes, set-group-ID once meant locking, and root may keep it.
        const bool groupToo = (inode.mode & groupExecutes) != 0;
        inode.mode &= static_cast<std::uint16_t>(~(setUserId | (groupToo ? setGroupId : 0)));
        dropCapabilities(inode);
    });
    work.effect(
        {.kind = EffectKind::Metadata, .path = location->path(), .type = m_upper.inode(id).type});
    return work.done();
}

Trace Container::setXattr(std::string_view path, std::string_view name, std::string_view value,
                          Follow follow)
{
    Transaction work(*this, OperationKind::SetXattr, path);
    if (name.empty() || name.size() > maxXattrName) {
        return work.refused(PosixError::Range);
    }
    if (value.size() > maxXattrValue) {
        return work.refused(PosixError::TooLongList);
    }
    auto location = work.walk().toTarget(path, follow);
    if (!location) {
        return work.refused(location.error());
    }
    if (name == capabilityXattr && !value.empty() && !isCapabilityValue(value)) {
        return work.refused(PosixError::Invalid);
    }
    if (!mayHave(details(location->found()).type, name)) {
        return work.refused(PosixError::NotPermitted);
    }
    if (const auto error = xattrNameError(name); error != PosixError::None) {
        return work.refused(error);
    }
    const UpperId id = work.copyUp(*location, Transaction::Copy::Metadata);
    work.change(id, [&](UpperInode& inode) {
        inode.xattrs.insert_or_assign(std::string(name), std::string(value));
    });
    work.effect(
        {.kind = EffectKind::Metadata, .path = location->path(), .type = m_upper.inode(id).type});
    return work.done();
}

Trace Container::removeXattr(std::string_view path, std::string_view name, Follow follow)
{
    Transaction work(*this, OperationKind::RemoveXattr, path);
    if (name.empty() || name.size() > maxXattrName) {
        return work.refused(PosixError::Range);
    }
    auto location = work.walk().toTarget(path, follow);
    if (!location) {
        return work.refused(location.error());
    }
    const FileDetails now = details(location->found());
    if (!mayHave(now.type, name)) {
        return work.refused(PosixError::NotPermitted);
    }
    if (const auto error = xattrNameError(name); error != PosixError::None) {
        return work.refused(error);
    }
    if (!now.xattrs.contains(name)) {
        return work.refused(PosixError::NoData);
    }
    const UpperId id = work.copyUp(*location, Transaction::Copy::Metadata);
    work.change(id, [&](UpperInode& inode) { inode.xattrs.erase(inode.xattrs.find(name)); });
    work.effect({.kind = EffectKind::Metadata, .path = location->path(), .type = now.type});
    return work.done();
}

Trace Container::setTime(std::string_view path, Timestamp time, Follow follow)
{
    Transaction work(*this, OperationKind::SetTime, path);
    auto location = work.walk().toTarget(path, follow);
    if (!location) {
        return work.refused(location.error());
    }
    const UpperId id = work.copyUp(*location, Transaction::Copy::Metadata);
    work.change(id, [&](UpperInode& inode) {
        inode.mtime = time.seconds;
        inode.mtimeNsec = time.nanoseconds;
        inode.impliedTime = false;
    });
    work.effect(
        {.kind = EffectKind::Metadata, .path = location->path(), .type = m_upper.inode(id).type});
    return work.done();
}

} // namespace strata
