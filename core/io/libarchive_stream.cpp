// SPDX-License-Identifier: Apache-2.0
#include "io/libarchive_p.h"
#include "io/streams_p.h"

#include <archive_entry.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>

namespace strata {

namespace {

/// libarchive's filters under its "raw" format: one nameless member, the decompressed bytes.
class LibarchiveStream final : public DecodingStream
{
public:
    LibarchiveStream(SharedSource source, const std::stop_token& stop)
        : DecodingStream(std::move(source), stop)
    {
        auto* a = m_archive.get();
        archive_read_support_filter_bzip2(a);
        archive_read_support_filter_xz(a);
        archive_read_support_filter_lzma(a);
        archive_read_support_filter_lz4(a);
        archive_read_support_filter_lzip(a);
        archive_read_support_filter_compress(a);
        archive_read_support_format_raw(a);
        archive_read_support_format_empty(a);
    }

private:
    Result<std::size_t> decode(std::span<std::byte> into) override
    {
        if (!m_open) {
            archive_entry* entry = nullptr;
            auto* a = m_archive.get();
            if (archive_read_open(a, this, nullptr, &LibarchiveStream::feed, nullptr) !=
                ARCHIVE_OK) {
                return stop();
            }
            const int outcome = archive_read_next_header(a, &entry);
            // Nothing to decompress and nothing that could be decompressed look alike here.
            m_empty = outcome == ARCHIVE_EOF && archive_errno(a) == 0;
            if (outcome != ARCHIVE_OK && !m_empty) {
                return stop();
            }
            m_open = true;
        }
        if (m_empty) {
            return 0;
        }
        // archive_read_data() would lose what it had read of a buffer when an error follows.
        while (m_block.empty()) {
            const void* data = nullptr;
            std::size_t size = 0;
            la_int64_t offset = 0;
            const int outcome = archive_read_data_block(m_archive.get(), &data, &size, &offset);
            if (outcome == ARCHIVE_EOF) {
                return 0;
            }
            if (outcome != ARCHIVE_OK && outcome != ARCHIVE_WARN) {
                return stop();
            }
            m_block = {static_cast<const std::byte*>(data), size};
        }
        const auto n = std::min(into.size(), m_block.size());
        std::ranges::copy(m_block.first(n), into.begin());
        m_block = m_block.subspan(n);
        return n;
    }

    // Called from C: no exception can pass it.
    static la_ssize_t feed(archive* a, void* self, const void** buffer) noexcept
    {
        auto& stream = *static_cast<LibarchiveStream*>(self);
        stream.m_input.consume(stream.m_lent);
        stream.m_lent = 0;
        const auto bytes = stream.m_input.peek();
        if (!bytes) {
            stream.m_sourceError = bytes.error();
            archive_set_error(a, EIO, "source");
            return ARCHIVE_FATAL;
        }
        stream.m_lent = bytes->size();
        stream.m_atEnd = bytes->empty();
        *buffer = bytes->data();
        return static_cast<la_ssize_t>(bytes->size());
    }

    std::unexpected<Error> stop() const
    {
        if (m_sourceError) {
            return std::unexpected(*m_sourceError);
        }
        if (m_atEnd) {
            return fail(ErrorCode::Truncated, "compressed data that ends early");
        }
        const char* text = archive_error_string(m_archive.get());
        return fail(ErrorCode::Malformed,
                    std::string("damaged compressed data: ") + (text != nullptr ? text : ""));
    }

    ArchiveReader m_archive = newArchiveReader();
    std::span<const std::byte> m_block; ///< decompressed, not yet given
    std::optional<Error> m_sourceError;
    std::size_t m_lent = 0;
    bool m_open = false;
    bool m_empty = false;
    bool m_atEnd = false;
};

} // namespace

std::unique_ptr<ByteStream> libarchiveStream(SharedSource source, const std::stop_token& stop)
{
    return std::make_unique<LibarchiveStream>(std::move(source), stop);
}

} // namespace strata
