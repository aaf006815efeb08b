// SPDX-License-Identifier: Apache-2.0
#include "io/streams_p.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>

namespace strata {

namespace {

class GzipStream final : public DecodingStream
{
public:
    GzipStream(SharedSource source, const std::stop_token& stop)
        : DecodingStream(std::move(source), stop)
    {
        startMember();
    }

private:
    void startMember()
    {
        isal_inflate_init(&m_state);
        m_state.crc_flag = ISAL_GZIP;
    }

    /// After a member: passes over NUL padding and says whether another member follows. What is
    /// neither is ignored, as gzip itself does.
    Result<bool> anotherMember()
    {
        for (;;) {
            const auto input = m_input.peek();
            if (!input) {
                return std::unexpected(input.error());
            }
            const auto zeros = static_cast<std::size_t>(
                std::ranges::find_if(*input, [](std::byte b) { return b != std::byte{0}; }) -
                input->begin());
            m_input.consume(zeros);
            if (zeros < input->size()) {
                return (*input)[zeros] == std::byte{0x1f};
            }
            if (input->empty()) {
                return false;
            }
        }
    }

    Result<std::size_t> decode(std::span<std::byte> into) override
    {
        if (m_damage) {
            return std::unexpected(*m_damage);
        }
        if (m_ended) {
            return 0;
        }
        m_state.next_out = reinterpret_cast<std::uint8_t*>(into.data());
        const auto room = static_cast<std::uint32_t>(std::min<std::size_t>(into.size(), 1U << 30U));
        m_state.avail_out = room;
        while (m_state.avail_out == room) {
            if (m_state.block_state == ISAL_BLOCK_FINISH) {
                const auto more = anotherMember();
                if (!more) {
                    return std::unexpected(more.error());
                }
                if (!*more) {
                    m_ended = true;
                    return 0;
                }
                auto* out = m_state.next_out;
                startMember();
                m_state.next_out = out;
                m_state.avail_out = room;
            }
            const auto input = m_input.peek();
            if (!input) {
                return std::unexpected(input.error());
            }
            // ISA-L copies input into its own state, and may finish from that alone.
            m_state.next_in =
                reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(input->data()));
            m_state.avail_in = static_cast<std::uint32_t>(input->size());
            const int outcome = isal_inflate(&m_state);
            m_input.consume(input->size() - m_state.avail_in);
            if (outcome != ISAL_DECOMP_OK) {
                m_damage =
                    Error{ErrorCode::Malformed,
                          outcome == ISAL_INCORRECT_CHECKSUM ? "gzip data whose checksum is wrong"
                                                             : "damaged gzip data",
                          {}};
                if (m_state.avail_out == room) {
                    return std::unexpected(*m_damage);
                }
            }
            if (input->empty() && m_state.avail_out == room &&
                m_state.block_state != ISAL_BLOCK_FINISH) {
                return fail(ErrorCode::Truncated, "gzip data that ends early");
            }
        }
        return room - m_state.avail_out;
    }

    inflate_state m_state{};
    std::optional<Error> m_damage; ///< behind what was given so far
    bool m_ended = false;
};

} // namespace

std::unique_ptr<ByteStream> gzipStream(SharedSource source, const std::stop_token& stop)
{
    return std::make_unique<GzipStream>(std::move(source), stop);
}

} // namespace strata
