// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHeaderView>

namespace strata::ui {

/// The tree's column titles: quiet words over the cells' own margins, an arrow where it is sorted.
class TreeHeader : public QHeaderView
{
    Q_OBJECT
public:
    explicit TreeHeader(QWidget* parent = nullptr);

    QSize sizeHint() const override;

Q_SIGNALS:
    /// The user has hidden or shown a column.
    void columnToggled();
    /// The user wants the widths to follow the view again.
    void fitWanted();

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void paintSection(QPainter* painter, const QRect& rect, int section) const override;
};

} // namespace strata::ui
