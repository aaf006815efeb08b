// SPDX-License-Identifier: Apache-2.0
#include "io/byte_source.h"

#include "base/byte_path.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strata {

namespace {

class FileSource final : public ByteSource
{
public:
    FileSource(int fd, const struct stat& info, std::string name)
        : m_fd(fd)
        , m_size(static_cast<std::uint64_t>(info.st_size))
        , m_modified(info.st_mtim)
        , m_name(std::move(name))
    {
    }
    ~FileSource() override { ::close(m_fd); }

    std::uint64_t size() const override { return m_size; }

    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        if (offset >= m_size) {
            return 0;
        }
        const auto wanted =
            static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), m_size - offset));
        std::size_t done = 0;
        while (done < wanted) {
            const auto n =
                ::pread(m_fd, into.data() + done, wanted - done, static_cast<off_t>(offset + done));
            if (n > 0) {
                done += static_cast<std::size_t>(n);
            } else if (n == 0) {
                return fail(ErrorCode::Changed, "became shorter while it was open", m_name);
            } else if (errno != EINTR) {
                return failErrno("cannot read", errno, m_name);
            }
        }
        if (auto same = requireSame(); !same) {
            return std::unexpected(same.error());
        }
        return done;
    }

    std::optional<SourceIdentity> identity() const override
    {
        struct stat info = {};
        if (::fstat(m_fd, &info) != 0 || info.st_nlink == 0) {
            return std::nullopt;
        }
        return SourceIdentity{.device = info.st_dev,
                              .inode = info.st_ino,
                              .fileSize = static_cast<std::uint64_t>(info.st_size),
                              .modifiedNs = nanoseconds(info.st_mtim),
                              .changedNs = nanoseconds(info.st_ctim),
                              .offset = 0,
                              .length = m_size};
    }

private:
    /// Whoever writes into the file while it is open makes nonsense of every offset that was learnt
    /// before. Asked after reading, so that no such byte gets through.
    Status requireSame() const
    {
        struct stat now = {};
        if (::fstat(m_fd, &now) != 0) {
            return failErrno("cannot read", errno, m_name);
        }
        if (static_cast<std::uint64_t>(now.st_size) < m_size) {
            return fail(ErrorCode::Changed, "became shorter while it was open", m_name);
        }
        if (now.st_mtim.tv_sec != m_modified.tv_sec || now.st_mtim.tv_nsec != m_modified.tv_nsec) {
            return fail(ErrorCode::Changed, "was written to while it was open", m_name);
        }
        return {};
    }

    /// Unsigned, so that a time beyond the range wraps.
    static std::int64_t nanoseconds(const timespec& time)
    {
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
                                         static_cast<std::uint64_t>(time.tv_nsec));
    }

    int m_fd;
    std::uint64_t m_size;
    timespec m_modified; ///< when it was opened
    std::string m_name;
};

class MemorySource final : public ByteSource
{
public:
    MemorySource(std::vector<std::byte> owned, std::span<const std::byte> view)
        : m_owned(std::move(owned))
        , m_view(m_owned.empty() ? view : std::span<const std::byte>(m_owned))
    {
    }

    std::uint64_t size() const override { return m_view.size(); }

    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        if (offset >= m_view.size()) {
            return 0;
        }
        const auto part = m_view.subspan(static_cast<std::size_t>(offset));
        const auto n = std::min(part.size(), into.size());
        std::ranges::copy(part.first(n), into.begin());
        return n;
    }

private:
    std::vector<std::byte> m_owned;
    std::span<const std::byte> m_view;
};

class RangeSource final : public ByteSource
{
public:
    RangeSource(SharedSource whole, std::uint64_t offset, std::uint64_t length)
        : m_whole(std::move(whole))
        , m_offset(offset)
        , m_length(length)
    {
    }

    std::uint64_t size() const override { return m_length; }

    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        if (offset >= m_length || into.empty()) {
            return 0;
        }
        const auto wanted =
            static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), m_length - offset));
        auto n = m_whole->readAt(m_offset + offset, into.first(wanted));
        if (n && *n == 0) {
            return fail(ErrorCode::Truncated, "ends before its last byte");
        }
        return n;
    }

    std::optional<SourceIdentity> identity() const override
    {
        auto out = m_whole->identity();
        if (out) {
            out->offset += m_offset;
            out->length = m_length;
        }
        return out;
    }

private:
    SharedSource m_whole;
    std::uint64_t m_offset;
    std::uint64_t m_length;
};

} // namespace

Result<SharedSource> openFile(const std::filesystem::path& path)
{
    auto name = escapeForDisplay(path.native());
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    int fd = -1;
    do {
        fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0) {
        return failErrno("cannot open", errno, std::move(name));
    }
    return sourceFromDescriptor(fd, std::move(name));
}

Result<SharedSource> sourceFromDescriptor(int fd, std::string name)
{
    struct stat info = {};
    if (::fstat(fd, &info) != 0) {
        const int reason = errno;
        ::close(fd);
        return failErrno("cannot read", reason, std::move(name));
    }
    if (!S_ISREG(info.st_mode)) {
        ::close(fd);
        return fail(ErrorCode::Unsupported, "is not a regular file", std::move(name));
    }
    return std::make_shared<FileSource>(fd, info, std::move(name));
}

SharedSource memorySource(std::vector<std::byte> bytes)
{
    return std::make_shared<MemorySource>(std::move(bytes), std::span<const std::byte>{});
}

SharedSource viewSource(std::span<const std::byte> bytes)
{
    return std::make_shared<MemorySource>(std::vector<std::byte>{}, bytes);
}

SharedSource rangeSource(SharedSource whole, std::uint64_t offset, std::uint64_t length)
{
    return std::make_shared<RangeSource>(std::move(whole), offset, length);
}

Result<std::vector<std::byte>> readAll(const ByteSource& source, std::uint64_t limit)
{
    if (source.size() > limit) {
        return fail(ErrorCode::LimitExceeded, "is larger than " + std::to_string(limit) + " bytes");
    }
    std::vector<std::byte> out(static_cast<std::size_t>(source.size()));
    std::size_t done = 0;
    while (done < out.size()) {
        const auto n = source.readAt(done, std::span(out).subspan(done));
        if (!n) {
            return std::unexpected(n.error());
        }
        if (*n == 0) {
            return fail(ErrorCode::Truncated, "ends before its last byte");
        }
        done += *n;
    }
    return out;
}

} // namespace strata
