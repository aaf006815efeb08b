// SPDX-License-Identifier: Apache-2.0
#include "table.h"

#include <algorithm>
#include <cstdio>
#include <format>

namespace strata::bench {

namespace {

std::string verdict(const Row& row)
{
    return !row.passed ? "" : *row.passed ? "pass" : "**fail**";
}

std::string cell(const std::string& text)
{
    return (text.empty() ? "–" : text) + " | ";
}

} // namespace

void Table::add(const Row& row)
{
    m_rows.push_back(row);
    m_failed += row.passed == false ? 1U : 0U;
    std::fprintf(stderr, "%s: %s, %s\n", row.what.c_str(),
                 (row.ours + (row.referee.empty() ? "" : " against " + row.referee)).c_str(),
                 row.passed ? *row.passed ? "pass" : "FAIL" : "no bar");
}

void Table::addFailure(const std::string& what, const std::string& why)
{
    add({.what = what,
         .ours = why,
         .referee = {},
         .ratio = {},
         .bar = {},
         .passed = false,
         .peakBytes = 0});
}

std::string Table::markdown() const
{
    std::string out = "| What | Stratascope | Referee | Ratio | Bar | | Peak memory |\n"
                      "|---|---|---|---|---|---|---|\n";
    for (const auto& row : m_rows) {
        std::string line =
            "| " + cell(row.what) + cell(row.ours) + cell(row.referee) + cell(row.ratio) +
            cell(row.bar) + cell(verdict(row)) +
            cell(row.peakBytes > 0 ? bytesText(static_cast<double>(row.peakBytes)) : std::string());
        line.pop_back();
        out += line + '\n';
    }
    return out;
}

std::string secondsText(double seconds)
{
    return seconds < 0.995 ? std::format("{:.3g} ms", seconds * 1e3)
                           : std::format("{:.2f} s", seconds);
}

std::string bytesText(double bytes)
{
    return bytes < 1e6 ? std::format("{:.3g} kB", bytes / 1e3)
                       : std::format("{:.3g} MB", bytes / 1e6);
}

std::string ratioText(double ratio)
{
    return std::format("{:.3g} ×", ratio);
}

double median(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    if (values.size() % 2 == 1) {
        return *middle;
    }
    return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

} // namespace strata::bench
