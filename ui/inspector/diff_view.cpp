// SPDX-License-Identifier: Apache-2.0
#include "inspector/diff_view.h"

#include "base/limits.h"
#include "inspector/diff_delegate.h"
#include "inspector/message_view.h"
#include "models/metadata_changes.h"
#include "text/format.h"
#include "theme/theme.h"
#include "theme/toggle_button.h"

#include <QAction>
#include <QClipboard>
#include <QGridLayout>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QLocale>
#include <QProgressBar>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>

#include <algorithm>
#include <limits>
#include <ranges>

namespace strata::ui {

namespace {
/// Bounds of the table, whatever a layer holds.
constexpr std::size_t mostProperties = 40;
constexpr qsizetype longestValue = 200;
constexpr int tableHeight = 150;
constexpr unsigned foldedContext = 3;
constexpr unsigned everything = 100'000'000; ///< lines of context that leave nothing out
} // namespace

DiffView::DiffView(QWidget* parent)
    : QWidget(parent)
    , m_model(new DiffModel(this))
    , m_tableArea(new QScrollArea(this))
    , m_table(new QWidget(this))
    , m_grid(new QGridLayout(m_table))
    , m_spinner(new QProgressBar(this))
    , m_stack(new QStackedWidget(this))
    , m_list(new QListView(this))
    , m_message(new MessageView(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_grid->setContentsMargins(16, 8, 16, 8);
    m_grid->setHorizontalSpacing(16);
    m_grid->setVerticalSpacing(4);
    m_grid->setColumnStretch(1, 1);
    m_tableArea->setWidget(m_table);
    m_tableArea->setWidgetResizable(true);
    m_tableArea->setFrameShape(QFrame::NoFrame);
    m_tableArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_tableArea->setFocusPolicy(Qt::TabFocus);
    m_tableArea->setAccessibleName(tr("Changed metadata"));
    layout->addWidget(m_tableArea);
    layout->addWidget(makeBar());
    m_spinner->setRange(0, 0);
    m_spinner->setTextVisible(false);
    m_spinner->setFixedHeight(3);
    m_spinner->setAccessibleName(tr("Comparing"));
    m_spinner->hide();
    layout->addWidget(m_spinner);

    m_list->setModel(m_model);
    m_list->setItemDelegate(new DiffDelegate(m_list));
    m_list->setFont(theme::monospace());
    m_list->setUniformItemSizes(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setAccessibleName(tr("Difference, line by line"));
    m_list->installEventFilter(this);
    connect(m_list, &QAbstractItemView::activated, this, [this](const QModelIndex& index) {
        if (index.data(DiffModel::FoldedRole).toUInt() > 0) {
            m_unfold->setChecked(true);
        }
    });
    m_stack->addWidget(m_list);
    m_stack->addWidget(m_message);
    layout->addWidget(m_stack, 1);

    m_start.setSingleShot(true);
    m_start.setInterval(120);
    connect(&m_start, &QTimer::timeout, this, &DiffView::compute);
    m_spinnerDelay.setSingleShot(true);
    m_spinnerDelay.setInterval(150);
    connect(&m_spinnerDelay, &QTimer::timeout, this, [this] {
        m_spinner->show();
        m_message->setMessage(tr("Comparing…"), {}); // not the difference shown before
        m_stack->setCurrentWidget(m_message);
        m_bar->hide();
    });
    connect(&m_worker, &Worker::started, this, [this] { m_spinnerDelay.start(); });
    connect(&m_worker, &Worker::finished, this, [this] {
        m_spinnerDelay.stop();
        m_spinner->hide();
    });
    updateColors();
}

QWidget* DiffView::makeBar()
{
    m_bar = new QWidget(this);
    auto* row = new QHBoxLayout(m_bar);
    row->setContentsMargins(16, 4, 12, 4);
    row->setSpacing(2);
    m_summary = new QLabel(m_bar);
    m_summary->setTextFormat(Qt::PlainText);
    row->addWidget(m_summary, 1);
    const auto add = [&](QToolButton* button, const QString& text, const QString& name,
                         const QString& tip) {
        button->setText(text);
        button->setAccessibleName(name);
        button->setToolTip(tip);
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::TabFocus);
        row->addWidget(button);
        return button;
    };
    m_unfold = add(new ToggleButton(m_bar), tr("All lines"), tr("Show all lines"), {});
    m_unfold->setCheckable(true);
    connect(m_unfold, &QToolButton::toggled, this, &DiffView::setUnfolded);
    m_previous = add(new QToolButton(m_bar), QStringLiteral("↑"), tr("Previous change"),
                     tr("Previous change (Shift+F7)"));
    m_next =
        add(new QToolButton(m_bar), QStringLiteral("↓"), tr("Next change"), tr("Next change (F7)"));
    const auto shortcut = [this](QToolButton* button, const QKeySequence& keys, auto slot) {
        auto* action = new QAction(this);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
        connect(action, &QAction::triggered, this, slot);
        connect(button, &QToolButton::clicked, this, slot);
    };
    shortcut(m_next, Qt::Key_F7, &DiffView::goToNextChange);
    shortcut(m_previous, QKeySequence(Qt::SHIFT | Qt::Key_F7), &DiffView::goToPreviousChange);
    return m_bar;
}

void DiffView::setVersions(const InspectedVersion& before, const InspectedVersion& after)
{
    if (before == m_before && after == m_after) {
        return;
    }
    m_before = before;
    m_after = after;
    {
        const QSignalBlocker quiet(m_unfold);
        m_unfold->setChecked(false);
        m_unfold->setEnabled(true);
        m_unfold->setToolTip(tr("Show the unchanged lines too"));
        m_unfolded = false;
    }
    showMetadata();
    // Going quickly through files must not start a reader for each of them.
    const bool hurry = busy();
    m_worker.cancel();
    if (hurry) {
        m_start.start();
    } else {
        compute();
    }
}

void DiffView::setMessage(const QString& title, const QString& body)
{
    m_start.stop();
    m_worker.cancel();
    m_before = m_after = {};
    m_model->clear();
    m_tableArea->hide();
    m_bar->hide();
    m_message->setMessage(title, body);
    m_stack->setCurrentWidget(m_message);
    Q_EMIT settled();
}

void DiffView::setUnfolded(bool unfolded)
{
    if (m_unfolded != unfolded && m_before) {
        m_unfolded = unfolded;
        compute();
    }
}

void DiffView::compute()
{
    m_worker.start(
        [before = m_before, after = m_after, context = m_unfolded ? everything : foldedContext](
            const Job& job) { return diffContents(before, after, context, job); },
        [this](auto result) { showDiff(std::move(result)); });
}

void DiffView::showMetadata()
{
    while (auto* item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const auto changes = metadataChanges(m_before.tree(), *m_before.version(), *m_after.version());
    const auto cut = [](const QString& text) {
        return text.size() <= longestValue ? text : text.left(longestValue) + QStringLiteral("…");
    };
    int row = 0;
    for (const auto& change : changes | std::views::take(mostProperties)) {
        auto* name = new QLabel(cut(change.name), m_table);
        // Long values stand one under the other.
        const bool both = change.before.size() + change.after.size() <= 36;
        const auto text = both ? tr("%1 → %2") : tr("%1\n→ %2");
        auto* values = new QLabel(text.arg(cut(change.before), cut(change.after)), m_table);
        values->setToolTip(
            toolTipText(text.arg(change.before.left(2000), change.after.left(2000))));
        for (auto* label : {name, values}) {
            label->setTextFormat(Qt::PlainText);
            label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
        }
        values->setWordWrap(true);
        values->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        values->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
        values->setAccessibleName(change.name);
        m_grid->addWidget(name, row, 0);
        m_grid->addWidget(values, row, 1);
        for (auto* label : {name, values}) {
            label->show(); // layouts measure only what is not hidden
        }
        ++row;
    }
    if (changes.size() > mostProperties) {
        auto* more = new QLabel(tr("and %1 more").arg(changes.size() - mostProperties), m_table);
        m_grid->addWidget(more, row, 1);
        more->show();
    }
    m_tableArea->setVisible(row > 0);
    fitTable();
    updateColors();
}

void DiffView::showDiff(Result<ContentDiff> result)
{
    m_bar->hide();
    if (!result) {
        m_model->clear();
        m_message->setMessage(tr("The contents cannot be compared"), errorText(result.error()));
        m_stack->setCurrentWidget(m_message);
        Q_EMIT settled();
        return;
    }
    if (result->kind == ContentDiff::Kind::TooLarge && m_unfolded) {
        refuseUnfolding();
        Q_EMIT settled();
        return;
    }
    const auto sizes = tr("%1 → %2").arg(sizeText(result->oldSize), sizeText(result->newSize));
    const auto count = [](std::uint64_t n) { return QLocale().toString(qulonglong{n}); };
    const auto say = [this](const QString& title, const QString& body) {
        m_model->clear();
        m_message->setMessage(title, body);
        m_stack->setCurrentWidget(m_message);
    };
    switch (result->kind) {
    case ContentDiff::Kind::NoContent:
        say(m_tableArea->isHidden() ? tr("No difference") : tr("Only the properties above differ"),
            tr("There is no file content to compare on both sides."));
        break;
    case ContentDiff::Kind::Same:
        say(tr("The contents are identical"),
            tr("The upper layer stores all %1 again all the same: a layer holds whole files, "
               "never parts of them.")
                .arg(sizeText(result->newSize)));
        break;
    case ContentDiff::Kind::Binary:
        say(tr("Binary contents differ: %1").arg(sizes),
            tr("The first difference is at offset %1.").arg(count(result->firstDifference)));
        break;
    case ContentDiff::Kind::TooLarge:
        say(tr("Too large to compare line by line: %1").arg(sizes),
            tr("Texts up to %1 and %2 lines are compared, and up to %3 lines of difference shown. "
               "The first difference is at offset %4.")
                .arg(sizeText(limits::diffTextBytes), count(limits::diffTextLines),
                     count(limits::diffLines), count(result->firstDifference)));
        break;
    case ContentDiff::Kind::Text:
        m_model->setDiff(std::move(*result));
        m_summary->setText(
            m_model->addedLines() + m_model->removedLines() == 1
                ? m_model->addedLines() == 1 ? tr("+1 line") : tr("−1 line")
                : tr("+%1 −%2 lines").arg(m_model->addedLines()).arg(m_model->removedLines()));
        m_bar->show();
        m_stack->setCurrentWidget(m_list);
        m_list->setCurrentIndex({});
        if (const auto first = m_model->nextChange(-1); first >= 0) {
            m_list->scrollTo(m_model->index(std::max(0, first - 3)),
                             QAbstractItemView::PositionAtTop);
        }
        break;
    }
    Q_EMIT settled();
}

void DiffView::refuseUnfolding()
{
    // The changes alone are still in the model.
    const QSignalBlocker quiet(m_unfold);
    m_unfold->setChecked(false);
    m_unfolded = false;
    m_unfold->setEnabled(false);
    m_unfold->setToolTip(tr("The text has too many lines to show them all."));
    m_bar->show();
    m_stack->setCurrentWidget(m_list);
}

void DiffView::goToNextChange()
{
    goTo(m_model->nextChange(m_list->currentIndex().isValid() ? m_list->currentIndex().row() : -1));
}

void DiffView::goToPreviousChange()
{
    goTo(m_model->previousChange(m_list->currentIndex().isValid()
                                     ? m_list->currentIndex().row()
                                     : std::numeric_limits<int>::max()));
}

void DiffView::goTo(int row)
{
    if (row >= 0) {
        m_list->setCurrentIndex(m_model->index(row));
        m_list->scrollTo(m_model->index(row), QAbstractItemView::PositionAtCenter);
    }
}

void DiffView::copySelection()
{
    auto rows = m_list->selectionModel()->selectedRows();
    std::ranges::sort(rows, {}, &QModelIndex::row);
    QString text;
    for (const auto& row : rows) {
        text += row.data(Qt::DisplayRole).toString() + QLatin1Char('\n');
    }
    QGuiApplication::clipboard()->setText(text);
}

bool DiffView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_list &&
        (event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride)) {
        const auto* key = static_cast<QKeyEvent*>(event); // NOLINT: Qt's way of events
        if (key->matches(QKeySequence::Copy) && m_list->selectionModel()->hasSelection()) {
            if (event->type() == QEvent::KeyPress) {
                copySelection();
            }
            event->accept();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void DiffView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitTable();
}

void DiffView::fitTable()
{
    const int wanted = m_grid->hasHeightForWidth() ? m_grid->totalHeightForWidth(width())
                                                   : m_grid->totalSizeHint().height();
    m_tableArea->setFixedHeight(std::min(wanted, tableHeight));
}

void DiffView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_summary) {
        updateColors();
    }
}

void DiffView::updateColors()
{
    auto colors = palette();
    colors.setColor(QPalette::WindowText, theme::mutedText(palette()));
    m_summary->setPalette(colors);
    for (int row = 0; row < m_grid->rowCount(); ++row) {
        if (auto* item = m_grid->itemAtPosition(row, 0)) {
            item->widget()->setPalette(colors);
        }
    }
}

} // namespace strata::ui
