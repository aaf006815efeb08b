// SPDX-License-Identifier: Apache-2.0
#include "base/limits.h"
#include "base/paced_progress.h"
#include "io/byte_stream.h"
#include "io/file_set.h"

#include <cerrno>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace strata {

namespace {

/// A file without a name, on disk rather than in memory: archives may be larger than that.
int temporaryFile(std::string& folder)
{
    const char* wanted = ::secure_getenv("TMPDIR");
    for (const char* candidate : {wanted, "/var/tmp", "/tmp"}) {
        if (candidate == nullptr || *candidate == '\0') {
            continue;
        }
        folder = candidate;
        int fd = ::open(candidate, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (fd >= 0) {
            return fd;
        }
        std::string name = folder + "/stratascope-XXXXXX";
        fd = ::mkostemp(name.data(), O_CLOEXEC);
        if (fd >= 0) {
            ::unlink(name.c_str());
            return fd;
        }
    }
    return -1;
}

Status writeFully(int fd, std::span<const std::byte> bytes, const std::string& folder)
{
    while (!bytes.empty()) {
        const auto n = ::write(fd, bytes.data(), bytes.size());
        if (n > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(n));
        } else if (errno != EINTR) {
            return failErrno("cannot decompress into the temporary folder", errno, folder);
        }
    }
    return {};
}

} // namespace

Result<SharedSource> spool(SharedSource source, const Job& job)
{
    auto stream = openStream(source);
    if (!stream) {
        return std::unexpected(stream.error());
    }
    std::string folder;
    const int fd = temporaryFile(folder);
    if (fd < 0) {
        return failErrno("cannot make a temporary file", errno, folder);
    }
    // From here on the source owns the descriptor; its size is taken once everything is written.
    std::vector<std::byte> buffer(1U << 20U);
    std::uint64_t written = 0;
    PacedProgress progress(job, source->size());
    for (;;) {
        const auto n = [&]() -> Result<std::size_t> {
            if (job.cancelled()) {
                return cancelledError();
            }
            auto got = (*stream)->read(buffer);
            if (!got || *got == 0) {
                return got;
            }
            written += *got;
            if (written > limits::spooledBytes) {
                return fail(ErrorCode::LimitExceeded, "decompresses to more than " +
                                                          std::to_string(limits::spooledBytes) +
                                                          " bytes");
            }
            if (auto wrote = writeFully(fd, std::span(buffer).first(*got), folder); !wrote) {
                return std::unexpected(wrote.error());
            }
            return got;
        }();
        // An archive that is cut off still shows what came before the cut.
        if (!n && !(n.error().code == ErrorCode::Truncated && written > 0)) {
            ::close(fd);
            return std::unexpected(n.error());
        }
        if (!n || *n == 0) {
            return sourceFromDescriptor(fd, "temporary file");
        }
        progress.reached((*stream)->sourcePosition());
    }
}

} // namespace strata
