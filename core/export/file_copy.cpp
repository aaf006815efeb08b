// SPDX-License-Identifier: Apache-2.0
#include "export/file_copy.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <unistd.h>

namespace strata {
namespace {

bool allZero(std::span<const std::byte> bytes)
{
    return bytes.front() == std::byte{} &&
           std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

/// 0 or an errno.
int writeSparse(int fd, std::uint64_t offset, std::span<const std::byte> bytes)
{
    if (allZero(bytes)) {
        return 0;
    }
    while (!bytes.empty()) {
        const ssize_t written = pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno != EINTR) {
            return errno;
        }
        const auto count = written > 0 ? static_cast<std::size_t>(written) : 0;
        bytes = bytes.subspan(count);
        offset += count;
    }
    return 0;
}

std::unexpected<CopyFailure> cannotWrite(int errnum)
{
    return std::unexpected(CopyFailure{failErrno("cannot write", errnum).error(), errnum});
}

} // namespace

bool isFatal(int error)
{
    return error == ENOSPC || error == EDQUOT || error == EIO || error == EROFS ||
           error == EMFILE || error == ENFILE || error == ENOMEM;
}

std::expected<void, CopyFailure> copyToFile(const ContentReader& read, int fd, std::uint64_t size,
                                            std::span<std::byte> buffer, const Job& job,
                                            const std::function<void(std::size_t)>& copied)
{
    // First of all, for a size that the file system does not take shall not be found out after
    // reading that many zeros. What is not written stays a hole.
    if (!std::in_range<off_t>(size)) {
        return cannotWrite(EFBIG);
    }
    if (ftruncate(fd, static_cast<off_t>(size)) != 0) {
        return cannotWrite(errno);
    }
    std::uint64_t done = 0;
    while (true) {
        if (job.cancelled()) {
            return std::unexpected(CopyFailure{cancelledError().error()});
        }
        const auto count = read(buffer);
        if (!count) {
            return std::unexpected(CopyFailure{count.error()});
        }
        if (*count == 0) {
            break;
        }
        if (const int error = writeSparse(fd, done, buffer.first(*count)); error != 0) {
            return cannotWrite(error);
        }
        done += *count;
        copied(*count);
    }
    if (done != size) {
        return std::unexpected(CopyFailure{Error{ErrorCode::Truncated,
                                                 "it ends after " + std::to_string(done) + " of " +
                                                     std::to_string(size) + " bytes",
                                                 {}}});
    }
    return {};
}

} // namespace strata
