// SPDX-License-Identifier: Apache-2.0
#include "inspector/folder_view.h"

#include "inspector/paint_tools.h"
#include "text/format.h"
#include "theme/theme.h"

#include <QLocale>
#include <QPainter>
#include <QStringList>

namespace strata::ui {

namespace {
constexpr std::size_t mostBars = 12;
constexpr int margin = 16;
constexpr int barHeight = 46;
} // namespace

FolderView::FolderView(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setToolTip(tr("A folder is merged from all layers; each file in it comes from one of them."));
}

void FolderView::setSummary(const FolderSummary& summary, const InspectedVersion& folder)
{
    const QLocale locale;
    const auto count = [&locale](std::uint64_t n) { return locale.toString(qulonglong{n}); };
    m_title = summary.children == 0   ? tr("An empty folder")
              : summary.children == 1 ? tr("1 item inside")
                                      : tr("%1 items inside").arg(count(summary.children));
    m_subtitle = tr("%1 files, %2 folders, %3 others below · %4")
                     .arg(count(summary.files), count(summary.folders), count(summary.others),
                          sizeText(summary.bytes));
    m_bars.clear();
    FolderSummary::Origin rest;
    std::size_t restLayers = 0;
    const auto share = [&summary](std::uint64_t bytes) {
        return summary.bytes == 0 ? 0.0
                                  : static_cast<double>(bytes) / static_cast<double>(summary.bytes);
    };
    const auto value = [&](const FolderSummary::Origin& o) {
        return tr("%1 · %2 paths").arg(sizeText(o.bytes), count(o.paths));
    };
    for (const auto& origin : summary.origins) {
        if (m_bars.size() < mostBars) {
            m_bars.push_back({origin.layer, false,
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
            {0, true, tr("%1 more layers").arg(restLayers), value(rest), share(rest.bytes)});
    }
    setAccessibleName(tr("Folder summary"));
    setAccessibleDescription(text());
    updateGeometry();
    update();
}

QString FolderView::text() const
{
    QStringList lines{m_title, m_subtitle};
    for (const auto& bar : m_bars) {
        lines << (bar.rest ? bar.label : tr("layer %1, %2").arg(bar.layer).arg(bar.label)) +
                     QStringLiteral(": ") + bar.value;
    }
    return lines.join(QLatin1Char('\n'));
}

QSize FolderView::sizeHint() const
{
    return {260,
            margin * 2 + fontMetrics().height() * 3 + static_cast<int>(m_bars.size()) * barHeight};
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
    draw({margin, margin + line + 4, width, line}, m_subtitle, Qt::AlignLeft);
    int y = margin + 2 * line + 20;
    for (const auto& bar : m_bars) {
        int x = margin;
        if (!bar.rest) {
            x += paintLayerChip(painter, {x, y}, line + 4, bar.layer) + 8;
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
            painter.setBrush(bar.rest ? theme::mutedText(palette()) : theme::layerColor(bar.layer));
            painter.drawRoundedRect(
                QRectF(track.topLeft(), QSizeF(std::max(5.0, track.width() * bar.share), 5)), 2.5,
                2.5);
        }
        y += barHeight;
    }
}

} // namespace strata::ui
