// SPDX-License-Identifier: Apache-2.0
#include "containers/container_log.h"

#include "containers/act_delegate.h"
#include "containers/act_model.h"
#include "text/announce.h"
#include "text/format.h"
#include "theme/progress.h"
#include "theme/theme.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QProgressBar>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace strata::ui {

ContainerLog::ContainerLog(ContainerDeck& deck, QWidget* parent)
    : QWidget(parent)
    , m_deck(deck)
    , m_model(new ActModel(deck, this))
    , m_title(new QLabel(this))
    , m_hint(new QLabel(this))
    , m_view(new QListView(this))
    , m_progress(new QProgressBar(this))
    , m_stop(new QToolButton(this))
    , m_header(new QHBoxLayout)
    , m_operations(new QToolBar(this))
    , m_line(new QLineEdit(this))
{
    setObjectName(QStringLiteral("containerLog"));
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    prepareList();
    prepareHeader();
    prepareField();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* field = new QHBoxLayout;
    field->setContentsMargins(ActDelegate::side + 3, 5, ActDelegate::side + 3, 10);
    field->addWidget(m_line);
    layout->addLayout(m_header);
    layout->addWidget(m_operations);
    layout->addWidget(m_hint);
    layout->addWidget(m_view, 1);
    layout->addLayout(field);
    addCopyAction();
    connectDeck();
    updateColors();
    showBusy();
    refresh();
}

void ContainerLog::prepareList()
{
    m_title->setTextFormat(Qt::PlainText);
    m_hint->setTextFormat(Qt::PlainText);
    m_hint->setWordWrap(true);
    m_hint->setContentsMargins(ActDelegate::side, 4, ActDelegate::side, 10);
    m_hint->setText(tr("Nothing has been done in it yet. Choose a path and change it by its menu "
                       "(right click, or the menu key), or drop files on the tree. Each step says "
                       "here which layers were looked at, and what it left in the container."));
    m_view->setObjectName(QStringLiteral("actList"));
    m_view->setModel(m_model);
    m_view->setItemDelegate(new ActDelegate(m_view));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setResizeMode(QListView::Adjust);
    m_view->setLayoutMode(QListView::Batched); // a drop may leave thousands of lines
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setAccessibleName(tr("What was done in the container"));
}

void ContainerLog::prepareHeader()
{
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(90);
    m_progress->setMaximumHeight(6);
    m_progress->setAccessibleName(tr("Working in the container"));
    m_stop->setText(tr("Stop"));
    m_stop->setAutoRaise(true);
    m_stop->setToolTip(tr("Stop the operation that is being done, which then changes nothing, and "
                          "forget those that wait."));
    m_header->setContentsMargins(ActDelegate::side, 8, ActDelegate::side - 4, 2);
    m_header->addWidget(m_title);
    m_header->addStretch(1);
    m_header->addWidget(m_progress);
    m_header->addWidget(m_stop);
    m_operations->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_operations->setContentsMargins(ActDelegate::side - 6, 0, ActDelegate::side - 6, 0);
}

void ContainerLog::prepareField()
{
    m_line->setObjectName(QStringLiteral("operationField"));
    m_line->setPlaceholderText(tr("any operation: chown 33:33 /srv, ln -s a /b, touch /c, …"));
    m_line->setFont(theme::resized(theme::monospace(), font(), 0.94));
    m_line->setAccessibleName(tr("An operation, as a line for strata run"));
    m_line->setToolTip(toolTipText(
        tr("A line as “strata run” takes it, paths from the container's root: append, cat, chmod, "
           "chown, create, edit, ln, mkdir, mkfifo, mknod, mv, put, read, rename, rm, rmdir, "
           "setfattr, touch, truncate, unlink, write. Up and Down bring lines back.")));
    m_line->setFrame(false);
    m_line->installEventFilter(this);
    connect(m_line, &QLineEdit::returnPressed, this, &ContainerLog::enterLine);
}

void ContainerLog::addCopyAction()
{
    auto* copy = new QAction(tr("Copy lines"), this);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(copy, &QAction::triggered, this, [this] {
        auto rows = m_view->selectionModel()->selectedIndexes();
        std::ranges::sort(rows, {}, &QModelIndex::row);
        QStringList lines;
        for (const auto& row : rows) {
            lines << QString::fromStdString(
                m_deck.acts(m_deck.current())[static_cast<std::size_t>(row.row())].line);
        }
        if (!lines.isEmpty()) {
            QApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
        }
    });
    addAction(copy);
}

void ContainerLog::connectDeck()
{
    connect(m_view, &QListView::activated, this,
            [this](const QModelIndex& index) { Q_EMIT replayWanted(index.row()); });
    connect(m_stop, &QToolButton::clicked, &m_deck, &ContainerDeck::cancel);
    connect(&m_deck, &ContainerDeck::busyChanged, this, &ContainerLog::showBusy);
    connect(&m_deck, &ContainerDeck::progressed, this,
            [this](quint64 done, quint64 total) { setProgress(*m_progress, done, total); });
    connect(&m_deck, &ContainerDeck::currentChanged, this, &ContainerLog::forgetRecalled);
    connect(&m_deck, &ContainerDeck::performed, this, &ContainerLog::tellOf);
    connect(m_model, &QAbstractItemModel::modelReset, this, &ContainerLog::refresh);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, &ContainerLog::refresh);
}

void ContainerLog::addButtons(const QList<QAction*>& actions)
{
    for (auto* action : actions) {
        auto* button = new QToolButton(this);
        button->setDefaultAction(action);
        button->setAutoRaise(true);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        m_header->addWidget(button);
    }
}

void ContainerLog::addOperations(const QList<QAction*>& actions)
{
    m_operations->addActions(actions);
}

void ContainerLog::enterLine()
{
    const auto line = m_line->text().trimmed();
    if (!line.isEmpty() && m_deck.perform({line.toStdString()})) {
        m_line->clear();
        forgetRecalled();
    }
}

void ContainerLog::forgetRecalled()
{
    m_recalled = -1;
    m_draft.clear();
}

/// Shows another line in the field: one that was done before, or behind them what was being typed.
void ContainerLog::recall(bool back)
{
    const auto& acts = m_deck.acts(m_deck.current());
    const auto count = static_cast<qsizetype>(acts.size());
    if (count == 0) {
        return;
    }
    const auto at = m_recalled < 0 ? count : std::min(m_recalled, count);
    if (at == count) {
        m_draft = m_line->text();
    }
    const auto next = std::clamp<qsizetype>(back ? at - 1 : at + 1, 0, count);
    m_recalled = next == count ? -1 : next;
    m_line->setText(next == count
                        ? m_draft
                        : QString::fromStdString(acts[static_cast<std::size_t>(next)].line));
}

/// Up and Down in the field go through the lines that were done before.
bool ContainerLog::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_line &&
        (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)) {
        update(); // the frame
    }
    if (watched != m_line || event->type() != QEvent::KeyPress || m_deck.current() < 0) {
        return QWidget::eventFilter(watched, event);
    }
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key != Qt::Key_Up && key != Qt::Key_Down) {
        return QWidget::eventFilter(watched, event);
    }
    recall(key == Qt::Key_Up);
    return true;
}

void ContainerLog::setBelowCaption(QWidget* widget)
{
    static_cast<QVBoxLayout*>(layout())->insertWidget(2, widget);
}

void ContainerLog::tellOf(int container, std::size_t first)
{
    if (container == m_deck.current()) {
        const auto row = m_model->index(static_cast<int>(first));
        announce(m_view, row.data(Qt::AccessibleTextRole).toString());
    }
}

void ContainerLog::refresh()
{
    const int container = m_deck.current();
    setVisible(container >= 0);
    m_title->setText(container < 0 ? QString()
                                   : tr("%1 · what happened").arg(m_deck.name(container)));
    m_hint->setVisible(m_model->rowCount() == 0);
    m_view->setVisible(m_model->rowCount() > 0);
    m_view->scrollToBottom();
}

void ContainerLog::showBusy()
{
    m_progress->setVisible(m_deck.busy());
    m_stop->setVisible(m_deck.busy());
    if (!m_deck.busy()) {
        m_progress->setRange(0, 0);
    }
}

void ContainerLog::paintEvent(QPaintEvent*)
{
    // Styles draw hardly any frame on a dark ground.
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(m_line->hasFocus() ? theme::accentEdge(palette())
                                      : theme::controlEdge(palette()));
    painter.drawRoundedRect(QRectF(m_line->geometry()).adjusted(-2.5, -1.5, 2.5, 1.5), 4, 4);
}

void ContainerLog::updateColors()
{
    auto bold = font();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    theme::setTextColor(m_hint, theme::mutedText(palette()));
}

void ContainerLog::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_header) {
        updateColors();
    }
}

} // namespace strata::ui
