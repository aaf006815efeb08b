// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ids.h"
#include "io/tar_reader.h"
#include "output.h"
#include "tree/merged_tree.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace strata::cli {

/// "0 B", "12 KiB", "1.4 GiB": powers of 1024, two figures at least.
std::string humanSize(std::uint64_t bytes);

/// "3 layers", "1 layer": `word` with an s unless there is one.
std::string countOf(std::uint64_t count, std::string_view word);

/// "2024-05-01 12:00" in UTC; "@seconds" for years that a calendar does not print in four digits.
std::string timeText(std::int64_t secondsSince1970);

/// "-rw-r--r--" as ls prints it.
std::string modeText(FileType type, std::uint16_t mode);

std::string ownerText(const LayerEntry& entry); ///< "0:0"

/// A message on one line, whatever a library put into it. The names in it are escaped already, and
/// are not escaped twice.
std::string onOneLine(std::string_view message);

/// `text` as plain text of at most `width` characters, cut at the end.
std::string clipped(std::string_view text, std::size_t width);

/// Colours, or none of them: a terminal that wants them, and NO_COLOR (no-color.org) not set.
class Style
{
public:
    explicit Style(const Output& output);

    std::string layer(LayerNo n, std::string_view text) const; ///< the layer's own colour
    std::string change(Change change, std::string_view text) const;
    std::string good(std::string_view text) const;
    std::string bad(std::string_view text) const;
    std::string faint(std::string_view text) const;
    std::string strong(std::string_view text) const;

private:
    std::string paint(std::string_view code, std::string_view text) const;

    bool m_colours;
};

enum class Align { Left, Right };

/// Columns of text with two spaces between them; the last one is as wide as it likes. Cells hold
/// ASCII but in the last column.
class Columns
{
public:
    struct Column
    {
        std::string_view title;
        Align align = Align::Left;
        std::size_t width = 0; ///< the least; titles and fit() make it wider
    };

    explicit Columns(std::vector<Column> columns);

    /// Makes column `i` wide enough for `text`.
    void fit(std::size_t i, std::string_view text);
    /// Characters in front of the last column.
    std::size_t lastColumnStart() const;
    /// `text` as column `i` prints it, with the gap behind it.
    std::string cell(std::size_t i, std::string_view text) const;
    std::string titles() const; ///< with the line end

private:
    std::vector<Column> m_columns;
};

} // namespace strata::cli
