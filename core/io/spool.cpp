// SPDX-License-Identifier: Apache-2.0
#include "base/limits.h"
#include "base/paced_progress.h"
#include "io/byte_stream.h"
#include "io/file_set.h"
#include "io/temporary_file_p.h"

#include <cerrno>
#include <string>

#include <unistd.h>

namespace strata {

namespace {

Status writeFully(int fd, std::span<const std::byte> bytes, const std::string& folder)
{
    while (!bytes.empty()) {
        const auto n = ::write(fd, bytes.data(), bytes.size());
        if (n > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(n));
        } else if (n == 0 || errno != EINTR) {
            return failErrno("cannot decompress into the temporary folder", n == 0 ? ENOSPC : errno,
                             folder);
        }
    }
    return {};
}

/// Everything up to the end or the damage, which it gives.
Result<std::optional<Error>> copyAll(ByteStream& stream, int fd, const std::string& folder,
                                     PacedProgress& progress)
{
    std::vector<std::byte> buffer(1U << 20U);
    std::uint64_t written = 0;
    for (;;) {
        const auto n = stream.read(buffer);
        if (!n) {
            return isDamage(n.error()) && written > 0 ? Result<std::optional<Error>>(n.error())
                                                      : std::unexpected(n.error());
        }
        if (*n == 0) {
            return std::nullopt;
        }
        written += *n;
        if (written > limits::spooledBytes) {
            return fail(ErrorCode::LimitExceeded, "decompresses to more than " +
                                                      std::to_string(limits::spooledBytes) +
                                                      " bytes");
        }
        if (auto wrote = writeFully(fd, std::span(buffer).first(*n), folder); !wrote) {
            return std::unexpected(wrote.error());
        }
        progress.reached(stream.sourcePosition());
    }
}

} // namespace

Result<Spooled> spool(SharedSource source, const Job& job)
{
    PacedProgress progress(job, source->size());
    auto stream = openStream(std::move(source), job.stop);
    if (!stream) {
        return std::unexpected(stream.error());
    }
    const auto file = makeTemporaryFile();
    if (!file) {
        return std::unexpected(file.error());
    }
    const int fd = file->descriptor;
    auto damage = copyAll(**stream, fd, file->folder, progress);
    if (!damage) {
        ::close(fd);
        return std::unexpected(damage.error());
    }
    // From here on the source owns the descriptor; its size is what has been written.
    auto bytes = sourceFromDescriptor(fd, "temporary file");
    if (!bytes) {
        return std::unexpected(bytes.error());
    }
    return Spooled{std::move(*bytes), std::move(*damage)};
}

} // namespace strata
