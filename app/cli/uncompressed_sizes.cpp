// SPDX-License-Identifier: Apache-2.0
#include "uncompressed_sizes.h"

#include <algorithm>
#include <atomic>
#include <span>
#include <thread>
#include <utility>

namespace strata::cli {

namespace {

bool needsCounting(const Image& image, const LayerDescriptor& layer)
{
    return image.kind == ImageKind::Image && layer.available &&
           layer.compression != Compression::None;
}

} // namespace

UncompressedSizes::UncompressedSizes(const ImageArchive& archive,
                                     const std::vector<std::size_t>& images)
    : m_archive(archive)
{
    // Every slot stands before a worker starts, so the map itself does not change under them.
    std::vector<std::pair<const LayerDescriptor*, Count*>> work;
    for (const auto index : images) {
        const auto& image = archive.images()[index];
        for (const auto& layer : image.layers) {
            if (!needsCounting(image, layer)) {
                continue;
            }
            const auto [slot, isNew] = m_counts.try_emplace(archive.files().identity(layer.file));
            if (isNew) {
                work.emplace_back(&layer, &slot->second);
            }
        }
    }
    std::atomic<std::size_t> next = 0;
    const auto worker = [&] {
        for (auto i = next++; i < work.size(); i = next++) {
            *work[i].second = count(archive, *work[i].first);
        }
    };
    const auto cores = std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(cores, work.size()); ++i) {
        threads.emplace_back(worker);
    }
    worker();
}

UncompressedSizes::Count UncompressedSizes::count(const ImageArchive& archive,
                                                  const LayerDescriptor& layer)
{
    Count out;
    auto stream = archive.files().open(layer.file).and_then([&](SharedSource source) {
        return decompress(std::move(source), layer.compression);
    });
    std::vector<std::byte> buffer(std::size_t{256} << 10);
    while (stream) {
        const auto got = (*stream)->read(buffer);
        if (!got) {
            stream = std::unexpected(got.error());
        } else if (*got == 0) {
            return out;
        } else {
            out.bytes += *got;
        }
    }
    out.problem = stream.error().message();
    return out;
}

const UncompressedSizes::Count* UncompressedSizes::find(const Image& image,
                                                        const LayerDescriptor& layer) const
{
    if (!needsCounting(image, layer)) {
        return nullptr;
    }
    const auto found = m_counts.find(m_archive.files().identity(layer.file));
    return found == m_counts.end() ? nullptr : &found->second;
}

std::uint64_t UncompressedSizes::of(const Image& image) const
{
    std::uint64_t out = 0;
    for (const auto& layer : image.layers) {
        const auto* counted = find(image, layer);
        out += counted != nullptr ? counted->bytes : layer.storedSize;
    }
    return out;
}

std::vector<std::string> UncompressedSizes::problems(const Image& image) const
{
    std::vector<std::string> out;
    for (std::size_t i = 0; i < image.layers.size(); ++i) {
        const auto* counted = find(image, image.layers[i]);
        if (counted != nullptr && !counted->problem.empty()) {
            out.push_back("layer " + std::to_string(i) + ": " + counted->problem);
        }
    }
    return out;
}

} // namespace strata::cli
