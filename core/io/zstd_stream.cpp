// SPDX-License-Identifier: Apache-2.0
#include "io/streams_p.h"

#include <zstd.h>
#include <zstd_errors.h>

#include <new>
#include <string>

namespace strata {

namespace {

struct FreeContext
{
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

class ZstdStream final : public DecodingStream
{
public:
    ZstdStream(SharedSource source, const std::stop_token& stop)
        : DecodingStream(std::move(source), stop)
        , m_context(ZSTD_createDCtx())
    {
        if (!m_context) {
            throw std::bad_alloc();
        }
    }

private:
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
            ZSTD_inBuffer in{bytes->data(), bytes->size(), 0};
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
            if (bytes->empty() && out.pos == 0 && !m_betweenFrames) {
                return fail(ErrorCode::Truncated, "zstd data that ends early");
            }
        }
        return out.pos;
    }

    std::unique_ptr<ZSTD_DCtx, FreeContext> m_context;
    bool m_betweenFrames = true;
};

} // namespace

std::unique_ptr<ByteStream> zstdStream(SharedSource source, const std::stop_token& stop)
{
    return std::make_unique<ZstdStream>(std::move(source), stop);
}

} // namespace strata
