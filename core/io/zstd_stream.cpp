// SPDX-License-Identifier: Apache-2.0
#include "io/streams_p.h"

#include <zstd.h>

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
    explicit ZstdStream(SharedSource source)
        : DecodingStream(std::move(source))
        , m_context(ZSTD_createDCtx())
    {
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
                return fail(ErrorCode::Malformed,
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

std::unique_ptr<ByteStream> zstdStream(SharedSource source)
{
    return std::make_unique<ZstdStream>(std::move(source));
}

} // namespace strata
