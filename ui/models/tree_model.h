// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.h"
#include "tree/projection.h"

#include <QAbstractItemModel>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace strata::ui {

/// What views call a layer of the image at hand: kept once a layer, never once a path.
struct LayerLabel
{
    QString shortText;      ///< "RUN … apache2"
    QString fullText;       ///< the instruction, of an endless one the front; may be empty
    bool container = false; ///< a container's own layer
};

/// The labels of every layer of `image`, base first.
std::vector<LayerLabel> layerLabels(const Image& image);

/// A Projection as an item model. Every question is O(1): an index carries its RowId, and text is
/// made when asked for. The invisible root is the image's "/". GUI thread only.
class TreeModel : public QAbstractItemModel
{
    Q_OBJECT
public:
    enum Column { Name, Origin, Changed, Size, Mode, Owner, Modified, ColumnCount };
    enum Role {
        NodeRole = Qt::UserRole + 1, ///< uint, value of the NodeId
        LayerRole,                   ///< int, origin layer; -1 = no layer lists the path
        ChangeRole,                  ///< int of strata::Change; -1 = none
        TypeRole,                    ///< int of strata::FileType
        RemovedRole,                 ///< bool: hidden or removed in this scope
        MatchesRole,                 ///< bool: false = shown only to lead to a match
        TargetRole,                  ///< QByteArray, a symlink's or hardlink's target; else empty
        NameRole,                    ///< QByteArray, the name's bytes
        SizeRole,                    ///< qulonglong, bytes; of folders summed
        ModeRole,                    ///< uint, twelve permission bits
        ContainerRole,               ///< bool: the origin is a container's own layer
        QuietRole,                   ///< bool: a change not worth the eye (the base's own files)
    };

    explicit TreeModel(QObject* parent = nullptr);

    /// Replaces every row (model reset). Null empties the model.
    void setProjection(std::shared_ptr<const Projection> projection);
    const std::shared_ptr<const Projection>& projection() const { return m_projection; }
    /// What the origin column calls the layers of the next projection.
    void setLayers(std::vector<LayerLabel> labels) { m_labels = std::move(labels); }
    const std::vector<LayerLabel>& layers() const { return m_labels; }

    /// The row behind an index; the root's for an invalid one.
    static RowId rowId(const QModelIndex& index);
    /// The node behind an index; none for an invalid one.
    NodeId node(const QModelIndex& index) const;
    /// Invalid if the node is not shown, or is the root. O(1).
    QModelIndex indexOf(NodeId node, int column = Name) const;
    QModelIndex indexOf(RowId row, int column = Name) const;
    /// The next row that matches the filter, in the order of a fully expanded view, around the
    /// end; invalid if none. `from` may be invalid: start at the top.
    QModelIndex nextMatch(const QModelIndex& from, bool forward) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    QModelIndex sibling(int row, int column, const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    bool hasChildren(const QModelIndex& parent = {}) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(RowId row, int column) const;
    RowId stepForward(RowId row) const;
    RowId stepBack(RowId row) const;

    std::shared_ptr<const Projection> m_projection;
    std::vector<LayerLabel> m_labels;
};

/// What a row shows, taken together once: the version for its metadata and that version's entry.
struct RowFacts
{
    const Version* version = nullptr;  ///< null for a folder that no layer of the scope lists
    const Version* lastSeen = nullptr; ///< of a removed row the one before; else version
    std::optional<LayerEntry> entry;   ///< none when nothing is known of the path
    bool removed = false;

    FileType type() const { return entry ? entry->type : FileType::Directory; }
};

RowFacts rowFacts(const Projection& projection, RowId row);
/// Bytes of the link target of a version's entry; empty if it has none.
std::string_view linkTarget(const MergedTree& tree, const Version& version);

} // namespace strata::ui
