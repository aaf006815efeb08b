// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/byte_source.h"
#include "io/hasher.h"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string_view>
#include <utility>

namespace strata {

/// Hashes a source while somebody else reads it. Decompressors read forwards, but look at the front
/// twice and may stop before the end, so it hashes each byte when it comes first, and finish()
/// reads what is left.
class HashingSource final : public ByteSource
{
public:
    HashingSource(SharedSource source, std::string_view algorithm)
        : m_source(std::move(source))
        , m_hasher(algorithm)
    {
    }

    std::uint64_t size() const override { return m_source->size(); }

    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        auto count = m_source->readAt(offset, into);
        if (count) {
            const std::scoped_lock lock(m_mutex);
            if (offset <= m_hashed && m_hashed < offset + *count) {
                const std::size_t known = static_cast<std::size_t>(m_hashed - offset);
                m_hasher.add(into.subspan(known, *count - known));
                m_hashed = offset + *count;
            }
        }
        return count;
    }

    std::uint64_t hashed() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_hashed;
    }
    Digest finish() { return m_hasher.finish(); }

private:
    SharedSource m_source;
    mutable std::mutex m_mutex;
    mutable Hasher m_hasher;
    mutable std::uint64_t m_hashed = 0;
};

} // namespace strata
