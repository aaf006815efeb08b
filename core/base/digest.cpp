// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <algorithm>

namespace strata {

namespace {
bool isLowerHex(std::string_view s)
{
    return std::ranges::all_of(
        s, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}
} // namespace

Result<Digest> Digest::parse(std::string_view text)
{
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) {
        return fail(ErrorCode::Malformed, "a digest needs the form algorithm:hex");
    }
    const auto algorithm = text.substr(0, colon);
    const auto hex = text.substr(colon + 1);
    const std::size_t length = algorithm == "sha256" ? 64 : algorithm == "sha512" ? 128 : 0;
    if (length == 0) {
        return fail(ErrorCode::Malformed, "a digest of an unknown algorithm");
    }
    if (hex.size() != length || !isLowerHex(hex)) {
        return fail(ErrorCode::Malformed, "a digest that is not the algorithm's length of hex");
    }
    return Digest(std::string(text));
}

Result<Digest> Digest::fromSha256Hex(std::string_view hex)
{
    return parse("sha256:" + std::string(hex));
}

std::string_view Digest::algorithm() const
{
    return std::string_view(m_text).substr(0, m_text.find(':'));
}

std::string_view Digest::hex() const
{
    return std::string_view(m_text).substr(m_text.find(':') + 1);
}

} // namespace strata
