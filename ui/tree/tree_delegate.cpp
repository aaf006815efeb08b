// SPDX-License-Identifier: Apache-2.0
#include "tree/tree_delegate.h"

#include "models/tree_model.h"
#include "text/format.h"
#include "theme/layer_chip.h"
#include "theme/theme.h"
#include "tree/tree_icons.h"

#include <QPainter>

#include <algorithm>
#include <string_view>

namespace strata::ui {

namespace {

constexpr int iconSize = 16;
constexpr int gap = 6;

QString elided(const QPainter& painter, const QString& text, int width)
{
    return painter.fontMetrics().elidedText(text, Qt::ElideRight, width);
}

std::string_view view(const QByteArray& bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

} // namespace

QString originText(const QFontMetrics& metrics, const QString& instruction, int width)
{
    if (metrics.horizontalAdvance(instruction) <= width) {
        return instruction;
    }
    const auto cut = instruction.indexOf(QStringLiteral("… "));
    return metrics.elidedText(cut < 0 ? instruction : instruction.sliced(cut + 2), Qt::ElideRight,
                              width);
}

QString linkTargetText(const QFontMetrics& metrics, const QString& target, int width)
{
    constexpr int fewest = 8; // characters' room
    const QString arrow = QStringLiteral("→ ");
    const int room = width - metrics.horizontalAdvance(arrow);
    const bool whole = metrics.horizontalAdvance(target) <= room;
    if (target.isEmpty() || (!whole && room < fewest * metrics.averageCharWidth())) {
        return {};
    }
    return arrow + metrics.elidedText(target, Qt::ElideLeft, room);
}

QString elidedName(const QFontMetrics& metrics, const QString& name, int width)
{
    QString out = metrics.elidedText(name, Qt::ElideMiddle, width);
    if (out == name) {
        return out;
    }
    auto mark = out.indexOf(QChar(0x2026));
    while (mark > 0 && out.at(mark - 1) == QLatin1Char('.')) {
        out.remove(--mark, 1);
    }
    while (mark >= 0 && mark + 1 < out.size() && out.at(mark + 1) == QLatin1Char('.')) {
        out.remove(mark + 1, 1);
    }
    return out;
}

TreeDelegate::TreeDelegate(QObject* parent)
    : QStyledItemDelegate(parent)
{
    refreshFonts();
}

void TreeDelegate::refreshFonts()
{
    const auto code = theme::monospace();
    m_monospace = theme::resized(code, code, 0.94);
}

QSize TreeDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const int height = std::max(iconSize, option.fontMetrics.height()) + 9;
    int width = option.fontMetrics.horizontalAdvance(index.data().toString()) + 2 * gap + 4;
    if (index.column() == TreeModel::Name || index.column() == TreeModel::Origin) {
        width += iconSize + gap;
    } else if (index.column() == TreeModel::Changed) {
        width += 3 * gap;
    }
    return {width, height};
}

void TreeDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const
{
    painter->save();
    painter->setClipRect(option.rect, Qt::IntersectClip);
    painter->setFont(option.font);
    switch (index.column()) {
    case TreeModel::Name:
        paintName(*painter, option, index);
        break;
    case TreeModel::Origin:
        paintOrigin(*painter, option, index);
        break;
    case TreeModel::Changed:
        paintChange(*painter, option, index);
        break;
    default:
        paintPlain(*painter, option, index);
        break;
    }
    painter->restore();
}

void TreeDelegate::paintName(QPainter& painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const
{
    const auto type = static_cast<FileType>(index.data(TreeModel::TypeRole).toInt());
    const bool removed = index.data(TreeModel::RemovedRole).toBool();
    const bool matches = index.data(TreeModel::MatchesRole).toBool();
    QRect rect = option.rect.adjusted(2, 0, -gap, 0);
    const QRectF icon(rect.left(), rect.center().y() - iconSize / 2.0 + 0.5, iconSize, iconSize);
    painter.setOpacity(removed || !matches ? 0.55 : 1.0);
    paintFileIcon(painter, icon, type, option.palette);
    painter.setOpacity(1.0);
    rect.setLeft(rect.left() + iconSize + gap);

    const auto muted = theme::mutedText(option.palette);
    painter.setPen(removed   ? theme::changeColor(Change::Removed, option.palette)
                   : matches ? option.palette.color(QPalette::Text)
                             : muted);
    QFont font = option.font;
    font.setStrikeOut(removed);
    painter.setFont(font);
    const QString name = elidedName(painter.fontMetrics(), index.data().toString(), rect.width());
    painter.drawText(rect, Qt::AlignVCenter | Qt::AlignLeft, name);
    if (type != FileType::Symlink) {
        return;
    }
    const auto target = index.data(TreeModel::TargetRole).toByteArray();
    rect.setLeft(rect.left() + painter.fontMetrics().horizontalAdvance(name) + gap);
    painter.setFont(option.font);
    painter.setPen(muted);
    painter.drawText(
        rect, Qt::AlignVCenter | Qt::AlignLeft,
        linkTargetText(painter.fontMetrics(), strata::ui::displayText(view(target)), rect.width()));
}

void TreeDelegate::paintOrigin(QPainter& painter, const QStyleOptionViewItem& option,
                               const QModelIndex& index) const
{
    const int layer = index.data(TreeModel::LayerRole).toInt();
    if (layer < 0) {
        return;
    }
    QRect rect = option.rect.adjusted(gap, 0, -gap, 0);
    const qreal height = std::min(18.0, rect.height() - 6.0);
    const qreal width = index.data(TreeModel::ContainerRole).toBool()
                            ? paintContainerChip(painter, rect.left(), rect.center().y() + 0.5,
                                                 height, option.palette)
                            : paintLayerChip(painter, rect.left(), rect.center().y() + 0.5, height,
                                             static_cast<unsigned>(layer), option.palette);
    rect.setLeft(rect.left() + static_cast<int>(width) + gap);
    painter.setFont(m_monospace);
    painter.setPen(theme::mutedText(option.palette));
    painter.drawText(rect, Qt::AlignVCenter | Qt::AlignLeft,
                     originText(painter.fontMetrics(), index.data().toString(), rect.width()));
}

void TreeDelegate::paintChange(QPainter& painter, const QStyleOptionViewItem& option,
                               const QModelIndex& index) const
{
    const int raw = index.data(TreeModel::ChangeRole).toInt();
    if (raw < 0) {
        return;
    }
    const auto change = static_cast<Change>(raw);
    const QString text = index.data().toString();
    const QRect rect = option.rect.adjusted(gap, 0, -gap, 0);
    if (index.data(TreeModel::QuietRole).toBool() || change == Change::Unchanged) {
        // The base image adds everything: only what upper layers did should catch the eye.
        painter.setPen(theme::mutedText(option.palette));
        painter.drawText(rect.adjusted(gap + 2, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft,
                         elided(painter, text, rect.width() - gap - 2));
        return;
    }
    QFont font = theme::resized(option.font, option.font, 0.94);
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    const int inner = 8;
    const int width =
        std::min(rect.width(), painter.fontMetrics().horizontalAdvance(text) + 2 * inner);
    const qreal height = std::min<qreal>(rect.height() - 7, painter.fontMetrics().height() + 3);
    const QRectF pill(rect.left(), rect.center().y() - height / 2 + 0.5, width, height);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme::changeTint(change, option.palette));
    painter.drawRoundedRect(pill, height / 2, height / 2);
    painter.setPen(theme::changeColor(change, option.palette));
    painter.drawText(pill.adjusted(inner, 0, -inner + 2, 0), Qt::AlignVCenter | Qt::AlignLeft,
                     elided(painter, text, width - 2 * inner + 2));
}

void TreeDelegate::paintPlain(QPainter& painter, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const
{
    const bool right = index.column() == TreeModel::Size;
    const bool folder =
        index.data(TreeModel::TypeRole).toInt() == static_cast<int>(FileType::Directory);
    const bool special = index.column() == TreeModel::Mode &&
                         (index.data(TreeModel::ModeRole).toUInt() & 06000U) != 0 && !folder;
    const bool quiet = index.column() != TreeModel::Size || folder ||
                       index.data(TreeModel::RemovedRole).toBool() ||
                       !index.data(TreeModel::MatchesRole).toBool();
    painter.setPen(special ? theme::changeColor(Change::Modified, option.palette)
                   : quiet ? theme::mutedText(option.palette)
                           : option.palette.color(QPalette::Text));
    if (index.column() == TreeModel::Mode || index.column() == TreeModel::Owner) {
        QFont font = m_monospace;
        font.setBold(special);
        painter.setFont(font);
    }
    const QRect rect = option.rect.adjusted(gap, 0, -gap, 0);
    const int alignment = Qt::AlignVCenter | (right ? int(Qt::AlignRight) : int(Qt::AlignLeft));
    painter.drawText(rect, alignment, elided(painter, index.data().toString(), rect.width()));
}

} // namespace strata::ui
