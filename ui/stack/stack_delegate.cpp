// SPDX-License-Identifier: Apache-2.0
#include "stack/stack_delegate.h"

#include "stack/plate_layout.h"
#include "stack/plate_painter.h"
#include "text/format.h"
#include "text/tool_tip.h"
#include "theme/theme.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace strata::ui {

namespace {

using Kind = StackModel::Kind;
using State = StackModel::LayerState;

/// What is left of colours and of badges where they are not to draw the eye.
constexpr qreal quietShare = 0.45;

template <typename T> T value(const QModelIndex& index, StackModel::Role role)
{
    return index.data(role).value<T>();
}

bool inScope(const QModelIndex& index)
{
    return value<bool>(index, StackModel::InScopeRole);
}

bool isMirrored(const QStyleOptionViewItem& option)
{
    return option.direction == Qt::RightToLeft;
}

/// For QPainter::drawText: left and right change places in a layout from right to left.
int aligned(const QStyleOptionViewItem& option, Qt::Alignment alignment)
{
    return static_cast<int>(QStyle::visualAlignment(option.direction, alignment).toInt());
}

int leading(const QStyleOptionViewItem& option)
{
    return aligned(option, Qt::AlignLeft | Qt::AlignVCenter);
}

int trailing(const QStyleOptionViewItem& option)
{
    return aligned(option, Qt::AlignRight | Qt::AlignVCenter);
}

/// Of secondary text.
QColor noteColor(const QStyleOptionViewItem& option, const QModelIndex& index)
{
    return inScope(index) ? theme::mutedText(option.palette) : theme::faintText(option.palette);
}

/// A layer whose plate is not to draw the eye: outside the scope, or not read.
bool isQuiet(const PlateLayout& plate, const QModelIndex& index)
{
    return !inScope(index) || !plate.read();
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
    const StackMetrics metrics(option.font, m_dense);
    return {metrics.leftMargin + metrics.rightMargin + metrics.pixels(75),
            metrics.rowHeight(value<Kind>(index, StackModel::KindRole), index.row() == 0)};
}

void StackDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const
{
    painter->save();
    paintBracket(*painter, option, index);
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
        paintLayer(*painter, option, index);
        break;
    }
    painter->restore();
}

void StackDelegate::paintCaption(QPainter& painter, const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const
{
    const StackMetrics metrics(option.font, m_dense);
    const QRectF row(option.rect);
    painter.setFont(StackMetrics::bold(StackMetrics::minorFont(option.font)));
    painter.setPen(theme::mutedText(option.palette));
    painter.drawText(PlateLayout::visual(option,
                                         row.adjusted(metrics.leftMargin, 0, -metrics.rightMargin,
                                                      -metrics.of(5.7)),
                                         row),
                     aligned(option, Qt::AlignLeft | Qt::AlignBottom), index.data().toString());
}

void StackDelegate::paintStep(QPainter& painter, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const
{
    const StackMetrics metrics(option.font, m_dense);
    const QRectF row(option.rect);
    const QRectF line =
        row.adjusted(metrics.leftMargin, 0, -metrics.rightMargin - metrics.depth, 0);
    painter.setPen(QPen(theme::hairline(option.palette), 1, Qt::DashLine));
    const qreal y = std::floor(row.top()) + 0.5;
    const QRectF rule = PlateLayout::visual(option, line, row);
    painter.drawLine(QPointF(rule.left(), y), QPointF(rule.right(), y));

    const QRectF content = line.adjusted(metrics.of(13.2), 0, 0, 0);
    const QFont italic = StackMetrics::italic(StackMetrics::minorFont(option.font));
    const QString note = tr("no layer");
    const qreal noteWidth = QFontMetricsF(italic).horizontalAdvance(note) + 2;
    painter.setPen(noteColor(option, index));
    painter.setFont(italic);
    painter.drawText(PlateLayout::visual(option, content, row), trailing(option), note);

    const QFont mono = StackMetrics::monoFont(option.font, 0.9);
    const QRectF text = content.adjusted(0, 0, -noteWidth - metrics.of(9.5), 0);
    painter.setFont(mono);
    painter.drawText(PlateLayout::visual(option, text, row), leading(option),
                     PlateLayout::fitted(value<QString>(index, StackModel::InstructionRole), mono,
                                         text.width()));
}

void StackDelegate::paintBootfs(QPainter& painter, const QStyleOptionViewItem& option,
                                const QModelIndex& index) const
{
    const auto& palette = option.palette;
    const StackMetrics metrics(option.font);
    const QRectF plate = PlateLayout::visual(
        option,
        QRectF(option.rect.adjusted(metrics.leftMargin, 0, -metrics.rightMargin - metrics.depth,
                                    -metrics.rowGap)),
        QRectF(option.rect));
    painter.fillRect(plate, theme::panel(palette));
    plate::drawHatched(
        painter, plate, metrics.of(6.6),
        theme::mix(palette.color(QPalette::Text), palette.color(QPalette::Base), 0.16),
        theme::mix(palette.color(QPalette::Text), palette.color(QPalette::Base), 0.3));
    const QFont font = StackMetrics::bold(option.font);
    const QFontMetricsF fontMetrics(font);
    const QString text = fontMetrics.elidedText(index.data().toString(), Qt::ElideRight,
                                                plate.width() - metrics.of(38));
    QRectF label(0, 0, fontMetrics.horizontalAdvance(text) + metrics.of(21),
                 metrics.line + metrics.of(7.5));
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
    const StackMetrics metrics(option.font, m_dense);
    const QRectF row(option.rect);
    const QRectF box(row.right() - metrics.rightMargin + metrics.of(6.6), row.top(),
                     metrics.of(10.4), row.height());
    const QColor color =
        theme::mix(theme::layerColor(0, option.palette), option.palette.color(QPalette::Base), 0.9);
    plate::drawBracket(painter, PlateLayout::visual(option, box, row), part, 2,
                       metrics.rowGap + metrics.of(m_dense ? 3.8 : 5.7), color, isMirrored(option));
}

void StackDelegate::paintLayer(QPainter& painter, const QStyleOptionViewItem& option,
                               const QModelIndex& index) const
{
    const PlateLayout plate(option, index, m_dense);
    paintSlab(painter, option, plate, index);
    const bool quiet = isQuiet(plate, index);
    const QColor strong = theme::layerColor(plate.layer, option.palette);
    const QColor base = option.palette.color(QPalette::Base);
    const QColor soft = theme::mix(strong, base, quietShare);
    plate::drawNumber(
        painter, plate.disc,
        quiet ? plate::DiscColors{base, soft, noteColor(option, index)}
              : plate::DiscColors{strong, strong, theme::layerText(plate.layer, option.palette)},
        QString::number(plate.layer), StackMetrics::bold(plate.minor));
    paintTexts(painter, option, plate, index);
    if (plate.read() || (!m_dense && plate.expected())) {
        plate::drawBar(painter, plate.bar, value<double>(index, StackModel::ShareRole),
                       quiet ? soft : strong, theme::hairline(option.palette), isMirrored(option));
    }
    paintCounts(painter, option, plate, index);
}

void StackDelegate::paintSlab(QPainter& painter, const QStyleOptionViewItem& option,
                              const PlateLayout& plate, const QModelIndex& index) const
{
    const auto& palette = option.palette;
    const QColor base = palette.color(QPalette::Base);
    const bool selected = value<bool>(index, StackModel::SelectedRole);
    const bool quiet = isQuiet(plate, index);
    const bool hovered = option.state.testFlag(QStyle::State_MouseOver);
    const auto share = [&](qreal plain, qreal underMouse, qreal chosen) {
        return selected ? chosen : (hovered ? underMouse : plain) * (quiet ? quietShare : 1.0);
    };
    plate::SlabColors colors;
    colors.strong = theme::mix(theme::layerColor(plate.layer, option.palette), base,
                               quiet && !selected ? quietShare : 1.0);
    colors.under = base;
    colors.face = theme::mix(theme::layerTint(plate.layer, palette), base, share(0.45, 0.8, 1.0));
    colors.border =
        theme::mix(theme::layerColor(plate.layer, option.palette), base, share(0.35, 0.7, 1.0));
    colors.borderWidth = selected ? 2 : 1;
    colors.dashed = plate.state == State::Absent || plate.state == State::Foreign;
    colors.mirrored = isMirrored(option);
    plate::drawSlab(painter, plate.face, plate.metrics.depth, colors);

    if (option.state.testFlag(QStyle::State_HasFocus)) {
        constexpr qreal off = 2.5;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(palette.color(QPalette::Highlight), 2));
        painter.drawRoundedRect(plate.face.adjusted(-off, -off, off, off), 5, 5);
    }
}

QRectF StackDelegate::paintBadges(QPainter& painter, const QStyleOptionViewItem& option,
                                  const PlateLayout& plate, const QModelIndex& index) const
{
    QRectF left = plate.title;
    const auto box = [&] {
        const QRectF r(left.right() - plate.badge, left.center().y() - plate.badge / 2, plate.badge,
                       plate.badge);
        left.setRight(r.left() - plate.metrics.of(3.8));
        return PlateLayout::visual(option, r, plate.title);
    };
    const auto color = [&](Change tone) {
        return theme::mix(theme::changeColor(tone, option.palette),
                          option.palette.color(QPalette::Base),
                          inScope(index) ? 1.0 : quietShare + 0.2);
    };
    switch (value<StackModel::DigestState>(index, StackModel::DigestRole)) {
    case StackModel::DigestState::Verified:
        plate::drawCheckMark(painter, box(), color(Change::Added));
        break;
    case StackModel::DigestState::Mismatch:
    case StackModel::DigestState::Damaged:
        plate::drawCross(painter, box(), color(Change::Removed));
        break;
    case StackModel::DigestState::Pending:
    case StackModel::DigestState::BrokenOff:
    case StackModel::DigestState::Unchecked:
        break;
    }
    if (value<bool>(index, StackModel::HasWarningsRole)) {
        plate::drawWarning(painter, box(), color(Change::Modified));
    }
    left.setRight(left.right() - 2);
    return PlateLayout::visual(option, left, plate.title);
}

void StackDelegate::paintTexts(QPainter& painter, const QStyleOptionViewItem& option,
                               const PlateLayout& plate, const QModelIndex& index) const
{
    const QRectF title = paintBadges(painter, option, plate, index);
    const QString instruction = value<QString>(index, StackModel::InstructionRole);
    painter.setPen(isQuiet(plate, index) ? noteColor(option, index)
                                         : option.palette.color(QPalette::Text));
    if (instruction.isEmpty()) {
        const QFont italic = StackMetrics::italic(option.font);
        painter.setFont(italic);
        painter.drawText(title, leading(option),
                         QFontMetricsF(italic).elidedText(index.data().toString(), Qt::ElideRight,
                                                          title.width()));
    } else {
        painter.setFont(plate.mono);
        painter.drawText(title, leading(option),
                         PlateLayout::fitted(instruction, plate.mono, title.width()));
    }
    if (const auto bytes = index.data(StackModel::ContentSizeRole); bytes.isValid()) {
        painter.setFont(StackMetrics::bold(option.font));
        painter.drawText(plate.size, trailing(option), sizeText(bytes.toULongLong()));
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
    painter.setPen(noteColor(option, index));
    painter.drawText(plate.sub, leading(option),
                     QFontMetricsF(plate.minor).elidedText(sub, Qt::ElideRight, plate.sub.width()));
}

void StackDelegate::paintCounts(QPainter& painter, const QStyleOptionViewItem& option,
                                const PlateLayout& plate, const QModelIndex& index) const
{
    const auto note = [&](const QString& text) {
        const QFont font = StackMetrics::italic(plate.minor);
        painter.setFont(font);
        painter.setPen(noteColor(option, index));
        painter.drawText(
            plate.counts, leading(option),
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
    const QFont font = StackMetrics::bold(plate.minor);
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
        painter.setPen(inScope(index) ? theme::changeColor(change, option.palette)
                                      : theme::faintText(option.palette));
        const QRectF part(x, plate.counts.top(), width + 2, plate.counts.height());
        painter.drawText(PlateLayout::visual(option, part, plate.counts), leading(option), text);
        x += width + plate.metrics.of(11.4);
    }
    if (!any) {
        note(tr("changes no files"));
    }
}

bool StackDelegate::helpEvent(QHelpEvent* event, QAbstractItemView* view,
                              const QStyleOptionViewItem& option, const QModelIndex& index)
{
    return showPlainToolTip(event, view, option.rect, index);
}

} // namespace strata::ui
