// SPDX-License-Identifier: Apache-2.0
#include "io/streams_p.h"

#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace strata {

namespace {

/// The state of a place between two blocks of a member. As bytes: itself, then the window as a
/// zstd frame.
struct BlockStart
{
    std::uint32_t checksum = 0;   ///< of the member's bytes so far
    std::uint32_t memberSize = 0; ///< their number, modulo 2^32
    std::uint8_t bit = 0;         ///< of the place's first byte, where the block begins
};

constexpr std::size_t blockStartBytes = 9;

std::vector<std::byte> stateOf(const BlockStart& start, std::span<const std::byte> window)
{
    std::vector<std::byte> state(blockStartBytes + ZSTD_compressBound(window.size()));
    for (std::size_t i = 0; i < 4; ++i) {
        state[i] = static_cast<std::byte>(start.checksum >> (8 * i));
        state[4 + i] = static_cast<std::byte>(start.memberSize >> (8 * i));
    }
    state[8] = static_cast<std::byte>(start.bit);
    const auto packed = std::span(state).subspan(blockStartBytes);
    const auto size = ZSTD_compress(packed.data(), packed.size(), window.data(), window.size(), 1);
    state.resize(ZSTD_isError(size) != 0 ? 0 : blockStartBytes + size);
    return state;
}

class GzipStream final : public DecodingStream
{
public:
    GzipStream(const SharedSource& source, const std::stop_token& stop, SeekIndexBuilder* places)
        : DecodingStream(source, stop)
        , m_sourceSize(source->size())
        , m_places(places)
        , m_before(places != nullptr ? std::make_unique<inflate_state>() : nullptr)
    {
        startMember();
    }

    /// From a place; resume() follows.
    GzipStream(SharedSource source, const std::stop_token& stop, std::uint64_t from)
        : DecodingStream(std::move(source), stop, from)
    {
        startMember();
    }

    /// Goes on within a member as `state` says; false if it is not what stateOf() made.
    bool resume(std::span<const std::byte> state)
    {
        if (state.size() <= blockStartBytes) {
            return state.empty();
        }
        std::array<std::uint8_t, ISAL_DEF_HIST_SIZE> window{};
        const auto packed = state.subspan(blockStartBytes);
        const auto size =
            ZSTD_decompress(window.data(), window.size(), packed.data(), packed.size());
        const auto bit = std::to_integer<std::uint32_t>(state[8]);
        if (ZSTD_isError(size) != 0 || bit > 7) {
            return false;
        }
        m_state.crc_flag = ISAL_GZIP_NO_HDR_VER;
        isal_inflate_set_dict(&m_state, window.data(), static_cast<std::uint32_t>(size));
        for (std::size_t i = 4; i-- > 0;) {
            m_state.crc = m_state.crc << 8U | std::to_integer<std::uint32_t>(state[i]);
            m_state.total_out =
                m_state.total_out << 8U | std::to_integer<std::uint32_t>(state[4 + i]);
        }
        m_bitsToPass = bit;
        return true;
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
        const auto room = static_cast<std::uint32_t>(std::min<std::size_t>(into.size(), 1U << 30U));
        m_state.next_out = reinterpret_cast<std::uint8_t*>(into.data());
        m_state.avail_out = room;
        const auto done = [&] { return room - m_state.avail_out; };
        bool searching = false;
        while (done() == 0 || (searching && done() < room && m_input.held() > 0 && !m_damage)) {
            if (m_state.block_state == ISAL_BLOCK_FINISH) {
                if (done() > 0) {
                    break;
                }
                const auto more = anotherMember();
                if (!more) {
                    return std::unexpected(more.error());
                }
                if (!*more) {
                    m_ended = true;
                    return 0;
                }
                if (m_places != nullptr && m_places->wants(m_position, false)) {
                    m_places->add({m_position, m_input.consumed(), {}});
                }
                auto* out = m_state.next_out;
                startMember();
                m_state.next_out = out;
                m_state.avail_out = room;
            }
            // A place behind the next byte, or further on.
            searching = m_places != nullptr && m_places->wants(m_position + done() + 1, true);
            auto input = m_input.peek();
            if (!input) {
                return std::unexpected(input.error());
            }
            const bool atEnd = input->empty();
            passBits(*input);
            const int outcome = searching ? inflateTowardsPlace(*input) : inflate(*input);
            if (outcome != ISAL_DECOMP_OK) {
                m_damage =
                    Error{ErrorCode::Malformed,
                          outcome == ISAL_INCORRECT_CHECKSUM ? "gzip data whose checksum is wrong"
                                                             : "damaged gzip data",
                          {}};
                if (done() == 0) {
                    return std::unexpected(*m_damage);
                }
            } else if (searching && isBetweenBlocks()) {
                m_step = longestStep;
                if (m_places->wants(m_position + done(), true)) {
                    addPlace(m_position + done());
                }
            }
            if (atEnd && done() == 0 && m_state.block_state != ISAL_BLOCK_FINISH) {
                return fail(ErrorCode::Truncated, "gzip data that ends early");
            }
        }
        m_position += done();
        return done();
    }

    /// Consumes what is used of `given`.
    int inflate(std::span<const std::byte> given)
    {
        // ISA-L copies input into its own state, and may finish from that alone.
        m_state.next_in = reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(given.data()));
        m_state.avail_in = static_cast<std::uint32_t>(given.size());
        const int outcome = isal_inflate(&m_state);
        m_input.consume(given.size() - m_state.avail_in);
        return outcome;
    }

    /// As inflate(), a little way. ISA-L does not stop between blocks: it is found to stand there
    /// only where its input ends within the next block's header. So a step that passes a header is
    /// taken back and halved until it ends within.
    int inflateTowardsPlace(std::span<const std::byte> input)
    {
        auto given = input.first(std::min(input.size(), nextStep()));
        for (;;) {
            *m_before = m_state;
            const int outcome = inflate(given);
            if (outcome != ISAL_DECOMP_OK || isBetweenBlocks() || !passedHeader()) {
                return outcome;
            }
            if (given.size() <= 1) {
                m_step = longestStep;
                return outcome;
            }
            m_input.unconsume(given.size() - m_state.avail_in);
            m_state = *m_before;
            m_step = given.size() / 2;
            given = given.first(m_step);
        }
    }

    std::size_t nextStep() const
    {
        if (m_state.block_state != ISAL_BLOCK_TYPE0) {
            return m_step;
        }
        const auto left = m_state.type0_block_len - m_state.read_in_length / 8;
        return static_cast<std::size_t>(std::max(left, 1)); // a stored block says how long it is
    }

    /// Whether the last call of inflate() has begun another block: of another kind, or, as hardly
    /// two blocks have the same, with other codes.
    bool passedHeader() const
    {
        if (m_state.block_state != ISAL_BLOCK_TYPE0 && m_state.block_state != ISAL_BLOCK_CODED) {
            return false;
        }
        const auto same = [](const auto& a, const auto& b) {
            return std::memcmp(&a, &b, sizeof(a)) == 0;
        };
        return m_before->block_state != m_state.block_state ||
               !same(m_before->lit_huff_code, m_state.lit_huff_code) ||
               !same(m_before->dist_huff_code, m_state.dist_huff_code);
    }

    /// The first of the bytes that follow a place belongs to the block before it in part.
    void passBits(std::span<const std::byte>& input)
    {
        if (m_bitsToPass > 0 && !input.empty()) {
            m_state.read_in = std::to_integer<std::uint64_t>(input.front()) >> m_bitsToPass;
            m_state.read_in_length = static_cast<std::int32_t>(8 - m_bitsToPass);
            m_input.consume(1);
            input = input.subspan(1);
            m_bitsToPass = 0;
        }
    }

    /// Whether the next block's header is the next to be read, or has been read in part, and all
    /// before it has been put out: then ISA-L keeps the window alone, at the front of its buffer,
    /// where isal_inflate_set_dict() puts it, too.
    bool isBetweenBlocks() const
    {
        return (m_state.block_state == ISAL_BLOCK_NEW_HDR ||
                m_state.block_state == ISAL_BLOCK_HDR) &&
               m_state.total_out > 0 && m_state.tmp_out_valid == m_state.tmp_out_processed;
    }

    void addPlace(std::uint64_t offset)
    {
        const auto bits =
            (m_input.consumed() - static_cast<std::uint64_t>(m_state.tmp_in_size)) * 8 -
            static_cast<std::uint64_t>(m_state.read_in_length);
        const auto held = std::span(m_state.tmp_out_buffer)
                              .first(static_cast<std::size_t>(m_state.tmp_out_valid));
        const auto window = held.last(std::min<std::size_t>(held.size(), ISAL_DEF_HIST_SIZE));
        const auto state =
            stateOf({m_state.crc, m_state.total_out, static_cast<std::uint8_t>(bits % 8)},
                    std::as_bytes(window));
        if (bits / 8 >= m_sourceSize) {
            return; // cut off here: there is nothing to go on with
        }
        if (!state.empty()) {
            m_places->add({offset, bits / 8, state});
        }
    }

    static constexpr std::size_t longestStep = 2048;

    inflate_state m_state{};
    std::uint64_t m_sourceSize = 0; ///< where places are collected
    SeekIndexBuilder* m_places = nullptr;
    std::unique_ptr<inflate_state> m_before; ///< the last step towards a place, to take it back
    std::size_t m_step = longestStep;
    std::uint64_t m_position = 0; ///< bytes given so far
    std::uint32_t m_bitsToPass = 0;
    std::optional<Error> m_damage; ///< behind what was given so far
    bool m_ended = false;
};

} // namespace

std::unique_ptr<ByteStream> gzipStream(SharedSource source, const std::stop_token& stop,
                                       SeekIndexBuilder* places)
{
    return std::make_unique<GzipStream>(source, stop, places);
}

std::unique_ptr<ByteStream> gzipStreamFrom(SharedSource source, const SeekPlace& place,
                                           const std::stop_token& stop)
{
    auto stream = std::make_unique<GzipStream>(std::move(source), stop, place.sourceOffset);
    return stream->resume(place.state) ? std::move(stream) : nullptr;
}

} // namespace strata
