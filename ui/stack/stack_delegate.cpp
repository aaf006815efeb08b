// SPDX-License-Identifier: Apache-2.0
#include "stack/stack_delegate.h"

#include "stack/plate_layout.h"
#include "stack/plate_painter.h"
#include "text/format.h"
#include "theme/theme.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <cmath>

namespace strata::ui {

namespace {

using Kind = StackModel::Kind;
using State = StackModel::LayerState;

constexpr qreal fadedOpacity = 0.45;
constexpr qreal unreadOpacity = 0.62;

template <typename T> T value(const QModelIndex& index, StackModel::Role role)
{
    return index.data(role).value<T>();
}

QString stateWord(State state)
{
    switch (state) {
    case State::Waiting:
        return StackDelegate::tr("not read");
    case State::Reading:
        return StackDelegate::tr("reading…");
    case State::Absent:
        return StackDelegate::tr("not in this archive");
    case State::Foreign:
        return StackDelegate::tr("kept elsewhere (foreign layer)");
    case State::Ready:
    case State::Damaged:
        break;
    }
    return {};
}

} // namespace

QSize StackDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    return {leftMargin + rightMargin + 80, PlateLayout::rowHeight(option, index, m_dense)};
}

void StackDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const
{
    painter->save();
    paintBracket(*painter, option, index);
    if (!value<bool>(index, StackModel::InScopeRole)) {
        painter->setOpacity(fadedOpacity);
    }
    switch (value<Kind>(index, StackModel::KindRole)) {
    case Kind::Caption:
        paintCaption(*painter, option, index);
        break;
    case Kind::Step:
        paintStep(*painter, option, index);
        break;
    case Kind::Bootfs:
        paintBootfs(*painter, option, index);
        break;
    case Kind::Layer:
    case Kind::Container:
        paintLayer(*painter, option, index);
        break;
    }
    painter->restore();
}

void StackDelegate::paintCaption(QPainter& painter, const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const
{
    painter.setFont(PlateLayout::bold(PlateLayout::minorFont(option.font)));
    painter.setPen(theme::mutedText(option.palette));
    painter.drawText(option.rect.adjusted(leftMargin, 0, -rightMargin, -6),
                     Qt::AlignLeft | Qt::AlignBottom, index.data().toString());
}

void StackDelegate::paintStep(QPainter& painter, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const
{
    const QFont minor = PlateLayout::minorFont(option.font);
    const QRectF row = QRectF(option.rect).adjusted(leftMargin + 14, 0, -rightMargin - 8, 0);
    painter.setFont(PlateLayout::italic(minor));
    painter.setPen(theme::mutedText(option.palette));
    const QString note = tr("no layer");
    const qreal noteWidth = QFontMetricsF(PlateLayout::italic(minor)).horizontalAdvance(note) + 2;
    painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, note);
    painter.setPen(QPen(theme::hairline(option.palette), 1, Qt::DashLine));
    const qreal y = std::floor(row.top()) + 0.5;
    painter.drawLine(QPointF(row.left() - 14, y), QPointF(row.right(), y));

    const QFont mono = PlateLayout::monoFont(option.font, 0.9);
    painter.setFont(mono);
    painter.setPen(theme::mutedText(option.palette));
    const QRectF text = row.adjusted(0, 0, -noteWidth - 10, 0);
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
                     PlateLayout::fitted(value<QString>(index, StackModel::InstructionRole), mono,
                                         text.width()));
}

void StackDelegate::paintBootfs(QPainter& painter, const QStyleOptionViewItem& option,
                                const QModelIndex& index) const
{
    const auto& palette = option.palette;
    const QRectF plate =
        QRectF(option.rect).adjusted(leftMargin, 0, -rightMargin - 8, -PlateLayout::rowGap(false));
    painter.fillRect(plate, theme::panel(palette));
    plate::drawHatched(
        painter, plate,
        theme::mix(palette.color(QPalette::Text), palette.color(QPalette::Base), 0.16),
        theme::mix(palette.color(QPalette::Text), palette.color(QPalette::Base), 0.3));
    const QFont font = PlateLayout::bold(option.font);
    const QFontMetricsF metrics(font);
    const QString text =
        metrics.elidedText(index.data().toString(), Qt::ElideRight, plate.width() - 40);
    QRectF label(0, 0, metrics.horizontalAdvance(text) + 22, metrics.height() + 8);
    label.moveCenter(plate.center());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette.color(QPalette::Base));
    painter.drawRoundedRect(label, 3, 3);
    painter.setFont(font);
    painter.setPen(theme::mutedText(palette));
    painter.drawText(label, Qt::AlignCenter, text);
}

void StackDelegate::paintBracket(QPainter& painter, const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const
{
    const auto part = value<StackModel::Bracket>(index, StackModel::BracketRole);
    if (!part) {
        return;
    }
    const QRectF row(option.rect);
    const QRectF box(row.right() + 1 - rightMargin + 6, row.top(), 11, row.height());
    QColor color = theme::mix(theme::layerColor(0), option.palette.color(QPalette::Base), 0.9);
    plate::drawBracket(painter, box, part, 2, PlateLayout::rowGap(m_dense) + (m_dense ? 4 : 6),
                       color);
}

void StackDelegate::paintLayer(QPainter& painter, const QStyleOptionViewItem& option,
                               const QModelIndex& index) const
{
    const PlateLayout plate(option, index, m_dense);
    if (!plate.read()) {
        painter.setOpacity(std::min(painter.opacity(), unreadOpacity));
    }
    paintSlab(painter, option, plate, index);
    const auto strong = theme::layerColor(plate.layer);
    plate::drawNumber(painter, plate.disc, strong, theme::layerText(plate.layer),
                      QString::number(plate.layer), PlateLayout::bold(plate.minor));
    paintTexts(painter, option, plate, index);
    if (plate.read() || !m_dense) {
        plate::drawBar(painter, plate.bar, value<double>(index, StackModel::ShareRole), strong,
                       theme::hairline(option.palette));
    }
    paintCounts(painter, option, plate, index);
}

void StackDelegate::paintSlab(QPainter& painter, const QStyleOptionViewItem& option,
                              const PlateLayout& plate, const QModelIndex& index) const
{
    const auto& palette = option.palette;
    const QColor base = palette.color(QPalette::Base);
    const bool selected = value<bool>(index, StackModel::SelectedRole);
    plate::SlabColors colors;
    colors.strong = theme::layerColor(plate.layer);
    colors.under = base;
    const bool hovered = option.state.testFlag(QStyle::State_MouseOver);
    colors.face = theme::layerTint(plate.layer, palette);
    colors.face = theme::mix(colors.face, base, selected ? 1.0 : hovered ? 0.8 : 0.45);
    colors.border = theme::mix(colors.strong, base, selected ? 1.0 : hovered ? 0.7 : 0.35);
    colors.borderWidth = selected ? 2 : 1;
    colors.dashed = plate.state == State::Absent || plate.state == State::Foreign;
    plate::drawSlab(painter, plate.face, PlateLayout::depth(m_dense), colors);

    // The selected plate's border shows the focus as well: they differ only after Escape.
    if (option.state.testFlag(QStyle::State_HasFocus) && !selected) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(palette.color(QPalette::Highlight), 1.5, Qt::DotLine));
        painter.drawRoundedRect(plate.face.adjusted(8, 4, -4, -4), 3, 3);
    }
}

qreal StackDelegate::paintBadges(QPainter& painter, const QStyleOptionViewItem& option,
                                 const PlateLayout& plate, const QModelIndex& index) const
{
    qreal right = plate.title.right();
    const auto box = [&] {
        const QRectF r(right - plate.badge, plate.title.center().y() - plate.badge / 2, plate.badge,
                       plate.badge);
        right = r.left() - 4;
        return r;
    };
    switch (value<StackModel::DigestState>(index, StackModel::DigestRole)) {
    case StackModel::DigestState::Verified:
        plate::drawCheckMark(painter, box(), theme::changeColor(Change::Added, option.palette));
        break;
    case StackModel::DigestState::Mismatch:
        plate::drawCross(painter, box(), theme::changeColor(Change::Removed, option.palette));
        break;
    case StackModel::DigestState::Pending:
    case StackModel::DigestState::Unchecked:
        break;
    }
    if (value<bool>(index, StackModel::HasWarningsRole)) {
        plate::drawWarning(painter, box(), theme::changeColor(Change::Modified, option.palette));
    }
    return right;
}

void StackDelegate::paintTexts(QPainter& painter, const QStyleOptionViewItem& option,
                               const PlateLayout& plate, const QModelIndex& index) const
{
    const auto& palette = option.palette;
    QRectF title = plate.title;
    title.setRight(paintBadges(painter, option, plate, index) - 2);
    const QString instruction = value<QString>(index, StackModel::InstructionRole);
    painter.setPen(palette.color(QPalette::Text));
    if (instruction.isEmpty()) {
        painter.setFont(PlateLayout::italic(option.font));
        painter.drawText(title, Qt::AlignLeft | Qt::AlignVCenter, index.data().toString());
    } else {
        painter.setFont(plate.mono);
        painter.drawText(title, Qt::AlignLeft | Qt::AlignVCenter,
                         PlateLayout::fitted(instruction, plate.mono, title.width()));
    }
    if (const auto bytes = index.data(StackModel::ContentSizeRole); bytes.isValid()) {
        painter.setFont(PlateLayout::bold(option.font));
        painter.drawText(plate.size, Qt::AlignRight | Qt::AlignVCenter,
                         sizeText(bytes.toULongLong()));
    }
    if (m_dense) {
        return;
    }
    QString sub = isoTimeText(value<QString>(index, StackModel::CreatedRole).toStdString());
    if (value<StackModel::Bracket>(index, StackModel::BracketRole)) {
        const QString name = value<QString>(index, StackModel::BaseNameRole);
        sub = value<bool>(index, StackModel::BaseIsGuessRole) ? tr("likely base image")
                                                              : tr("base image");
        if (!name.isEmpty()) { // the registry's part of it is in the tooltip
            sub += QStringLiteral(" · ") + name.sliced(name.lastIndexOf(QLatin1Char('/')) + 1);
        }
    }
    painter.setFont(plate.minor);
    painter.setPen(theme::mutedText(palette));
    painter.drawText(plate.sub, Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetricsF(plate.minor).elidedText(sub, Qt::ElideRight, plate.sub.width()));
}

void StackDelegate::paintCounts(QPainter& painter, const QStyleOptionViewItem& option,
                                const PlateLayout& plate, const QModelIndex& index) const
{
    const auto& palette = option.palette;
    const auto note = [&](const QString& text) {
        const QFont font = PlateLayout::italic(plate.minor);
        painter.setFont(font);
        painter.setPen(theme::mutedText(palette));
        painter.drawText(
            plate.counts, Qt::AlignLeft | Qt::AlignVCenter,
            QFontMetricsF(font).elidedText(text, Qt::ElideRight, plate.counts.width()));
    };
    if (!plate.read()) {
        note(stateWord(plate.state));
        return;
    }
    const auto counts = index.data(StackModel::CountsRole);
    if (!counts.isValid()) {
        return;
    }
    const auto c = counts.value<ChangeCounts>();
    const std::array<std::pair<Change, std::uint64_t>, 4> parts{{{Change::Added, c.added},
                                                                 {Change::Modified, c.modified},
                                                                 {Change::Metadata, c.metadata},
                                                                 {Change::Removed, c.removed}}};
    const QFont font = PlateLayout::bold(plate.minor);
    const QFontMetricsF metrics(font);
    painter.setFont(font);
    qreal x = plate.counts.left();
    bool any = false;
    for (const auto& [change, count] : parts) {
        if (count == 0) {
            continue;
        }
        const QString number = QLocale().toString(static_cast<qulonglong>(count));
        const bool word = !any && !m_dense;
        const bool letter = change == Change::Metadata; // would run into the number
        QString text = letter ? (word ? number : changeSymbol(change) + QLatin1Char(' ') + number)
                              : changeSymbol(change) + number;
        if (word) {
            text += QLatin1Char(' ') + changeText(change);
        }
        any = true;
        const qreal width = metrics.horizontalAdvance(text);
        if (x + width > plate.counts.right() + 1) {
            break;
        }
        painter.setPen(theme::changeColor(change, palette));
        painter.drawText(QRectF(x, plate.counts.top(), width + 2, plate.counts.height()),
                         Qt::AlignLeft | Qt::AlignVCenter, text);
        x += width + 12;
    }
    if (!any) {
        note(tr("changes no files"));
    }
}

bool StackDelegate::helpEvent(QHelpEvent* event, QAbstractItemView* view,
                              const QStyleOptionViewItem& option, const QModelIndex& index)
{
    const QString text = index.data(Qt::ToolTipRole).toString();
    if (event->type() != QEvent::ToolTip || text.isEmpty()) {
        QToolTip::hideText();
        return false;
    }
    QToolTip::showText(event->globalPos(), toolTipText(text), view->viewport(), option.rect);
    return true;
}

} // namespace strata::ui
