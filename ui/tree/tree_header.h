// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHeaderView>

class QMenu;

namespace strata::ui {

/// The tree's column titles: quiet words over the cells' own margins, an arrow where it is sorted.
class TreeHeader : public QHeaderView
{
    Q_OBJECT
public:
    explicit TreeHeader(QWidget* parent = nullptr);

    QSize sizeHint() const override;
    /// Adds an entry for each column that may be hidden, and one that gives the choice back.
    void addColumnActions(QMenu& menu);
    /// Adds an entry for each column to sort by, and the two orders.
    void addSortActions(QMenu& menu);

Q_SIGNALS:
    /// The user has hidden or shown a column.
    void columnToggled();
    /// The user wants the widths to follow the view again.
    void fitWanted();

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void paintSection(QPainter* painter, const QRect& rect, int section) const override;

private:
    QString title(int section) const;
};

} // namespace strata::ui
