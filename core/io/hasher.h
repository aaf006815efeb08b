// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/digest.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace strata {

/// Cryptographic digest of a stream, by libcrypto.
class Hasher
{
public:
    /// `algorithm` is "sha256" or "sha512", as Digest::algorithm gives.
    explicit Hasher(std::string_view algorithm = "sha256");
    ~Hasher();
    Hasher(Hasher&&) noexcept;
    Hasher& operator=(Hasher&&) noexcept;

    void add(std::span<const std::byte> bytes);
    void add(std::string_view bytes);
    /// Ends the computation; the hasher cannot be used afterwards.
    Digest finish();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

Digest sha256(std::span<const std::byte> bytes);
Digest sha256(std::string_view bytes);

/// XXH3 of a stream, for "same content?" between files of images that are open: seeded by
/// hashSeed(), so values compare only where that is the same. Not for trust.
class ContentHasher
{
public:
    ContentHasher();
    ~ContentHasher();
    ContentHasher(ContentHasher&&) noexcept;
    ContentHasher& operator=(ContentHasher&&) noexcept;

    void reset();
    void add(std::span<const std::byte> bytes);
    std::uint64_t value() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace strata
