// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/image_session.h"

#include <QAbstractListModel>
#include <QStringList>

#include <memory>
#include <optional>
#include <vector>

namespace strata::ui {

/// The stack as a list, top of the stack first: steps and layers in reverse build order under a
/// caption, then the host's bootfs, which is in no image. Follows a session: resets when an
/// opening starts and when its image is known, dataChanged for everything after that. Every
/// question is O(1); rows hold two numbers.
class StackModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum class Kind {
        Caption,
        Step, ///< a build step that made no layer
        Layer,
        Bootfs, ///< the host's kernel and boot file system
    };
    Q_ENUM(Kind)

    enum class LayerState {
        Waiting, ///< not read: reading was stopped or failed
        Reading,
        Ready,
        Absent,  ///< named by the image, not in the archive
        Foreign, ///< kept elsewhere by design
        Damaged, ///< ends early; what came before is there
    };
    Q_ENUM(LayerState)

    enum class DigestState {
        Pending,
        Verified,
        Mismatch,  ///< other bytes than promised
        Damaged,   ///< could not be decompressed or read to its end
        BrokenOff, ///< checking ended in an error before it came to this layer
        Unchecked, ///< nothing to check, or nothing to check it against
    };
    Q_ENUM(DigestState)

    /// Which piece of the bracket around the base image's layers a row carries.
    enum BracketPart {
        NoBracket = 0,
        BracketInside = 1,
        BracketTop = 2,
        BracketBottom = 4,
        BracketNotch = 8
    };
    Q_DECLARE_FLAGS(Bracket, BracketPart)
    Q_FLAG(Bracket)

    enum Role {
        KindRole = Qt::UserRole, ///< Kind
        LayerRole,               ///< uint, of layers only
        InstructionRole,         ///< QString, of an endless one the front; empty if unknown
        StoredSizeRole,          ///< quint64: bytes in the archive (declared, where absent)
        ContentSizeRole,         ///< quint64: bytes of the layer's files; invalid unless read
        ShareRole,               ///< double: content size over the largest layer's, 0…1
        CountsRole,              ///< strata::ChangeCounts; invalid unless read and in the tree
        CreatedRole,             ///< QString, RFC 3339 as written; may be empty
        BracketRole,             ///< Bracket
        BaseNameRole,            ///< QString; of the rows in the bracket
        BaseIsGuessRole,         ///< bool; likewise
        StateRole,               ///< LayerState
        HasWarningsRole,         ///< bool
        DigestRole,              ///< DigestState
        SelectedRole,            ///< bool: the session's current layer
        InScopeRole,             ///< bool: part of the tree that is shown
    };
    Q_ENUM(Role)

    /// `session` must outlive the model.
    explicit StackModel(ImageSession& session, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

    LayerNo layerCount() const { return static_cast<LayerNo>(m_layers.size()); }
    /// The layer of a row; none for rows that are no layers.
    std::optional<LayerNo> layerAt(const QModelIndex& index) const;
    /// Invalid if there is no such layer.
    QModelIndex indexOfLayer(LayerNo layer) const;
    DigestState digest(LayerNo layer) const { return m_layers[layer].digest; }
    LayerState layerState(LayerNo layer) const;
    /// Bytes of all layers' files, of those read so far.
    quint64 contentSize() const { return m_contentSize; }
    quint64 storedSize() const; ///< bytes of all layers in the archive
    /// Whether every layer that is there has been read.
    bool complete() const;

private:
    struct Row
    {
        Kind kind = Kind::Caption;
        std::uint32_t number = 0; ///< of the layer, step or caption
    };
    struct LayerRow
    {
        int row = -1;
        DigestState digest = DigestState::Pending;
    };

    void rebuild();
    void clear();
    void appendRows(const Image& image);
    void layerRead(LayerNo layer);
    void imageRead();
    void measureContent();
    void takeChecks(bool finished);
    void rowsChanged(const QList<int>& roles);

    const Image* image() const;
    /// Null for what is not read: sessions hold empty indexes for layers that are not there.
    const LayerIndex* readLayer(LayerNo layer) const;
    /// Null for what is not read, and until the tree is there.
    const ChangeCounts* counts(LayerNo layer) const;
    QVariant layerData(LayerNo layer, int row, int role) const;
    QVariant stepData(const Step& step, int row, int role) const;
    QVariant bootfsData(int role) const;
    Bracket bracket(int row) const;
    bool inScope(int row) const;
    QStringList warnings(LayerNo layer) const;
    bool hasWarnings(LayerNo layer) const;
    /// The instruction, or words for its lack, in at most `longest` bytes.
    QString layerTitle(LayerNo layer, std::size_t longest) const;
    QString layerToolTip(LayerNo layer, int row) const;
    QString stepText(const Step& step) const;
    QString stepToolTip(const Step& step) const;
    QString bootfsToolTip() const;
    QString accessibleLayerText(LayerNo layer, int row) const;
    QString stateText(LayerNo layer) const;
    QString digestText(DigestState digest) const;
    QString baseText(int row) const;

    ImageSession& m_session;
    std::shared_ptr<const ImageArchive> m_archive; ///< keeps the rows' image alive
    std::size_t m_imageIndex = 0;
    std::vector<Row> m_rows;
    std::vector<LayerRow> m_layers;
    quint64 m_contentSize = 0;
    quint64 m_largest = 0;
    std::size_t m_checksTaken = 0;
    int m_baseTop = -1; ///< rows of the base image's bracket; -1 = none
    int m_baseBottom = -1;
};

Q_DECLARE_OPERATORS_FOR_FLAGS(StackModel::Bracket)

} // namespace strata::ui

Q_DECLARE_METATYPE(strata::ChangeCounts)
