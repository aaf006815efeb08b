// SPDX-License-Identifier: Apache-2.0
#include "overlay/container.h"
#include "overlay/mode_bits_p.h"
#include "overlay/transaction_p.h"

#include <utility>

namespace strata {
namespace {

constexpr std::uint16_t newFileMode = 0644;

/// What opening an object for its content says.
PosixError openable(const FileDetails& details)
{
    switch (details.type) {
    case FileType::File:
        return PosixError::None;
    case FileType::Directory:
        return PosixError::IsDirectory;
    case FileType::Symlink:
        return PosixError::SymlinkLoop;
    case FileType::CharDevice:
    case FileType::BlockDevice:
    case FileType::Fifo:
        break;
    }
    return PosixError::NoDevice;
}

UpperInode emptyFile(std::uint16_t mode)
{
    UpperInode inode;
    inode.type = FileType::File;
    inode.mode = mode & permissionBits;
    return inode;
}

void putTime(UpperInode& inode, Timestamp now)
{
    inode.mtime = now.seconds;
    inode.mtimeNsec = now.nanoseconds;
}

} // namespace

OpenedFile Container::read(std::string_view path, const Job& job) const
{
    OpenedFile out;
    out.trace.operation = OperationKind::Read;
    out.trace.path = path;
    const auto location = PathWalk(*this, out.trace).toTarget(path, Follow::Symlinks);
    if (!location) {
        out.trace.error = location.error().error;
        return out;
    }
    out.trace.error = openable(details(location->found()));
    if (!out.trace.done()) {
        return out;
    }
    auto content = open(location->found(), job);
    if (content) {
        out.content = std::move(*content);
    } else {
        const bool stopped = content.error().code == ErrorCode::Cancelled;
        out.trace.error = stopped ? PosixError::Interrupted : PosixError::Io;
        out.trace.reason = content.error().message();
    }
    return out;
}

Trace Container::create(std::string_view path, std::uint16_t mode)
{
    Transaction work(*this, OperationKind::Create, path);
    auto location = work.walk().toParent(path);
    if (!location) {
        return work.refused(location.error());
    }
    if (location->last != LastPart::Name) {
        return work.refused(PosixError::Exists);
    }
    if (location->slashBehind) {
        return work.refused(PosixError::IsDirectory);
    }
    if (const auto looked = work.walk().lookUp(*location); !looked) {
        return work.refused(looked.error());
    }
    if (location->sighting) {
        return work.refused(PosixError::Exists);
    }
    work.make(*location, emptyFile(mode));
    return work.done();
}

Trace Container::write(Transaction& work, Writing how, std::uint64_t offset,
                       const std::function<Permitted<SharedSource>()>& bytes)
{
    const bool mayCreate = how != Writing::Edit;
    auto location =
        work.walk().toTarget(work.path(), Follow::Symlinks,
                             mayCreate ? PathWalk::Missing::Allowed : PathWalk::Missing::Refused);
    if (!location) {
        return work.refused(location.error());
    }
    if (location->sighting) {
        if (const auto error = openable(details(location->found())); error != PosixError::None) {
            return work.refused(error);
        }
    }
    if (offset > FileContent::maxSize) {
        return work.refused(PosixError::Invalid);
    }
    const auto source = bytes();
    if (!source) {
        return work.refused(source.error());
    }
    const std::uint64_t length = (*source)->size();
    const bool existed = location->sighting.has_value();
    const UpperId id =
        existed ? work.copyUp(*location, how == Writing::Replace ? Transaction::Copy::NoData
                                                                 : Transaction::Copy::All)
                : work.make(*location, emptyFile(newFileMode));
    const FileContent old = m_upper.inode(id).content;
    const std::uint64_t start = how == Writing::Append    ? old.size()
                                : how == Writing::Replace ? 0
                                                          : offset;
    if (length > FileContent::maxSize - start) {
        return work.refused(PosixError::TooLarge);
    }
    const auto path = location->path();
    const bool cut = existed && how == Writing::Replace;
    if (cut) {
        work.effect({.kind = EffectKind::Resized, .path = path, .bytes = 0});
    }
    if (length > 0) {
        work.effect({.kind = EffectKind::Written, .path = path, .bytes = length});
    }
    if (!cut && length == 0) {
        return work.done(); // opened for writing, which is what copies up
    }
    const FileContent base = how == Writing::Replace ? FileContent() : old;
    auto content = length > 0 ? base.with(start, *source).tidied(m_store, m_image)
                              : Permitted<FileContent>(base);
    if (!content) {
        return work.refused(content.error());
    }
    work.change(id, [&](UpperInode& inode) {
        inode.content = std::move(*content);
        putTime(inode, work.now());
        dropCapabilities(inode);
    });
    return work.done();
}

Trace Container::replace(std::string_view path, std::span<const std::byte> bytes)
{
    Transaction work(*this, OperationKind::Replace, path);
    return write(work, Writing::Replace, 0, [&] { return m_store.keep(bytes); });
}

Trace Container::replace(std::string_view path, ByteStream& bytes, const Job& job)
{
    Transaction work(*this, OperationKind::Replace, path);
    return write(work, Writing::Replace, 0, [&] { return m_store.keep(bytes, job); });
}

Trace Container::append(std::string_view path, std::span<const std::byte> bytes)
{
    Transaction work(*this, OperationKind::Append, path);
    return write(work, Writing::Append, 0, [&] { return m_store.keep(bytes); });
}

Trace Container::edit(std::string_view path, std::uint64_t offset, std::span<const std::byte> bytes)
{
    Transaction work(*this, OperationKind::Edit, path);
    return write(work, Writing::Edit, offset, [&] { return m_store.keep(bytes); });
}

Trace Container::truncate(std::string_view path, std::uint64_t size)
{
    Transaction work(*this, OperationKind::Truncate, path);
    if (size > FileContent::maxSize) {
        return work.refused(PosixError::Invalid);
    }
    auto location = work.walk().toTarget(path, Follow::Symlinks);
    if (!location) {
        return work.refused(location.error());
    }
    const FileType type = details(location->found()).type;
    if (type == FileType::Directory) {
        return work.refused(PosixError::IsDirectory);
    }
    if (type != FileType::File) {
        return work.refused(PosixError::Invalid);
    }
    // Copied whole even if it is cut: truncate(2) says only afterwards how much is left.
    const UpperId id = work.copyUp(*location, Transaction::Copy::All);
    work.effect({.kind = EffectKind::Resized, .path = location->path(), .bytes = size});
    work.change(id, [&](UpperInode& inode) {
        inode.content = inode.content.resized(size);
        putTime(inode, work.now());
        dropCapabilities(inode);
    });
    return work.done();
}

} // namespace strata
