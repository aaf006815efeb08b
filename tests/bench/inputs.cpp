// SPDX-License-Identifier: Apache-2.0
#include "inputs.h"

#include "process.h"

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <string>
#include <utility>

namespace strata::bench {

namespace {

namespace fs = std::filesystem;

/// Makes the folder `name` by `command`, which is given its place as the last word. Its name tells
/// that it is complete.
Result<fs::path> prepare(const Setting& setting, const std::string& name, Command command)
{
    auto target = setting.inputs / name;
    if (fs::exists(target)) {
        return target;
    }
    std::fprintf(stderr, "making %s\n", name.c_str());
    const auto unfinished = setting.inputs / (name + ".making");
    fs::remove_all(unfinished);
    fs::create_directories(unfinished);
    command.words.push_back(unfinished.string());
    if (const auto made = run(command); !made) {
        return std::unexpected(made.error());
    }
    fs::rename(unfinished, target);
    return target;
}

Result<Input> withLayers(const Setting& setting, const std::string& name, const fs::path& image)
{
    const auto folder = prepare(setting, name + "-layers",
                                {{setting.program("bench_core"), "layers", image.string()}});
    if (!folder) {
        return std::unexpected(folder.error());
    }
    Input input{.image = image, .layers = {}};
    for (const auto& entry : fs::directory_iterator(*folder)) {
        input.layers.push_back(fs::canonical(entry.path())); // zstd reads no links
    }
    std::ranges::sort(input.layers);
    return input;
}

/// The images of `setting.article`, or the one that stands in for it.
Result<fs::path> articleFolder(const Setting& setting)
{
    if (!setting.article.empty()) {
        return setting.article;
    }
    return prepare(
        setting, setting.quick ? "large-quick" : "large",
        {{setting.program("bench_images"), "large", "--divisor", setting.quick ? "8" : "1"}});
}

} // namespace

Result<Inputs> prepareInputs(const Setting& setting)
{
    const auto article = articleFolder(setting);
    if (!article) {
        return std::unexpected(article.error());
    }
    const std::string size = setting.quick ? "-quick" : "";
    const auto many = prepare(
        setting, "many" + size,
        {{setting.program("bench_images"), "many", "--folders", setting.quick ? "2000" : "20000"}});
    if (!many) {
        return std::unexpected(many.error());
    }
    const bool real = !setting.article.empty();
    const std::string name = real ? "article" : "large" + size;
    Inputs inputs;
    inputs.articleName = real ? "the article's image" : "a made-up image of large files";
    if (real) {
        // Those of a run before may be of another image.
        for (const auto* form : {"-docker-layers", "-gzip-layers", "-zstd-layers"}) {
            fs::remove_all(setting.inputs / (name + form));
        }
    }
    const auto add = [&](Input& to, const std::string& called, const fs::path& image) -> Status {
        auto input = withLayers(setting, called, image);
        if (!input) {
            return std::unexpected(input.error());
        }
        to = std::move(*input);
        return {};
    };
    for (const auto& done : {add(inputs.docker, name + "-docker", *article / "article-docker.tar"),
                             add(inputs.gzip, name + "-gzip", *article / "article-oci-gzip.tar"),
                             add(inputs.zstd, name + "-zstd", *article / "article-oci-zstd"),
                             add(inputs.manyPlain, "many-plain" + size, *many / "many-plain"),
                             add(inputs.manyGzip, "many-gzip" + size, *many / "many-gzip")}) {
        if (!done) {
            return std::unexpected(done.error());
        }
    }
    return inputs;
}

} // namespace strata::bench
