// SPDX-License-Identifier: Apache-2.0
#include "cache/index_cache.h"

#include "base/hash_seed.h"
#include "base/xxhash_p.h"
#include "cache/index_rules.h"
#include "io/hasher.h"
#include "layer/layer_index_codec.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <concepts>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include <archive.h>

namespace strata {

namespace {

constexpr std::string_view magic = "StratIdx";
constexpr std::size_t sampleBlocks = 8;
constexpr std::size_t sampleBytes = 4096;

/// What stands before an entry's bytes. Made of bytes and little-endian numbers without gaps.
struct Header
{
    std::array<std::byte, 8> magic = {};
    std::array<std::byte, 32> rules = {};
    std::array<std::byte, 32> sample = {};
    std::uint64_t indexBytes = 0;
    std::uint64_t placesBytes = 0;
    std::array<std::byte, 16> checksum = {}; ///< XXH3-128 of all before it and of all behind it
};
static_assert(sizeof(Header) == 104 && std::endian::native == std::endian::little);

struct FreeHashState
{
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

std::array<std::byte, 16> checksumOf(const Header& header, std::span<const std::byte> payload)
{
    const std::unique_ptr<XXH3_state_t, FreeHashState> state(XXH3_createState());
    if (!state) {
        throw std::bad_alloc();
    }
    XXH3_128bits_reset(state.get());
    XXH3_128bits_update(state.get(), &header, offsetof(Header, checksum));
    XXH3_128bits_update(state.get(), payload.data(), payload.size());
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state.get()));
    std::array<std::byte, 16> out{};
    std::memcpy(out.data(), canonical.digest, out.size());
    return out;
}

std::array<std::byte, 32> rawBytes(const Digest& sha256)
{
    std::array<std::byte, 32> out{};
    const auto hex = sha256.hex();
    for (std::size_t i = 0; i < out.size(); ++i) {
        unsigned value = 0;
        std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, value, 16);
        out[i] = static_cast<std::byte>(value);
    }
    return out;
}

/// Puts numbers and texts into a SHA-256, each so that it cannot run into the next.
class KeyHasher
{
public:
    explicit KeyHasher(std::string_view purpose) { text(purpose); }

    template <std::integral T> KeyHasher& number(T value)
    {
        const auto wide = static_cast<std::uint64_t>(value);
        m_hasher.add(std::as_bytes(std::span(&wide, 1)));
        return *this;
    }
    KeyHasher& bytes(std::span<const std::byte> bytes)
    {
        number(bytes.size());
        m_hasher.add(bytes);
        return *this;
    }
    KeyHasher& text(std::string_view text) { return bytes(std::as_bytes(std::span(text))); }
    Digest finish() { return m_hasher.finish(); }

private:
    Hasher m_hasher;
};

std::array<std::byte, 32> rulesOf(std::uint64_t secret)
{
    return rawBytes(KeyHasher("rules")
                        .text(indexRules())
                        .number(LayerIndexCodec::version)
                        .text(::archive_version_string())
                        .number(secret)
                        .finish());
}

std::string placeName(const LayerKey& key, const SourceIdentity& at)
{
    return CacheFolder::entryName(KeyHasher("place")
                                      .number(at.device)
                                      .number(at.inode)
                                      .number(at.fileSize)
                                      .number(at.modifiedNs)
                                      .number(at.changedNs)
                                      .number(at.offset)
                                      .number(at.length)
                                      .bytes(key.sample)
                                      .finish()
                                      .hex());
}

/// The sample is part of it: a digest's entry can be no other layer's, be SHA-256 what it may.
std::string digestName(const LayerKey& key, const Digest& digest)
{
    return CacheFolder::entryName(
        KeyHasher("digest").text(digest.text()).bytes(key.sample).finish().hex());
}

/// Blocks from the front to the very end, where gzip and zstd keep their checksums.
Status addSamples(KeyHasher& hasher, const ByteSource& source)
{
    std::array<std::byte, sampleBytes> block{};
    const auto size = source.size();
    const auto last = size - std::min<std::uint64_t>(size, sampleBytes);
    for (std::size_t i = 0; i < sampleBlocks; ++i) {
        const auto at = last / (sampleBlocks - 1) * i;
        const auto n = source.readAt(i + 1 < sampleBlocks ? at : last, block);
        if (!n) {
            return std::unexpected(n.error());
        }
        hasher.bytes(std::span(block).first(*n));
    }
    return {};
}

/// "1048576", "512M"; 0 and everything else is none.
std::optional<std::uint64_t> parseLimit(std::string_view text)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const std::string_view unit(end, text.data() + text.size());
    const unsigned shift = unit.empty() ? 0U : unit == "K" ? 10U : unit == "M" ? 20U : 30U;
    const bool known = unit.empty() || unit == "K" || unit == "M" || unit == "G";
    if (error != std::errc() || !known || value == 0 ||
        value > std::numeric_limits<std::uint64_t>::max() >> shift) {
        return std::nullopt;
    }
    return value << shift;
}

const char* variable(const char* name)
{
    const char* value = ::secure_getenv(name);
    return value != nullptr ? value : "";
}

} // namespace

std::optional<IndexCache::Settings> IndexCache::settingsFromEnvironment()
{
    Settings out;
    if (const std::string_view wish = variable("STRATASCOPE_CACHE"); !wish.empty()) {
        const auto limit = parseLimit(wish);
        out.enabled = limit.has_value();
        out.maxBytes = limit.value_or(usualBytes);
    }
    // XDG Base Directory Specification: a path that is not absolute is ignored.
    std::filesystem::path base = variable("XDG_CACHE_HOME");
    if (!base.is_absolute()) {
        base = std::filesystem::path(variable("HOME")) / ".cache";
    }
    if (!base.is_absolute()) {
        return std::nullopt;
    }
    out.folder = base / "stratascope" / "index";
    return out;
}

Result<std::shared_ptr<IndexCache>> IndexCache::open(Settings settings)
{
    auto folder = CacheFolder::open(settings.folder);
    if (!folder) {
        return std::unexpected(folder.error());
    }
    return std::shared_ptr<IndexCache>(new IndexCache(std::move(settings), std::move(*folder)));
}

std::shared_ptr<IndexCache> IndexCache::openUsual()
{
    auto settings = settingsFromEnvironment();
    if (!settings || !settings->enabled) {
        return nullptr;
    }
    return open(std::move(*settings)).value_or(nullptr);
}

IndexCache::IndexCache(Settings settings, std::unique_ptr<CacheFolder> folder)
    : m_settings(std::move(settings))
    , m_folder(std::move(folder))
    , m_rules(rulesOf(adoptHashSeed(m_folder->secret()) ? m_folder->secret() : hashSeed()))
{
}

Result<LayerKey> IndexCache::keyOf(SharedSource stored, Compression compression,
                                   LayerRoot root) const
{
    LayerKey key;
    key.compression = compression;
    key.root = root;
    key.place = stored->identity();
    if (key.place) {
        // Every write sets the time of change; that of modification says what somebody wishes.
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        key.settled = now - std::chrono::nanoseconds(key.place->changedNs) >= m_settings.settleTime;
    }
    KeyHasher hasher("layer");
    hasher.number(static_cast<int>(compression)).number(static_cast<int>(root));
    hasher.number(stored->size());
    if (auto read = addSamples(hasher, *stored); !read) {
        return std::unexpected(read.error());
    }
    key.sample = rawBytes(hasher.finish());
    key.stored = std::move(stored);
    return key;
}

std::optional<IndexedLayer> IndexCache::load(const std::string& name, const LayerKey& key) const
try {
    const auto file = m_folder->read(name, m_settings.maxBytes);
    if (!file) {
        return std::nullopt;
    }
    Header header;
    if (file->size >= sizeof(header)) {
        std::memcpy(&header, file->data.get(), sizeof(header));
    }
    const auto payload = file->all().subspan(std::min(file->size, sizeof(header)));
    if (std::memcmp(header.magic.data(), magic.data(), magic.size()) != 0 ||
        header.rules != m_rules || header.sample != key.sample ||
        header.indexBytes > payload.size() ||
        header.placesBytes != payload.size() - header.indexBytes ||
        header.checksum != checksumOf(header, payload)) {
        return std::nullopt;
    }
    auto index = LayerIndexCodec::parse(payload.first(header.indexBytes));
    if (!index) {
        return std::nullopt;
    }
    IndexedLayer out{std::move(*index), nullptr};
    if (header.placesBytes > 0) {
        auto places = SeekIndex::parse(payload.subspan(header.indexBytes));
        if (!places || (*places)->compression() != key.compression) {
            return std::nullopt;
        }
        out.places = std::move(*places);
    }
    return out;
} catch (const std::bad_alloc&) {
    return std::nullopt;
}

std::optional<IndexedLayer> IndexCache::find(const LayerKey& key) const
{
    return key.place ? load(placeName(key, *key.place), key) : std::nullopt;
}

bool IndexCache::knows(const LayerKey& key, const Digest& digest) const
{
    return m_folder->contains(digestName(key, digest));
}

std::optional<IndexedLayer> IndexCache::findVerified(const LayerKey& key,
                                                     const Digest& digest) const
{
    const auto name = digestName(key, digest);
    auto found = load(name, key);
    if (const auto* place = found ? unchangedPlace(key) : nullptr) {
        m_folder->share(name, placeName(key, *place));
    }
    return found;
}

/// The key's place, if what was read since the key was made are its bytes; else null.
const SourceIdentity* IndexCache::unchangedPlace(const LayerKey& key)
{
    return key.place && key.settled && key.stored->identity() == key.place ? &*key.place : nullptr;
}

void IndexCache::store(const LayerKey& key, const IndexedLayer& layer)
try {
    // What is damaged may be so because memory ran out, or a limit was met that others do not have.
    const auto* place = unchangedPlace(key);
    if (key.stored->size() < m_settings.leastStored || layer.index->damaged() || !place) {
        return;
    }
    std::vector<std::byte> payload;
    LayerIndexCodec::append(*layer.index, payload);
    Header header;
    header.indexBytes = payload.size();
    if (layer.places) {
        layer.places->appendTo(payload);
    }
    header.placesBytes = payload.size() - header.indexBytes;
    // One layer must not drive out all others.
    if (payload.size() > m_settings.maxBytes / 2) {
        return;
    }
    std::memcpy(header.magic.data(), magic.data(), magic.size());
    header.rules = m_rules;
    header.sample = key.sample;
    header.checksum = checksumOf(header, payload);
    const std::array parts = {std::as_bytes(std::span(&header, 1)),
                              std::span<const std::byte>(payload)};
    if (!m_folder->write(placeName(key, *place), parts)) {
        return;
    }
    const std::scoped_lock lock(m_mutex);
    if (m_held) {
        *m_held += sizeof(header) + payload.size();
    }
    if (!m_held || *m_held > m_settings.maxBytes) {
        m_held = m_folder->trim(m_settings.maxBytes).bytes;
    }
} catch (const std::bad_alloc&) { // NOLINT(bugprone-empty-catch): it is made anew next time
}

void IndexCache::verified(const LayerKey& key, const Digest& digest) const
{
    if (const auto* place = unchangedPlace(key)) {
        m_folder->share(placeName(key, *place), digestName(key, digest));
    }
}

void IndexCache::forget(const LayerKey& key) const
{
    if (key.place) {
        m_folder->remove(placeName(key, *key.place));
    }
}

} // namespace strata
