// SPDX-License-Identifier: Apache-2.0
#include "tree/breadcrumb_bar.h"

#include "text/format.h"
#include "theme/theme.h"

#include <QEvent>
#include <QLabel>
#include <QToolButton>

#include <algorithm>
#include <ranges>

namespace strata::ui {

namespace {
constexpr int margin = 16;
constexpr qsizetype nameLimit = 48;
/// Folders that get a button; the ones above them in a deeper path are never in sight.
constexpr std::size_t mostFolders = 32;
} // namespace

BreadcrumbBar::BreadcrumbBar(QWidget* parent)
    : QWidget(parent)
    , m_gap(new QLabel(QStringLiteral("…"), this))
    , m_note(new QLabel(this))
{
    setObjectName(QStringLiteral("breadcrumbBar"));
    setAccessibleName(tr("Path of the selected file"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setObjectName(QStringLiteral("matchNote"));
    m_gap->hide();
    updateColors();
    setNode(nullptr, {});
}

QToolButton* BreadcrumbBar::makeButton(const QString& text, NodeId node)
{
    auto* button = new QToolButton(this);
    button->setText(
        menuText(text.size() > nameLimit ? text.left(nameLimit) + QChar(0x2026) : text));
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setAccessibleName(tr("Go to %1").arg(text));
    connect(button, &QToolButton::clicked, this, [this, node] { Q_EMIT nodeChosen(node); });
    return button;
}

void BreadcrumbBar::setNode(const MergedTree* tree, NodeId node)
{
    std::vector<NodeId> nodes; // root last
    while (tree && node.valid() && node != MergedTree::root() && nodes.size() < mostFolders) {
        nodes.push_back(node);
        node = tree->parent(node);
    }
    m_deeper = tree && node.valid() && node != MergedTree::root();
    std::ranges::reverse(nodes);
    // What both paths begin with stays, and keeps the focus where it is.
    const auto [differs, _] = std::ranges::mismatch(nodes, m_nodes);
    const auto same = tree ? static_cast<std::size_t>(differs - nodes.begin()) : 0;
    const auto kept = m_parts.empty() ? 0 : 1 + 2 * same;
    for (auto i = kept; i < m_parts.size(); ++i) {
        m_parts[i]->hide();
        m_parts[i]->deleteLater();
    }
    m_parts.resize(kept);
    m_nodes = std::move(nodes);
    if (m_parts.empty()) {
        m_parts.push_back(makeButton(QStringLiteral("/"), MergedTree::root()));
    }
    for (const auto at : m_nodes | std::views::drop(same)) {
        m_parts.push_back(new QLabel(QStringLiteral("›"), this));
        m_parts.push_back(makeButton(displayText(tree->name(at)), at));
    }
    for (auto* part : m_parts) {
        auto font = this->font();
        font.setWeight(part == m_parts.back() ? QFont::DemiBold : QFont::Normal);
        part->setFont(font);
    }
    updateColors();
    arrange();
}

void BreadcrumbBar::setNote(const QString& text)
{
    m_note->setText(text);
    arrange();
}

void BreadcrumbBar::updateColors()
{
    const auto muted = theme::mutedText(palette());
    theme::setTextColor(m_gap, muted);
    theme::setTextColor(m_note, muted);
    for (auto* part : m_parts) {
        if (qobject_cast<QLabel*>(part)) {
            theme::setTextColor(part, muted);
        }
    }
}

void BreadcrumbBar::arrange()
{
    m_note->adjustSize();
    const int noteLeft = width() - margin - m_note->width();
    m_note->move(noteLeft, (height() - m_note->height()) / 2);
    const int room = noteLeft - 2 * margin;
    int needed = 0;
    for (auto* part : m_parts) {
        part->adjustSize();
        needed += part->width();
    }
    // "/" stays, then "…" stands for as many folders as it takes; the last one stays too.
    std::size_t firstShown = 1;
    const bool cut = m_deeper || needed > room;
    if (cut) {
        needed += m_gap->sizeHint().width();
    }
    while (needed > room && firstShown + 2 < m_parts.size()) {
        needed -= m_parts[firstShown]->width() + m_parts[firstShown + 1]->width();
        firstShown += 2;
    }
    m_gap->setVisible(m_deeper || (cut && firstShown > 1));
    int x = margin - 6;
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        auto* part = m_parts[i];
        const bool shown = i == 0 || i >= firstShown;
        part->setVisible(shown);
        if (i == 1 && m_gap->isVisibleTo(this)) {
            m_gap->adjustSize();
            m_gap->move(x, (height() - m_gap->height()) / 2);
            x += m_gap->width();
        }
        if (shown) {
            part->move(x, (height() - part->height()) / 2);
            x += part->width();
        }
    }
}

void BreadcrumbBar::resizeEvent(QResizeEvent*)
{
    arrange();
}

void BreadcrumbBar::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) {
        updateColors();
    }
    QWidget::changeEvent(event);
}

QSize BreadcrumbBar::sizeHint() const
{
    return {400, fontMetrics().height() + 18};
}

QSize BreadcrumbBar::minimumSizeHint() const
{
    return {160, sizeHint().height()};
}

} // namespace strata::ui
