// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/container_deck.h"

#include <QAbstractListModel>

namespace strata::ui {

/// What was done in the current container, the first act at the top. GUI thread only.
class ActModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        SentenceRole = Qt::UserRole, ///< QString: what it looked at and left
        ChangeRole,                  ///< int of strata::Change; -1 = it changed nothing
        UndoneRole,                  ///< bool
        RefusedRole,                 ///< bool
    };
    Q_ENUM(Role)

    /// `deck` must outlive the model.
    explicit ActModel(ContainerDeck& deck, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    void restart();

    ContainerDeck& m_deck;
    int m_container = -1;
    int m_count = 0; ///< as it was told last
};

} // namespace strata::ui
