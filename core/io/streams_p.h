// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/byte_stream.h"
#include "io/seek_index.h"

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

/// The decompressors behind byte_stream.h. Private to io.
namespace strata {

/// Input side shared by the decompressors: one buffer of the source, refilled when used up.
class SourceBuffer
{
public:
    SourceBuffer(SharedSource source, std::uint64_t from, std::stop_token stop)
        : m_source(std::move(source))
        , m_stop(std::move(stop))
        , m_buffer(256UL * 1024)
        , m_offset(from)
        , m_consumed(from)
    {
    }
    /// The next bytes not yet consumed; empty only at the end. Errors: the source's; Cancelled.
    Result<std::span<const std::byte>> peek();
    void consume(std::size_t n)
    {
        m_begin += n;
        m_consumed += n;
    }
    /// Takes back the last consume(), or the end of it.
    void unconsume(std::size_t n)
    {
        m_begin -= n;
        m_consumed -= n;
    }
    /// Bytes that peek() gives without reading.
    std::size_t held() const { return m_end - m_begin; }
    /// Where in the source the next byte stands.
    std::uint64_t consumed() const { return m_consumed; }

private:
    SharedSource m_source;
    std::stop_token m_stop;
    std::vector<std::byte> m_buffer;
    std::size_t m_begin = 0;
    std::size_t m_end = 0;
    std::uint64_t m_offset;
    std::uint64_t m_consumed;
};

/// A decompressor: what comes out of one SourceBuffer. After an error it stays at it, and it obeys
/// `stop`, as ByteStream promises.
class DecodingStream : public ByteStream
{
public:
    DecodingStream(SharedSource source, const std::stop_token& stop, std::uint64_t from = 0)
        : m_input(std::move(source), from, stop)
        , m_stop(stop)
    {
    }
    Result<std::size_t> read(std::span<std::byte> into) final;
    std::uint64_t sourcePosition() const final { return m_input.consumed(); }

protected:
    /// As read(), for `into` that is not empty, and not called again after an error.
    virtual Result<std::size_t> decode(std::span<std::byte> into) = 0;

    SourceBuffer m_input;

private:
    std::stop_token m_stop;
    std::optional<Error> m_error;
};

/// `places`, if any, is told where to go on from.
std::unique_ptr<ByteStream> gzipStream(SharedSource source, const std::stop_token& stop,
                                       SeekIndexBuilder* places);
std::unique_ptr<ByteStream> zstdStream(SharedSource source, const std::stop_token& stop,
                                       SeekIndexBuilder* places);
/// From `place` on; null if its state is none of theirs.
std::unique_ptr<ByteStream> gzipStreamFrom(SharedSource source, const SeekPlace& place,
                                           const std::stop_token& stop);
std::unique_ptr<ByteStream> zstdStreamFrom(SharedSource source, const SeekPlace& place,
                                           const std::stop_token& stop);
/// bzip2, xz, lzma, lz4, lzip and compress, by libarchive.
std::unique_ptr<ByteStream> libarchiveStream(SharedSource source, const std::stop_token& stop);

} // namespace strata
