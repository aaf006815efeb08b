// SPDX-License-Identifier: Apache-2.0
#include "models/tree_model.h"

#include "image/instruction.h"
#include "models/tree_tooltips.h"
#include "text/format.h"

#include <utility>

namespace strata::ui {

namespace {

/// Characters for the origin column: short enough that what tells layers apart is not elided.
constexpr std::size_t instructionWidth = 20;

/// Bytes of an instruction that labels keep; nothing shows more of it.
constexpr std::size_t instructionFront = 400;

QByteArray bytes(std::string_view view)
{
    return {view.data(), static_cast<qsizetype>(view.size())};
}

} // namespace

std::vector<LayerLabel> layerLabels(const Image& image)
{
    std::vector<LayerLabel> labels;
    labels.reserve(image.layers.size());
    for (std::size_t i = 0; i < image.layers.size(); ++i) {
        const auto& layer = image.layers[i];
        LayerLabel label;
        label.fullText = displayFront(layer.instruction, instructionFront);
        label.shortText = displayText(shortInstruction(layer.instruction, instructionWidth));
        if (label.shortText.isEmpty() && i < image.baseLayers && !image.baseName.empty()) {
            label.shortText = QStringLiteral("FROM ") + displayText(image.baseName);
        }
        labels.push_back(std::move(label));
    }
    return labels;
}

RowFacts rowFacts(const Projection& projection, RowId row)
{
    RowFacts facts;
    facts.version = projection.version(row);
    facts.removed = projection.isRemoved(row);
    facts.lastSeen = projection.lastSeen(row);
    if (facts.lastSeen && !facts.lastSeen->removed()) {
        facts.entry = projection.tree().entry(*facts.lastSeen);
    }
    return facts;
}

std::string_view linkTarget(const MergedTree& tree, const Version& version)
{
    if (version.removed() || version.implicit()) {
        return {};
    }
    // The version's own entry names the target, even where its metadata comes from below.
    const auto& index = tree.layer(version.layer);
    const auto& entry = index.entry(version.entry);
    return entry.target.valid() ? index.name(entry.target) : std::string_view();
}

TreeModel::TreeModel(QObject* parent)
    : QAbstractItemModel(parent)
{
}

void TreeModel::setProjection(std::shared_ptr<const Projection> projection)
{
    beginResetModel();
    m_projection = std::move(projection);
    endResetModel();
}

RowId TreeModel::rowId(const QModelIndex& index)
{
    return {index.isValid() ? static_cast<std::uint32_t>(index.internalId()) : 0U};
}

NodeId TreeModel::node(const QModelIndex& index) const
{
    return index.isValid() && m_projection ? m_projection->row(rowId(index)).node : NodeId{};
}

QModelIndex TreeModel::indexOf(NodeId node, int column) const
{
    if (!m_projection || !node.valid()) {
        return {};
    }
    const auto row = m_projection->rowOf(node);
    return row ? indexOf(*row, column) : QModelIndex();
}

QModelIndex TreeModel::indexOf(RowId row, int column) const
{
    if (!m_projection || !row.valid() || row.value == 0) {
        return {};
    }
    return createIndex(static_cast<int>(m_projection->position(row)), column,
                       static_cast<quintptr>(row.value));
}

QModelIndex TreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!m_projection || row < 0 || column < 0 || column >= ColumnCount || parent.column() > 0) {
        return {};
    }
    const auto& above = m_projection->row(rowId(parent));
    if (static_cast<std::uint32_t>(row) >= above.childCount) {
        return {};
    }
    return createIndex(row, column, quintptr{above.firstChild} + static_cast<quintptr>(row));
}

QModelIndex TreeModel::parent(const QModelIndex& index) const
{
    return index.isValid() && m_projection ? indexOf(m_projection->row(rowId(index)).parent)
                                           : QModelIndex();
}

QModelIndex TreeModel::sibling(int row, int column, const QModelIndex& index) const
{
    if (index.isValid() && row == index.row() && column >= 0 && column < ColumnCount) {
        return createIndex(row, column, index.internalId());
    }
    return QAbstractItemModel::sibling(row, column, index);
}

int TreeModel::rowCount(const QModelIndex& parent) const
{
    if (!m_projection || parent.column() > 0) {
        return 0;
    }
    return static_cast<int>(m_projection->row(rowId(parent)).childCount);
}

int TreeModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

bool TreeModel::hasChildren(const QModelIndex& parent) const
{
    return rowCount(parent) > 0;
}

Qt::ItemFlags TreeModel::flags(const QModelIndex& index) const
{
    if (!index.isValid() || !m_projection) {
        return Qt::NoItemFlags;
    }
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    // Spares views a persistent index for every file when all is expanded.
    if (m_projection->row(rowId(index)).childCount == 0) {
        flags |= Qt::ItemNeverHasChildren;
    }
    return flags;
}

QString TreeModel::text(RowId row, int column) const
{
    const auto facts = rowFacts(*m_projection, row);
    switch (column) {
    case Name:
        return displayText(m_projection->tree().name(m_projection->row(row).node));
    case Origin:
        return facts.version && facts.version->layer < m_labels.size()
                   ? m_labels[facts.version->layer].shortText
                   : QString();
    case Changed: {
        const auto change = m_projection->change(row);
        return change ? changeSymbol(*change) + QLatin1Char(' ') + changeText(*change) : QString();
    }
    case Size:
        if (facts.type() == FileType::Directory) {
            return m_projection->row(row).size > 0 ? sizeText(m_projection->row(row).size)
                                                   : QString();
        }
        return facts.type() == FileType::File ? sizeText(facts.entry->size) : QString();
    case Mode:
        return facts.entry ? modeText(facts.entry->mode) : QString();
    case Owner:
        return facts.entry ? ownerText(facts.entry->uid, facts.entry->gid) : QString();
    case Modified:
        return facts.lastSeen && !facts.lastSeen->removed() && !facts.lastSeen->implicit()
                   ? timeText(facts.entry->mtime)
                   : QString();
    default:
        return {};
    }
}

QVariant TreeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !m_projection) {
        return {};
    }
    const auto row = rowId(index);
    switch (role) {
    case Qt::DisplayRole:
        return text(row, index.column());
    case Qt::ToolTipRole:
        return treeToolTip(*m_projection, row, index.column(), m_labels);
    case Qt::TextAlignmentRole:
        return index.column() == Size ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case Qt::AccessibleTextRole:
        return index.column() == Origin ? treeOriginText(*m_projection, row, m_labels)
                                        : text(row, index.column());
    case NodeRole:
        return m_projection->row(row).node.value;
    case LayerRole: {
        const auto* version = m_projection->version(row);
        return version ? static_cast<int>(version->layer) : -1;
    }
    case ContainerRole: {
        const auto* version = m_projection->version(row);
        return version && version->layer < m_labels.size() && m_labels[version->layer].container;
    }
    case ChangeRole: {
        const auto change = m_projection->change(row);
        return change ? static_cast<int>(*change) : -1;
    }
    case TypeRole:
        return static_cast<int>(rowFacts(*m_projection, row).type());
    case RemovedRole:
        return m_projection->isRemoved(row);
    case MatchesRole:
        return m_projection->row(row).matches;
    case TargetRole: {
        const auto* version = m_projection->lastSeen(row);
        return version ? bytes(linkTarget(m_projection->tree(), *version)) : QByteArray();
    }
    case NameRole:
        return bytes(m_projection->tree().name(m_projection->row(row).node));
    case SizeRole: {
        const auto facts = rowFacts(*m_projection, row);
        return static_cast<qulonglong>(
            facts.type() == FileType::File ? facts.entry->size : m_projection->row(row).size);
    }
    case ModeRole: {
        const auto facts = rowFacts(*m_projection, row);
        return facts.entry ? static_cast<uint>(facts.entry->mode) : 0U;
    }
    case QuietRole: {
        const auto* version = m_projection->version(row);
        return m_projection->spec().scope != Scope::OnlyLayer && version && version->layer == 0;
    }
    default:
        return {};
    }
}

QVariant TreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::ToolTipRole) {
        return treeColumnHelp(section);
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant((section == Size ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Name:
        return tr("Name");
    case Origin:
        return tr("Origin layer");
    case Changed:
        return tr("Change");
    case Size:
        return tr("Size");
    case Mode:
        return tr("Mode");
    case Owner:
        return tr("Owner");
    case Modified:
        return tr("Modified");
    default:
        return {};
    }
}

RowId TreeModel::stepForward(RowId row) const
{
    if (const auto& here = m_projection->row(row); here.childCount > 0) {
        return {here.firstChild};
    }
    while (row.value != 0) {
        const auto above = m_projection->row(row).parent;
        const auto& parent = m_projection->row(above);
        if (row.value + 1 < parent.firstChild + parent.childCount) {
            return {row.value + 1};
        }
        row = above;
    }
    return row; // the root: around the end
}

RowId TreeModel::stepBack(RowId row) const
{
    const auto lastBelow = [this](RowId at) {
        while (m_projection->row(at).childCount > 0) {
            const auto& here = m_projection->row(at);
            at = {here.firstChild + here.childCount - 1};
        }
        return at;
    };
    if (row.value == 0) {
        return lastBelow(row);
    }
    const auto above = m_projection->row(row).parent;
    return row.value > m_projection->row(above).firstChild ? lastBelow({row.value - 1}) : above;
}

QModelIndex TreeModel::nextMatch(const QModelIndex& from, bool forward) const
{
    if (!m_projection || m_projection->matchCount() == 0) {
        return {};
    }
    auto row = rowId(from);
    for (std::size_t step = 0; step <= m_projection->rowCount(); ++step) {
        row = forward ? stepForward(row) : stepBack(row);
        if (row.value != 0 && m_projection->row(row).matches) {
            return indexOf(row);
        }
    }
    return {};
}

} // namespace strata::ui
