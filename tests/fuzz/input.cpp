// SPDX-License-Identifier: Apache-2.0
#include "input.h"

#include "bounds.h"

#include "io/byte_stream.h"

#include <string_view>

namespace strata::fuzz {

namespace {

std::size_t inputsLookedAt = 0;

} // namespace

void countLookedAt()
{
    ++inputsLookedAt;
}

std::size_t lookedAt()
{
    return inputsLookedAt;
}

std::optional<std::vector<std::byte>> decompressed(const SharedSource& source)
{
    auto bytes = openStream(source).and_then([](const std::unique_ptr<ByteStream>& stream) {
        return readAll(*stream, bounds::decompressedBytes);
    });
    return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
}

bool holdsSparseVersions(std::span<const std::byte> tar)
{
    const std::string_view text(reinterpret_cast<const char*>(tar.data()), tar.size());
    return text.contains("GNU.sparse.m");
}

bool isBomb(const SharedSource& source)
{
    const auto stream = openStream(source);
    std::vector<std::byte> buffer(std::size_t{1} << 16U);
    std::uint64_t done = 0;
    while (stream && done <= bounds::decompressedBytes) {
        const auto n = (*stream)->read(buffer);
        if (!n || *n == 0) {
            return false;
        }
        done += *n;
    }
    return stream.has_value();
}

} // namespace strata::fuzz
