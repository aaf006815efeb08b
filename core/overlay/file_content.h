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
    /// What it costs to keep: parts that lie in different places.
    std::size_t pieceCount() const { return m_pieces.size(); }

    /// Cut off, or with zeros behind.
    FileContent resized(std::uint64_t size) const;
    /// With `bytes` in the place of what is at `offset`; zeros between the end and there.
    FileContent with(std::uint64_t offset, SharedSource bytes) const;
    /// The same bytes in few pieces, and with at most ContentStore::inMemory of them in memory, so
    /// that a history of them stays small. What was written by many operations is put together in
    /// `store`, each byte as often as the logarithm of what was written says. What has become
    /// `mostPieces` scraps of `image` and zeros is copied as a whole, unless that is larger than
    /// `mostCopied`. Errors: the store's; Io where the image cannot be read.
    Permitted<FileContent> tidied(ContentStore& store,
                                  const std::shared_ptr<const OpenedImage>& image) const;
    static constexpr std::size_t mostPieces = 512;
    static constexpr std::uint64_t mostCopied = 256ULL << 20;

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

    /// As one piece in `store`, in its file if `toFile`.
    Permitted<Piece> kept(ContentStore& store, bool toFile,
                          const std::shared_ptr<const OpenedImage>& image) const;
    void append(Piece piece);
    void append(const FileContent& other, std::uint64_t from, std::uint64_t to);

    std::vector<Piece> m_pieces;
    std::uint64_t m_size = 0;
};

} // namespace strata
