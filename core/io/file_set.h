// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "base/job.h"
#include "base/warning.h"
#include "io/byte_source.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// The named files of an image archive, wherever they lie: members of a tar, or files of a
/// directory. Names are cleaned member names ("blobs/sha256/…"). Links inside the archive are
/// followed, with cycles and escapes refused. Immutable and thread-safe once made.
class FileSet
{
public:
    FileSet() = default;
    FileSet(const FileSet&) = delete;
    FileSet& operator=(const FileSet&) = delete;
    virtual ~FileSet() = default;

    virtual bool contains(std::string_view name) const = 0;
    /// Bytes of the file, or none if it is absent.
    virtual std::optional<std::uint64_t> sizeOf(std::string_view name) const = 0;
    /// Errors: Missing; Malformed for a link cycle; Denied for a link that escapes; Io.
    virtual Result<SharedSource> open(std::string_view name) const = 0;
    /// Where the bytes of `name` lie, equal for names that share them (repeated layers stored
    /// once); empty if absent.
    virtual std::string identity(std::string_view name) const = 0;
    /// All file names, in no particular order, e.g. for listing `<id>/json`. Of a folder, those
    /// among the first limits::archiveMembers entries, at most limits::folderDepth folders down,
    /// that may be listed: to guess by, not to rely on.
    virtual std::vector<std::string> names() const = 0;
    /// Members passed over, archive cut off, …
    const WarningList& warnings() const { return m_warnings; }

protected:
    WarningList m_warnings;
};

/// Members of an uncompressed tar. Reads headers only, in one pass. An archive that is cut off or
/// damaged gives what came before and a warning; `damage` is why `tar` itself ends early, if that
/// is known, as for what spool() gave. Errors: NotAnImage if it is no tar; `damage` if nothing came
/// before it; Io; Changed; Cancelled.
Result<std::shared_ptr<const FileSet>> tarFileSet(SharedSource tar, const Job& job,
                                                  const std::optional<Error>& damage = {});

/// Files of a directory, opened beneath it and nowhere else. Errors: NotFound, Io.
Result<std::shared_ptr<const FileSet>> directoryFileSet(const std::filesystem::path& directory);

/// What an archive that is itself compressed holds.
struct Spooled
{
    SharedSource bytes;
    std::optional<Error> damage; ///< Truncated or Malformed: `bytes` are what came before
};

/// The decompressed bytes of `source` in an unlinked temporary file. Progress in bytes of `source`.
/// Errors: the stream's if nothing came before it; Io when the disk is full; Changed;
/// LimitExceeded; Cancelled.
Result<Spooled> spool(SharedSource source, const Job& job);

} // namespace strata
