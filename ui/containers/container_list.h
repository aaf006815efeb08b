// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/container_deck.h"

#include <QListView>

class QLabel;
class QMenu;

namespace strata::ui {

class ContainerModel;

/// The containers that stand on the image, as plates above its stack. A click or Enter looks at
/// one, again at the image alone; Delete removes it. As high as its rows, up to three of them.
class ContainerList : public QListView
{
    Q_OBJECT
public:
    /// All must outlive the list.
    ContainerList(ContainerDeck& deck, ImageSession& session, QWidget* parent = nullptr);

    ContainerModel* containers() const { return m_model; }
    /// The front of a container's plate in the list's coordinates; empty if it is out of sight.
    QRectF plate(int container) const;
    /// Looks at a container, or, if that is looked at already, at the image.
    void activate(int container);
    /// What can be done with a container; owned by `parent`.
    QMenu* containerMenu(int container, QWidget* parent);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {0, sizeHint().height()}; }

Q_SIGNALS:
    void removeWanted(strata::ui::ContainerKey container);
    void copyScriptWanted(strata::ui::ContainerKey container);
    void saveWanted(strata::ui::ContainerKey container);
    void exportWanted(strata::ui::ContainerKey container);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void followDeck();
    void updateCaption();

    ContainerDeck& m_deck;
    ImageSession& m_session;
    ContainerModel* m_model;
    QLabel* m_caption;
    int m_pressed = -1;
};

} // namespace strata::ui
