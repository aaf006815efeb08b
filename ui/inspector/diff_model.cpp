// SPDX-License-Identifier: Apache-2.0
#include "inspector/diff_model.h"

#include "base/byte_path.h"

#include <algorithm>

namespace strata::ui {

namespace {

constexpr std::size_t longestShown = 4000; ///< bytes of a line that are drawn

/// Control characters made visible, tabs to the next eighth column.
QString shownText(const std::string& line)
{
    const std::string_view bytes = std::string_view(line).substr(0, longestShown);
    QString out;
    std::size_t from = 0;
    while (from <= bytes.size()) {
        const auto tab = std::min(bytes.find('\t', from), bytes.size());
        out += QString::fromStdString(escapeForDisplay(bytes.substr(from, tab - from)));
        if (tab < bytes.size()) {
            out += QString(8 - out.size() % 8, QLatin1Char(' '));
        }
        from = tab + 1;
    }
    return bytes.size() < line.size() ? out + QStringLiteral(" …") : out;
}

} // namespace

void DiffModel::setDiff(ContentDiff diff)
{
    beginResetModel();
    m_diff = std::move(diff);
    m_rows.clear();
    m_changes.clear();
    m_longest = m_added = m_removed = 0;
    m_lastLine = std::max(m_diff.oldLines, m_diff.newLines);
    std::uint32_t oldNext = 1; // the first old line not shown yet
    const auto fold = [this](std::uint32_t lines) {
        if (lines > 0) {
            m_rows.push_back({0, 0, lines});
        }
    };
    for (std::uint32_t h = 0; h < m_diff.hunks.size(); ++h) {
        const auto& lines = m_diff.hunks[h].lines;
        const auto first = std::ranges::find_if(lines, [](const auto& l) { return l.oldLine > 0; });
        if (first != lines.end() && first->oldLine > oldNext) {
            fold(first->oldLine - oldNext);
        }
        bool inChange = false;
        for (std::uint32_t l = 0; l < lines.size(); ++l) {
            const auto& line = lines[l];
            const bool changed = line.kind != DiffKind::Context;
            if (changed && !inChange) {
                m_changes.push_back(static_cast<int>(m_rows.size()));
            }
            inChange = changed;
            m_added += line.kind == DiffKind::Added ? 1 : 0;
            m_removed += line.kind == DiffKind::Removed ? 1 : 0;
            oldNext = std::max(oldNext, line.oldLine + 1);
            m_longest =
                std::max(m_longest,
                         static_cast<int>(std::min(
                             line.text.size() +
                                 7 * static_cast<std::size_t>(std::ranges::count(line.text, '\t')),
                             longestShown)));
            m_rows.push_back({h, l, 0});
        }
    }
    if (!m_rows.empty() && m_diff.oldLines >= oldNext) {
        fold(m_diff.oldLines - oldNext + 1);
    }
    endResetModel();
}

int DiffModel::nextChange(int row) const
{
    const auto at = std::ranges::upper_bound(m_changes, row);
    return at == m_changes.end() ? -1 : *at;
}

int DiffModel::previousChange(int row) const
{
    const auto at = std::ranges::lower_bound(m_changes, row);
    return at == m_changes.begin() ? -1 : *std::prev(at);
}

int DiffModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant DiffModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const auto& row = m_rows[static_cast<std::size_t>(index.row())];
    if (row.folded > 0) {
        switch (role) {
        case FoldedRole:
            return row.folded;
        case TextRole:
        case Qt::DisplayRole:
            return row.folded == 1 ? tr("1 unchanged line")
                                   : tr("%1 unchanged lines").arg(row.folded);
        case Qt::ToolTipRole:
            return tr("Press Enter to show all unchanged lines.");
        default:
            return {};
        }
    }
    const auto& line = lineOf(row);
    switch (role) {
    case KindRole:
        return static_cast<int>(line.kind);
    case OldLineRole:
        return line.oldLine;
    case NewLineRole:
        return line.newLine;
    case FoldedRole:
        return 0U;
    case NoNewlineRole:
        return line.noNewline;
    case TextRole:
        return shownText(line.text);
    case Qt::DisplayRole: {
        const auto mark = line.kind == DiffKind::Added     ? QLatin1Char('+')
                          : line.kind == DiffKind::Removed ? QLatin1Char('-')
                                                           : QLatin1Char(' ');
        return QString(QString(mark) + QString::fromStdString(toUtf8(line.text)));
    }
    default:
        return {};
    }
}

} // namespace strata::ui
