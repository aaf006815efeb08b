// SPDX-License-Identifier: Apache-2.0
#include "theme/page_tabs.h"

#include "theme/theme.h"

#include <QLocale>
#include <QPainter>

namespace strata::ui {

namespace {
constexpr int sideMargin = 16;
constexpr int countGap = 6;
constexpr int underline = 3;
} // namespace

PageTabs::PageTabs(QWidget* parent)
    : QTabBar(parent)
{
    setDocumentMode(true);
    setDrawBase(false);
    setExpanding(false);
    setUsesScrollButtons(true);
    setFocusPolicy(Qt::TabFocus);
}

QString PageTabs::countText(int index) const
{
    const int count = tabData(index).toInt();
    return count > 0 ? QLocale().toString(count) : QString();
}

void PageTabs::setCount(int tab, int count)
{
    setTabData(tab, count);
    setAccessibleTabName(tab,
                         count > 0 ? tr("%1, %2").arg(tabText(tab), countText(tab)) : tabText(tab));
    // The tab's width is measured again only when its text is set to another.
    const QString text = tabText(tab);
    setTabText(tab, {});
    setTabText(tab, text);
}

QSize PageTabs::tabSizeHint(int index) const
{
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    const QFontMetrics metrics(bold);
    int width = metrics.horizontalAdvance(tabText(index)) + 2 * sideMargin;
    if (const auto count = countText(index); !count.isEmpty()) {
        width += metrics.horizontalAdvance(count) + countGap + 10;
    }
    return {width, metrics.height() + 20};
}

QSize PageTabs::minimumTabSizeHint(int index) const
{
    return tabSizeHint(index);
}

void PageTabs::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme::hairline(palette()));
    for (int i = 0; i < count(); ++i) {
        const QRect tab = tabRect(i);
        const bool current = i == currentIndex();
        QFont font = this->font();
        font.setWeight(current ? QFont::DemiBold : QFont::Normal);
        painter.setFont(font);
        painter.setPen(current ? palette().color(QPalette::WindowText)
                               : theme::mutedText(palette()));
        const QRect text = tab.adjusted(sideMargin, 0, -sideMargin + 2, 0);
        painter.drawText(text, Qt::AlignVCenter | Qt::AlignLeft, tabText(i));
        if (const auto count = countText(i); !count.isEmpty()) {
            const QFontMetrics metrics(font);
            const int width = metrics.horizontalAdvance(count) + 10;
            const QRectF badge(text.left() + metrics.horizontalAdvance(tabText(i)) + countGap,
                               tab.center().y() - metrics.height() / 2.0, width, metrics.height());
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme::changeTint(Change::Modified, palette()));
            painter.drawRoundedRect(badge, badge.height() / 2, badge.height() / 2);
            painter.setPen(theme::changeColor(Change::Modified, palette()));
            painter.drawText(badge, Qt::AlignCenter, count);
        }
        if (current) {
            painter.fillRect(QRect(tab.left() + sideMargin - 6, tab.bottom() - underline + 1,
                                   tab.width() - 2 * sideMargin + 12, underline),
                             palette().color(QPalette::Accent));
        }
        if (current && hasFocus()) {
            painter.setPen(QPen(palette().color(QPalette::Highlight), 1.2));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(QRectF(tab).adjusted(4.5, 5.5, -4.5, -6.5), 4, 4);
        }
    }
}

} // namespace strata::ui
