// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace strata::bench {

/// One line of the table. Empty texts are shown as "–".
struct Row
{
    std::string what;
    std::string ours;
    std::string referee; ///< who, and what it took
    std::string ratio;
    std::string bar;
    std::optional<bool> passed;  ///< none where there is no bar
    std::uint64_t peakBytes = 0; ///< 0 = not told
};

/// Rows appear as soon as they are known, so that a long run shows how far it is.
class Table
{
public:
    void add(const Row& row);
    /// A row that could not be measured: it fails.
    void addFailure(const std::string& what, const std::string& why);
    bool allPassed() const { return m_failed == 0; }
    /// The rows as a table in Markdown.
    std::string markdown() const;

private:
    std::vector<Row> m_rows;
    std::size_t m_failed = 0;
};

/// "1.23 s", "45.6 ms".
std::string secondsText(double seconds);
std::string bytesText(double bytes);
/// "0.61 ×".
std::string ratioText(double ratio);

/// The one in the middle; of an even number the mean of two. Not of none.
double median(std::vector<double> values);

} // namespace strata::bench
