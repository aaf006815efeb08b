// SPDX-License-Identifier: Apache-2.0
#include "tree/layer_loading.h"

#include "base/limits.h"
#include "base/paced_progress.h"
#include "cache/index_cache.h"
#include "io/hasher.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace strata {

namespace {

/// Reads the layers of one image on several threads; a layer that stands twice is read once.
class LayerLoading
{
public:
    LayerLoading(const ImageArchive& archive, const Image& image, const Job& job,
                 const LoadOptions& options)
        : m_archive(archive)
        , m_image(image)
        , m_job(job)
        , m_options(options)
        , m_root(layerRoot(image))
        , m_layers(image.layers.size())
        , m_stopAll(job.stop, [this] { m_stop.request_stop(); })
    {
        std::vector<LayerNo> all(image.layers.size());
        std::iota(all.begin(), all.end(), LayerNo{0});
        plan(all);
    }

    Result<std::vector<IndexedLayer>> run()
    {
        if (auto read = readAll(); !read) {
            return std::unexpected(read.error());
        }
        // One layer shows what system all of them are for.
        if (m_root == LayerRoot::Unknown && std::ranges::any_of(m_layers, [](const auto& layer) {
                return layer.index->rootIsFiles();
            })) {
            m_root = LayerRoot::WindowsFiles;
            plan(layersLeftAtTheirTarsRoot());
            if (auto read = readAll(); !read) {
                return std::unexpected(read.error());
            }
        }
        return std::move(m_layers);
    }

private:
    struct Task
    {
        std::vector<LayerNo> layers; ///< positions that share the bytes
        std::uint64_t storedSize = 0;
        std::uint64_t done = 0;
    };

    /// Tasks for these layers, in place of those done; more bytes for the progress.
    void plan(const std::vector<LayerNo>& layers)
    {
        m_tasks.clear();
        m_next = 0;
        std::map<std::string, std::size_t> first;
        for (const LayerNo n : layers) {
            const LayerDescriptor& layer = m_image.layers[n];
            if (!layer.available) {
                m_tasks.push_back({.layers = {n}});
                continue;
            }
            const auto [it, fresh] =
                first.try_emplace(m_archive.files().identity(layer.file), m_tasks.size());
            if (fresh) {
                m_tasks.push_back({.layers = {n}, .storedSize = layer.storedSize});
                m_total += layer.storedSize;
            } else {
                m_tasks[it->second].layers.push_back(n);
            }
        }
        // The largest first: what is left when one thread has nothing to do is then little.
        std::ranges::stable_sort(m_tasks, std::ranges::greater(), &Task::storedSize);
        m_progress.emplace(m_job, m_total);
    }

    Status readAll()
    {
        const auto wanted = m_options.threads != 0
                                ? m_options.threads
                                : std::max(1U, std::thread::hardware_concurrency());
        const auto count = std::min<std::size_t>(wanted, m_tasks.size());
        {
            std::vector<std::jthread> threads;
            try {
                for (std::size_t i = 1; i < count; ++i) {
                    threads.emplace_back([this] { work(); });
                }
            } catch (const std::system_error&) { // NOLINT(bugprone-empty-catch): no more threads
                // Those that are there do it all.
            }
            work();
        }
        if (m_job.cancelled()) {
            return cancelledError();
        }
        if (m_error) {
            return std::unexpected(*m_error);
        }
        return {};
    }

    /// Those with a `Files` that was not taken for the root.
    std::vector<LayerNo> layersLeftAtTheirTarsRoot() const
    {
        std::vector<LayerNo> out;
        for (LayerNo n = 0; n < m_layers.size(); ++n) {
            const LayerIndex& index = *m_layers[n].index;
            const auto [first, last] = index.children(LayerNodeId{0});
            const auto top = index.nodes().subspan(first, last - first);
            if (!index.rootIsFiles() && std::ranges::any_of(top, [&](const LayerNode& node) {
                    return index.name(node.name) == "Files";
                })) {
                out.push_back(n);
            }
        }
        return out;
    }

    void work()
    {
        try {
            readLayers();
        } catch (const std::exception&) {
            // On a thread of ours nobody else would catch it: an allocation that is refused.
            const std::scoped_lock lock(m_mutex);
            if (!m_error) {
                m_error = Error{ErrorCode::LimitExceeded, "not enough memory", {}};
            }
            m_stop.request_stop();
        }
    }

    void readLayers()
    {
        for (;;) {
            const auto i = m_next.fetch_add(1);
            if (i >= m_tasks.size() || m_stop.stop_requested()) {
                return;
            }
            auto layer = read(m_tasks[i]);
            const std::scoped_lock lock(m_mutex);
            if (!layer) {
                // The others are stopped by the first error, and say only that.
                if (!m_error) {
                    m_error = layer.error();
                }
                m_stop.request_stop();
                return;
            }
            keepPlacesWithinBounds(*layer);
            for (const auto n : m_tasks[i].layers) {
                m_layers[n] = *layer;
                if (m_options.layerReady) {
                    m_options.layerReady(n, layer->index);
                }
            }
        }
    }

    /// Without places a layer is read from its start, which is slower, and no more.
    void keepPlacesWithinBounds(IndexedLayer& layer)
    {
        const std::size_t bytes = layer.places ? layer.places->bytes() : 0;
        if (m_placesBytes + bytes > limits::allSeekIndexBytes) {
            layer.places = nullptr;
        } else {
            m_placesBytes += bytes;
        }
    }

    Result<IndexedLayer> read(Task& task)
    {
        const LayerNo n = task.layers.front();
        const LayerDescriptor& layer = m_image.layers[n];
        if (!layer.available) {
            return IndexedLayer{
                absentLayer(layer.foreign ? WarningCode::LayerForeign : WarningCode::LayerMissing,
                            layer.foreign
                                ? "the layer is kept outside the archive by design"
                                : "the layer is not in the archive; its files are not shown"),
                nullptr};
        }
        auto stored = m_archive.openLayer(m_image, n);
        if (!stored) {
            return IndexedLayer{
                absentLayer(WarningCode::LayerMissing,
                            "the layer cannot be opened: " + stored.error().message()),
                nullptr};
        }
        Job inner;
        inner.stop = m_stop.get_token();
        inner.progress = [this, &task](const Progress& p) {
            const std::scoped_lock lock(m_mutex);
            m_done += p.done - std::min(task.done, p.done);
            task.done = std::max(task.done, p.done);
            m_progress->reached(m_done);
        };
        auto indexed = readStored(std::move(*stored), layer, inner);
        if (!indexed) {
            auto error = indexed.error();
            error.where = error.where.empty() ? "layer " + std::to_string(n) : error.where;
            return std::unexpected(std::move(error));
        }
        return indexed;
    }

    /// From the cache if it can be, and for the cache if it was not there.
    Result<IndexedLayer> readStored(SharedSource stored, const LayerDescriptor& layer,
                                    const Job& job)
    {
        const auto& cache = m_options.cache;
        const auto key =
            cache ? cache->keyOf(stored, layer.compression, m_root) : fail(ErrorCode::NotFound, {});
        if (key) {
            auto known = cache->find(*key);
            if (const auto& claimed = layer.digest;
                !known && claimed && hasKnownDigest(*key, *claimed, job)) {
                known = cache->findVerified(*key, *claimed);
            }
            if (known) {
                job.report(layer.storedSize, layer.storedSize);
                return std::move(*known);
            }
        }
        auto indexed = indexLayer(std::move(stored), layer.compression, job, m_root);
        if (key && indexed) {
            cache->store(*key, *indexed);
        }
        return indexed;
    }

    /// Whether the bytes are those of a layer that another archive held. What this one calls them
    /// is only a claim: they are hashed. That takes a fraction of the time that decompression
    /// takes, but more than hopping through a tar that is not compressed.
    bool hasKnownDigest(const LayerKey& key, const Digest& claimed, const Job& job) const
    {
        if (key.compression == Compression::None || !m_options.cache->knows(key, claimed)) {
            return false;
        }
        const auto size = key.stored->size();
        const auto stream = plainStream(key.stored, 0, job.stop);
        Hasher hasher(claimed.algorithm());
        std::vector<std::byte> buffer(1U << 20U);
        for (;;) {
            const auto n = stream->read(buffer);
            if (!n) {
                return false; // reading it as a layer says why
            }
            if (*n == 0) {
                return hasher.finish() == claimed;
            }
            hasher.add(std::span(buffer).first(*n));
            job.report(stream->sourcePosition(), size);
        }
    }

    const ImageArchive& m_archive;
    const Image& m_image;
    const Job& m_job;
    const LoadOptions& m_options;
    LayerRoot m_root;
    std::vector<Task> m_tasks;
    std::vector<IndexedLayer> m_layers;
    std::atomic<std::size_t> m_next = 0;
    std::stop_source m_stop; ///< by the caller, or by the first error
    std::mutex m_mutex;      ///< guards all below, and the caller's callbacks
    std::optional<Error> m_error;
    std::size_t m_placesBytes = 0;
    std::uint64_t m_done = 0;
    std::uint64_t m_total = 0;
    std::optional<PacedProgress> m_progress;
    std::stop_callback<std::function<void()>> m_stopAll;
};

} // namespace

LayerRoot layerRoot(const Image& image)
{
    const std::string& os =
        image.config.platform.os.empty() ? image.platform.os : image.config.platform.os;
    if (os.empty()) {
        return LayerRoot::Unknown;
    }
    return os == "windows" ? LayerRoot::WindowsFiles : LayerRoot::TarRoot;
}

Result<std::vector<IndexedLayer>> loadLayers(const ImageArchive& archive, const Image& image,
                                             const Job& job, const LoadOptions& options)
{
    return LayerLoading(archive, image, job, options).run();
}

} // namespace strata
