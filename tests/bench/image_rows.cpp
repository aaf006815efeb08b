// SPDX-License-Identifier: Apache-2.0
#include "image_rows.h"

#include "figures.h"
#include "process.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <format>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace strata::bench {

namespace {

namespace fs = std::filesystem;

/// Two who do the same, in turns, so that whatever else the machine does falls on both.
struct Duel
{
    double ours = 0; ///< medians, in seconds
    double referee = 0;
    std::uint64_t peakBytes = 0; ///< ours, the largest of all rounds

    double ratio() const { return ours / referee; }
};

Result<Duel> fight(int rounds, const Command& ours, const std::vector<Command>& referee)
{
    std::vector<double> mine;
    std::vector<double> theirs;
    Duel duel;
    for (int round = 0; round < rounds; ++round) {
        const auto first = run(ours);
        const auto second = first ? runAll(referee) : first;
        if (!second) {
            return std::unexpected(second.error());
        }
        mine.push_back(first->seconds);
        theirs.push_back(second->seconds);
        duel.peakBytes = std::max(duel.peakBytes, first->peakBytes);
    }
    duel.ours = median(mine);
    duel.referee = median(theirs);
    return duel;
}

Command treeOf(const Setting& setting, const fs::path& image)
{
    return {{setting.program("strata"), "tree", image.string()}, {{"STRATASCOPE_CACHE", "off"}}};
}

/// `words` and the name of the layer, for each layer.
std::vector<Command> forEachLayer(const Input& input, const std::vector<std::string>& words)
{
    std::vector<Command> commands;
    for (const auto& layer : input.layers) {
        commands.push_back({words});
        commands.back().words.push_back(layer.string());
    }
    return commands;
}

void addDuel(Table& table, const std::string& what, const std::string& referee,
             const Result<Duel>& duel, std::optional<double> bar)
{
    if (!duel) {
        table.addFailure(what, duel.error().message());
        return;
    }
    table.add({.what = what,
               .ours = secondsText(duel->ours),
               .referee = referee + ": " + secondsText(duel->referee),
               .ratio = ratioText(duel->ratio()),
               .bar = bar ? "≤ " + ratioText(*bar) : std::string(),
               .passed = bar ? std::optional(duel->ratio() <= *bar) : std::nullopt,
               .peakBytes = duel->peakBytes});
}

/// Opened twice with a cache of its own, which is empty the first time.
void addCachedRow(const Setting& setting, const std::string& what, const fs::path& image,
                  Table& table)
{
    constexpr double bar = 0.05;
    constexpr double orSeconds = 0.05;
    const auto cache = setting.inputs / "cache";
    const Command tree{{setting.program("strata"), "tree", image.string()},
                       {{"XDG_CACHE_HOME", cache.string()}, {"STRATASCOPE_CACHE", "1G"}}};
    std::vector<double> first;
    std::vector<double> again;
    std::uint64_t peak = 0;
    for (int round = 0; round < setting.rounds(); ++round) {
        fs::remove_all(cache);
        for (auto* times : {&first, &again}) {
            const auto used = run(tree);
            if (!used) {
                table.addFailure(what, used.error().message());
                return;
            }
            times->push_back(used->seconds);
            peak = std::max(times == &again ? used->peakBytes : 0, peak);
        }
    }
    fs::remove_all(cache);
    const auto ours = median(again);
    const auto ratio = ours / median(first);
    table.add({.what = what,
               .ours = secondsText(ours),
               .referee = "its first opening: " + secondsText(median(first)),
               .ratio = ratioText(ratio),
               .bar = "≤ " + ratioText(bar) + " or " + secondsText(orSeconds),
               .passed = ratio <= bar || ours <= orSeconds,
               .peakBytes = peak});
}

/// Unpacks the image, once: it takes long.
Result<Duel> fightUmoci(const Setting& setting, const fs::path& image)
{
    const auto layout = setting.inputs / "unpacked-layout";
    const auto bundle = setting.inputs / "bundle";
    fs::remove_all(layout);
    fs::remove_all(bundle);
    fs::create_directories(layout);
    if (auto ready = run({{"bsdtar", "-xf", image.string(), "-C", layout.string()}}); !ready) {
        return std::unexpected(ready.error());
    }
    const auto tags = outputOf({{"umoci", "list", "--layout", layout.string()}});
    if (!tags) {
        return std::unexpected(tags.error());
    }
    std::vector<std::string> words{"umoci", "unpack", "--image",
                                   layout.string() + ":" + tags->substr(0, tags->find('\n'))};
    if (::geteuid() != 0) {
        words.emplace_back("--rootless");
    }
    words.push_back(bundle.string());
    const auto duel = fight(1, treeOf(setting, image), {{words}});
    fs::remove_all(layout);
    fs::remove_all(bundle);
    return duel;
}

} // namespace

void addOpeningRows(const Setting& setting, const Inputs& inputs, Table& table)
{
    addDuel(table, "A, uncompressed docker archive → `strata tree`", "`bsdtar -tf` of its layers",
            fight(setting.rounds(), treeOf(setting, inputs.docker.image),
                  forEachLayer(inputs.docker, {"bsdtar", "-tf"})),
            1.5);
    addDuel(table, "A, OCI gzip → tree, no cache", "`igzip -dc` of its layers",
            fight(setting.rounds(), treeOf(setting, inputs.gzip.image),
                  forEachLayer(inputs.gzip, {"igzip", "-dc"})),
            0.8);
    addDuel(table, "A, OCI zstd → tree, no cache", "`zstd -dc` of its layers",
            fight(setting.rounds(), treeOf(setting, inputs.zstd.image),
                  forEachLayer(inputs.zstd, {"zstd", "-dcq"})),
            0.8);
}

void addCachedRows(const Setting& setting, const Inputs& inputs, Table& table)
{
    addCachedRow(setting, "A, uncompressed, again from the cache", inputs.docker.image, table);
    addCachedRow(setting, "A, gzip, again from the cache", inputs.gzip.image, table);
    addCachedRow(setting, "A, zstd, again from the cache", inputs.zstd.image, table);
}

void addManyFilesRows(const Setting& setting, const Inputs& inputs, Table& table)
{
    constexpr double mostBytes = 150;
    addDuel(table, "M, gzip → tree, no cache", "`bsdtar -tf` of its layers",
            fight(setting.rounds(), treeOf(setting, inputs.manyGzip.image),
                  forEachLayer(inputs.manyGzip, {"bsdtar", "-tf"})),
            std::nullopt);
    const auto duel = fight(setting.rounds(), treeOf(setting, inputs.manyPlain.image),
                            forEachLayer(inputs.manyPlain, {"bsdtar", "-tf"}));
    addDuel(table, "M, uncompressed → tree", "`bsdtar -tf` of its layers", duel, 2);
    const std::string what = "M, uncompressed → tree: memory";
    const auto empty = run({{setting.program("strata"), "--version"}});
    const auto counts =
        figuresOf({{setting.program("bench_core"), "count", inputs.manyPlain.image.string()}});
    if (!duel || !empty || !counts) {
        table.addFailure(what, "not measured");
        return;
    }
    const auto versions = figure(*counts, "versions");
    const auto each = static_cast<double>(duel->peakBytes - empty->peakBytes) / versions;
    table.add({.what = what,
               .ours = std::format("{:.0f} bytes for each of {:.0f} versions of {:.0f} paths", each,
                                   versions, figure(*counts, "paths")),
               .referee = "the empty process: " + bytesText(static_cast<double>(empty->peakBytes)),
               .ratio = {},
               .bar = std::format("≤ {:.0f} bytes", mostBytes),
               .passed = each <= mostBytes,
               .peakBytes = duel->peakBytes});
}

void addPreviewRows(const Setting& setting, const Inputs& inputs, Table& table)
{
    constexpr double mostSeconds = 0.05;
    constexpr double mostShare = 0.01;
    const std::string what = "A, gzip: files of up to 4 KiB at the end of its largest layer";
    const auto figures =
        figuresOf({{setting.program("bench_core"), "preview", inputs.gzip.image.string()},
                   {{"STRATASCOPE_CACHE", "off"}}});
    if (!figures) {
        table.addFailure(what, figures.error().message());
        return;
    }
    const auto seconds = figure(*figures, "seconds");
    table.add({.what = what,
               .ours = std::format("{}, the slowest of {:.0f}", secondsText(seconds),
                                   figure(*figures, "files")),
               .referee = {},
               .ratio = {},
               .bar = "≤ " + secondsText(mostSeconds),
               .passed = seconds <= mostSeconds,
               .peakBytes = 0});
    const auto places = figure(*figures, "places_bytes");
    const auto share = places / figure(*figures, "layer_bytes");
    table.add({.what = "the places in that layer: memory",
               .ours = bytesText(places),
               .referee = "the layer: " + bytesText(figure(*figures, "layer_bytes")),
               .ratio = std::format("{:.2f} %", share * 100),
               .bar = std::format("≤ {:.0f} %", mostShare * 100),
               .passed = places > 0 && share <= mostShare,
               .peakBytes = 0});
}

void addToolRows(const Setting& setting, const Inputs& inputs, Table& table)
{
    if (isInstalled("umoci")) {
        addDuel(table, "A, OCI gzip → tree, no cache", "`umoci unpack`",
                fightUmoci(setting, inputs.gzip.image), std::nullopt);
    }
    if (isInstalled("dive")) {
        addDuel(table, "A, uncompressed docker archive → `strata tree`", "`dive`",
                fight(1, treeOf(setting, inputs.docker.image),
                      {{{"dive", "--source", "docker-archive", inputs.docker.image.string()},
                        {{"CI", "true"}}}}),
                std::nullopt);
    }
}

} // namespace strata::bench
