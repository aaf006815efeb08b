// SPDX-License-Identifier: Apache-2.0
#include "layer/content_reader.h"

#include "io/tar_reader.h"

#include <utility>

namespace strata {

namespace {

/// The content of the one member that a tar reader stands at.
class MemberStream final : public ByteStream
{
public:
    MemberStream(std::unique_ptr<ByteStream> tar, std::uint64_t start)
        : m_tar(std::move(tar))
        , m_reader(*m_tar, start)
    {
    }

    Status begin()
    {
        const auto member = m_reader.next();
        if (!member) {
            return std::unexpected(member.error());
        }
        if (*member == nullptr) {
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

} // namespace

Result<std::unique_ptr<ByteStream>> openContent(SharedSource stored, Compression compression,
                                                const LayerEntry& entry)
{
    if (entry.type != FileType::File) {
        return fail(ErrorCode::NotFound, "is not a regular file");
    }
    auto tar = decompress(std::move(stored), compression);
    if (!tar) {
        return std::unexpected(tar.error());
    }
    // From the member's own headers on, libarchive sees a tar that begins with it: sparse maps and
    // long names are read the same way as when indexing.
    const auto skipped = (*tar)->skip(entry.headerOffset);
    if (!skipped) {
        return std::unexpected(skipped.error());
    }
    if (*skipped < entry.headerOffset) {
        return fail(ErrorCode::Truncated, "the layer ends before the file");
    }
    auto content = std::make_unique<MemberStream>(std::move(*tar), entry.headerOffset);
    if (auto begun = content->begin(); !begun) {
        return std::unexpected(begun.error());
    }
    return content;
}

} // namespace strata
