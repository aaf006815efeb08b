// SPDX-License-Identifier: Apache-2.0
#include "containers/act_delegate.h"

#include "containers/act_model.h"
#include "text/format.h"
#include "theme/theme.h"

#include <QListView>
#include <QPainter>

#include <algorithm>

namespace strata::ui {

namespace {

constexpr int gap = 12;
constexpr int padY = 4;

struct Parts
{
    QRect sign;
    QRect line;
    QRect sentence;
};

Parts partsOf(const QStyleOptionViewItem& option)
{
    const QRect in = option.rect.adjusted(ActDelegate::side, padY, -ActDelegate::side, -padY);
    const int sign = option.fontMetrics.horizontalAdvance(QLatin1Char('m')) + 4;
    const int line = std::clamp(in.width() * 34 / 100, 120, 320);
    const auto placed = [&](int left, int width) {
        return QStyle::visualRect(option.direction, option.rect,
                                  QRect(left, in.top(), width, in.height()));
    };
    const int lineAt = in.left() + sign + 5;
    const int sentenceAt = lineAt + line + gap - 1;
    return {placed(in.left(), sign), placed(lineAt, line),
            placed(sentenceAt, std::max(80, in.right() + 1 - sentenceAt))};
}

int sentenceFlags(const QStyleOptionViewItem& option)
{
    return static_cast<int>(QStyle::visualAlignment(option.direction, Qt::AlignLeft)) |
           Qt::AlignTop | Qt::TextWordWrap;
}

} // namespace

void ActDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const
{
    painter->save();
    const auto& palette = option.palette;
    const bool undone = index.data(ActModel::UndoneRole).toBool();
    const bool refused = index.data(ActModel::RefusedRole).toBool();
    if (option.state.testFlag(QStyle::State_Selected)) {
        painter->fillRect(option.rect, theme::selection(palette, true));
    }
    const auto parts = partsOf(option);
    const int raw = index.data(ActModel::ChangeRole).toInt();
    const auto change = raw < 0 ? Change::Unchanged : static_cast<Change>(raw);
    const auto ink = [&](const QColor& color) {
        return undone ? theme::faintText(palette) : color;
    };
    QFont bold = option.font;
    bold.setBold(true);
    painter->setFont(bold);
    painter->setPen(ink(theme::changeColor(refused ? Change::Removed : change, palette)));
    painter->drawText(parts.sign, Qt::AlignTop | Qt::AlignHCenter,
                      refused   ? QStringLiteral("✕")
                      : raw < 0 ? QStringLiteral("·")
                                : changeSymbol(change));
    QFont mono = theme::resized(theme::monospace(), option.font, 0.94);
    mono.setStrikeOut(undone);
    painter->setFont(mono);
    painter->setPen(ink(palette.color(QPalette::Text)));
    painter->drawText(parts.line, Qt::AlignTop | Qt::AlignLeft,
                      painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight,
                                                        parts.line.width()));
    painter->setFont(option.font);
    painter->setPen(ink(theme::mutedText(palette)));
    painter->drawText(parts.sentence, sentenceFlags(option),
                      index.data(ActModel::SentenceRole).toString());
    painter->restore();
}

QSize ActDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto* list = qobject_cast<const QListView*>(option.widget);
    QStyleOptionViewItem wide = option;
    wide.rect = QRect(0, 0, list ? list->viewport()->width() : 600, 1000);
    const int height = option.fontMetrics
                           .boundingRect(partsOf(wide).sentence, sentenceFlags(option),
                                         index.data(ActModel::SentenceRole).toString())
                           .height();
    return {100, std::max(height, option.fontMetrics.height()) + 2 * padY};
}

} // namespace strata::ui
