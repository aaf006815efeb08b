// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct archive;
struct archive_entry;

/// Private to core/export: what all that is written through libarchive has in common.
namespace strata {

struct ArchiveEntryDeleter
{
    void operator()(archive_entry* entry) const;
};
using ArchiveEntry = std::unique_ptr<archive_entry, ArchiveEntryDeleter>;
ArchiveEntry newArchiveEntry();

/// A libarchive writer that delivers to a function. Not movable: libarchive keeps its address.
class ArchiveSink
{
public:
    using Sink = std::function<Status(std::span<const std::byte>)>;

    /// `what` is said not to be written when something fails ("the layer").
    ArchiveSink(Sink sink, std::string what);
    ~ArchiveSink();
    ArchiveSink(const ArchiveSink&) = delete;
    ArchiveSink& operator=(const ArchiveSink&) = delete;

    archive* get() const { return m_writer; }
    /// Ends the setting of formats and filters; all that libarchive said to them is in `ready`.
    void open(bool ready);

    /// Empty as long as everything went well. The sink's first error, or libarchive's; everything
    /// after it fails with it.
    const std::optional<Error>& error() const { return m_error; }
    std::unexpected<Error> fails(std::string_view path = {});
    /// Nothing more is written, for this reason.
    std::unexpected<Error> abandon(Error why);
    /// Content of the current entry.
    Status data(std::span<const std::byte> bytes, std::string_view path = {});
    /// Writes the end.
    Status close();

private:
    static std::ptrdiff_t deliver(archive*, void* self, const void* bytes, std::size_t size);

    archive* m_writer;
    Sink m_sink;
    std::string m_what;
    std::optional<Error> m_error;
    bool m_abandoned = false; ///< nothing more goes to the sink
};

} // namespace strata
