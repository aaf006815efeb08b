// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/container_deck.h"

#include <QAbstractListModel>

namespace strata::ui {

/// The containers of a deck as a list, in the order they were started. O(1) for every question but
/// the tooltip.
class ContainerModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        CountsRole = Qt::UserRole, ///< strata::ChangeCounts; invalid until they are known
        BytesRole,                 ///< quint64: content in the container's own layer; likewise
        CurrentRole,               ///< bool: the one that is looked at
    };
    Q_ENUM(Role)

    /// Both must outlive the model.
    explicit ContainerModel(ContainerDeck& deck, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    void rowChanged(int row);
    QString toolTip(int container) const;
    QString spoken(int container) const;

    ContainerDeck& m_deck;
    int m_count = 0; ///< as it was told last
};

/// "20 B in the container, 899 MB with the image": what `docker ps -s` shows as size and virtual.
QString containerSizeText(const ContainerReport& report);
/// What a container's own layer does to the paths of its image; directories that were only copied
/// up for what is in them are not counted.
ChangeCounts containerCounts(const ContainerReport& report);

} // namespace strata::ui
