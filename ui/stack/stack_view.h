// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/stack_model.h"

#include <QListView>

class QMenu;

namespace strata::ui {

class StackDelegate;

/// The stack to look at and to choose from. A click or an arrow key asks the session for the tree
/// as of that layer; a click on the selected plate, or Escape, for the whole image. What is
/// selected comes back from the session. Assistive tools find a list with an item a row, and choose
/// through its selection. Layout cost is linear in rows, once for each image.
class StackView : public QListView
{
    Q_OBJECT
public:
    /// Both must outlive the view.
    StackView(StackModel* model, ImageSession& session, QWidget* parent = nullptr);

    /// Selects the layer's tree, or the whole image if it is the one selected.
    void activateLayer(LayerNo layer);
    /// The front of a layer's plate in the view's coordinates; empty if it is out of sight.
    QRectF plate(LayerNo layer) const;
    /// Scrolls to a layer, choosing nothing.
    void showLayer(LayerNo layer);
    /// What can be done with a layer; owned by the caller's `parent`.
    QMenu* layerMenu(LayerNo layer, QWidget* parent);

    void dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight,
                     const QList<int>& roles = {}) override;
    void keyboardSearch(const QString& search) override;

protected:
    void selectionChanged(const QItemSelection& selected,
                          const QItemSelection& deselected) override;
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void followModel();
    void followSession();
    void moveTo(CursorAction action);
    std::optional<LayerNo> plateAt(const QPoint& position) const;
    int nextLayerRow(int row, int step) const;
    void updateMeasures();

    StackModel* m_model;
    ImageSession& m_session;
    StackDelegate* m_delegate;
    std::optional<LayerNo> m_pressed;
    bool m_following = false; ///< the selection is being set by us
};

} // namespace strata::ui
