// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/tree_model.h"

#include <QPersistentModelIndex>
#include <QStringList>
#include <QTreeView>

#include <vector>

namespace strata::ui {

class TreeDelegate;
class TreeHeader;

/// The tree of paths. Keeps what is expanded, selected and on top of the view by NodeId while the
/// model's projection is replaced, and expands any number of folders in one layout.
class TreeView : public QTreeView
{
    Q_OBJECT
public:
    explicit TreeView(QWidget* parent = nullptr);

    void setTreeModel(TreeModel* model);
    TreeHeader* columns() const { return m_columns; }

    /// Puts another projection into the model. With `reveal`, folders leading to matches open by
    /// themselves as far as the result stays small; the user's own expansion comes back when a
    /// projection without it follows. `sameImage` keeps expansion and selection.
    void showProjection(std::shared_ptr<const Projection> projection, bool reveal, bool sameImage);

    /// Selects a node, opens the folders above it and scrolls to it. Nothing if it is not shown.
    bool showNode(NodeId node);
    /// Widths as the user chose them; empty while the columns fit themselves to the view.
    QByteArray columnState() const;
    void restoreColumns(const QByteArray& state);

    /// Whether files of this system can be dropped on rows.
    void setTakesFiles(bool takes);

    NodeId currentNode() const;
    /// Selected nodes in no particular order.
    std::vector<NodeId> selectedNodes() const;

public Q_SLOTS:
    void expandEverything();
    void collapseEverything();
    /// Opens every folder at and below the current row.
    void expandBelow();
    void goToMatch(bool forward);

Q_SIGNALS:
    /// The user (or showNode) moved to a row; none when nothing is current.
    void currentNodeChanged(strata::NodeId node);
    void selectedNodesChanged();
    /// Local files were dropped on a row; `onto` is none beside the rows.
    void filesDropped(const QStringList& files, strata::NodeId onto);
    /// A menu of the selected rows, by mouse or key, at this place of the screen.
    void menuWanted(const QPoint& globalPosition);

protected:
    void drawRow(QPainter* painter, const QStyleOptionViewItem& options,
                 const QModelIndex& index) const override;
    void drawBranches(QPainter* painter, const QRect& rect,
                      const QModelIndex& index) const override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void selectionChanged(const QItemSelection& selected,
                          const QItemSelection& deselected) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    using Bits = std::vector<bool>; ///< by NodeId

    void remember(const QModelIndex& index, bool isExpanded);
    void applyExpansion();
    void revealMatches();
    static void followExpansion(Bits& bits, const MergedTree& before, const MergedTree& now);
    void restoreSelection(const std::vector<NodeId>& selected, NodeId current);
    NodeId topNode() const;
    bool inSight(const QModelIndex& index) const;
    void markBelow(RowId row);
    void fitColumns();
    int originWidth() const;
    void fillWidth();

    TreeModel* m_model = nullptr;
    TreeDelegate* m_delegate;
    TreeHeader* m_columns;
    Bits m_opened;   ///< folders the user has open
    Bits m_revealed; ///< the same while a filter reveals its matches
    bool m_revealing = false;
    QPersistentModelIndex m_dropRow; ///< under what is being dragged
    bool m_takesFiles = false;
    bool m_columnsChosen = false; ///< by the user: no more fitting
    bool m_fitting = false;
    bool m_applying = false; ///< signals come from us, not from the user
};

} // namespace strata::ui
