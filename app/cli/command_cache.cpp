// SPDX-License-Identifier: Apache-2.0
#include "command_cache.h"

#include "base/byte_path.h"
#include "cache/index_cache.h"
#include "json_output.h"
#include "text_output.h"

#include <filesystem>
#include <format>
#include <optional>
#include <string>
#include <system_error>

namespace strata::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string amount(const CacheUsage& usage)
{
    return countOf(usage.entries, "layer") + ", " + humanSize(usage.bytes);
}

Json usageJson(const CacheUsage& usage)
{
    return {{"entries", usage.entries}, {"bytes", usage.bytes}};
}

} // namespace

Outcome<ExitStatus> runCache(const Options& options, Output& output)
{
    const auto settings = IndexCache::settingsFromEnvironment();
    CacheUsage usage;
    std::optional<CacheUsage> removed;
    // Looking makes no folder where there is none.
    std::error_code unknown;
    if (settings && std::filesystem::exists(settings->folder, unknown)) {
        const auto cache = IndexCache::open(*settings);
        if (!cache) {
            return std::unexpected(cache.error());
        }
        if (options.clear) {
            removed = (*cache)->clear();
        }
        usage = (*cache)->usage();
    }
    if (options.clear && !removed) {
        removed.emplace();
    }
    const auto folder = settings ? settings->folder.native() : std::string();
    const bool enabled = settings && settings->enabled;
    if (options.json) {
        auto line = Json{{"folder", textOrNull(folder)},
                         {"enabled", enabled},
                         {"entries", usage.entries},
                         {"bytes", usage.bytes},
                         {"limit", settings ? settings->maxBytes : 0}};
        if (removed) {
            line["removed"] = usageJson(*removed);
        }
        output.write(jsonLine(line));
        return ExitStatus::Done;
    }
    if (removed) {
        output.write(std::format("removed {}\n", amount(*removed)));
        return ExitStatus::Done;
    }
    output.write(std::format(
        "folder  {}\nholds   {}\nlimit   {}\n",
        settings ? escapeForDisplay(folder) : "none: there is no home", amount(usage),
        enabled ? humanSize(settings->maxBytes) : "off: nothing is looked for here or kept"));
    return ExitStatus::Done;
}

} // namespace strata::cli
