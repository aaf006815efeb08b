// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/container_deck.h"

#include <QWidget>

class QGridLayout;
class QLabel;
class QListView;
class QStringListModel;

namespace strata::ui {

/// The current container's own layer, side by side as overlayfs keeps it on the disk and as it will
/// stand in the layer's tar, with what it takes. Hidden while no container is looked at.
class UpperPane : public QWidget
{
    Q_OBJECT
public:
    /// `deck` must outlive the pane.
    explicit UpperPane(ContainerDeck& deck, QWidget* parent = nullptr);

    QStringList upperLines() const;
    QStringList tarLines() const;
    QString sizes() const;

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QListView* addList(QGridLayout& grid, int column, const QString& name, const QString& help);
    void refresh();
    void updateColors();

    ContainerDeck& m_deck;
    QLabel* m_title;
    QLabel* m_sizes;
    QStringListModel* m_upper;
    QStringListModel* m_tar;
    QListView* m_upperList = nullptr;
    QListView* m_tarList = nullptr;
};

} // namespace strata::ui
