// SPDX-License-Identifier: Apache-2.0
#include "inspector/content_diff.h"

#include "base/limits.h"
#include "inspector/file_preview.h"

#include <algorithm>

namespace strata::ui {

namespace {

using Bytes = std::vector<std::byte>;

std::string_view asText(const Bytes& bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::uint32_t lineCount(std::string_view text)
{
    const auto ends = static_cast<std::uint32_t>(std::ranges::count(text, '\n'));
    return text.empty() || text.ends_with('\n') ? ends : ends + 1;
}

/// The rest of both streams, block by block, until they differ. `offset`: where they stand.
Result<bool> differFurther(ByteStream& a, ByteStream& b, std::uint64_t& offset, const Job& job)
{
    for (;;) {
        constexpr std::uint64_t block = 1ULL << 20;
        const auto left = readFront(a, block, job);
        const auto right = readFront(b, block, job);
        if (!left || !right) {
            return std::unexpected(left ? right.error() : left.error());
        }
        const auto [at, _] = std::ranges::mismatch(*left, *right);
        const auto same = static_cast<std::size_t>(at - left->begin());
        offset += same;
        if (same < left->size() || same < right->size()) {
            return true;
        }
        if (left->empty()) {
            return false;
        }
    }
}

} // namespace

Result<ContentDiff> diffContents(const InspectedVersion& before, const InspectedVersion& after,
                                 unsigned context, const Job& job)
{
    ContentDiff out;
    if (!before.isFile() || !after.isFile()) {
        return out;
    }
    out.oldSize = before.entry()->size;
    out.newSize = after.entry()->size;
    auto oldStream = before.open(job);
    if (!oldStream) {
        return std::unexpected(oldStream.error());
    }
    auto newStream = after.open(job);
    if (!newStream) {
        return std::unexpected(newStream.error());
    }
    const auto oldBytes = readFront(**oldStream, limits::diffTextBytes, job);
    const auto newBytes = readFront(**newStream, limits::diffTextBytes, job);
    if (!oldBytes || !newBytes) {
        return std::unexpected(oldBytes ? newBytes.error() : oldBytes.error());
    }
    const auto [at, _] = std::ranges::mismatch(*oldBytes, *newBytes);
    out.firstDifference = static_cast<std::uint64_t>(at - oldBytes->begin());
    const bool frontsSame = oldBytes->size() == newBytes->size() && at == oldBytes->end();
    const bool cut = out.oldSize > oldBytes->size() || out.newSize > newBytes->size();
    if (frontsSame) {
        const auto differ = cut ? differFurther(**oldStream, **newStream, out.firstDifference, job)
                                : Result<bool>(false);
        if (!differ) {
            return std::unexpected(differ.error());
        }
        if (!*differ) {
            out.kind = ContentDiff::Kind::Same;
            return out;
        }
    }
    if (looksBinary(asText(*oldBytes)) || looksBinary(asText(*newBytes))) {
        out.kind = ContentDiff::Kind::Binary;
        return out;
    }
    if (cut) {
        out.kind = ContentDiff::Kind::TooLarge;
        return out;
    }
    auto hunks = diffText(asText(*oldBytes), asText(*newBytes), context, job);
    if (!hunks) {
        if (hunks.error().code != ErrorCode::LimitExceeded) {
            return std::unexpected(hunks.error());
        }
        out.kind = ContentDiff::Kind::TooLarge;
        return out;
    }
    out.kind = ContentDiff::Kind::Text;
    out.hunks = std::move(*hunks);
    out.oldLines = lineCount(asText(*oldBytes));
    out.newLines = lineCount(asText(*newBytes));
    return out;
}

} // namespace strata::ui
