// SPDX-License-Identifier: Apache-2.0
// Measures Stratascope against its referees and prints the table.
#include "image_rows.h"
#include "inputs.h"
#include "machine.h"
#include "table.h"
#include "window_rows.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <set>
#include <string>

using namespace strata::bench;

namespace {

int run(int argc, char* argv[])
{
    CLI::App app("Measures Stratascope against its referees.");
    Setting setting;
    std::set<std::string> only;
    app.add_flag("--quick", setting.quick, "small images and few rounds");
    app.add_option("--article", setting.article,
                   "folder with article-docker.tar, article-oci-gzip.tar, article-oci-zstd");
    app.add_option("--inputs", setting.inputs, "folder for the images that are made")->required();
    app.add_option("--only", only, "opening, cache, many, preview, start, window, idle, tools");
    CLI11_PARSE(app, argc, argv);
    setting.programs = std::filesystem::canonical("/proc/self/exe").parent_path();

    const auto inputs = prepareInputs(setting);
    if (!inputs) {
        std::fprintf(stderr, "bench: %s\n", inputs.error().message().c_str());
        return EXIT_FAILURE;
    }
    Table table;
    const auto part = [&](const char* name, auto add) {
        if (only.empty() || only.contains(name)) {
            add(setting, *inputs, table);
        }
    };
    part("opening", addOpeningRows);
    part("cache", addCachedRows);
    part("many", addManyFilesRows);
    part("preview", addPreviewRows);
    part("start", addStartRows);
    part("window", addWindowRows);
    part("idle", addIdleRows);
    part("tools", addToolRows);
    std::printf("%s\nA is %s. %s\n\n%s", machineText().c_str(), inputs->articleName.c_str(),
                setting.quick ? "Quick: small images, few rounds." : "", table.markdown().c_str());
    return table.allPassed() ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace

int main(int argc, char* argv[])
{
    try {
        return run(argc, argv);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "bench: %s\n", e.what());
        return EXIT_FAILURE;
    }
}
