// SPDX-License-Identifier: Apache-2.0
// Makes the images that are measured.
#include "bench_main.h"
#include "export/image_writer.h"
#include "large_files.h"
#include "many_files.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <filesystem>
#include <format>
#include <string>

using namespace strata;
using namespace strata::bench;

namespace {

namespace fs = std::filesystem;

/// The layers in files beside the images; they go with `folder`.
template <typename Layers> Result<ImageToWrite> write(const Layers& layers, const fs::path& folder)
{
    ImageToWrite image;
    image.name = "localhost/bench:latest";
    image.config.platform = {
        .os = "linux", .architecture = "amd64", .variant = {}, .osVersion = {}};
    for (std::uint32_t i = 0; i < Layers::layers; ++i) {
        auto layer = writeLayer(layers, i, folder / std::format("layer{}.tar", i));
        if (!layer) {
            return std::unexpected(layer.error());
        }
        image.layerTars.push_back(std::move(*layer));
        image.config.history.push_back({.created = {},
                                        .createdBy = std::format("RUN step {}", i),
                                        .author = {},
                                        .comment = {},
                                        .emptyLayer = false});
    }
    return image;
}

Status writeMany(const ManyFiles& many, const fs::path& folder)
{
    const auto image = write(many, folder);
    if (!image) {
        return std::unexpected(image.error());
    }
    if (auto plain = writeImage(*image, folder / "many-plain", WriteFormat::OciLayout,
                                LayerCompression::None, {});
        !plain) {
        return plain;
    }
    return writeImage(*image, folder / "many-gzip", WriteFormat::OciLayout, LayerCompression::Gzip,
                      {});
}

/// Under the names that the article's image has.
Status writeLarge(const LargeFiles& large, const fs::path& folder)
{
    const auto image = write(large, folder);
    if (!image) {
        return std::unexpected(image.error());
    }
    if (auto plain = writeImage(*image, folder / "article-docker.tar", WriteFormat::DockerArchive,
                                LayerCompression::None, {});
        !plain) {
        return plain;
    }
    if (auto gzip = writeImage(*image, folder / "article-oci-gzip.tar", WriteFormat::OciArchive,
                               LayerCompression::Gzip, {});
        !gzip) {
        return gzip;
    }
    return writeImage(*image, folder / "article-oci-zstd", WriteFormat::OciLayout,
                      LayerCompression::Zstd, {});
}

int run(int argc, char* argv[])
{
    CLI::App app("Makes the images that are measured.");
    app.require_subcommand(1);
    std::string folder;
    ManyFiles many;
    auto* manyCommand = app.add_subcommand("many", "small files in many folders");
    manyCommand->add_option("FOLDER", folder, "where to, an empty folder")->required();
    manyCommand->add_option("--folders", many.folders, "how many");
    LargeFiles large;
    auto* largeCommand = app.add_subcommand("large", "in place of the article's image");
    largeCommand->add_option("FOLDER", folder, "where to, an empty folder")->required();
    largeCommand->add_option("--divisor", large.divisor, "of its size");
    CLI11_PARSE(app, argc, argv);
    const auto status = manyCommand->parsed() ? writeMany(many, folder) : writeLarge(large, folder);
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().filename().string().starts_with("layer")) {
            fs::remove(entry.path());
        }
    }
    return exitCode("bench_images", status);
}

} // namespace

int main(int argc, char* argv[])
{
    return guarded("bench_images", run, argc, argv);
}
