// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/byte_source.h"

#include <atomic>
#include <cstddef>
#include <span>
#include <stop_token>
#include <utility>

namespace strata::test {

/// Asks for a stop at its n-th read and counts the reads that come after: how promptly a stop is
/// obeyed, without a clock.
class StoppingSource : public ByteSource
{
public:
    StoppingSource(SharedSource inner, std::size_t stopAt)
        : m_inner(std::move(inner))
        , m_stopAt(stopAt)
    {
    }

    std::stop_token token() const { return m_stop.get_token(); }
    std::size_t readsAfterTheStop() const { return m_reads > m_stopAt ? m_reads - m_stopAt : 0; }

    std::uint64_t size() const override { return m_inner->size(); }
    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        if (++m_reads == m_stopAt) {
            m_stop.request_stop();
        }
        return m_inner->readAt(offset, into);
    }

private:
    SharedSource m_inner;
    std::size_t m_stopAt;
    mutable std::stop_source m_stop;
    mutable std::atomic<std::size_t> m_reads = 0;
};

} // namespace strata::test
