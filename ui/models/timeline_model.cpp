// SPDX-License-Identifier: Apache-2.0
#include "models/timeline_model.h"

#include "text/format.h"

#include <algorithm>

namespace strata::ui {

namespace {
/// Untouched neighbours beyond this many are drawn as one row.
constexpr LayerNo longRun = 2;
} // namespace

void TimelineModel::setPath(std::shared_ptr<const OpenedImage> image, NodeId node, LayerNo top)
{
    beginResetModel();
    m_image = std::move(image);
    m_node = node;
    m_top = top;
    m_rows.clear();
    if (m_image && m_node.valid()) {
        const auto versions = m_image->tree->versions(m_node);
        auto next = static_cast<LayerNo>(m_image->tree->layerCount());
        const auto untouched = [&](LayerNo from, LayerNo to) { // [from, to), rows from the top
            while (to > from) {
                // What an absent layer does is not known, so that it is no part of another's run.
                auto first = to - 1;
                while (first > from && available(first - 1) == available(to - 1) &&
                       !m_image->isContainers(to - 1)) {
                    --first;
                }
                if (to - first > longRun) {
                    m_rows.push_back({first, to - 1, {}});
                    to = first;
                }
                for (; to > first; --to) {
                    m_rows.push_back({to - 1, to - 1, {}});
                }
            }
        };
        for (auto i = versions.size(); i > 0; --i) {
            const LayerNo layer = versions[i - 1].layer;
            untouched(layer + 1, next);
            m_rows.push_back({layer, layer, i - 1});
            next = layer;
        }
        untouched(0, next);
    }
    endResetModel();
}

void TimelineModel::clear()
{
    setPath(nullptr, {}, 0);
}

QModelIndex TimelineModel::indexOfLayer(LayerNo layer) const
{
    const auto at = std::ranges::lower_bound(m_rows, layer, std::ranges::greater{}, &Row::first);
    return at != m_rows.end() && at->last >= layer ? index(static_cast<int>(at - m_rows.begin()))
                                                   : QModelIndex();
}

int TimelineModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

Qt::ItemFlags TimelineModel::flags(const QModelIndex& index) const
{
    if (!index.isValid()) {
        return Qt::NoItemFlags;
    }
    const auto base = Qt::ItemIsEnabled | Qt::ItemNeverHasChildren;
    return m_rows[static_cast<std::size_t>(index.row())].version ? base | Qt::ItemIsSelectable
                                                                 : base;
}

QVariant TimelineModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const auto& row = m_rows[static_cast<std::size_t>(index.row())];
    const auto* version = row.version ? &m_image->tree->versions(m_node)[*row.version] : nullptr;
    switch (role) {
    case FirstLayerRole:
        return row.first;
    case LastLayerRole:
        return row.last;
    case VersionRole:
        return row.version ? static_cast<int>(*row.version) : -1;
    case ChangeRole:
        return version ? QVariant(static_cast<int>(version->change)) : QVariant();
    case SizeRole:
        if (version && !version->removed()) {
            const auto& entry = m_image->tree->entry(*version);
            return entry.type == FileType::File ? QVariant(qulonglong{entry.size}) : QVariant();
        }
        return {};
    case StateKindRole:
    case StateLayerRole:
        if (version) {
            const auto state = versionState(*m_image->tree, m_node, *row.version, m_top);
            return role == StateLayerRole ? QVariant(state.by)
                                          : QVariant(static_cast<int>(state.kind));
        }
        return {};
    case StackedRole:
        return row.first <= m_top;
    case InstructionRole:
        return instruction(row);
    case ActionRole:
        return action(row);
    case StatusRole:
        return status(row);
    case ContainerRole:
        return m_image->isContainers(row.first);
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return row.version || row.first == row.last
                   ? (m_image->isContainers(row.first)
                          ? tr("%1: %2, %3").arg(instruction(row), action(row), status(row))
                          : tr("Layer %1, %2: %3, %4")
                                .arg(QString::number(row.first), instruction(row), action(row),
                                     status(row)))
                   : action(row);
    case Qt::ToolTipRole:
        return toolTip(row);
    default:
        return {};
    }
}

QString TimelineModel::instruction(const Row& row) const
{
    return row.first == row.last ? layerInstructionText(m_image->image(), row.first) : QString();
}

QString TimelineModel::action(const Row& row) const
{
    if (row.version) {
        return versionActionText(*m_image->tree, m_node, *row.version);
    }
    if (row.first != row.last) {
        return (available(row.first) ? tr("layers %1–%2: not touched")
                                     : tr("layers %1–%2: not in the archive"))
            .arg(row.first)
            .arg(row.last);
    }
    if (m_image->isContainers(row.first)) {
        return tr("not touched: looks through");
    }
    return available(row.first) ? tr("not in this layer") : tr("this layer is not in the archive");
}

bool TimelineModel::available(LayerNo layer) const
{
    const auto& layers = m_image->image().layers;
    return layer >= layers.size() || layers[layer].available;
}

QString TimelineModel::status(const Row& row) const
{
    if (!row.version) {
        return QStringLiteral("–");
    }
    const auto state = versionState(*m_image->tree, m_node, *row.version, m_top);
    return versionStateText(state, layerShortName(*m_image, state.by));
}

QString TimelineModel::toolTip(const Row& row) const
{
    if (!row.version && !available(row.first)) {
        return tr("What is not in the archive cannot be looked into: whether the path was changed "
                  "there is not known.");
    }
    if (!row.version) {
        return tr("A layer holds only the paths it changed. Where it says nothing, the layers "
                  "below show through.");
    }
    const auto& version = m_image->tree->versions(m_node)[*row.version];
    const bool directory =
        !version.removed() && m_image->tree->entry(version).type == FileType::Directory;
    const auto state = versionState(*m_image->tree, m_node, *row.version, m_top);
    // Markup of our own, so that the sentence wraps; the image's text is escaped.
    return QStringLiteral("<p><b>%1</b></p><p>%2</p>")
        .arg(layerInstructionFront(m_image->image(), row.first).toHtmlEscaped(),
             versionStateHelp(*m_image, state, directory).toHtmlEscaped());
}

} // namespace strata::ui
