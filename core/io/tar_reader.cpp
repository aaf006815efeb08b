// SPDX-License-Identifier: Apache-2.0
#include "io/tar_reader.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <optional>
#include <string_view>

#include <locale.h>
#include <sys/stat.h>

namespace strata {

namespace {

struct FreeArchive
{
    void operator()(archive* a) const { archive_read_free(a); }
};

/// libarchive re-encodes PAX names into the thread's locale, and composes accents on the way. Under
/// the C locale whatever is not ASCII cannot be re-encoded and is handed over as the raw bytes:
/// names stay bytes either way.
class CLocale
{
public:
    CLocale()
        : m_previous(uselocale(plain()))
    {
    }
    ~CLocale() { uselocale(m_previous); }
    CLocale(const CLocale&) = delete;
    CLocale& operator=(const CLocale&) = delete;

private:
    static locale_t plain()
    {
        static const locale_t locale = newlocale(LC_CTYPE_MASK, "C", locale_t{});
        return locale;
    }
    locale_t m_previous;
};

std::uint32_t clampTo32(la_int64_t value)
{
    return static_cast<std::uint32_t>(
        std::clamp<la_int64_t>(value, 0, std::numeric_limits<std::uint32_t>::max()));
}

std::string text(const char* s)
{
    return s == nullptr ? std::string() : std::string(s);
}

} // namespace

std::string_view fileTypeName(FileType type)
{
    switch (type) {
    case FileType::File:
        return "file";
    case FileType::Directory:
        return "dir";
    case FileType::Symlink:
        return "symlink";
    case FileType::CharDevice:
        return "char";
    case FileType::BlockDevice:
        return "block";
    case FileType::Fifo:
        return "fifo";
    }
    return "file";
}

struct TarReader::State
{
    ByteStream* stream = nullptr;
    std::uint64_t start = 0;
    std::unique_ptr<archive, FreeArchive> reader{archive_read_new()};
    std::vector<std::byte> buffer = std::vector<std::byte>(largestRead);
    std::size_t nextRead = smallestRead;
    std::optional<Error> error;
    TarMember member;
    bool open = false;
    bool streamEnded = false;

    // After a jump only a header is wanted; while nothing is jumped over, longer reads cost less.
    static constexpr std::size_t smallestRead = 4096;
    static constexpr std::size_t largestRead = 256 * 1024;

    static la_ssize_t feed(archive* a, void* self, const void** out)
    {
        auto& s = *static_cast<State*>(self);
        if (s.error) {
            archive_set_error(a, EIO, "source");
            return ARCHIVE_FATAL;
        }
        const auto n = s.stream->read(std::span(s.buffer).first(s.nextRead));
        if (!n) {
            s.error = n.error();
            archive_set_error(a, EIO, "source");
            return ARCHIVE_FATAL;
        }
        s.nextRead = std::min(s.nextRead * 2, largestRead);
        s.streamEnded = *n == 0;
        *out = s.buffer.data();
        return static_cast<la_ssize_t>(*n);
    }

    static la_int64_t jump(archive* /*unused*/, void* self, la_int64_t count)
    {
        auto& s = *static_cast<State*>(self);
        const auto n = s.stream->skip(static_cast<std::uint64_t>(count));
        if (!n) {
            // libarchive would call again for ever after an error from here; after "nothing
            // skipped" it reads, and feed() tells.
            s.error = n.error();
            return 0;
        }
        s.nextRead = smallestRead;
        return static_cast<la_int64_t>(*n);
    }

    std::unexpected<Error> stop()
    {
        if (!error) {
            const std::string said = text(archive_error_string(reader.get()));
            if (streamEnded || said.contains("runcated")) {
                error = Error{ErrorCode::Truncated, "the tar ends in the middle of an entry", {}};
            } else {
                error = Error{ErrorCode::Malformed, "damaged tar: " + said, {}};
            }
        }
        return std::unexpected(*error);
    }

    void take(archive_entry* e)
    {
        member = {};
        member.path = text(archive_entry_pathname(e));
        if (const char* target = archive_entry_hardlink(e)) {
            member.hardlink = true;
            member.linkTarget = target;
        } else {
            member.linkTarget = text(archive_entry_symlink(e));
        }
        switch (archive_entry_filetype(e)) {
        case AE_IFDIR:
            member.type = FileType::Directory;
            break;
        case AE_IFLNK:
            member.type = FileType::Symlink;
            break;
        case AE_IFCHR:
            member.type = FileType::CharDevice;
            break;
        case AE_IFBLK:
            member.type = FileType::BlockDevice;
            break;
        case AE_IFIFO:
            member.type = FileType::Fifo;
            break;
        default:
            member.type = FileType::File;
            break;
        }
        member.mode = static_cast<std::uint16_t>(archive_entry_perm(e) & 07777U);
        member.uid = clampTo32(archive_entry_uid(e));
        member.gid = clampTo32(archive_entry_gid(e));
        member.mtime = archive_entry_mtime(e);
        member.mtimeNsec =
            static_cast<std::uint32_t>(std::clamp(archive_entry_mtime_nsec(e), 0L, 999'999'999L));
        if (member.mtime < 0 && member.mtimeNsec > 0) {
            // libarchive gives "-5.5" as −5 s and half a second; a time is seconds plus a fraction.
            --member.mtime;
            member.mtimeNsec = 1'000'000'000 - member.mtimeNsec;
        }
        if (member.type == FileType::File && !member.hardlink) {
            member.size =
                static_cast<std::uint64_t>(std::max<la_int64_t>(archive_entry_size(e), 0));
        }
        if (member.type == FileType::CharDevice || member.type == FileType::BlockDevice) {
            member.deviceMajor = static_cast<std::uint32_t>(archive_entry_rdevmajor(e));
            member.deviceMinor = static_cast<std::uint32_t>(archive_entry_rdevminor(e));
        }
        archive_entry_xattr_reset(e);
        const char* name = nullptr;
        const void* value = nullptr;
        std::size_t size = 0;
        while (archive_entry_xattr_next(e, &name, &value, &size) == ARCHIVE_OK) {
            member.xattrs.emplace_back(text(name),
                                       std::string(static_cast<const char*>(value), size));
        }
        member.sparse = archive_entry_sparse_count(e) > 0;
        member.headerOffset =
            start + static_cast<std::uint64_t>(archive_read_header_position(reader.get()));
        member.dataOffset =
            start + static_cast<std::uint64_t>(archive_filter_bytes(reader.get(), 0));
    }
};

TarReader::TarReader(ByteStream& stream, std::uint64_t start)
    : m_state(std::make_unique<State>())
{
    m_state->stream = &stream;
    m_state->start = start;
    auto* a = m_state->reader.get();
    archive_read_support_filter_none(a);
    archive_read_support_format_tar(a);
    archive_read_support_format_empty(a);
    archive_read_set_callback_data(a, m_state.get());
    archive_read_set_read_callback(a, &State::feed);
    archive_read_set_skip_callback(a, &State::jump);
}

TarReader::~TarReader() = default;

Result<const TarMember*> TarReader::next()
{
    auto& s = *m_state;
    if (s.error) {
        return std::unexpected(*s.error);
    }
    const CLocale locale;
    if (!s.open) {
        if (archive_read_open1(s.reader.get()) < ARCHIVE_WARN) {
            return s.stop();
        }
        s.open = true;
    }
    archive_entry* entry = nullptr;
    const int outcome = archive_read_next_header(s.reader.get(), &entry);
    if (outcome == ARCHIVE_EOF) {
        return nullptr;
    }
    if (outcome != ARCHIVE_OK && outcome != ARCHIVE_WARN) {
        return s.stop();
    }
    s.take(entry);
    return &s.member;
}

Result<std::size_t> TarReader::read(std::span<std::byte> into)
{
    auto& s = *m_state;
    if (s.error) {
        return std::unexpected(*s.error);
    }
    if (into.empty()) {
        return 0;
    }
    const auto n = archive_read_data(s.reader.get(), into.data(), into.size());
    if (n < 0) {
        return s.stop();
    }
    return static_cast<std::size_t>(n);
}

} // namespace strata
