// SPDX-License-Identifier: Apache-2.0
#include "containers/act_model.h"

#include "containers/act_text.h"
#include "text/format.h"

namespace strata::ui {

ActModel::ActModel(ContainerDeck& deck, QObject* parent)
    : QAbstractListModel(parent)
    , m_deck(deck)
{
    connect(&deck, &ContainerDeck::listChanged, this, &ActModel::restart);
    connect(&deck, &ContainerDeck::currentChanged, this, &ActModel::restart);
    connect(&deck, &ContainerDeck::performed, this, [this](int container, std::size_t first) {
        if (container != m_container) {
            return;
        }
        const int from = static_cast<int>(first);
        if (from < m_count) { // what was undone went to make room for it
            restart();
            return;
        }
        const int now = static_cast<int>(m_deck.acts(container).size());
        beginInsertRows({}, from, now - 1);
        m_count = now;
        endInsertRows();
    });
    connect(&deck, &ContainerDeck::stepped, this, [this](int container) {
        if (container == m_container && m_count > 0) {
            Q_EMIT dataChanged(index(0), index(m_count - 1));
        }
    });
    restart();
}

void ActModel::restart()
{
    beginResetModel();
    m_container = m_deck.current();
    m_count = m_container < 0 ? 0 : static_cast<int>(m_deck.acts(m_container).size());
    endResetModel();
}

int ActModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_count;
}

QVariant ActModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= m_count) {
        return {};
    }
    const auto& act = m_deck.acts(m_container)[static_cast<std::size_t>(index.row())];
    const QString container = m_deck.name(m_container);
    switch (role) {
    case Qt::DisplayRole:
        return actLine(act);
    case Qt::AccessibleTextRole:
        return QString(actLine(act) + QStringLiteral(": ") + actSentence(act, container) +
                       (act.undone ? tr(" Undone.") : QString()));
    case Qt::ToolTipRole: {
        QString text;
        for (const auto& trace : act.traces) {
            text += displayFront(traceText(trace), 4'000);
        }
        return toolTipText(text.trimmed());
    }
    case SentenceRole: {
        auto sentence = actSentence(act, container);
        sentence[0] = sentence[0].toUpper();
        return act.undone ? tr("Undone. %1").arg(sentence) : sentence;
    }
    case ChangeRole: {
        const auto change = actChange(act);
        return change ? static_cast<int>(*change) : -1;
    }
    case UndoneRole:
        return act.undone;
    case RefusedRole:
        return act.refused();
    default:
        return {};
    }
}

} // namespace strata::ui
