// SPDX-License-Identifier: Apache-2.0
// What is measured within the core, and what the measuring of others needs of it. Prints one
// "name value" a line.
#include "bench_main.h"
#include "monotonic.h"
#include "small_files.h"
#include "tree/opened_image.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <format>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

using namespace strata;
using namespace strata::bench;

namespace {

namespace fs = std::filesystem;

void print(std::string_view name, double value)
{
    std::printf("%s\n", std::format("{} {}", name, value).c_str());
}

/// Each layer as it is stored, as a file below `folder`; a link to it where it is one already.
Status writeLayers(const fs::path& image, const fs::path& folder)
{
    const auto archive = ImageArchive::open(image, {});
    if (!archive) {
        return std::unexpected(archive.error());
    }
    const auto& first = (*archive)->images().front();
    for (LayerNo n = 0; n < first.layers.size(); ++n) {
        const auto target = folder / std::format("layer{:02}", n);
        if (fs::is_directory(image)) {
            fs::create_symlink(fs::absolute(image) / first.layers[n].file, target);
            continue;
        }
        const auto source = (*archive)->openLayer(first, n);
        const auto bytes = source ? readAll(**source, std::numeric_limits<std::uint64_t>::max())
                                  : std::unexpected(source.error());
        if (!bytes) {
            return std::unexpected(bytes.error());
        }
        std::ofstream(target, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes->data()),
                   static_cast<std::streamsize>(bytes->size()));
    }
    return {};
}

Result<std::shared_ptr<const OpenedImage>> open(const fs::path& image)
{
    auto archive = ImageArchive::open(image, {});
    return archive ? loadImage(std::move(*archive), 0, {}) : std::unexpected(archive.error());
}

/// The paths that the image ever had, and how many layers did something to each, summed.
Status count(const fs::path& image)
{
    const auto opened = open(image);
    if (!opened) {
        return std::unexpected(opened.error());
    }
    const auto& tree = *(*opened)->tree;
    std::uint64_t versions = 0;
    for (std::uint32_t i = 1; i < tree.nodeCount(); ++i) {
        versions += tree.versions(NodeId{i}).size();
    }
    print("paths", static_cast<double>(tree.nodeCount() - 1));
    print("versions", static_cast<double>(versions));
    return {};
}

/// Opens files at the end of the largest layer: the time of the slowest of them, each at its best.
Status preview(const fs::path& path)
{
    constexpr int rounds = 5;
    const auto opened = open(path);
    if (!opened) {
        return std::unexpected(opened.error());
    }
    const auto& image = **opened;
    const auto largest = largestLayer(image);
    const auto files = lastSmallFiles(image, largest);
    if (files.empty()) {
        return fail(ErrorCode::NotFound, "there is no small file at the end of the largest layer");
    }
    double slowest = 0;
    for (const auto node : files) {
        const auto& version = *image.tree->visible(node);
        double best = std::numeric_limits<double>::max();
        for (int round = 0; round < rounds; ++round) {
            const auto before = monotonicNanoseconds();
            const auto stream = image.open(version);
            const auto bytes = stream ? readAll(**stream, image.tree->entry(version).size)
                                      : std::unexpected(stream.error());
            if (!bytes) {
                return std::unexpected(bytes.error());
            }
            best = std::min(best, static_cast<double>(monotonicNanoseconds() - before) / 1e9);
        }
        slowest = std::max(slowest, best);
    }
    print("files", static_cast<double>(files.size()));
    print("seconds", slowest);
    print("layer_bytes", static_cast<double>(image.layers[largest]->tarSize()));
    print("places_bytes",
          image.places[largest] ? static_cast<double>(image.places[largest]->bytes()) : 0);
    return {};
}

int run(int argc, char* argv[])
{
    CLI::App app("What is measured within the core.");
    app.require_subcommand(1);
    std::string image;
    std::string folder;
    const auto add = [&](const char* name, const char* what) {
        auto* command = app.add_subcommand(name, what);
        command->add_option("IMAGE", image, "an image")->required();
        return command;
    };
    auto* layers = add("layers", "writes each layer as a file");
    layers->add_option("FOLDER", folder, "where to")->required();
    auto* counts = add("count", "counts paths and versions");
    add("preview", "opens files at the end of the largest layer");
    CLI11_PARSE(app, argc, argv);
    const auto status = layers->parsed()   ? writeLayers(image, folder)
                        : counts->parsed() ? count(image)
                                           : preview(image);
    return exitCode("bench_core", status);
}

} // namespace

int main(int argc, char* argv[])
{
    return guarded("bench_core", run, argc, argv);
}
