// SPDX-License-Identifier: Apache-2.0
#include "documents/document_delegate.h"

#include "models/document_model.h"
#include "theme/theme.h"

#include <QPainter>

namespace strata::ui {

namespace {

constexpr int sideMargin = 14;
constexpr int rowMargin = 8;
constexpr int lineGap = 2;
constexpr double noteSize = 0.9;

QFont noteFont(const QFont& font)
{
    return theme::resized(font, font, noteSize);
}

} // namespace

void DocumentDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const
{
    painter->save();
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    if (selected) {
        const bool focused = option.state.testFlag(QStyle::State_HasFocus);
        painter->fillRect(option.rect, theme::selection(option.palette, focused));
    }
    const bool present = index.data(DocumentModel::PresentRole).toBool();
    QRect rect = option.rect.adjusted(sideMargin, rowMargin, -sideMargin, -rowMargin);
    const auto line = [&](const QString& text, const QFont& font, const QColor& color) {
        const QFontMetrics metrics(font);
        painter->setFont(font);
        painter->setPen(color);
        painter->drawText(rect, Qt::AlignLeading | Qt::AlignTop | Qt::TextSingleLine,
                          metrics.elidedText(text, Qt::ElideMiddle, rect.width()));
        rect.setTop(rect.top() + metrics.height() + lineGap);
    };
    line(index.data().toString(), option.font,
         present ? option.palette.color(QPalette::Text) : theme::faintText(option.palette));
    line(index.data(DocumentModel::NoteRole).toString(), noteFont(option.font),
         selected ? option.palette.color(QPalette::Text) : theme::mutedText(option.palette));
    painter->restore();
}

QSize DocumentDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return {0, QFontMetrics(option.font).height() + lineGap +
                   QFontMetrics(noteFont(option.font)).height() + 2 * rowMargin};
}

} // namespace strata::ui
