// SPDX-License-Identifier: Apache-2.0
#include "large_files.h"

#include "layer_file.h"
#include "random.h"

#include <array>
#include <cstring>
#include <format>
#include <string>

namespace strata::bench {

namespace {

constexpr std::array<std::uint64_t, LargeFiles::layers> layerBytes = {110'000'000, 585'000'000,
                                                                      200'000'000};
constexpr std::uint64_t filesInAFolder = 40;

/// Noise in which pieces of what came shortly before come again.
void fill(std::string& text, std::uint64_t seed)
{
    for (std::size_t at = 0; at < text.size(); at += sizeof seed) {
        seed = scatter(seed);
        const auto length = std::min(sizeof seed, text.size() - at);
        if (at >= 4096 && (seed & 0xffU) < 150) {
            std::memcpy(text.data() + at, text.data() + at - 4096 + (seed >> 8U) % 256 * 8, length);
        } else {
            std::memcpy(text.data() + at, &seed, length);
        }
    }
}

} // namespace

Result<SharedSource> writeLayer(const LargeFiles& image, std::uint32_t number,
                                const std::filesystem::path& path)
{
    LayerFile out(path);
    std::string content;
    std::uint64_t written = 0;
    for (std::uint64_t i = 0; written < layerBytes[number] / image.divisor; ++i) {
        const auto chance = scatter(i * LargeFiles::layers + number);
        // Mostly a few KiB, some of them a thousand times that.
        content.resize(chance % 8'192 + (chance >> 16U) % 16 * 2'048 +
                       ((chance >> 32U) % 512 == 0 ? 4'000'000 : 0));
        fill(content, chance);
        const auto folder = std::format("usr/lib/l{}-{}", number, i / filesInAFolder);
        if (i % filesInAFolder == 0) {
            out.folder(folder);
        }
        out.file(std::format("{}/file-{}", folder, i), content, 0644, 0);
        written += content.size();
    }
    return out.finish();
}

} // namespace strata::bench
