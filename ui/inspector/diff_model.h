// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "inspector/content_diff.h"

#include <QAbstractListModel>

#include <optional>

namespace strata::ui {

/// The lines of a unified difference, with a row in place of each stretch of lines left out.
class DiffModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        KindRole = Qt::UserRole + 1, ///< int of strata::DiffKind; invalid for folded lines
        OldLineRole,                 ///< uint from 1; 0 = none
        NewLineRole,
        FoldedRole,    ///< uint: unchanged lines left out here; 0 = a line
        TextRole,      ///< QString for people: tabs widened, controls visible
        NoNewlineRole, ///< bool: the text ends here without a line end
    };

    using QAbstractListModel::QAbstractListModel;

    void setDiff(ContentDiff diff);
    void clear() { setDiff({}); }
    int changeCount() const { return static_cast<int>(m_changes.size()); }
    /// First row of the next or previous run of changed lines, as seen from `row`; -1 = none.
    int nextChange(int row) const;
    int previousChange(int row) const;
    int longestLine() const { return m_longest; } ///< characters, at most a few thousand
    std::uint32_t lastLineNumber() const { return m_lastLine; }
    int addedLines() const { return m_added; }
    int removedLines() const { return m_removed; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Row
    {
        std::uint32_t hunk = 0;
        std::uint32_t line = 0;
        std::uint32_t folded = 0;
    };
    const DiffLine& lineOf(const Row& row) const { return m_diff.hunks[row.hunk].lines[row.line]; }

    ContentDiff m_diff;
    std::vector<Row> m_rows;
    std::vector<int> m_changes; ///< first row of each run of changed lines
    int m_longest = 0;
    int m_added = 0;
    int m_removed = 0;
    std::uint32_t m_lastLine = 0;
};

} // namespace strata::ui
