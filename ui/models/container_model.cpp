// SPDX-License-Identifier: Apache-2.0
#include "models/container_model.h"

#include "models/stack_model.h"
#include "text/format.h"

#include <QStringList>

namespace strata::ui {

ChangeCounts containerCounts(const ContainerReport& report)
{
    auto counts = report.view->tree->counts(static_cast<LayerNo>(report.view->layers.size() - 1));
    counts.unchanged = 0;
    return counts;
}

QString containerSizeText(const ContainerReport& report)
{
    return ContainerModel::tr("%1 in the container, %2 with the image")
        .arg(sizeText(report.size.bytes), sizeText(report.size.bytes + report.size.imageBytes));
}

ContainerModel::ContainerModel(ContainerDeck& deck, QObject* parent)
    : QAbstractListModel(parent)
    , m_deck(deck)
    , m_count(deck.count())
{
    connect(&deck, &ContainerDeck::listChanged, this, [this] {
        beginResetModel();
        m_count = m_deck.count();
        endResetModel();
    });
    connect(&deck, &ContainerDeck::reported, this, &ContainerModel::rowChanged);
    connect(&deck, &ContainerDeck::performed, this, &ContainerModel::rowChanged);
    connect(&deck, &ContainerDeck::stepped, this, &ContainerModel::rowChanged);
    connect(&deck, &ContainerDeck::currentChanged, this, [this] {
        if (m_count > 0) {
            Q_EMIT dataChanged(index(0), index(m_count - 1), {CurrentRole, Qt::AccessibleTextRole});
        }
    });
}

void ContainerModel::rowChanged(int row)
{
    if (row < m_count) {
        Q_EMIT dataChanged(index(row), index(row));
    }
}

int ContainerModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_count;
}

QVariant ContainerModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= m_deck.count()) {
        return {};
    }
    const int container = index.row();
    const auto* report = m_deck.report(container);
    switch (role) {
    case Qt::DisplayRole:
        return m_deck.name(container);
    case Qt::AccessibleTextRole:
        return spoken(container);
    case Qt::ToolTipRole:
    case Qt::AccessibleDescriptionRole:
        return toolTip(container);
    case CountsRole:
        return report ? QVariant::fromValue(containerCounts(*report)) : QVariant();
    case BytesRole:
        return report ? QVariant::fromValue<quint64>(report->size.bytes) : QVariant();
    case CurrentRole:
        return m_deck.current() == container;
    default:
        return {};
    }
}

QString ContainerModel::spoken(int container) const
{
    QStringList parts{tr("Container %1").arg(m_deck.name(container))};
    if (const auto* report = m_deck.report(container)) {
        parts << countsText(containerCounts(*report)) << containerSizeText(*report);
    }
    if (m_deck.current() == container) {
        parts << tr("being looked at");
    }
    return parts.join(QStringLiteral(", "));
}

QString ContainerModel::toolTip(int container) const
{
    QStringList lines{tr("Container %1").arg(m_deck.name(container)), QString()};
    if (const auto* report = m_deck.report(container)) {
        lines << tr("Paths: %1").arg(countsText(containerCounts(*report)))
              << tr("Size: %1").arg(containerSizeText(*report)) << QString();
    }
    lines << tr("Its own writable layer on top of the image's, which are read-only and shared by "
                "all its containers. Reading looks from here down; writing copies up first; "
                "deleting leaves a mark.");
    return lines.join(QLatin1Char('\n'));
}

} // namespace strata::ui
