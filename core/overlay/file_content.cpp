// SPDX-License-Identifier: Apache-2.0
#include "overlay/file_content.h"

#include <algorithm>
#include <utility>

namespace strata {
namespace {

/// Pieces that a content may have before what was written is put together.
constexpr std::size_t manyPieces = 32;

} // namespace

/// Reads the pieces one after another.
class FileContent::Stream final : public ByteStream
{
public:
    Stream(std::vector<Piece> pieces, std::shared_ptr<const OpenedImage> image, Job job)
        : m_pieces(std::move(pieces))
        , m_image(std::move(image))
        , m_job(std::move(job))
    {
    }

    /// Opens what comes first, so that what cannot be read is known at once.
    Status start() { return m_pieces.empty() ? Status() : enter(); }

    Result<std::size_t> read(std::span<std::byte> into) override
    {
        if (m_error) {
            return std::unexpected(*m_error);
        }
        while (m_at < m_pieces.size() && m_done == m_pieces[m_at].length) {
            m_done = 0;
            m_lower.reset();
            ++m_at;
            if (m_at < m_pieces.size()) {
                if (auto entered = enter(); !entered) {
                    return failed(std::move(entered.error()));
                }
            }
        }
        if (m_at == m_pieces.size() || into.empty()) {
            return 0;
        }
        if (m_job.cancelled()) {
            return failed(cancelledError().error());
        }
        const Piece& piece = m_pieces[m_at];
        into = into.first(
            static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), piece.length - m_done)));
        const auto got = readPiece(piece, into);
        if (!got) {
            return failed(got.error());
        }
        if (*got == 0) {
            return failed({ErrorCode::Truncated, "the image holds fewer bytes than it says", {}});
        }
        m_done += *got;
        m_position += *got;
        return got;
    }

    std::uint64_t sourcePosition() const override { return m_position; }

private:
    std::unexpected<Error> failed(Error error)
    {
        m_error = std::move(error);
        return std::unexpected(*m_error);
    }

    Result<std::size_t> readPiece(const Piece& piece, std::span<std::byte> into)
    {
        if (piece.zeros()) {
            std::ranges::fill(into, std::byte{0});
            return into.size();
        }
        return piece.source ? piece.source->readAt(piece.offset + m_done, into)
                            : m_lower->read(into);
    }

    Status enter()
    {
        const Piece& piece = m_pieces[m_at];
        if (piece.source || piece.zeros()) {
            return {};
        }
        auto opened = m_image->open(piece.version, m_job);
        if (!opened) {
            return std::unexpected(std::move(opened.error()));
        }
        m_lower = std::move(*opened);
        return m_lower->skip(piece.offset).transform([](std::uint64_t) {});
    }

    std::vector<Piece> m_pieces;
    std::shared_ptr<const OpenedImage> m_image;
    Job m_job;
    std::unique_ptr<ByteStream> m_lower;
    std::optional<Error> m_error;
    std::size_t m_at = 0;
    std::uint64_t m_done = 0; ///< of the current piece
    std::uint64_t m_position = 0;
};

FileContent FileContent::ofImage(const Version& version, std::uint64_t size)
{
    FileContent out;
    out.append({.source = nullptr, .version = version, .offset = 0, .length = size});
    return out;
}

std::optional<Version> FileContent::wholeOfImage() const
{
    if (m_pieces.size() != 1 || m_pieces[0].source || m_pieces[0].zeros() ||
        m_pieces[0].offset != 0) {
        return std::nullopt;
    }
    return m_pieces[0].version;
}

void FileContent::append(Piece piece)
{
    if (piece.length > 0) {
        m_size += piece.length;
        m_pieces.push_back(std::move(piece));
    }
}

void FileContent::append(const FileContent& other, std::uint64_t from, std::uint64_t to)
{
    std::uint64_t start = 0;
    for (const Piece& piece : other.m_pieces) {
        const auto first = std::max(start, from);
        const auto last = std::min(start + piece.length, to);
        if (first < last) {
            Piece part = piece;
            part.offset += first - start;
            part.length = last - first;
            append(std::move(part));
        }
        start += piece.length;
    }
}

FileContent FileContent::resized(std::uint64_t size) const
{
    FileContent out;
    out.append(*this, 0, size);
    if (size > m_size) {
        out.append({.source = nullptr, .version = Version(), .offset = 0, .length = size - m_size});
    }
    return out;
}

FileContent FileContent::with(std::uint64_t offset, SharedSource bytes) const
{
    const auto length = bytes->size();
    FileContent out = resized(offset);
    out.append({.source = std::move(bytes), .version = Version(), .offset = 0, .length = length});
    out.append(*this, offset + length, m_size);
    return out;
}

Permitted<FileContent::Piece>
FileContent::kept(ContentStore& store, bool toFile,
                  const std::shared_ptr<const OpenedImage>& image) const
{
    Stream stream(m_pieces, image, {});
    if (auto started = stream.start(); !started) {
        return refuse(PosixError::Io, started.error().message());
    }
    Permitted<SharedSource> source;
    if (toFile || m_size > ContentStore::inMemory) {
        source = store.keepInFile(stream);
    } else {
        const auto bytes = readAll(stream, m_size);
        if (!bytes) {
            return refuse(PosixError::Io, bytes.error().message());
        }
        source = store.keep(*bytes);
    }
    if (!source) {
        return std::unexpected(std::move(source.error()));
    }
    return Piece{.source = std::move(*source), .version = Version(), .offset = 0, .length = m_size};
}

Permitted<FileContent> FileContent::tidied(ContentStore& store,
                                           const std::shared_ptr<const OpenedImage>& image) const
{
    std::uint64_t memory = 0;
    for (const Piece& piece : m_pieces) {
        memory += piece.inMemory() ? piece.length : 0;
    }
    const bool toFile = memory > ContentStore::inMemory;
    const bool many = m_pieces.size() >= manyPieces;
    if (!toFile && !many) {
        return *this;
    }
    FileContent out;
    for (std::size_t i = 0; i < m_pieces.size();) {
        if (!m_pieces[i].source) {
            out.append(m_pieces[i++]);
            continue;
        }
        // Groups of neighbours, each larger than the next one: there are few of them, and a byte
        // that is copied comes into a group twice as large.
        std::vector<FileContent> groups;
        for (; i < m_pieces.size() && m_pieces[i].source; ++i) {
            FileContent group;
            group.append(m_pieces[i]);
            while (many && !groups.empty() && groups.back().m_size <= group.m_size) {
                groups.back().append(group, 0, group.m_size);
                group = std::move(groups.back());
                groups.pop_back();
            }
            groups.push_back(std::move(group));
        }
        for (const FileContent& group : groups) {
            const bool stays =
                group.m_pieces.size() == 1 && !(toFile && group.m_pieces[0].inMemory());
            auto piece =
                stays ? Permitted<Piece>(group.m_pieces[0]) : group.kept(store, toFile, image);
            if (!piece) {
                return std::unexpected(std::move(piece.error()));
            }
            out.append(std::move(*piece));
        }
    }
    if (out.m_pieces.size() < mostPieces || out.m_size > mostCopied) {
        return out;
    }
    auto whole = out.kept(store, toFile, image);
    if (!whole) {
        return std::unexpected(std::move(whole.error()));
    }
    FileContent one;
    one.append(std::move(*whole));
    return one;
}

Result<std::unique_ptr<ByteStream>> FileContent::open(std::shared_ptr<const OpenedImage> image,
                                                      const Job& job) const
{
    auto stream = std::make_unique<Stream>(m_pieces, std::move(image), job);
    return stream->start().transform(
        [&] { return std::unique_ptr<ByteStream>(std::move(stream)); });
}

} // namespace strata
