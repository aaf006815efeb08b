// SPDX-License-Identifier: Apache-2.0
#include "io/tar_reader.h"

#include "base/job.h"
#include "io/libarchive_p.h"
#include "io/name_locale.h"
#include "io/tar_extensions_p.h"

#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <optional>

namespace strata {

namespace {

std::uint32_t clampTo32(la_int64_t value)
{
    return static_cast<std::uint32_t>(
        std::clamp<la_int64_t>(value, 0, std::numeric_limits<std::uint32_t>::max()));
}

/// For a status that is not ARCHIVE_EOF.
bool failed(int status)
{
    return status != ARCHIVE_OK && status != ARCHIVE_WARN;
}

std::string text(const char* s)
{
    return s == nullptr ? std::string() : std::string(s);
}

using Block = std::array<std::byte, 512>;
constexpr std::size_t typeflagField = 156;

/// The header of an empty regular file, as tar knew it before POSIX.
constexpr Block regularFileHeader()
{
    Block header{};
    constexpr std::size_t checksumField = 148;
    constexpr unsigned checksum = '-' + '0' + 8 * ' '; // of the name, the type, its own blanks
    header[0] = std::byte{'-'};
    header[typeflagField] = std::byte{'0'};
    for (std::size_t digit = 0; digit < 6; ++digit) {
        header[checksumField + digit] = std::byte('0' + (checksum >> (15 - 3 * digit)) % 8);
    }
    return header;
}

} // namespace

/// One reading through libarchive. Errors stay.
struct TarReader::State
{
    /// `knownTar`: no header needs to look like a tar's first, of which libarchive asks more than
    /// of those behind it. It also allows sparse maps to members of odd types once a regular file
    /// has come before them, so it is shown one first.
    State(ByteStream& from, std::uint64_t at, bool knownTar)
        : stream(from)
        , start(at)
        , shownFirst(knownTar ? std::span<const std::byte>(aRegularFile)
                              : std::span<const std::byte>())
    {
        auto* a = reader.get();
        archive_read_support_filter_none(a);
        if (knownTar) {
            archive_read_set_format(a, ARCHIVE_FORMAT_TAR);
        } else {
            archive_read_support_format_tar(a);
            archive_read_support_format_empty(a);
        }
        archive_read_set_callback_data(a, this);
        archive_read_set_read_callback(a, &State::feed);
        archive_read_set_skip_callback(a, &State::jump);
    }

    static constexpr Block aRegularFile = regularFileHeader();

    ByteStream& stream;
    std::uint64_t start;
    std::span<const std::byte> shownFirst;
    ArchiveReader reader = newArchiveReader();
    std::vector<std::byte> buffer;
    std::size_t nextRead = smallestRead;
    std::optional<Error> error;
    TarMember member;
    bool shown = false; ///< `shownFirst` was
    bool open = false;
    bool ended = false;
    bool streamEnded = false;

    // What libarchive was given behind `shownFirst`; places count from `start`.
    std::uint64_t givenEnd = 0;         ///< behind the last byte given or jumped over
    std::size_t given = 0;              ///< bytes of `buffer` that were given last
    std::uint64_t headersAt = 0;        ///< where the member's first header stands
    bool inHeaders = true;              ///< opening looks at the first ones
    std::vector<std::byte> keptHeaders; ///< those no longer in `buffer`

    // The member's content, block by block.
    std::span<const std::byte> block;
    std::uint64_t blockAt = 0; ///< before it are zeros
    std::uint64_t contentAt = 0;
    bool contentEnded = true;

    // After a jump only a header is wanted; while nothing is jumped over, longer reads cost less.
    static constexpr std::size_t smallestRead = 4096;
    static constexpr std::size_t largestRead = 256UL * 1024;

    // Called from C, which no exception can pass: noexcept makes running out of memory here end the
    // program as it does elsewhere.
    static la_ssize_t feed(archive* a, void* self, const void** out) noexcept
    {
        auto& s = *static_cast<State*>(self);
        if (!s.shown && !s.shownFirst.empty()) {
            s.shown = true;
            *out = s.shownFirst.data();
            return static_cast<la_ssize_t>(s.shownFirst.size());
        }
        if (!s.error) {
            s.keepHeaders();
            s.buffer.resize(std::max(s.buffer.size(), s.nextRead));
            const auto n = s.stream.read(std::span(s.buffer).first(s.nextRead));
            if (n) {
                s.nextRead = std::min(s.nextRead * 2, largestRead);
                s.streamEnded = *n == 0;
                s.given = *n;
                s.givenEnd += *n;
                *out = s.buffer.data();
                return static_cast<la_ssize_t>(*n);
            }
            s.error = n.error();
        }
        archive_set_error(a, EIO, "source");
        return ARCHIVE_FATAL;
    }

    static la_int64_t jump(archive* /*unused*/, void* self, la_int64_t count) noexcept
    {
        auto& s = *static_cast<State*>(self);
        const auto n = s.stream.skip(static_cast<std::uint64_t>(count));
        if (!n) {
            // libarchive would call again for ever after an error from here; after "nothing
            // skipped" it reads, and feed() tells.
            s.error = n.error();
            return 0;
        }
        s.nextRead = smallestRead;
        s.given = 0;
        s.givenEnd += *n;
        s.inHeaders = false;
        s.keptHeaders.clear();
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

    /// `buffer` is about to be used again, and part of the member's headers may lie in it.
    void keepHeaders()
    {
        if (inHeaders) {
            const auto part = headersInBuffer();
            keptHeaders.insert(keptHeaders.end(), part.begin(), part.end());
        }
    }

    std::span<const std::byte> headersInBuffer() const
    {
        const auto begin = givenEnd - given;
        const auto from = std::clamp(headersAt, begin, givenEnd) - begin;
        return std::span(buffer).first(given).subspan(static_cast<std::size_t>(from));
    }

    /// The blocks from the member's first header to its data; none if libarchive jumped over some.
    std::span<const std::byte> headers()
    {
        std::span<const std::byte> all = headersInBuffer();
        if (headersAt < givenEnd - given) {
            if (keptHeaders.empty()) {
                return {};
            }
            const auto held = keptHeaders.size();
            keptHeaders.resize(held + all.size());
            std::ranges::copy(all, std::span(keptHeaders).subspan(held).begin());
            all = keptHeaders;
        }
        const auto size = member.dataOffset - start - headersAt;
        return size <= all.size() ? all.first(static_cast<std::size_t>(size))
                                  : std::span<const std::byte>();
    }

    /// How far libarchive has read.
    std::uint64_t place() const
    {
        return static_cast<std::uint64_t>(archive_filter_bytes(reader.get(), 0)) -
               shownFirst.size();
    }

    Status begin()
    {
        archive_entry* first = nullptr;
        if (failed(archive_read_open1(reader.get())) ||
            (!shownFirst.empty() && failed(archive_read_next_header(reader.get(), &first)))) {
            return stop();
        }
        open = true;
        return {};
    }

    /// The next member as libarchive sees it; false at the end.
    Result<bool> nextHeader()
    {
        auto* a = reader.get();
        if (ended) {
            return false;
        }
        if (!open) {
            if (auto begun = begin(); !begun) {
                return std::unexpected(begun.error());
            }
        } else {
            if (failed(archive_read_data_skip(a))) {
                return stop();
            }
            headersAt = place();
            keptHeaders.clear();
            inHeaders = true;
        }
        block = {};
        blockAt = contentAt = 0;
        contentEnded = true;
        archive_entry* entry = nullptr;
        const int outcome = archive_read_next_header(a, &entry);
        inHeaders = false;
        if (outcome == ARCHIVE_EOF) {
            ended = true;
            return false;
        }
        if (failed(outcome)) {
            return stop();
        }
        take(entry);
        if (!member.hardlink && member.type == FileType::File && isLinkHeader(headers())) {
            // libarchive sees no link where no target is named, and takes what follows for content
            // or not by the members before.
            member.hardlink = true;
            member.size = 0;
        }
        contentEnded = false;
        return true;
    }

    /// Whether a member's headers end with one of a hard link.
    static bool isLinkHeader(std::span<const std::byte> headers)
    {
        constexpr auto blockBytes = sizeof(Block);
        return headers.size() >= blockBytes &&
               headers.last(blockBytes)[typeflagField] == std::byte{'1'};
    }

    /// Where extension headers of PAX and of GNU both name a member, libarchive lets the order of
    /// the headers decide. PAX wins here (RULES.md, 30).
    void preferPax()
    {
        const auto contested = contestedHeaders(headers());
        if (!contested) {
            return;
        }
        const auto one = firstMember(contested->paxFirst);
        const auto other = firstMember(contested->gnuFirst);
        const auto gnu = firstMember(contested->gnuAlone);
        if (!one || !other || !gnu) {
            return;
        }
        // Whichever order libarchive goes by, one of the two differs from what GNU's alone give.
        const auto settle = [&](std::string TarMember::* name) {
            if ((*one).*name != (*other).*name) {
                member.*name = (*one).*name == (*gnu).*name ? (*other).*name : (*one).*name;
                member.otherNames = true;
            }
        };
        settle(&TarMember::path);
        settle(&TarMember::linkTarget);
    }

    static std::optional<TarMember> firstMember(std::span<const std::byte> tar)
    {
        const auto stream = plainStream(viewSource(tar));
        State state(*stream, 0, true);
        const auto found = state.nextHeader();
        return found && *found ? std::optional(std::move(state.member)) : std::nullopt;
    }

    /// Makes `block` the next one, or a hole up to `blockAt` at the content's end.
    Status nextBlock()
    {
        const void* data = nullptr;
        std::size_t size = 0;
        la_int64_t offset = 0;
        const int outcome = archive_read_data_block(reader.get(), &data, &size, &offset);
        if (outcome != ARCHIVE_EOF && failed(outcome)) {
            return stop();
        }
        contentEnded = outcome == ARCHIVE_EOF;
        block = {static_cast<const std::byte*>(data), contentEnded ? 0 : size};
        blockAt = static_cast<std::uint64_t>(std::max<la_int64_t>(offset, 0));
        if (blockAt < contentAt) {
            if (contentEnded) {
                blockAt = contentAt;
                return {};
            }
            error = Error{ErrorCode::Malformed, "damaged tar: a sparse map out of order", {}};
            return std::unexpected(*error);
        }
        if (blockAt + block.size() > member.size) {
            error = Error{ErrorCode::Malformed,
                          "damaged tar: a sparse map with more content than the size says",
                          {}};
            return std::unexpected(*error);
        }
        member.sparse = member.sparse || blockAt > contentAt;
        return {};
    }

    /// Up to `most` bytes of the content where they lie. libarchive's own archive_read_data() would
    /// lose what it had read of a buffer when an error follows.
    Result<std::span<const std::byte>> readContent(std::size_t most)
    {
        while (contentAt == blockAt && block.empty()) {
            if (contentEnded) {
                return std::span<const std::byte>();
            }
            if (auto got = nextBlock(); !got) {
                return std::unexpected(got.error());
            }
        }
        static constexpr std::array<std::byte, 32UL * 1024> hole{};
        std::span<const std::byte> out;
        if (contentAt < blockAt) {
            const auto n = std::min<std::uint64_t>(blockAt - contentAt, hole.size());
            out = std::span(hole).first(std::min(static_cast<std::size_t>(n), most));
        } else {
            out = block.first(std::min(block.size(), most));
            block = block.subspan(out.size());
            blockAt += out.size();
        }
        contentAt += out.size();
        return out;
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
        if (member.hardlink) {
            member.type = FileType::File; // libarchive takes a type from the header's mode
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
        member.headerOffset = start + headersAt;
        member.dataOffset = start + place();
    }
};

TarReader::TarReader(ByteStream& stream, std::uint64_t start, std::stop_token stop)
    : m_state(std::make_unique<State>(stream, start, start > 0))
    , m_stop(std::move(stop))
{
}

TarReader::~TarReader() = default;

Result<const TarMember*> TarReader::next()
{
    auto& s = *m_state;
    if (s.error) {
        return std::unexpected(*s.error);
    }
    const NameLocale locale(NameLocale::Use::Reading);
    const auto found = s.nextHeader();
    if (!found) {
        return std::unexpected(found.error());
    }
    if (!*found) {
        return nullptr;
    }
    s.preferPax();
    return &s.member;
}

Result<std::span<const std::byte>> TarReader::readUpTo(std::size_t most)
{
    auto& s = *m_state;
    if (!s.error && m_stop.stop_requested()) {
        s.error = cancelledError().error();
    }
    if (s.error) {
        return std::unexpected(*s.error);
    }
    return most == 0 ? std::span<const std::byte>() : s.readContent(most);
}

Result<std::size_t> TarReader::read(std::span<std::byte> into)
{
    const auto bytes = readUpTo(into.size());
    if (!bytes) {
        return std::unexpected(bytes.error());
    }
    std::ranges::copy(*bytes, into.begin());
    return bytes->size();
}

Result<std::span<const std::byte>> TarReader::readInPlace()
{
    return readUpTo(std::numeric_limits<std::size_t>::max());
}

} // namespace strata
