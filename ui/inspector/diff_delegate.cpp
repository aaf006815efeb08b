// SPDX-License-Identifier: Apache-2.0
#include "inspector/diff_delegate.h"

#include "inspector/diff_model.h"
#include "theme/theme.h"

#include <QPainter>

namespace strata::ui {

namespace {

constexpr int margin = 12;

struct Columns
{
    int character = 8;
    int number = 40; ///< width of one line number
    int sign = 0;    ///< x of the sign
    int text = 0;    ///< x of the text
};

Columns columnsOf(const QFontMetrics& metrics, const QModelIndex& index)
{
    Columns out;
    out.character = metrics.horizontalAdvance(QLatin1Char('0'));
    const auto* model = qobject_cast<const DiffModel*>(index.model());
    const auto digits =
        model ? std::max<qsizetype>(2, QString::number(model->lastLineNumber()).size()) : 4;
    out.number = static_cast<int>(digits) * out.character;
    out.sign = margin + 2 * out.number + 2 * out.character;
    out.text = out.sign + 2 * out.character;
    return out;
}

} // namespace

void DiffDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const
{
    painter->save();
    painter->setFont(option.font);
    const auto& palette = option.palette;
    const auto columns = columnsOf(option.fontMetrics, index);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const auto muted =
        selected ? palette.color(QPalette::HighlightedText) : theme::mutedText(palette);
    QRect row = option.rect;
    const auto put = [&](int x, int width, const QString& text, Qt::Alignment align) {
        painter->drawText(QRect(row.left() + x, row.top(), width, row.height()),
                          static_cast<int>((align | Qt::AlignVCenter).toInt()) | Qt::TextSingleLine,
                          text);
    };
    if (index.data(DiffModel::FoldedRole).toUInt() > 0) {
        painter->fillRect(row,
                          selected ? palette.color(QPalette::Highlight) : theme::panel(palette));
        painter->setPen(muted);
        put(columns.sign, row.width(),
            QStringLiteral("⋯ ") + index.data(DiffModel::TextRole).toString(), Qt::AlignLeft);
        painter->restore();
        return;
    }
    const auto kind = static_cast<DiffKind>(index.data(DiffModel::KindRole).toInt());
    const auto change = kind == DiffKind::Added     ? Change::Added
                        : kind == DiffKind::Removed ? Change::Removed
                                                    : Change::Unchanged;
    if (selected) {
        painter->fillRect(row, palette.color(QPalette::Highlight));
    } else if (kind != DiffKind::Context) {
        painter->fillRect(row, theme::changeTint(change, palette));
    }
    painter->setPen(muted);
    const auto number = [&](int x, int role) {
        if (const auto line = index.data(role).toUInt(); line > 0) {
            put(x, columns.number, QString::number(line), Qt::AlignRight);
        }
    };
    number(margin, DiffModel::OldLineRole);
    number(margin + columns.number + columns.character, DiffModel::NewLineRole);
    if (kind != DiffKind::Context) {
        painter->setPen(selected ? palette.color(QPalette::HighlightedText)
                                 : theme::changeColor(change, palette));
        put(columns.sign, columns.character,
            kind == DiffKind::Added ? QStringLiteral("+") : QStringLiteral("−"), Qt::AlignLeft);
    }
    painter->setPen(palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
    auto text = index.data(DiffModel::TextRole).toString();
    put(columns.text, row.width(), text, Qt::AlignLeft);
    if (index.data(DiffModel::NoNewlineRole).toBool()) {
        painter->setPen(muted);
        const int after =
            columns.text + option.fontMetrics.horizontalAdvance(text) + 2 * columns.character;
        put(after, row.width(), tr("no line end"), Qt::AlignLeft);
    }
    painter->restore();
}

QSize DiffDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto columns = columnsOf(option.fontMetrics, index);
    const auto* model = qobject_cast<const DiffModel*>(index.model());
    const int longest = model ? model->longestLine() : 0;
    return {columns.text + (longest + 2) * columns.character, option.fontMetrics.height() + 3};
}

} // namespace strata::ui
