// SPDX-License-Identifier: Apache-2.0
#include "io/hasher.h"

#include "base/hash_seed.h"
#include "base/xxhash_p.h"

#include <array>
#include <cassert>
#include <new>
#include <string>

#include <openssl/evp.h>

namespace strata {

namespace {
struct FreeDigestContext
{
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeHashState
{
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};
} // namespace

struct Hasher::State
{
    State()
        : context(EVP_MD_CTX_new())
    {
        if (!context) {
            throw std::bad_alloc();
        }
    }

    std::unique_ptr<EVP_MD_CTX, FreeDigestContext> context;
    std::string algorithm;
};

Hasher::Hasher(std::string_view algorithm)
    : m_state(std::make_unique<State>())
{
    m_state->algorithm = algorithm == "sha512" ? "sha512" : "sha256";
    [[maybe_unused]] const int begun =
        EVP_DigestInit_ex(m_state->context.get(),
                          m_state->algorithm == "sha512" ? EVP_sha512() : EVP_sha256(), nullptr);
    assert(begun == 1); // both are in every libcrypto
}

Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::add(std::span<const std::byte> bytes)
{
    EVP_DigestUpdate(m_state->context.get(), bytes.data(), bytes.size());
}

void Hasher::add(std::string_view bytes)
{
    EVP_DigestUpdate(m_state->context.get(), bytes.data(), bytes.size());
}

Digest Hasher::finish()
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
    unsigned int length = 0;
    EVP_DigestFinal_ex(m_state->context.get(), raw.data(), &length);
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text = m_state->algorithm + ":";
    for (unsigned int i = 0; i < length; ++i) {
        text += digits[raw[i] >> 4U];
        text += digits[raw[i] & 0xfU];
    }
    auto digest = Digest::parse(text);
    assert(digest);
    return *std::move(digest);
}

Digest sha256(std::span<const std::byte> bytes)
{
    Hasher hasher;
    hasher.add(bytes);
    return hasher.finish();
}

Digest sha256(std::string_view bytes)
{
    return sha256(std::as_bytes(std::span(bytes)));
}

struct ContentHasher::State
{
    State()
        : state(XXH3_createState())
    {
        if (!state) {
            throw std::bad_alloc();
        }
    }

    std::unique_ptr<XXH3_state_t, FreeHashState> state;
};

ContentHasher::ContentHasher()
    : m_state(std::make_unique<State>())
{
    reset();
}

ContentHasher::~ContentHasher() = default;
ContentHasher::ContentHasher(ContentHasher&&) noexcept = default;
ContentHasher& ContentHasher::operator=(ContentHasher&&) noexcept = default;

void ContentHasher::reset()
{
    XXH3_64bits_reset_withSeed(m_state->state.get(), hashSeed());
}

void ContentHasher::add(std::span<const std::byte> bytes)
{
    XXH3_64bits_update(m_state->state.get(), bytes.data(), bytes.size());
}

std::uint64_t ContentHasher::value() const
{
    return XXH3_64bits_digest(m_state->state.get());
}

} // namespace strata
