// SPDX-License-Identifier: Apache-2.0
#include "text_output.h"

#include "base/byte_path.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <format>
#include <ranges>
#include <utility>

namespace strata::cli {

namespace {

constexpr std::string_view gap = "  ";

/// Told apart by eyes of every kind, on dark and on light: 256-colour neighbours of Okabe and
/// Ito's palette.
constexpr std::array<std::string_view, 8> layerColours = {
    "38;5;32", "38;5;172", "38;5;36", "38;5;168", "38;5;136", "38;5;74", "38;5;166", "38;5;103",
};

bool wantsColours(const Output& output)
{
    // Read before any thread is started; nothing of ours writes the environment.
    const auto* refused = std::getenv("NO_COLOR"); // NOLINT(concurrency-mt-unsafe)
    const auto* terminal = std::getenv("TERM");    // NOLINT(concurrency-mt-unsafe)
    return output.isTerminal() && (refused == nullptr || *refused == '\0') &&
           (terminal == nullptr || std::string_view(terminal) != "dumb");
}

} // namespace

std::string humanSize(std::uint64_t bytes)
{
    constexpr std::array<std::string_view, 7> units = {"B",   "KiB", "MiB", "GiB",
                                                       "TiB", "PiB", "EiB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    // 1023.6 KiB would print as 1024 KiB: it is 1.0 MiB.
    while (value >= 1023.5 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    const bool wantsFraction = unit > 0 && value < 9.95;
    return std::format("{:.{}f} {}", value, wantsFraction ? 1 : 0, units[unit]);
}

std::string countOf(std::uint64_t count, std::string_view word)
{
    return std::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

std::string timeText(std::int64_t secondsSince1970)
{
    using namespace std::chrono;
    constexpr sys_seconds first = sys_days{year{0} / 1 / 1};
    constexpr sys_seconds last = sys_days{year{10000} / 1 / 1};
    const sys_seconds time{seconds{secondsSince1970}};
    if (time < first || time >= last) {
        return std::format("@{}", secondsSince1970);
    }
    return std::format("{:%Y-%m-%d %H:%M}", time);
}

std::string modeText(FileType type, std::uint16_t mode)
{
    constexpr std::string_view types = "-dlcbp"; // in the order of FileType
    std::string out(1, types[static_cast<std::size_t>(type)]);
    constexpr std::string_view bits = "rwxrwxrwx";
    for (std::size_t i = 0; i < bits.size(); ++i) {
        out += ((mode >> (8 - i)) & 1) != 0 ? bits[i] : '-';
    }
    const auto special = [&](unsigned bit, std::size_t place, char withX, char withoutX) {
        if ((mode & bit) != 0) {
            out[place] = out[place] == 'x' ? withX : withoutX;
        }
    };
    special(04000, 3, 's', 'S');
    special(02000, 6, 's', 'S');
    special(01000, 9, 't', 'T');
    return out;
}

std::string ownerText(const LayerEntry& entry)
{
    return std::format("{}:{}", entry.uid, entry.gid);
}

std::string onOneLine(std::string_view message)
{
    std::string out;
    // Between backslashes there is none to be doubled.
    for (const auto part : message | std::views::split('\\')) {
        out += (part.begin() == message.begin() ? "" : "\\") +
               escapeForDisplay(std::string_view(part));
    }
    return out;
}

std::string clipped(std::string_view text, std::size_t width)
{
    std::size_t characters = 0;
    std::size_t keep = 0; // bytes that leave room for the ellipsis
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool startsCharacter = (static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U;
        if (!startsCharacter) {
            continue;
        }
        if (++characters == width) {
            keep = i;
        }
        if (characters > width) {
            return std::string(text.substr(0, keep)) + "…";
        }
    }
    return std::string(text);
}

Style::Style(const Output& output)
    : m_colours(wantsColours(output))
{
}

std::string Style::paint(std::string_view code, std::string_view text) const
{
    if (!m_colours || text.empty()) {
        return std::string(text);
    }
    return std::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string Style::layer(LayerNo n, std::string_view text) const
{
    return paint(layerColours[n % layerColours.size()], text);
}

std::string Style::change(Change change, std::string_view text) const
{
    switch (change) {
    case Change::Added:
        return paint("32", text);
    case Change::Modified:
        return paint("33", text);
    case Change::Metadata:
        return paint("36", text);
    case Change::Removed:
        return paint("31", text);
    case Change::Unchanged:
        return faint(text);
    }
    std::unreachable();
}

std::string Style::good(std::string_view text) const
{
    return paint("32", text);
}

std::string Style::bad(std::string_view text) const
{
    return paint("1;31", text);
}

std::string Style::faint(std::string_view text) const
{
    return paint("2", text);
}

std::string Style::strong(std::string_view text) const
{
    return paint("1", text);
}

Columns::Columns(std::vector<Column> columns)
    : m_columns(std::move(columns))
{
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        fit(i, m_columns[i].title);
    }
}

void Columns::fit(std::size_t i, std::string_view text)
{
    m_columns[i].width = std::max(m_columns[i].width, text.size());
}

std::size_t Columns::lastColumnStart() const
{
    std::size_t out = 0;
    for (std::size_t i = 0; i + 1 < m_columns.size(); ++i) {
        out += m_columns[i].width + gap.size();
    }
    return out;
}

std::string Columns::cell(std::size_t i, std::string_view text) const
{
    if (i + 1 == m_columns.size()) {
        return std::string(text);
    }
    const auto& column = m_columns[i];
    const std::string padding(column.width > text.size() ? column.width - text.size() : 0, ' ');
    std::string out(column.align == Align::Left ? text : std::string_view(padding));
    out += column.align == Align::Left ? std::string_view(padding) : text;
    out += gap;
    return out;
}

std::string Columns::titles() const
{
    std::string out;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        out += cell(i, m_columns[i].title);
    }
    return out + "\n";
}

} // namespace strata::cli
