// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <compare>
#include <string>
#include <string_view>

namespace strata {

/// A content digest, `algorithm:hex` (image-spec descriptor.md). Only sha256 and sha512 of the
/// right length in lower-case hex exist as values of this type: parsing is validating, so a Digest
/// is always safe to build a file name from.
class Digest
{
public:
    /// Errors: Malformed when `text` is not a registered algorithm with its full length of hex.
    static Result<Digest> parse(std::string_view text);
    /// From 64 lower-case hex digits, as docker archives name files. Errors: Malformed.
    static Result<Digest> fromSha256Hex(std::string_view hex);

    const std::string& text() const { return m_text; } ///< "sha256:…"
    std::string_view algorithm() const;
    std::string_view hex() const;
    /// The first twelve hex digits, as container tools print them.
    std::string_view shortHex() const { return hex().substr(0, 12); }

    friend auto operator<=>(const Digest&, const Digest&) = default;
    friend bool operator==(const Digest&, const Digest&) = default;

private:
    explicit Digest(std::string text)
        : m_text(std::move(text))
    {
    }
    std::string m_text;
};

} // namespace strata

template <> struct std::hash<strata::Digest>
{
    std::size_t operator()(const strata::Digest& d) const noexcept
    {
        return std::hash<std::string>{}(d.text());
    }
};
