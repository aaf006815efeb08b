// SPDX-License-Identifier: Apache-2.0
#include "inspector/timeline_page.h"

#include "inspector/diff_view.h"
#include "inspector/timeline_delegate.h"
#include "models/timeline_model.h"
#include "theme/theme.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>

#include <algorithm>

namespace strata::ui {

TimelinePage::TimelinePage(QWidget* parent)
    : QWidget(parent)
    , m_model(new TimelineModel(this))
    , m_splitter(new QSplitter(Qt::Vertical, this))
    , m_list(new QListView(this))
    , m_diffArea(new QWidget(this))
    , m_diffTitle(new QLabel(this))
    , m_diff(new DiffView(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new TimelineDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("What each layer did to the path"));
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_list, &QWidget::customContextMenuRequested, this, &TimelinePage::showMenu);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &TimelinePage::chosen);

    auto* upper = new QWidget(this);
    auto* column = new QVBoxLayout(upper);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_list, 1);
    column->addWidget(makeButtons());
    column->addStretch();
    auto* lower = new QVBoxLayout(m_diffArea);
    lower->setContentsMargins(0, 0, 0, 0);
    lower->setSpacing(0);
    m_diffTitle->setContentsMargins(16, 8, 16, 2);
    m_diffTitle->setTextFormat(Qt::PlainText);
    auto bold = font();
    bold.setBold(true);
    m_diffTitle->setFont(bold);
    lower->addWidget(m_diffTitle);
    lower->addWidget(m_diff, 1);
    m_splitter->addWidget(upper);
    m_splitter->addWidget(m_diffArea);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 1);
    m_diffArea->hide();
    connect(m_splitter, &QSplitter::splitterMoved, this, [this] { m_placedByHand = true; });
    connect(m_list, &QAbstractItemView::doubleClicked, m_open, [this](const QModelIndex& index) {
        if (index.data(TimelineModel::VersionRole).toInt() >= 0) {
            m_open->trigger();
        }
    });
    updateColors();
}

QWidget* TimelinePage::makeButtons()
{
    auto* bar = new QWidget(this);
    m_buttons = bar;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(14, 6, 14, 8);
    row->setSpacing(6);
    const auto add = [&](const QString& text, const QString& shortText, const QString& tip,
                         const QList<QKeySequence>& keys, auto signal) {
        auto* action = new QAction(text, this);
        action->setShortcuts(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        m_list->addAction(action);
        connect(action, &QAction::triggered, this, signal);
        auto* button = new QPushButton(shortText, bar);
        button->setAccessibleName(text);
        button->setToolTip(
            QStringLiteral("<p>%1 (%2)</p>")
                .arg(tip.toHtmlEscaped(), keys.first().toString(QKeySequence::NativeText)));
        button->setAccessibleDescription(tip);
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        connect(action, &QAction::enabledChanged, button, &QWidget::setEnabled);
        row->addWidget(button);
        return action;
    };
    m_open =
        add(tr("Open"), tr("Open"), tr("Show this copy's content, even if a later layer covers it"),
            {Qt::Key_Return, Qt::Key_Enter}, &TimelinePage::openRequested);
    m_compare = add(tr("Compare with below"), tr("Compare"),
                    tr("How this copy differs from the one below it"), {Qt::Key_D},
                    &TimelinePage::compareRequested);
    m_save =
        add(tr("Save a copy…"), tr("Save…"), tr("Write this copy's content to a file of yours"),
            {Qt::Key_S}, &TimelinePage::saveRequested);
    row->addStretch();
    return bar;
}

void TimelinePage::setVersion(const InspectedVersion& version)
{
    m_updating = true;
    const bool samePath = version.image == m_version.image && version.node == m_version.node &&
                          version.top == m_version.top;
    m_version = version;
    if (!samePath) {
        m_model->setPath(version.image, version.node, version.top);
        fitList();
    }
    if (version && version.index) {
        const auto index = m_model->indexOfLayer(version.version()->layer);
        m_list->setCurrentIndex(index);
        m_list->scrollTo(index);
    }
    m_updating = false;
    enableActions();
    const auto below = version && version.index ? version.below() : std::nullopt;
    if (below && !version.removed()) {
        const auto before = version.at(*below);
        m_diffTitle->setText(
            tr("%1 → %2").arg(layerNameFirst(*before.image, before.version()->layer),
                              layerName(*version.image, version.version()->layer)));
        m_diff->setVersions(before, version);
    } else {
        m_diff->setMessage({}, {});
    }
    const bool hadDiff = !m_diffArea->isHidden();
    m_diffArea->setVisible(below && !version.removed());
    if (!m_placedByHand && (!samePath || hadDiff == m_diffArea->isHidden())) {
        fitSplitter();
    }
}

void TimelinePage::setSaving(bool saving)
{
    m_saving = saving;
    enableActions();
}

void TimelinePage::enableActions()
{
    // On the row of a layer that did nothing there is nothing to act on.
    const auto row = m_list->currentIndex();
    const bool chosen = m_version && m_version.index &&
                        (!row.isValid() || row.data(TimelineModel::VersionRole).toInt() >= 0);
    m_open->setEnabled(chosen);
    m_compare->setEnabled(chosen && !m_version.removed() && m_version.below());
    m_save->setEnabled(chosen && m_version.isFile() && !m_saving);
}

void TimelinePage::fitList()
{
    // The buttons belong right under the last layer.
    int height = 2;
    for (int row = 0; row < m_model->rowCount() && height < 4000; ++row) {
        height += m_list->sizeHintForRow(row);
    }
    m_list->setMaximumHeight(std::max(height, 60));
}

void TimelinePage::fitSplitter()
{
    const int all = m_splitter->height();
    const int upper = std::clamp(m_list->maximumHeight() + m_buttons->sizeHint().height() + 8, 120,
                                 std::max(121, all * 6 / 10));
    m_splitter->setSizes({upper, std::max(1, all - upper)});
}

void TimelinePage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (!m_placedByHand) {
        fitSplitter();
    }
}

void TimelinePage::chosen(const QModelIndex& index)
{
    const int version = index.isValid() ? index.data(TimelineModel::VersionRole).toInt() : -1;
    if (m_updating) {
        return;
    }
    if (version >= 0) {
        Q_EMIT versionChosen(static_cast<std::size_t>(version));
    }
    enableActions();
}

void TimelinePage::showMenu(QPoint at)
{
    if (m_list->indexAt(at).data(TimelineModel::VersionRole).toInt() < 0 ||
        !m_list->indexAt(at).isValid()) {
        return;
    }
    QMenu menu(this);
    menu.addActions({m_open, m_compare, m_save});
    menu.exec(m_list->viewport()->mapToGlobal(at));
}

void TimelinePage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_diffArea) {
        updateColors();
    }
}

void TimelinePage::updateColors()
{
    auto colors = m_splitter->palette();
    colors.setColor(QPalette::Window, palette().color(QPalette::Base));
    m_diffArea->setPalette(colors);
}

} // namespace strata::ui
