// SPDX-License-Identifier: Apache-2.0
#include "tree/opened_image.h"

#include "base/limits.h"
#include "base/paced_progress.h"
#include "layer/content_reader.h"
#include "layer/layer_indexer.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <stop_token>
#include <system_error>
#include <thread>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace strata {

Result<std::unique_ptr<ByteStream>> OpenedImage::open(const Version& version, const Job& job) const
{
    const auto ref = version.removed() ? std::nullopt : tree->content(version);
    if (!ref) {
        if (!version.removed() && version.entry && tree->entry(version).lowerLink) {
            return fail(ErrorCode::Missing, "is a hard link to a file that no layer holds");
        }
        return fail(ErrorCode::NotFound, "has no content here");
    }
    const LayerEntry entry = tree->entry(*ref);
    auto stored = archive->openLayer(image(), ref->layer);
    if (!stored) {
        return std::unexpected(stored.error());
    }
    return openContent(std::move(*stored), image().layers[ref->layer].compression, entry, job);
}

namespace {

/// Where the layers of an image keep their root (RULES.md, 40).
LayerRoot rootOf(const Image& image)
{
    const std::string& os =
        image.config.platform.os.empty() ? image.platform.os : image.config.platform.os;
    if (os.empty()) {
        return LayerRoot::Unknown;
    }
    return os == "windows" ? LayerRoot::WindowsFiles : LayerRoot::TarRoot;
}

/// Indexes the layers of one image on several threads; a layer that stands twice is read once.
class LayerLoading
{
public:
    LayerLoading(const ImageArchive& archive, const Image& image, const Job& job,
                 const LoadOptions& options)
        : m_archive(archive)
        , m_image(image)
        , m_job(job)
        , m_options(options)
        , m_root(rootOf(image))
        , m_indexes(image.layers.size())
        , m_stopAll(job.stop, [this] { m_stop.request_stop(); })
    {
        std::vector<LayerNo> all(image.layers.size());
        std::iota(all.begin(), all.end(), LayerNo{0});
        plan(all);
    }

    Result<std::vector<std::shared_ptr<const LayerIndex>>> run()
    {
        if (auto read = readAll(); !read) {
            return std::unexpected(read.error());
        }
        // One layer shows what system all of them are for.
        if (m_root == LayerRoot::Unknown && std::ranges::any_of(m_indexes, [](const auto& index) {
                return index->rootIsFiles();
            })) {
            m_root = LayerRoot::WindowsFiles;
            plan(layersLeftAtTheirTarsRoot());
            if (auto read = readAll(); !read) {
                return std::unexpected(read.error());
            }
        }
        return std::move(m_indexes);
    }

private:
    struct Task
    {
        std::vector<LayerNo> layers; ///< positions that share the bytes
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
                m_tasks.push_back({{n}, 0});
                continue;
            }
            const auto [it, fresh] =
                first.try_emplace(m_archive.files().identity(layer.file), m_tasks.size());
            if (fresh) {
                m_tasks.push_back({{n}, 0});
                m_total += layer.storedSize;
            } else {
                m_tasks[it->second].layers.push_back(n);
            }
        }
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
            } catch (const std::system_error&) {
                // The system gives no more threads: those that are there do it all.
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
        for (LayerNo n = 0; n < m_indexes.size(); ++n) {
            const LayerIndex& index = *m_indexes[n];
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
            auto index = read(m_tasks[i]);
            const std::scoped_lock lock(m_mutex);
            if (!index) {
                // The others are stopped by the first error, and say only that.
                if (!m_error) {
                    m_error = index.error();
                }
                m_stop.request_stop();
                return;
            }
            for (const auto n : m_tasks[i].layers) {
                m_indexes[n] = *index;
                if (m_options.layerReady) {
                    m_options.layerReady(n, *index);
                }
            }
        }
    }

    Result<std::shared_ptr<const LayerIndex>> read(Task& task)
    {
        const LayerNo n = task.layers.front();
        const LayerDescriptor& layer = m_image.layers[n];
        if (!layer.available) {
            return absentLayer(
                layer.foreign ? WarningCode::LayerForeign : WarningCode::LayerMissing,
                layer.foreign ? "the layer is kept outside the archive by design"
                              : "the layer is not in the archive; its files are not shown");
        }
        auto stored = m_archive.openLayer(m_image, n);
        if (!stored) {
            return absentLayer(WarningCode::LayerMissing,
                               "the layer cannot be opened: " + stored.error().message());
        }
        Job inner;
        inner.stop = m_stop.get_token();
        inner.progress = [this, &task](const Progress& p) {
            const std::scoped_lock lock(m_mutex);
            m_done += p.done - std::min(task.done, p.done);
            task.done = std::max(task.done, p.done);
            m_progress->reached(m_done);
        };
        auto index = indexLayer(std::move(*stored), layer.compression, inner, m_root);
        if (!index) {
            auto error = index.error();
            error.where = error.where.empty() ? "layer " + std::to_string(n) : error.where;
            return std::unexpected(std::move(error));
        }
        return index;
    }

    const ImageArchive& m_archive;
    const Image& m_image;
    const Job& m_job;
    const LoadOptions& m_options;
    LayerRoot m_root;
    std::vector<Task> m_tasks;
    std::vector<std::shared_ptr<const LayerIndex>> m_indexes;
    std::atomic<std::size_t> m_next = 0;
    std::stop_source m_stop; ///< by the caller, or by the first error
    std::mutex m_mutex;      ///< guards all below, and the caller's callbacks
    std::optional<Error> m_error;
    std::uint64_t m_done = 0;
    std::uint64_t m_total = 0;
    std::optional<PacedProgress> m_progress;
    std::stop_callback<std::function<void()>> m_stopAll;
};

/// Building needs three times what is kept, in pieces that the C library would hold on to.
void returnFreedMemory()
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

} // namespace

Result<std::shared_ptr<const OpenedImage>> loadImage(std::shared_ptr<const ImageArchive> archive,
                                                     std::size_t imageIndex, const Job& job,
                                                     const LoadOptions& options)
{
    if (imageIndex >= archive->images().size()) {
        return fail(ErrorCode::NotFound, "there is no such image in it", archive->name());
    }
    const Image& image = archive->images()[imageIndex];
    if (image.error) {
        return std::unexpected(*image.error);
    }
    if (image.layers.size() > limits::layers) {
        return fail(ErrorCode::LimitExceeded,
                    "has more than " + std::to_string(limits::layers) + " layers", archive->name());
    }
    auto layers = LayerLoading(*archive, image, job, options).run();
    if (!layers) {
        return std::unexpected(layers.error());
    }
    auto tree = mergeLayers(*layers, job);
    if (!tree) {
        return std::unexpected(tree.error());
    }
    returnFreedMemory();
    auto opened = std::make_shared<OpenedImage>();
    opened->archive = std::move(archive);
    opened->imageIndex = imageIndex;
    opened->layers = std::move(*layers);
    opened->tree = std::move(*tree);
    return opened;
}

} // namespace strata
