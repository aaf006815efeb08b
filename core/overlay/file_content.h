// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "io/byte_stream.h"
#include "overlay/content_store.h"
#include "tree/opened_image.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace strata {

/// The content of a file of a container: pieces of what the image holds, of what was written, and
/// zeros. What the kernel copies up is only pointed to, since the image cannot change: a value
/// costs as much as it has pieces, whatever its size. Immutable and thread-safe.
class FileContent
{
public:
    /// Of a file with at most 2⁶³−1 bytes.
    static constexpr std::uint64_t maxSize = 0x7fffffffffffffffULL;

    FileContent() = default;
    /// The content that a version of a file has in its image.
    static FileContent ofImage(const Version& version, std::uint64_t size);

    std::uint64_t size() const { return m_size; }
    /// The version whose content it is, every byte and no more; none if it was changed.
    std::optional<Version> wholeOfImage() const;
    /// How many of them are not read from the image, zeros aside.
    std::uint64_t ownBytes() const;

    /// Cut off, or with zeros behind.
    FileContent resized(std::uint64_t size) const;
    /// With `bytes` in the place of what is at `offset`; zeros between the end and there.
    FileContent with(std::uint64_t offset, SharedSource bytes) const;
    /// The same bytes with what is held in memory moved into the file of `store`, neighbours as
    /// one, if it has become more than ContentStore::inMemory or very many pieces. Errors: the
    /// store's.
    Permitted<FileContent> tidied(ContentStore& store) const;

    /// The bytes in order; `image` is the one whose versions are in it. Errors while opening and
    /// reading: those of OpenedImage::open; Truncated where the image holds fewer than it says.
    Result<std::unique_ptr<ByteStream>> open(std::shared_ptr<const OpenedImage> image,
                                             const Job& job = {}) const;

private:
    struct Piece
    {
        SharedSource source; ///< null = of the image, or zeros
        Version version;     ///< without an entry = zeros
        std::uint64_t offset = 0;
        std::uint64_t length = 0;

        bool zeros() const { return !source && !version.entry; }
        bool inMemory() const { return source && ContentStore::isInMemory(*source); }
    };
    class Stream;

    void append(Piece piece);
    void append(const FileContent& other, std::uint64_t from, std::uint64_t to);

    std::vector<Piece> m_pieces;
    std::uint64_t m_size = 0;
};

} // namespace strata
