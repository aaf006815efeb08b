// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/digest.h"
#include "base/error.h"
#include "cache/cache_folder.h"
#include "io/byte_source.h"
#include "io/byte_stream.h"
#include "layer/layer_index.h"
#include "layer/layer_indexer.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace strata {

/// Which bytes an index is made of, and how: what a cached index is found by.
struct LayerKey
{
    SharedSource stored;
    Compression compression = Compression::None;
    LayerRoot root = LayerRoot::Unknown;
    /// Where `stored` lay when the key was made; none if that says nothing about its bytes.
    std::optional<SourceIdentity> place;
    /// SHA-256 of the above but `place`, the length, and blocks of `stored` here and there.
    std::array<std::byte, 32> sample = {};
    /// Every later write to the file will show in `place`.
    bool settled = false;
};

/// Indexes of layers, kept on disk between runs. Every answer is an index of the very bytes that
/// are asked for, never of those that a manifest claims to be there: an entry is found by the place
/// that the bytes were read from, in a file that has not been written to since; or by their digest,
/// which findVerified() must be told by who has just computed it (core/README.md).
///
/// What is damaged, of another version or another's is passed over and made anew; what cannot be
/// written is not kept. Nothing here is an error. Thread-safe, and safe to share between processes.
class IndexCache
{
public:
    static constexpr std::uint64_t usualBytes = 1ULL << 30;

    struct Settings
    {
        std::filesystem::path folder; ///< as CacheFolder::open
        bool enabled = true;          ///< whether the user wants one
        std::uint64_t maxBytes = usualBytes;
        /// Layers that are stored in less are read sooner than found.
        std::uint64_t leastStored = 64ULL << 10;
        /// How long a file must have been left alone: longer than one tick of the coarsest clock
        /// that a file system counts its times by.
        std::chrono::nanoseconds settleTime = std::chrono::seconds(2);
    };

    /// `$XDG_CACHE_HOME/stratascope/index`, by default below ~/.cache, with the limit that
    /// STRATASCOPE_CACHE gives: bytes, or KiB, MiB, GiB with K, M, G behind it. Where that says
    /// anything else, such as "off", not enabled. None where there is no home.
    static std::optional<Settings> settingsFromEnvironment();

    /// Makes what is not there. To be called before anything is hashed, or the hashes of this
    /// process are its own (adoptHashSeed) and so are the entries that it makes. Errors:
    /// CacheFolder::open's.
    static Result<std::shared_ptr<IndexCache>> open(Settings settings);
    /// With settingsFromEnvironment(); null where there is to be no cache or can be none.
    static std::shared_ptr<IndexCache> openUsual();

    /// Reads a few blocks of `stored`. Errors: those of reading.
    Result<LayerKey> keyOf(SharedSource stored, Compression compression, LayerRoot root) const;

    /// By the place of the bytes.
    std::optional<IndexedLayer> find(const LayerKey& key) const;
    /// Whether it is worth computing the digest of the bytes of `key` to see if it is `digest`.
    bool knows(const LayerKey& key, const Digest& digest) const;
    /// By `digest`, which the bytes of `key` must have been seen to have. Found by its place next
    /// time.
    std::optional<IndexedLayer> findVerified(const LayerKey& key, const Digest& digest) const;

    /// Keeps what was made of the bytes of `key` since the key was, unless the file has been
    /// written to meanwhile, or so shortly before that one could not tell.
    void store(const LayerKey& key, const IndexedLayer& layer);
    /// The bytes of `key` were seen to have `digest` since the key was made.
    void verified(const LayerKey& key, const Digest& digest) const;
    /// Drops what is kept for the place.
    void forget(const LayerKey& key) const;

    const Settings& settings() const { return m_settings; }
    CacheUsage usage() const { return m_folder->usage(); }
    /// What was there.
    CacheUsage clear() const { return m_folder->clear(); }

private:
    IndexCache(Settings settings, std::unique_ptr<CacheFolder> folder);

    std::optional<IndexedLayer> load(const std::string& name, const LayerKey& key) const;
    static const SourceIdentity* unchangedPlace(const LayerKey& key);

    Settings m_settings;
    std::unique_ptr<CacheFolder> m_folder;
    std::array<std::byte, 32> m_rules; ///< by whom and how entries are made that are ours
    std::mutex m_mutex;
    std::optional<std::uint64_t> m_held; ///< bytes, as far as is known; guarded by m_mutex
};

} // namespace strata
