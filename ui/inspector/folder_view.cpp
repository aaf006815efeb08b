// SPDX-License-Identifier: Apache-2.0
#include "inspector/folder_view.h"

#include "text/format.h"
#include "theme/layer_chip.h"
#include "theme/theme.h"

#include <QLocale>
#include <QPainter>
#include <QStringList>

namespace strata::ui {

namespace {
constexpr std::size_t mostBars = 12;
constexpr int margin = 16;
constexpr int barHeight = 46;
constexpr int wrapped = Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap;
} // namespace

FolderView::FolderView(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setToolTip(tr("A folder is merged from all layers; each file in it comes from one of them."));
}

void FolderView::setSummary(const FolderSummary& summary, const InspectedVersion& folder)
{
    const QLocale locale;
    const auto count = [&locale](std::uint64_t n) { return locale.toString(qulonglong{n}); };
    m_title = summary.children == 0   ? tr("An empty folder")
              : summary.children == 1 ? tr("1 item inside")
                                      : tr("%1 items inside").arg(count(summary.children));
    QStringList parts;
    const auto add = [&](std::uint64_t n, const QString& one, const QString& many) {
        if (n > 0) {
            parts << (n == 1 ? one : many.arg(count(n)));
        }
    };
    add(summary.files, tr("1 file"), tr("%1 files"));
    add(summary.folders, tr("1 folder"), tr("%1 folders"));
    add(summary.links, tr("1 link"), tr("%1 links"));
    add(summary.others, tr("1 device or pipe"), tr("%1 devices and pipes"));
    QStringList notes;
    if (!parts.isEmpty()) {
        notes << tr("%1 below · %2").arg(parts.join(QStringLiteral(", ")), sizeText(summary.bytes));
    }
    if (summary.moreNames > 0) {
        notes << (summary.moreNames == 1
                      ? tr("1 of the files is a hard link to another one here; that content is "
                           "counted once.")
                      : tr("%1 of the files are hard links to another one here; that content is "
                           "counted once.")
                            .arg(count(summary.moreNames)));
    }
    if (const auto top = stackOf(folder); top != folder.top) {
        notes << tr("As of %1, whose copy this is.").arg(layerName(*folder.image, top));
    }
    m_subtitle = notes.join(QLatin1Char('\n'));
    m_bars.clear();
    FolderSummary::Origin rest;
    std::size_t restLayers = 0;
    const auto share = [&summary](std::uint64_t bytes) {
        return summary.bytes == 0 ? 0.0
                                  : static_cast<double>(bytes) / static_cast<double>(summary.bytes);
    };
    const auto value = [&](const FolderSummary::Origin& o) {
        return o.paths == 1 ? tr("%1 · 1 path").arg(sizeText(o.bytes))
                            : tr("%1 · %2 paths").arg(sizeText(o.bytes), count(o.paths));
    };
    for (const auto& origin : summary.origins) {
        if (m_bars.size() < mostBars) {
            m_bars.push_back({origin.layer, false, folder.image->isContainers(origin.layer),
                              layerInstructionText(folder.image->image(), origin.layer),
                              value(origin), share(origin.bytes)});
        } else {
            rest.bytes += origin.bytes;
            rest.paths += origin.paths;
            ++restLayers;
        }
    }
    if (restLayers > 0) {
        m_bars.push_back(
            {0, true, false,
             restLayers == 1 ? tr("1 more layer") : tr("%1 more layers").arg(restLayers),
             value(rest), share(rest.bytes)});
    }
    setAccessibleName(tr("Folder summary"));
    setAccessibleDescription(text());
    updateGeometry();
    update();
}

QString FolderView::text() const
{
    QStringList lines{m_title, m_subtitle};
    lines.removeAll(QString());
    for (const auto& bar : m_bars) {
        lines << (bar.rest || bar.container ? bar.label
                                            : tr("layer %1, %2").arg(bar.layer).arg(bar.label)) +
                     QStringLiteral(": ") + bar.value;
    }
    return lines.join(QLatin1Char('\n'));
}

int FolderView::subtitleHeight(int width) const
{
    return m_subtitle.isEmpty()
               ? 0
               : fontMetrics()
                     .boundingRect(QRect(0, 0, std::max(width - 2 * margin, 80), 4000), wrapped,
                                   m_subtitle)
                     .height();
}

QSize FolderView::sizeHint() const
{
    return {260, heightForWidth(260)};
}

int FolderView::heightForWidth(int width) const
{
    return margin * 2 + fontMetrics().height() + 20 + subtitleHeight(width) +
           static_cast<int>(m_bars.size()) * barHeight;
}

void FolderView::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), palette().color(QPalette::Base));
    const int line = fontMetrics().height();
    const int width = this->width() - 2 * margin;
    const auto draw = [&](QRect where, const QString& text, Qt::Alignment align) {
        painter.drawText(where, static_cast<int>((align | Qt::AlignVCenter).toInt()),
                         fontMetrics().elidedText(text, Qt::ElideRight, where.width()));
    };
    auto bold = font();
    bold.setBold(true);
    painter.setFont(bold);
    painter.setPen(palette().color(QPalette::Text));
    draw({margin, margin, width, line}, m_title, Qt::AlignLeft);
    painter.setFont(font());
    painter.setPen(theme::mutedText(palette()));
    const int words = subtitleHeight(this->width());
    painter.drawText(QRect(margin, margin + line + 4, width, words), wrapped, m_subtitle);
    int y = margin + line + 4 + words + 16;
    for (const auto& bar : m_bars) {
        int x = margin;
        if (!bar.rest) {
            const qreal middle = y + (line + 4) / 2.0;
            const qreal chip = bar.container
                                   ? paintContainerChip(painter, x, middle, line + 4, palette())
                                   : paintLayerChip(painter, x, middle, line + 4, bar.layer);
            x += static_cast<int>(chip) + 8;
        }
        const int valueWidth = fontMetrics().horizontalAdvance(bar.value);
        painter.setPen(theme::mutedText(palette()));
        draw({margin + width - valueWidth, y, valueWidth + 1, line + 4}, bar.value, Qt::AlignRight);
        painter.setPen(palette().color(QPalette::Text));
        draw({x, y, margin + width - valueWidth - 10 - x, line + 4}, bar.label, Qt::AlignLeft);
        const QRectF track(margin, y + line + 9, width, 5);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme::hairline(palette()));
        painter.drawRoundedRect(track, 2.5, 2.5);
        if (bar.share > 0) {
            painter.setBrush(bar.rest        ? theme::mutedText(palette())
                             : bar.container ? theme::containerColor(palette())
                                             : theme::layerColor(bar.layer));
            painter.drawRoundedRect(
                QRectF(track.topLeft(), QSizeF(std::max(5.0, track.width() * bar.share), 5)), 2.5,
                2.5);
        }
        y += barHeight;
    }
}

} // namespace strata::ui
