// SPDX-License-Identifier: Apache-2.0
#include "export/layer_writer.h"

#include "base/byte_path.h"
#include "io/utf8_locale_p.h"

#include <archive.h>
#include <archive_entry.h>

#include <optional>
#include <utility>

namespace strata {
namespace {

struct ArchiveDeleter
{
    void operator()(archive* a) const { archive_write_free(a); }
};

struct EntryDeleter
{
    void operator()(archive_entry* e) const { archive_entry_free(e); }
};
using Entry = std::unique_ptr<archive_entry, EntryDeleter>;

constexpr int blockBytes = 64 * 1024;
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
    std::unique_ptr<archive, ArchiveDeleter> writer{archive_write_new()};
    std::function<Status(std::span<const std::byte>)> sink;
    std::optional<Error> error; ///< the first; everything after it fails with it
    bool abandoned = false;     ///< nothing more goes to the sink

    /// Says "written" even where nothing is: a libarchive that was told of a failure does not give
    /// its buffers back. Whoever calls it looks at `error` afterwards.
    static la_ssize_t deliver(archive*, void* self, const void* bytes, std::size_t size)
    {
        auto& state = *static_cast<State*>(self);
        if (!state.error && !state.abandoned) {
            const auto status = state.sink(std::span(static_cast<const std::byte*>(bytes), size));
            if (!status) {
                state.error = status.error();
            }
        }
        return static_cast<la_ssize_t>(size);
    }

    void open()
    {
        archive* a = writer.get();
        // Extended attributes once, in the form that container tools read.
        const bool ready =
            archive_write_set_format_pax(a) == ARCHIVE_OK &&
            archive_write_set_format_option(a, "pax", "xattrheader", "SCHILY") == ARCHIVE_OK &&
            archive_write_set_bytes_per_block(a, blockBytes) == ARCHIVE_OK &&
            archive_write_set_bytes_in_last_block(a, 1) == ARCHIVE_OK &&
            archive_write_open2(a, this, nullptr, &State::deliver, nullptr, nullptr) == ARCHIVE_OK;
        if (!ready) {
            fails();
        }
    }

    std::unexpected<Error> fails(std::string_view path = {})
    {
        if (!error) {
            const char* said = archive_error_string(writer.get());
            error =
                Error{ErrorCode::Io,
                      std::string("the layer cannot be written: ") + (said != nullptr ? said : ""),
                      escapeForDisplay(path)};
        }
        return std::unexpected(*error);
    }
};

LayerWriter::LayerWriter(std::function<Status(std::span<const std::byte>)> sink)
    : m_state(std::make_unique<State>())
{
    m_state->sink = std::move(sink);
    const Utf8Locale locale;
    m_state->open();
}

LayerWriter::~LayerWriter()
{
    // libarchive writes the end of the archive on its own; an unfinished tar gets none.
    m_state->abandoned = true;
    m_state->writer.reset();
}

Status LayerWriter::add(const TarMember& member, std::span<const std::byte> content)
{
    State& state = *m_state;
    if (state.error) {
        return std::unexpected(*state.error);
    }
    const std::string path = cleanMemberName(member.path);
    const bool holdsContent = member.type == FileType::File && !member.hardlink;
    const std::string where = escapeForDisplay(member.path);
    if (path.empty() || hasNul(path) || hasNul(member.linkTarget)) {
        return fail(ErrorCode::Malformed, "a layer cannot hold a member of this name", where);
    }
    if (content.size() != (holdsContent ? member.size : 0)) {
        return fail(ErrorCode::Malformed, "the content is not as long as its member says", where);
    }
    const Utf8Locale locale;
    const Entry entry(archive_entry_new());
    archive_entry* e = entry.get();
    archive_entry_set_pathname(e, path.c_str());
    archive_entry_set_mode(e, fileTypeBits(member.type) | (member.mode & 07777U));
    archive_entry_set_uid(e, member.uid);
    archive_entry_set_gid(e, member.gid);
    archive_entry_set_mtime(e, member.mtime, 0);
    archive_entry_set_size(e, static_cast<la_int64_t>(content.size()));
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
    if (archive_write_header(state.writer.get(), e) < ARCHIVE_WARN || state.error) {
        return state.fails(member.path);
    }
    while (!content.empty()) {
        const la_ssize_t written =
            archive_write_data(state.writer.get(), content.data(), content.size());
        if (written <= 0 || state.error) {
            return state.fails(member.path);
        }
        content = content.subspan(static_cast<std::size_t>(written));
    }
    return {};
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
    State& state = *m_state;
    if (state.error) {
        return std::unexpected(*state.error);
    }
    const Utf8Locale locale;
    if (archive_write_close(state.writer.get()) != ARCHIVE_OK || state.error) {
        return state.fails();
    }
    return {};
}

} // namespace strata
