// SPDX-License-Identifier: Apache-2.0
#include "window_rows.h"

#include "figures.h"
#include "monotonic.h"

#include <array>
#include <filesystem>
#include <format>
#include <fstream>
#include <string>
#include <vector>

namespace strata::bench {

namespace {

namespace fs = std::filesystem;

/// With a screen large enough for the window, which the offscreen platform's own is not.
Command windowCommand(const Setting& setting, std::vector<std::string> words)
{
    const auto screen = setting.inputs / "screen.json";
    if (!fs::exists(screen)) {
        std::ofstream(screen) << R"({"screens": [{"name": "wide", "x": 0, "y": 0, "width": 1920,
            "height": 1080, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}]})";
    }
    words.insert(words.begin(), setting.program("bench_window"));
    return {std::move(words),
            {{"QT_QPA_PLATFORM", "offscreen:configfile=" + screen.string()},
             {"STRATASCOPE_CACHE", "off"}}};
}

void addBounded(Table& table, const std::string& what, const Result<Figures>& figures,
                const std::string& name, double bar)
{
    if (!figures) {
        table.addFailure(what, figures.error().message());
        return;
    }
    const auto seconds = figure(*figures, name);
    table.add({.what = what,
               .ours = secondsText(seconds),
               .referee = {},
               .ratio = {},
               .bar = "≤ " + secondsText(bar),
               .passed = seconds <= bar,
               .peakBytes = 0});
}

/// The median of several starts, each a process of its own.
void addStartRow(const Setting& setting, const std::string& what, const std::string& name,
                 const std::string& image, double bar, Table& table)
{
    std::vector<double> times;
    for (int round = 0; round < setting.rounds(); ++round) {
        const auto started = monotonicNanoseconds();
        const auto figures =
            figuresOf(windowCommand(setting, {"start", "--since", std::to_string(started), image}));
        if (!figures || figure(*figures, name) < 0) {
            table.addFailure(what, figures ? "nothing was painted" : figures.error().message());
            return;
        }
        times.push_back(figure(*figures, name));
    }
    addBounded(table, what, Figures{{name, median(times)}}, name, bar);
}

} // namespace

void addStartRows(const Setting& setting, const Inputs& inputs, Table& table)
{
    addStartRow(setting, "start → first painted window", "window", {}, 0.4, table);
    addStartRow(setting, "start → first painted stack of A, uncompressed", "stack",
                inputs.docker.image.string(), 0.6, table);
}

void addWindowRows(const Setting& setting, const Inputs& inputs, Table& table)
{
    const auto rounds = std::to_string(setting.rounds());
    const auto preview = figuresOf(
        windowCommand(setting, {"preview", "--rounds", rounds, inputs.gzip.image.string()}));
    addBounded(table, "the same files → painted preview in the window", preview, "preview", 0.05);
    const auto figures = figuresOf(
        windowCommand(setting, {"actions", "--rounds", rounds, inputs.manyPlain.image.string()}));
    struct Action
    {
        const char* name;
        const char* what;
        double bar;
    };
    constexpr std::array actions = {
        Action{"layer", "M in the window: change layer", 0.1},
        Action{"scope", "M in the window: change scope", 0.1},
        Action{"sort", "M in the window: sort by size", 0.1},
        Action{"folder", "M in the window: open any directory", 0.1},
        Action{"expand", "M in the window: expand all", 1},
        Action{"scroll", "M in the window, all expanded: scroll, the slowest frame", 0.016},
        Action{"filter", "M in the window: filter as you type, per key", 0.15},
        Action{"typing", "M in the window: the letter in the field, typing quickly", 0.016},
    };
    for (const auto& [name, what, bar] : actions) {
        addBounded(table, what, figures, name, bar);
    }
}

void addIdleRows(const Setting& setting, const Inputs& inputs, Table& table)
{
    // One timer is all there is to be counted; a thousandth of a core is not nothing.
    constexpr double mostShare = 0.0005;
    const std::string what = "idle processor time with A open";
    const auto figures = figuresOf(windowCommand(setting, {"idle", inputs.docker.image.string()}));
    if (!figures) {
        table.addFailure(what, figures.error().message());
        return;
    }
    const auto share = figure(*figures, "idle");
    table.add({.what = what,
               .ours = std::format("{:.1f} %", share * 100),
               .referee = {},
               .ratio = {},
               .bar = "0",
               .passed = share < mostShare,
               .peakBytes = 0});
}

} // namespace strata::bench
