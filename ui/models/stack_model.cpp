// SPDX-License-Identifier: Apache-2.0
#include "models/stack_model.h"

#include "models/layer_warnings.h"
#include "text/format.h"

#include <algorithm>

namespace strata::ui {

namespace {

enum Caption : std::uint32_t { ImageCaption, OutsideCaption };

/// Instructions may be of any length; no row shows more than the front of one.
constexpr std::size_t longestInstruction = 1'000;

} // namespace

StackModel::StackModel(ImageSession& session, QObject* parent)
    : QAbstractListModel(parent)
    , m_session(session)
{
    connect(&session, &ImageSession::openingStarted, this, &StackModel::clear);
    connect(&session, &ImageSession::closed, this, &StackModel::clear);
    connect(&session, &ImageSession::archiveReady, this, &StackModel::rebuild);
    connect(&session, &ImageSession::layerIndexed, this, &StackModel::layerRead);
    connect(&session, &ImageSession::imageReady, this, &StackModel::imageRead);
    connect(&session, &ImageSession::changesResolved, this, [this] { rowsChanged({}); });
    connect(&session, &ImageSession::checksChanged, this, &StackModel::takeChecks);
    connect(&session, &ImageSession::failed, this, [this] { rowsChanged({}); });
    const auto selectionChanged = [this] {
        rowsChanged({SelectedRole, InScopeRole, Qt::AccessibleTextRole});
    };
    connect(&session, &ImageSession::currentLayerChanged, this, selectionChanged);
    connect(&session, &ImageSession::scopeChanged, this, selectionChanged);
    rebuild();
}

const Image* StackModel::image() const
{
    return m_archive ? &m_archive->images()[m_imageIndex] : nullptr;
}

const LayerIndex* StackModel::readLayer(LayerNo layer) const
{
    return image()->layers[layer].available ? m_session.layerIndex(layer) : nullptr;
}

const ChangeCounts* StackModel::counts(LayerNo layer) const
{
    const auto* tree = m_session.tree();
    return readLayer(layer) && tree && layer < tree->layerCount() ? &tree->counts(layer) : nullptr;
}

void StackModel::clear()
{
    if (m_rows.empty()) {
        return;
    }
    beginResetModel();
    m_archive.reset();
    m_rows.clear();
    m_layers.clear();
    m_contentSize = m_largest = 0;
    m_checksTaken = 0;
    m_baseTop = m_baseBottom = -1;
    endResetModel();
}

void StackModel::rebuild()
{
    clear();
    if (!m_session.image()) {
        return;
    }
    beginResetModel();
    m_archive = m_session.archive();
    m_imageIndex = static_cast<std::size_t>(m_session.imageIndex());
    appendRows(*image());
    measureContent();
    endResetModel();
    if (!m_session.checks().empty() || m_session.checkError()) {
        takeChecks(!m_session.checking());
    }
}

void StackModel::appendRows(const Image& image)
{
    const auto layers = static_cast<LayerNo>(image.layers.size());
    m_layers.resize(layers);
    // Build order first: histories may leave layers out, and every layer must be seen once.
    std::vector<Row> built;
    built.reserve(image.steps.size() + layers);
    LayerNo next = 0;
    for (std::size_t i = 0; i < image.steps.size(); ++i) {
        const auto& layer = image.steps[i].layer;
        if (!layer) {
            built.push_back({Kind::Step, static_cast<std::uint32_t>(i)});
            continue;
        }
        while (next < layers && next <= *layer) {
            built.push_back({Kind::Layer, next++});
        }
    }
    while (next < layers) {
        built.push_back({Kind::Layer, next++});
    }
    m_rows.reserve(built.size() + 3);
    m_rows.push_back({Kind::Caption, ImageCaption});
    m_rows.insert(m_rows.end(), built.rbegin(), built.rend());
    m_rows.push_back({Kind::Caption, OutsideCaption});
    m_rows.push_back({Kind::Bootfs, 0});
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        if (m_rows[row].kind == Kind::Layer) {
            m_layers[m_rows[row].number].row = static_cast<int>(row);
        }
    }
    if (image.baseLayers > 0 && image.baseLayers <= layers) {
        m_baseTop = m_layers[image.baseLayers - 1].row;
        m_baseBottom = m_layers[0].row;
    }
}

void StackModel::layerRead(LayerNo layer)
{
    const auto* index = m_session.layerIndex(layer);
    if (!index || layer >= layerCount()) {
        return;
    }
    const auto largest = m_largest;
    measureContent();
    if (m_largest != largest) {
        rowsChanged({ShareRole});
    }
    const auto changed = indexOfLayer(layer);
    Q_EMIT dataChanged(changed, changed);
}

void StackModel::imageRead()
{
    // The session's indexes are complete now, whichever layerIndexed signals came.
    measureContent();
    rowsChanged({});
}

void StackModel::measureContent()
{
    m_contentSize = m_largest = 0;
    for (LayerNo layer = 0; layer < layerCount(); ++layer) {
        if (const auto* index = m_session.layerIndex(layer)) {
            m_contentSize += index->contentBytes();
            m_largest = std::max<quint64>(m_largest, index->contentBytes());
        }
    }
}

void StackModel::takeChecks(bool finished)
{
    const auto& checks = m_session.checks();
    if (finished || m_checksTaken > checks.size()) {
        m_checksTaken = 0; // the complete list replaces what came piece by piece
        const auto untold = !finished                ? DigestState::Pending
                            : m_session.checkError() ? DigestState::BrokenOff
                                                     : DigestState::Unchecked;
        for (auto& layer : m_layers) {
            layer.digest = untold;
        }
    }
    const QList<int> digestRoles{DigestRole, Qt::ToolTipRole, Qt::AccessibleTextRole,
                                 Qt::AccessibleDescriptionRole};
    const auto firstNew = m_checksTaken;
    for (; m_checksTaken < checks.size(); ++m_checksTaken) {
        const auto& check = checks[m_checksTaken];
        if (!check.layer || *check.layer >= layerCount()) {
            continue;
        }
        auto& digest = m_layers[*check.layer].digest;
        const bool faulty = digest == DigestState::Mismatch || digest == DigestState::Damaged;
        if (check.result == CheckResult::Mismatch) {
            digest = DigestState::Mismatch;
        } else if (check.result == CheckResult::Damaged && digest != DigestState::Mismatch) {
            digest = DigestState::Damaged;
        } else if (check.result == CheckResult::Verified && check.what != Check::What::LayerSize &&
                   !faulty) {
            digest = DigestState::Verified;
        }
        if (!finished) {
            const auto changed = indexOfLayer(*check.layer);
            Q_EMIT dataChanged(changed, changed, digestRoles);
        }
    }
    if (finished || firstNew == m_checksTaken) {
        rowsChanged(digestRoles);
    }
}

void StackModel::rowsChanged(const QList<int>& roles)
{
    if (!m_rows.empty()) {
        Q_EMIT dataChanged(index(0), index(static_cast<int>(m_rows.size()) - 1), roles);
    }
}

int StackModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

Qt::ItemFlags StackModel::flags(const QModelIndex& index) const
{
    if (!index.isValid() || index.row() >= rowCount()) {
        return Qt::NoItemFlags;
    }
    const Qt::ItemFlags shown = Qt::ItemIsEnabled | Qt::ItemNeverHasChildren;
    return m_rows[static_cast<std::size_t>(index.row())].kind == Kind::Layer
               ? shown | Qt::ItemIsSelectable
               : shown;
}

std::optional<LayerNo> StackModel::layerAt(const QModelIndex& index) const
{
    if (!index.isValid() || index.row() >= rowCount()) {
        return std::nullopt;
    }
    const auto& row = m_rows[static_cast<std::size_t>(index.row())];
    return row.kind == Kind::Layer ? std::optional<LayerNo>(row.number) : std::nullopt;
}

QModelIndex StackModel::indexOfLayer(LayerNo layer) const
{
    return layer < layerCount() ? index(m_layers[layer].row) : QModelIndex();
}

quint64 StackModel::storedSize() const
{
    return image() ? image()->storedSize() : 0;
}

StackModel::LayerState StackModel::layerState(LayerNo layer) const
{
    const auto& descriptor = image()->layers[layer];
    if (!descriptor.available) {
        return descriptor.foreign ? LayerState::Foreign : LayerState::Absent;
    }
    if (const auto* index = m_session.layerIndex(layer)) {
        return index->damaged() ? LayerState::Damaged : LayerState::Ready;
    }
    return m_session.state() == ImageSession::State::Loading ? LayerState::Reading
                                                             : LayerState::Waiting;
}

bool StackModel::complete() const
{
    return image() && m_session.state() == ImageSession::State::Ready;
}

StackModel::Bracket StackModel::bracket(int row) const
{
    if (row < m_baseTop || row > m_baseBottom || m_baseTop < 0) {
        return NoBracket;
    }
    Bracket part = BracketInside;
    part.setFlag(BracketTop, row == m_baseTop);
    part.setFlag(BracketBottom, row == m_baseBottom);
    part.setFlag(BracketNotch, row == m_baseTop + (m_baseBottom - m_baseTop) / 2);
    return part;
}

bool StackModel::inScope(int row) const
{
    const auto current = m_session.currentLayer();
    if (!current) {
        return true;
    }
    if (*current >= layerCount()) { // a container's own layer
        return m_session.scope() != Scope::OnlyLayer;
    }
    const int currentRow = m_layers[*current].row;
    switch (m_session.scope()) {
    case Scope::WholeImage:
        return true;
    case Scope::UpToLayer:
        return row >= currentRow;
    case Scope::OnlyLayer:
        return row == currentRow;
    }
    return true;
}

QVariant StackModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const int row = index.row();
    const auto& at = m_rows[static_cast<std::size_t>(row)];
    switch (role) {
    case KindRole:
        return QVariant::fromValue(at.kind);
    case BracketRole:
        return QVariant::fromValue(bracket(row));
    case BaseNameRole:
        return bracket(row) ? displayText(image()->baseName) : QString();
    case BaseIsGuessRole:
        return bracket(row) ? image()->baseIsGuess : false;
    default:
        break;
    }
    switch (at.kind) {
    case Kind::Layer:
        return layerData(at.number, row, role);
    case Kind::Step:
        return stepData(image()->steps[at.number], row, role);
    case Kind::Bootfs:
        return bootfsData(role);
    case Kind::Caption:
        if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole) {
            return at.number == ImageCaption ? tr("Image, read-only") : tr("Not in the image");
        }
        if (role == InScopeRole) {
            return true;
        }
        break;
    }
    return {};
}

QVariant StackModel::layerData(LayerNo layer, int row, int role) const
{
    const auto& descriptor = image()->layers[layer];
    const auto* read = readLayer(layer);
    switch (role) {
    case Qt::DisplayRole:
        return layerTitle(layer, longestInstruction);
    case Qt::ToolTipRole:
    case Qt::AccessibleDescriptionRole:
        return layerToolTip(layer, row);
    case Qt::AccessibleTextRole:
        return accessibleLayerText(layer, row);
    case LayerRole:
        return layer;
    case InstructionRole:
        return displayFront(descriptor.instruction, longestInstruction);
    case StoredSizeRole:
        return QVariant::fromValue<quint64>(
            descriptor.available ? descriptor.storedSize : descriptor.declaredSize.value_or(0));
    case ContentSizeRole:
        return read ? QVariant::fromValue<quint64>(read->contentBytes()) : QVariant();
    case ShareRole:
        return read && m_largest > 0
                   ? static_cast<double>(read->contentBytes()) / static_cast<double>(m_largest)
                   : 0.0;
    case CountsRole:
        return counts(layer) ? QVariant::fromValue(*counts(layer)) : QVariant();
    case CreatedRole:
        return QString::fromStdString(descriptor.created);
    case StateRole:
        return QVariant::fromValue(layerState(layer));
    case HasWarningsRole:
        return hasWarnings(layer);
    case DigestRole:
        return QVariant::fromValue(m_layers[layer].digest);
    case SelectedRole:
        return m_session.currentLayer() == layer;
    case InScopeRole:
        return inScope(row);
    default:
        return {};
    }
}

QVariant StackModel::stepData(const Step& step, int row, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
    case InstructionRole:
        return displayFront(step.instruction, longestInstruction);
    case Qt::ToolTipRole:
    case Qt::AccessibleDescriptionRole:
        return stepToolTip(step);
    case Qt::AccessibleTextRole:
        return stepText(step);
    case CreatedRole:
        return QString::fromStdString(step.created);
    case InScopeRole:
        return inScope(row);
    default:
        return {};
    }
}

QVariant StackModel::bootfsData(int role) const
{
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return tr("host kernel · bootfs (shared)");
    case Qt::ToolTipRole:
    case Qt::AccessibleDescriptionRole:
        return bootfsToolTip();
    case InScopeRole:
        return true;
    default:
        return {};
    }
}

bool StackModel::hasWarnings(LayerNo layer) const
{
    const auto* read = m_session.layerIndex(layer);
    const auto* tree = m_session.tree();
    return !image()->layers[layer].warnings.empty() || (read && !read->warnings().empty()) ||
           (tree && layer < tree->layerCount() && !tree->warnings(layer).empty());
}

QStringList StackModel::warnings(LayerNo layer) const
{
    QStringList out;
    const auto take = [&out](const WarningList& list) {
        for (const auto& text : list.texts()) {
            out << QString::fromStdString(text);
        }
    };
    take(descriptorWarnings(image()->layers[layer], m_session.layerIndex(layer)));
    if (const auto* read = m_session.layerIndex(layer)) {
        take(read->warnings());
    }
    if (const auto* tree = m_session.tree(); tree && layer < tree->layerCount()) {
        take(tree->warnings(layer));
    }
    return out;
}

} // namespace strata::ui
