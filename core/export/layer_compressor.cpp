// SPDX-License-Identifier: Apache-2.0
#include "export/layer_compressor.h"

#include "export/archive_sink.h"

#include <archive.h>
#include <archive_entry.h>

#include <utility>

namespace strata {

struct LayerCompressor::State
{
    explicit State(ArchiveSink::Sink into)
        : sink(std::move(into), "the compressed layer")
    {
    }
    ArchiveSink sink;
};

LayerCompressor::LayerCompressor(LayerCompression compression,
                                 std::function<Status(std::span<const std::byte>)> sink)
    : m_state(std::make_unique<State>(std::move(sink)))
{
    archive* a = m_state->sink.get();
    bool ready = archive_write_set_format_raw(a) == ARCHIVE_OK;
    if (compression == LayerCompression::Gzip) {
        // No time of day in the gzip header, so that the same tar gives the same bytes.
        ready = ready && archive_write_add_filter_gzip(a) == ARCHIVE_OK &&
                archive_write_set_filter_option(a, "gzip", "timestamp", nullptr) == ARCHIVE_OK;
    } else {
        ready = ready && archive_write_add_filter_zstd(a) == ARCHIVE_OK;
    }
    m_state->sink.open(ready);
    // To its format "raw" the stream is the content of one nameless file.
    const ArchiveEntry entry = newArchiveEntry();
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    if (!m_state->sink.error() && archive_write_header(a, entry.get()) != ARCHIVE_OK) {
        (void)m_state->sink.fails();
    }
}

LayerCompressor::~LayerCompressor() = default;

Status LayerCompressor::write(std::span<const std::byte> bytes)
{
    return m_state->sink.data(bytes);
}

Status LayerCompressor::finish()
{
    return m_state->sink.close();
}

} // namespace strata
