// SPDX-License-Identifier: Apache-2.0
#include "export/layer_writer.h"

#include "base/byte_path.h"
#include "export/archive_sink.h"
#include "io/name_locale.h"

#include <archive.h>
#include <archive_entry.h>

#include <utility>

namespace strata {
namespace {

constexpr int blockBytes = 64 * 1024;
constexpr std::size_t chunkBytes = 256UL * 1024;
constexpr std::string_view whiteoutPrefix = ".wh.";
constexpr std::string_view opaqueName = ".wh..wh..opq";

unsigned fileTypeBits(FileType type)
{
    switch (type) {
    case FileType::Directory:
        return AE_IFDIR;
    case FileType::Symlink:
        return AE_IFLNK;
    case FileType::CharDevice:
        return AE_IFCHR;
    case FileType::BlockDevice:
        return AE_IFBLK;
    case FileType::Fifo:
        return AE_IFIFO;
    case FileType::File:
        break;
    }
    return AE_IFREG;
}

bool hasNul(std::string_view text)
{
    return text.find('\0') != text.npos;
}

} // namespace

struct LayerWriter::State
{
    explicit State(ArchiveSink::Sink into)
        : sink(std::move(into), "the layer")
    {
    }
    ArchiveSink sink;
};

LayerWriter::LayerWriter(std::function<Status(std::span<const std::byte>)> sink)
    : m_state(std::make_unique<State>(std::move(sink)))
{
    const NameLocale locale(NameLocale::Use::Writing);
    archive* a = m_state->sink.get();
    // Extended attributes once, in the form that container tools read.
    m_state->sink.open(archive_write_set_format_pax(a) == ARCHIVE_OK &&
                       archive_write_set_format_option(a, "pax", "xattrheader", "SCHILY") ==
                           ARCHIVE_OK &&
                       archive_write_set_bytes_per_block(a, blockBytes) == ARCHIVE_OK);
}

LayerWriter::~LayerWriter() = default;

Status LayerWriter::addHeader(const TarMember& member, std::uint64_t size)
{
    ArchiveSink& sink = m_state->sink;
    if (const auto& error = sink.error()) {
        return std::unexpected(*error);
    }
    const std::string path = cleanMemberName(member.path);
    const bool holdsContent = member.type == FileType::File && !member.hardlink;
    const std::string where = escapeForDisplay(member.path);
    if (path.empty() || hasNul(path) || hasNul(member.linkTarget)) {
        return fail(ErrorCode::Malformed, "a layer cannot hold a member of this name", where);
    }
    if (size != (holdsContent ? member.size : 0)) {
        return fail(ErrorCode::Malformed, "the content is not as long as its member says", where);
    }
    const NameLocale locale(NameLocale::Use::Writing);
    const ArchiveEntry entry = newArchiveEntry();
    archive_entry* e = entry.get();
    archive_entry_set_pathname(e, path.c_str());
    archive_entry_set_mode(e, fileTypeBits(member.type) | (member.mode & 07777U));
    archive_entry_set_uid(e, member.uid);
    archive_entry_set_gid(e, member.gid);
    archive_entry_set_mtime(e, member.mtime, 0);
    archive_entry_set_size(e, static_cast<la_int64_t>(size));
    if (member.hardlink) {
        archive_entry_set_hardlink(e, cleanMemberName(member.linkTarget).c_str());
    } else if (member.type == FileType::Symlink) {
        archive_entry_set_symlink(e, member.linkTarget.c_str());
    } else if (member.type == FileType::CharDevice || member.type == FileType::BlockDevice) {
        archive_entry_set_rdevmajor(e, member.deviceMajor);
        archive_entry_set_rdevminor(e, member.deviceMinor);
    }
    for (const auto& [name, value] : member.xattrs) {
        archive_entry_xattr_add_entry(e, name.c_str(), value.data(), value.size());
    }
    // A warning means only that a name is no UTF-8; the header then says so and holds its bytes.
    if (archive_write_header(sink.get(), e) < ARCHIVE_WARN || sink.error()) {
        return sink.fails(member.path);
    }
    return {};
}

Status LayerWriter::add(const TarMember& member, std::span<const std::byte> content)
{
    return addHeader(member, content.size()).and_then([&] {
        return m_state->sink.data(content, member.path);
    });
}

Status LayerWriter::add(const TarMember& member, ByteStream& content)
{
    if (auto status = addHeader(member, member.size); !status) {
        return status;
    }
    std::vector<std::byte> buffer(chunkBytes);
    std::uint64_t left = member.size;
    while (true) {
        const auto count = content.read(buffer);
        // libarchive would fill up or cut off what is too short or too long.
        const bool fits = count && *count <= left && (*count > 0 || left == 0);
        if (!fits) {
            return m_state->sink.abandon(
                count ? Error{ErrorCode::Malformed, "the content is not as long as its member says",
                              escapeForDisplay(member.path)}
                      : count.error());
        }
        if (*count == 0) {
            return {};
        }
        left -= *count;
        if (auto status = m_state->sink.data(std::span(buffer).first(*count), member.path);
            !status) {
            return status;
        }
    }
}

Status LayerWriter::addWhiteout(std::string_view path)
{
    const std::string clean = cleanMemberName(path);
    if (clean.empty()) {
        return fail(ErrorCode::Malformed, "the root cannot be removed", escapeForDisplay(path));
    }
    const std::size_t name = clean.rfind('/') + 1; // 0 when there is no slash
    TarMember member;
    member.path = clean.substr(0, name) + std::string(whiteoutPrefix) + clean.substr(name);
    return add(member);
}

Status LayerWriter::addOpaque(std::string_view directory)
{
    TarMember member;
    const std::string clean = cleanMemberName(directory);
    member.path = clean.empty() ? std::string(opaqueName) : clean + "/" + std::string(opaqueName);
    return add(member);
}

Status LayerWriter::finish()
{
    const NameLocale locale(NameLocale::Use::Writing);
    return m_state->sink.close();
}

} // namespace strata
