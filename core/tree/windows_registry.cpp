// SPDX-License-Identifier: Apache-2.0
#include "tree/windows_registry.h"

#include <algorithm>
#include <array>

namespace strata {

namespace {

struct Hive
{
    std::string_view name;
    std::string_view key;
};

constexpr std::array hives = {
    Hive{"defaultuser", R"(HKEY_USERS\.DEFAULT)"},
    Hive{"sam", R"(HKEY_LOCAL_MACHINE\SAM)"},
    Hive{"security", R"(HKEY_LOCAL_MACHINE\SECURITY)"},
    Hive{"software", R"(HKEY_LOCAL_MACHINE\SOFTWARE)"},
    Hive{"system", R"(HKEY_LOCAL_MACHINE\SYSTEM)"},
};

char toLower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// `lower` is in lower case.
bool isSame(std::string_view name, std::string_view lower)
{
    return std::ranges::equal(name, lower, {}, toLower);
}

bool isOf(std::string_view file, std::string_view hive)
{
    const auto end = file.substr(std::min(hive.size(), file.size()));
    return isSame(file.substr(0, hive.size()), hive) &&
           (isSame(end, "_base") || isSame(end, "_delta"));
}

} // namespace

std::string_view registryKey(const MergedTree& tree, NodeId node)
{
    const auto folder = tree.parent(node);
    const auto isWindows = [&](const Version& v) { return tree.layer(v.layer).rootIsFiles(); };
    if (folder == MergedTree::root() || tree.parent(folder) != MergedTree::root() ||
        !isSame(tree.name(folder), "hives") ||
        std::ranges::none_of(tree.versions(node), isWindows)) {
        return {};
    }
    const auto hive =
        std::ranges::find_if(hives, [&](const Hive& h) { return isOf(tree.name(node), h.name); });
    return hive == hives.end() ? std::string_view() : hive->key;
}

} // namespace strata
