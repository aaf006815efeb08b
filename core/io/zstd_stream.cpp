// SPDX-License-Identifier: Apache-2.0
#include "base/limits.h"
#include "io/streams_p.h"

#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <new>
#include <string>
#include <utility>

namespace strata {

namespace {

struct FreeContext
{
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

class ZstdStream final : public DecodingStream
{
public:
    /// `from`: where a frame begins.
    ZstdStream(SharedSource source, const std::stop_token& stop, std::uint64_t from,
               SeekIndexBuilder* places)
        : DecodingStream(std::move(source), stop, from)
        , m_places(places)
    {
        startFrame();
    }

private:
    /// A context of its own for each: into a buffer that a frame before it made large, libzstd
    /// takes blocks that are larger than their own frame allows.
    void startFrame()
    {
        m_context.reset(ZSTD_createDCtx());
        if (!m_context) {
            throw std::bad_alloc();
        }
        ZSTD_DCtx_setParameter(m_context.get(), ZSTD_d_windowLogMax, limits::zstdWindowLog);
        m_used = false;
    }

    Result<std::size_t> decode(std::span<std::byte> into) override
    {
        ZSTD_outBuffer out{into.data(), into.size(), 0};
        while (out.pos == 0) {
            const auto bytes = m_input.peek();
            if (!bytes) {
                return std::unexpected(bytes.error());
            }
            if (bytes->empty() && m_betweenFrames) {
                return 0;
            }
            if (m_betweenFrames && m_places != nullptr && m_places->wants(m_position, false)) {
                m_places->add({m_position, m_input.consumed(), {}});
            }
            if (m_betweenFrames && m_used) {
                startFrame();
            }
            m_used = true;
            // An error makes libzstd forget what the same call has put out. So no call may decode
            // more than one block, nor anything behind one that still waits to be put out.
            ZSTD_inBuffer in{bytes->data(), m_waiting ? 0 : std::min(bytes->size(), m_wanted), 0};
            const auto hint = ZSTD_decompressStream(m_context.get(), &out, &in);
            m_input.consume(in.pos);
            if (ZSTD_isError(hint) != 0) {
                return ZSTD_getErrorCode(hint) == ZSTD_error_frameParameter_windowTooLarge
                           ? fail(ErrorCode::LimitExceeded,
                                  "zstd data that wants more than 128 MiB of memory")
                           : fail(ErrorCode::Malformed,
                                  std::string("damaged zstd data: ") + ZSTD_getErrorName(hint));
            }
            m_betweenFrames = hint == 0;
            m_wanted = hint == 0 ? frameStart : hint > nextHeader ? hint - nextHeader : hint;
            const bool waited = std::exchange(m_waiting, out.pos == out.size);
            if (bytes->empty() && out.pos == 0 && !m_betweenFrames && !waited) {
                return fail(ErrorCode::Truncated, "zstd data that ends early");
            }
        }
        m_position += out.pos;
        return out.pos;
    }

    static constexpr std::size_t frameStart = 5; ///< what tells how long a frame's header is
    /// libzstd asks for a block together with the next one's header.
    static constexpr std::size_t nextHeader = 3;

    std::unique_ptr<ZSTD_DCtx, FreeContext> m_context;
    SeekIndexBuilder* m_places;
    std::uint64_t m_position = 0;      ///< bytes given so far
    std::size_t m_wanted = frameStart; ///< bytes of input that one call may have
    bool m_waiting = false;            ///< decoded bytes for which there was no room
    bool m_betweenFrames = true;
    bool m_used = false; ///< the context has decoded something
};

} // namespace

std::unique_ptr<ByteStream> zstdStream(SharedSource source, const std::stop_token& stop,
                                       SeekIndexBuilder* places)
{
    return std::make_unique<ZstdStream>(std::move(source), stop, 0, places);
}

std::unique_ptr<ByteStream> zstdStreamFrom(SharedSource source, const SeekPlace& place,
                                           const std::stop_token& stop)
{
    return place.state.empty()
               ? std::make_unique<ZstdStream>(std::move(source), stop, place.sourceOffset, nullptr)
               : nullptr;
}

} // namespace strata
