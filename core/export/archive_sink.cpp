// SPDX-License-Identifier: Apache-2.0
#include "export/archive_sink.h"

#include "base/byte_path.h"

#include <archive.h>
#include <archive_entry.h>

#include <new>
#include <utility>

namespace strata {

void ArchiveEntryDeleter::operator()(archive_entry* entry) const
{
    archive_entry_free(entry);
}

ArchiveEntry newArchiveEntry()
{
    ArchiveEntry entry(archive_entry_new());
    if (!entry) {
        throw std::bad_alloc();
    }
    return entry;
}

ArchiveSink::ArchiveSink(Sink sink, std::string what)
    : m_writer(archive_write_new())
    , m_sink(std::move(sink))
    , m_what(std::move(what))
{
    if (m_writer == nullptr) {
        throw std::bad_alloc();
    }
}

ArchiveSink::~ArchiveSink()
{
    // libarchive writes the end of the archive on its own; an unfinished one gets none.
    m_abandoned = true;
    archive_write_free(m_writer);
}

void ArchiveSink::open(bool ready)
{
    if (!ready || archive_write_set_bytes_in_last_block(m_writer, 1) != ARCHIVE_OK ||
        archive_write_open2(m_writer, this, nullptr, &ArchiveSink::deliver, nullptr, nullptr) !=
            ARCHIVE_OK) {
        (void)fails();
    }
}

/// Says "written" even where nothing is: a libarchive that was told of a failure does not give its
/// buffers back. Whoever calls it looks at error() afterwards.
std::ptrdiff_t ArchiveSink::deliver(archive*, void* self, const void* bytes, std::size_t size)
{
    auto& sink = *static_cast<ArchiveSink*>(self);
    if (!sink.m_error && !sink.m_abandoned) {
        const auto status = sink.m_sink(std::span(static_cast<const std::byte*>(bytes), size));
        if (!status) {
            sink.m_error = status.error();
        }
    }
    return static_cast<std::ptrdiff_t>(size);
}

std::unexpected<Error> ArchiveSink::fails(std::string_view path)
{
    if (!m_error) {
        const char* said = archive_error_string(m_writer);
        m_error =
            Error{ErrorCode::Io, m_what + " cannot be written: " + (said != nullptr ? said : ""),
                  escapeForDisplay(path)};
    }
    return std::unexpected(*m_error);
}

std::unexpected<Error> ArchiveSink::abandon(Error why)
{
    m_error = std::move(why);
    return std::unexpected(*m_error);
}

Status ArchiveSink::data(std::span<const std::byte> bytes, std::string_view path)
{
    while (!m_error && !bytes.empty()) {
        const la_ssize_t written = archive_write_data(m_writer, bytes.data(), bytes.size());
        if (written <= 0) {
            return fails(path);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return m_error ? Status(fails(path)) : Status();
}

Status ArchiveSink::close()
{
    if (m_error || archive_write_close(m_writer) != ARCHIVE_OK || m_error) {
        return fails();
    }
    return {};
}

} // namespace strata
