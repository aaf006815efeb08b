// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTabBar>

namespace strata::ui {

/// The tabs over the pages: plain words, the current one underlined. A tab's data may hold a count
/// that is shown beside its name.
class PageTabs : public QTabBar
{
    Q_OBJECT
public:
    explicit PageTabs(QWidget* parent = nullptr);

    /// 0 hides the count.
    void setCount(int tab, int count);

protected:
    QSize tabSizeHint(int index) const override;
    QSize minimumTabSizeHint(int index) const override;
    void paintEvent(QPaintEvent* event) override;

private:
    QString countText(int index) const;
};

} // namespace strata::ui
