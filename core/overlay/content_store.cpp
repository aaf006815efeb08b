// SPDX-License-Identifier: Apache-2.0
#include "overlay/content_store.h"

#include "base/paced_progress.h"
#include "io/byte_stream.h"
#include "io/temporary_file_p.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>
#include <vector>

#include <unistd.h>

namespace strata {
namespace {

constexpr std::size_t chunkBytes = 256UL * 1024;

Refusal refusalOf(int error, const Error& why)
{
    return {error == ENOSPC || error == EDQUOT || error == EFBIG ? PosixError::NoSpace
                                                                 : PosixError::Io,
            why.message()};
}

} // namespace

/// The file: what was written stays as it is, and more comes behind it.
class ContentStore::File
{
public:
    explicit File(TemporaryFile file)
        : m_file(std::move(file))
    {
    }
    ~File() { ::close(m_file.descriptor); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    std::uint64_t end() const { return m_end; }
    /// What comes next goes there: behind everything that was kept.
    void endAt(std::uint64_t end) { m_end = end; }

    std::expected<void, Refusal> write(std::uint64_t at, std::span<const std::byte> bytes) const
    {
        while (!bytes.empty()) {
            const auto n =
                ::pwrite(m_file.descriptor, bytes.data(), bytes.size(), static_cast<off_t>(at));
            if (n > 0) {
                bytes = bytes.subspan(static_cast<std::size_t>(n));
                at += static_cast<std::uint64_t>(n);
            } else if (n == 0 || errno != EINTR) {
                const int error = n == 0 ? ENOSPC : errno;
                const auto why =
                    failErrno("cannot write into the temporary folder", error, m_file.folder);
                return std::unexpected(refusalOf(error, why.error()));
            }
        }
        return {};
    }

    Result<std::size_t> read(std::uint64_t at, std::span<std::byte> into) const
    {
        std::size_t done = 0;
        while (done < into.size()) {
            const auto n = ::pread(m_file.descriptor, into.data() + done, into.size() - done,
                                   static_cast<off_t>(at + done));
            if (n == 0) {
                return fail(ErrorCode::Truncated, "the temporary file became shorter",
                            m_file.folder);
            }
            if (n < 0 && errno != EINTR) {
                return failErrno("cannot read the temporary file", errno, m_file.folder);
            }
            done += static_cast<std::size_t>(std::max<ssize_t>(n, 0));
        }
        return done;
    }

    class Part;

private:
    TemporaryFile m_file;
    std::uint64_t m_end = 0;
};

class ContentStore::File::Part final : public ByteSource
{
public:
    Part(std::shared_ptr<const File> file, std::uint64_t offset, std::uint64_t size)
        : m_file(std::move(file))
        , m_offset(offset)
        , m_size(size)
    {
    }

    std::uint64_t size() const override { return m_size; }
    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        if (offset >= m_size) {
            return 0;
        }
        const auto count = std::min<std::uint64_t>(into.size(), m_size - offset);
        return m_file->read(m_offset + offset, into.first(static_cast<std::size_t>(count)));
    }

private:
    std::shared_ptr<const File> m_file;
    std::uint64_t m_offset;
    std::uint64_t m_size;
};

struct ContentStore::State
{
    std::shared_ptr<File> file;
    std::uint64_t memory = 0;
};

ContentStore::ContentStore()
    : m_state(std::make_unique<State>())
{
}

ContentStore::~ContentStore() = default;
ContentStore::ContentStore(ContentStore&&) noexcept = default;
ContentStore& ContentStore::operator=(ContentStore&&) noexcept = default;

std::uint64_t ContentStore::fileBytes() const
{
    return m_state->file ? m_state->file->end() : 0;
}

Permitted<std::shared_ptr<ContentStore::File>> ContentStore::file()
{
    if (!m_state->file) {
        auto made = makeTemporaryFile();
        if (!made) {
            return std::unexpected(refusalOf(errno, made.error()));
        }
        m_state->file = std::make_shared<File>(std::move(*made));
    }
    return m_state->file;
}

Permitted<SharedSource> ContentStore::keep(std::span<const std::byte> bytes)
{
    if (bytes.size() <= inMemory && m_state->memory + bytes.size() <= allInMemory) {
        m_state->memory += bytes.size();
        return memorySource({bytes.begin(), bytes.end()});
    }
    const auto into = file();
    if (!into) {
        return std::unexpected(into.error());
    }
    const auto start = (*into)->end();
    if (const auto written = (*into)->write(start, bytes); !written) {
        return std::unexpected(written.error());
    }
    (*into)->endAt(start + bytes.size());
    return std::make_shared<File::Part>(*into, start, bytes.size());
}

bool ContentStore::isInMemory(const ByteSource& source)
{
    return dynamic_cast<const File::Part*>(&source) == nullptr;
}

Permitted<SharedSource> ContentStore::keep(ByteStream& stream, const Job& job)
{
    return take(stream, inMemory, job);
}

Permitted<SharedSource> ContentStore::keepInFile(ByteStream& stream)
{
    return take(stream, 0, {});
}

Permitted<SharedSource> ContentStore::take(ByteStream& stream, std::uint64_t atMostInMemory,
                                           const Job& job)
{
    std::vector<std::byte> buffer(static_cast<std::size_t>(atMostInMemory) + chunkBytes);
    std::size_t held = 0;
    std::uint64_t size = 0;
    std::uint64_t start = 0;
    std::shared_ptr<File> into;
    PacedProgress progress(job, 0);
    const auto spill = [&]() -> std::expected<void, Refusal> {
        if (!into) {
            auto opened = file();
            if (!opened) {
                return std::unexpected(opened.error());
            }
            into = std::move(*opened);
            start = into->end();
        }
        const auto done = into->write(start + size - held, std::span(buffer).first(held));
        held = 0;
        return done;
    };
    while (true) {
        if (job.cancelled()) {
            return refuse(PosixError::Interrupted);
        }
        const auto got = stream.read(std::span(buffer).subspan(held, chunkBytes));
        if (!got) {
            return refuse(got.error().code == ErrorCode::Cancelled ? PosixError::Interrupted
                                                                   : PosixError::Io,
                          got.error().message());
        }
        held += *got;
        size += *got;
        if (size > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max())) {
            return refuse(PosixError::TooLarge);
        }
        progress.reached(size);
        if (*got == 0) {
            break;
        }
        if (held > atMostInMemory) {
            if (const auto done = spill(); !done) {
                return std::unexpected(done.error());
            }
        }
    }
    if (!into) {
        return keep(std::span(buffer).first(held));
    }
    if (const auto done = spill(); !done) {
        return std::unexpected(done.error());
    }
    into->endAt(start + size);
    return std::make_shared<File::Part>(into, start, size);
}

} // namespace strata
