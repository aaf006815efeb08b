// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace strata {

/// Operating system and processor, in Go's names (image-spec image-index.md).
struct Platform
{
    std::string os;
    std::string architecture;
    std::string variant;
    std::string osVersion;

    /// "linux/arm64/v8"; empty if nothing is known.
    std::string text() const;
    /// Whether `wanted` ("os/arch" or "os/arch/variant") names this platform. A variant that is
    /// left out is the processor's usual one: "linux/arm64" and "linux/arm64/v8" are the same.
    bool matches(std::string_view wanted) const;
    bool unknown() const { return os == "unknown" || architecture == "unknown"; }

    friend bool operator==(const Platform&, const Platform&) = default;
};

/// The platform this program runs on.
Platform hostPlatform();

} // namespace strata
