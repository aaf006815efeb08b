// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "io/byte_source.h"
#include "io/byte_stream.h"
#include "overlay/posix_error.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace strata {

/// Where the bytes that were written into a container lie: what is small in memory, the rest in one
/// file without a name. Nothing is given back before the store and all its sources are gone, for
/// any of it may be undone into sight again. Not thread-safe; its sources are.
class ContentStore
{
public:
    /// Bytes of one content, and of all that were kept so far, that are held in memory.
    static constexpr std::uint64_t inMemory = 1ULL << 20;
    static constexpr std::uint64_t allInMemory = 32ULL << 20;

    ContentStore();
    ~ContentStore();
    ContentStore(ContentStore&&) noexcept;
    ContentStore& operator=(ContentStore&&) noexcept;

    /// A copy of `bytes`. Errors: NoSpace, Io.
    Permitted<SharedSource> keep(std::span<const std::byte> bytes);
    /// All that `stream` gives, piece by piece. Progress in its bytes. Errors: NoSpace, Io for the
    /// stream's errors too, TooLarge, Interrupted.
    Permitted<SharedSource> keep(ByteStream& stream, const Job& job = {});
    /// The same, but in the file however small.
    Permitted<SharedSource> keepInFile(ByteStream& stream);

    static bool isInMemory(const ByteSource& source);

    /// Bytes in the file so far.
    std::uint64_t fileBytes() const;

private:
    class File;
    struct State;
    Permitted<std::shared_ptr<File>> file();
    Permitted<SharedSource> take(ByteStream& stream, std::uint64_t atMostInMemory, const Job& job);

    std::unique_ptr<State> m_state;
};

} // namespace strata
