// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/version_state.h"

#include <QAbstractListModel>

#include <memory>
#include <optional>
#include <vector>

namespace strata::ui {

/// Every layer of an image as one path sees it, top layer first: what each did to the path and
/// whether its copy can still be seen. Long runs of layers that did nothing are one row, and so
/// are long runs of layers that are not there, of which nobody knows.
class TimelineModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        FirstLayerRole = Qt::UserRole + 1, ///< uint: the row's layer, or the lowest of a run
        LastLayerRole,                     ///< uint: the highest of a run
        VersionRole,     ///< int: index into tree.versions(node), -1 = not touched
        ChangeRole,      ///< int of strata::Change; invalid if not touched
        SizeRole,        ///< qulonglong: content bytes; invalid for what is no file
        StateKindRole,   ///< int of VersionState::Kind; invalid if not touched
        StateLayerRole,  ///< uint: VersionState::by
        StackedRole,     ///< bool: the layer is part of the stack looked at
        InstructionRole, ///< QString
        ActionRole,      ///< QString: what the layer did
        StatusRole,      ///< QString: "visible", "covered by 2", "–"
        ContainerRole,   ///< bool: a container's own layer
    };

    using QAbstractListModel::QAbstractListModel;

    /// Shows `node` with layers 0…top stacked. O(layers).
    void setPath(std::shared_ptr<const OpenedImage> image, NodeId node, LayerNo top);
    void clear();
    QModelIndex indexOfLayer(LayerNo layer) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    struct Row
    {
        LayerNo first = 0;
        LayerNo last = 0;
        std::optional<std::size_t> version;
    };

    QString instruction(const Row& row) const;
    QString action(const Row& row) const;
    QString status(const Row& row) const;
    QString toolTip(const Row& row) const;
    bool available(LayerNo layer) const; ///< its bytes are in the archive

    std::shared_ptr<const OpenedImage> m_image;
    NodeId m_node;
    LayerNo m_top = 0;
    std::vector<Row> m_rows;
};

} // namespace strata::ui
