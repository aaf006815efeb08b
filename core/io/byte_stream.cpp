// SPDX-License-Identifier: Apache-2.0
#include "io/byte_stream.h"

#include "base/job.h"
#include "io/seek_index.h"
#include "io/streams_p.h"

#include <algorithm>
#include <array>

namespace strata {

Result<std::uint64_t> ByteStream::skip(std::uint64_t count)
{
    std::vector<std::byte> scratch(static_cast<std::size_t>(std::min<std::uint64_t>(count, 65536)));
    std::uint64_t done = 0;
    while (done < count) {
        const auto wanted = std::min<std::uint64_t>(count - done, scratch.size());
        const auto n = read(std::span(scratch).first(static_cast<std::size_t>(wanted)));
        if (!n) {
            return std::unexpected(n.error());
        }
        if (*n == 0) {
            break;
        }
        done += *n;
    }
    return done;
}

Result<std::span<const std::byte>> SourceBuffer::peek()
{
    if (m_begin == m_end) {
        if (m_stop.stop_requested()) {
            return cancelledError();
        }
        const auto n = m_source->readAt(m_offset, m_buffer);
        if (!n) {
            return std::unexpected(n.error());
        }
        m_begin = 0;
        m_end = *n;
        m_offset += *n;
    }
    return std::span<const std::byte>(m_buffer).subspan(m_begin, m_end - m_begin);
}

Result<std::size_t> DecodingStream::read(std::span<std::byte> into)
{
    if (m_error) {
        return std::unexpected(*m_error);
    }
    if (into.empty()) {
        return 0;
    }
    auto n = m_stop.stop_requested() ? cancelledError() : decode(into);
    if (!n) {
        m_error = n.error();
    }
    return n;
}

namespace {

class PlainStream final : public ByteStream
{
public:
    PlainStream(SharedSource source, std::uint64_t from, std::stop_token stop)
        : m_source(std::move(source))
        , m_stop(std::move(stop))
        , m_position(from)
    {
    }

    Result<std::size_t> read(std::span<std::byte> into) override
    {
        if (m_stop.stop_requested()) {
            return cancelledError();
        }
        auto n = m_source->readAt(m_position, into);
        if (n) {
            m_position += *n;
        }
        return n;
    }

    Result<std::uint64_t> skip(std::uint64_t count) override
    {
        if (m_stop.stop_requested()) {
            return cancelledError();
        }
        const auto left = m_source->size() - std::min(m_position, m_source->size());
        const auto n = std::min(count, left);
        m_position += n;
        return n;
    }

    std::uint64_t sourcePosition() const override { return m_position; }

private:
    SharedSource m_source;
    std::stop_token m_stop;
    std::uint64_t m_position;
};

std::uint32_t littleEndian32(std::span<const std::byte> b)
{
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;) {
        value = (value << 8U) | std::to_integer<std::uint32_t>(b[i]);
    }
    return value;
}

bool startsWith(std::span<const std::byte> bytes, std::string_view magic)
{
    return bytes.size() >= magic.size() &&
           std::equal(magic.begin(), magic.end(), bytes.begin(),
                      [](char c, std::byte b) { return static_cast<std::byte>(c) == b; });
}

} // namespace

std::string_view compressionName(Compression compression)
{
    switch (compression) {
    case Compression::None:
        return "none";
    case Compression::Gzip:
        return "gzip";
    case Compression::Zstd:
        return "zstd";
    case Compression::Xz:
        return "xz";
    case Compression::Bzip2:
        return "bzip2";
    case Compression::Lz4:
        return "lz4";
    case Compression::Other:
        return "other";
    }
    return "other";
}

Result<Compression> sniffCompression(const ByteSource& source)
{
    std::array<std::byte, 264> head{};
    const auto n = source.readAt(0, head);
    if (!n) {
        return std::unexpected(n.error());
    }
    const auto bytes = std::span<const std::byte>(head).first(*n);
    // A tar may begin with any file name, even one that looks like a magic number.
    if (bytes.size() >= 262 && startsWith(bytes.subspan(257), "ustar")) {
        return Compression::None;
    }
    if (startsWith(bytes, "\x1f\x8b\x08")) {
        return Compression::Gzip;
    }
    if (bytes.size() >= 8) {
        const auto magic = littleEndian32(bytes);
        if (magic == 0xfd2fb528U || (magic & 0xfffffff0U) == 0x184d2a50U) {
            return Compression::Zstd; // a skippable frame is zstd's own, and no tar's
        }
        if (magic == 0x184d2204U) {
            return Compression::Lz4;
        }
    }
    using namespace std::string_view_literals;
    if (startsWith(bytes, "\xfd\x37zXZ\0"sv)) {
        return Compression::Xz;
    }
    if (startsWith(bytes, "BZh") && bytes.size() >= 10 &&
        (startsWith(bytes.subspan(4), "1AY&SY") ||
         startsWith(bytes.subspan(4), "\x17\x72\x45\x38\x50\x90"))) {
        return Compression::Bzip2;
    }
    if (startsWith(bytes, "\x5d\0\0"sv) || startsWith(bytes, "LZIP") ||
        startsWith(bytes, "\x1f\x9d")) {
        return Compression::Other;
    }
    return Compression::None;
}

std::unique_ptr<ByteStream> plainStream(SharedSource source, std::uint64_t from,
                                        std::stop_token stop)
{
    return std::make_unique<PlainStream>(std::move(source), from, std::move(stop));
}

Result<std::unique_ptr<ByteStream>> decompress(SharedSource source, Compression compression,
                                               std::stop_token stop)
{
    switch (compression) {
    case Compression::None:
        return plainStream(std::move(source), 0, std::move(stop));
    case Compression::Gzip:
        return gzipStream(std::move(source), stop, nullptr);
    case Compression::Zstd:
        return zstdStream(std::move(source), stop, nullptr);
    case Compression::Xz:
    case Compression::Bzip2:
    case Compression::Lz4:
    case Compression::Other:
        return libarchiveStream(std::move(source), stop);
    }
    return fail(ErrorCode::Unsupported, "compressed in an unknown way");
}

Result<std::unique_ptr<ByteStream>> decompressRecording(SharedSource source,
                                                        Compression compression,
                                                        SeekIndexBuilder& places,
                                                        std::stop_token stop)
{
    switch (compression) {
    case Compression::Gzip:
        return gzipStream(std::move(source), stop, &places);
    case Compression::Zstd:
        return zstdStream(std::move(source), stop, &places);
    default:
        return decompress(std::move(source), compression, std::move(stop));
    }
}

Result<StreamFrom> decompressNear(SharedSource source, Compression compression,
                                  const SeekIndex* places, std::uint64_t offset,
                                  std::stop_token stop)
{
    if (compression == Compression::None) {
        const auto from = std::min(offset, source->size());
        return StreamFrom{plainStream(std::move(source), from, std::move(stop)), from};
    }
    const auto place = places != nullptr && places->compression() == compression
                           ? places->before(offset)
                           : std::nullopt;
    if (place && place->sourceOffset < source->size()) {
        auto stream = compression == Compression::Gzip ? gzipStreamFrom(source, *place, stop)
                                                       : zstdStreamFrom(source, *place, stop);
        if (stream) {
            return StreamFrom{std::move(stream), place->offset};
        }
    }
    auto stream = decompress(std::move(source), compression, std::move(stop));
    if (!stream) {
        return std::unexpected(stream.error());
    }
    return StreamFrom{std::move(*stream), 0};
}

Result<std::unique_ptr<ByteStream>> openStream(SharedSource source, std::stop_token stop)
{
    const auto compression = sniffCompression(*source);
    if (!compression) {
        return std::unexpected(compression.error());
    }
    return decompress(std::move(source), *compression, std::move(stop));
}

Result<std::vector<std::byte>> readUpTo(ByteStream& stream, std::uint64_t limit)
{
    std::vector<std::byte> out;
    while (out.size() < limit) {
        const auto old = out.size();
        const auto room = std::min<std::uint64_t>(limit - old, std::max<std::size_t>(old, 65536));
        out.resize(old + static_cast<std::size_t>(room));
        const auto n = stream.read(std::span(out).subspan(old));
        if (!n) {
            return std::unexpected(n.error());
        }
        out.resize(old + *n);
        if (*n == 0) {
            break;
        }
    }
    return out;
}

Result<std::vector<std::byte>> readAll(ByteStream& stream, std::uint64_t limit)
{
    auto out = readUpTo(stream, limit + (limit == ~std::uint64_t{0} ? 0 : 1));
    if (out && out->size() > limit) {
        return fail(ErrorCode::LimitExceeded, "is larger than " + std::to_string(limit) + " bytes");
    }
    return out;
}

} // namespace strata
