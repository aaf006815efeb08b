// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "inspector/folder_summary.h"

#include <QString>
#include <QWidget>

#include <vector>

namespace strata::ui {

/// A folder in figures, and a bar for each layer that its content comes from.
class FolderView : public QWidget
{
    Q_OBJECT
public:
    explicit FolderView(QWidget* parent = nullptr);

    void setSummary(const FolderSummary& summary, const InspectedVersion& folder);
    QString text() const; ///< what is drawn, as lines

    QSize sizeHint() const override;
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int subtitleHeight(int width) const;

    struct Bar
    {
        LayerNo layer = 0;
        bool rest = false; ///< stands for all layers that have no bar of their own
        bool container = false;
        QString label;
        QString value;
        double share = 0;
    };
    QString m_title;
    QString m_subtitle; ///< counts; and what to know about them, below
    std::vector<Bar> m_bars;
};

} // namespace strata::ui
