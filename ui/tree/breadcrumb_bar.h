// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/merged_tree.h"

#include <QWidget>

#include <memory>
#include <vector>

class QLabel;
class QToolButton;

namespace strata::ui {

/// The path of the current node as buttons, one a folder, with a note at the right. Folders in the
/// middle give way to "…" where the place is narrow.
class BreadcrumbBar : public QWidget
{
    Q_OBJECT
public:
    explicit BreadcrumbBar(QWidget* parent = nullptr);

    /// `tree` is asked once; null or an invalid node shows "/" alone.
    void setNode(const MergedTree* tree, NodeId node);
    void setNote(const QString& text);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void nodeChosen(strata::NodeId node);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void arrange();
    void updateColors();
    QToolButton* makeButton(const QString& text, NodeId node);

    std::vector<QWidget*> m_parts; ///< buttons and the "›" between them, in order
    std::vector<NodeId> m_nodes;   ///< of the buttons after "/"
    bool m_deeper = false;         ///< there are folders between "/" and the first of them
    QLabel* m_gap;                 ///< "…" for what does not fit
    QLabel* m_note;
};

} // namespace strata::ui
