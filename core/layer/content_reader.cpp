// SPDX-License-Identifier: Apache-2.0
#include "layer/content_reader.h"

#include "base/paced_progress.h"
#include "io/tar_reader.h"

#include <algorithm>
#include <utility>

namespace strata {

namespace {

/// The content of the one member that a tar reader stands at.
class MemberStream final : public ByteStream
{
public:
    MemberStream(std::unique_ptr<ByteStream> tar, std::uint64_t start, std::stop_token stop)
        : m_tar(std::move(tar))
        , m_reader(*m_tar, start, std::move(stop))
    {
    }

    /// Errors: Changed if it is not the member that was indexed as `entry`.
    Status begin(const LayerEntry& entry)
    {
        const auto member = m_reader.next();
        if (!member) {
            return std::unexpected(member.error());
        }
        if (*member == nullptr || (*member)->type != FileType::File || (*member)->hardlink ||
            (*member)->size != entry.size) {
            return fail(ErrorCode::Changed, "the layer no longer holds the file at its place");
        }
        return {};
    }

    Result<std::size_t> read(std::span<std::byte> into) override { return m_reader.read(into); }
    std::uint64_t sourcePosition() const override { return m_tar->sourcePosition(); }

private:
    std::unique_ptr<ByteStream> m_tar;
    TarReader m_reader;
};

/// Passes over `count` bytes; fewer only at the end.
Result<std::uint64_t> skipTo(ByteStream& stream, std::uint64_t count, const Job& job,
                             std::uint64_t storedSize)
{
    PacedProgress progress(job, storedSize);
    constexpr std::uint64_t step = 1U << 20U; // between reports
    std::uint64_t done = 0;
    while (done < count) {
        const auto n = stream.skip(std::min(step, count - done));
        if (!n) {
            return n;
        }
        if (*n == 0) {
            break;
        }
        done += *n;
        progress.reached(stream.sourcePosition());
    }
    return done;
}

} // namespace

Result<std::unique_ptr<ByteStream>> openContent(SharedSource stored, Compression compression,
                                                const SeekIndex* places, const LayerEntry& entry,
                                                const Job& job)
{
    if (entry.type != FileType::File) {
        return fail(ErrorCode::NotFound, "is not a regular file");
    }
    const auto storedSize = stored->size();
    auto from =
        decompressNear(std::move(stored), compression, places, entry.headerOffset, job.stop);
    if (!from) {
        return std::unexpected(from.error());
    }
    // From the member's own headers on, libarchive sees a tar that begins with it: sparse maps and
    // long names are read the same way as when indexing.
    const auto between = entry.headerOffset - from->offset;
    const auto skipped = skipTo(*from->stream, between, job, storedSize);
    if (!skipped) {
        return std::unexpected(skipped.error());
    }
    if (*skipped < between) {
        return fail(ErrorCode::Truncated, "the layer ends before the file");
    }
    auto content =
        std::make_unique<MemberStream>(std::move(from->stream), entry.headerOffset, job.stop);
    if (auto begun = content->begin(entry); !begun) {
        return std::unexpected(begun.error());
    }
    return content;
}

} // namespace strata
