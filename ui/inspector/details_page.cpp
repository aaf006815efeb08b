// SPDX-License-Identifier: Apache-2.0
#include "inspector/details_page.h"

#include "inspector/wrap_delegate.h"
#include "text/format.h"
#include "theme/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace strata::ui {

namespace {
constexpr std::size_t mostNames = 50;
} // namespace

DetailsPage::DetailsPage(QWidget* parent)
    : QWidget(parent)
    , m_table(new QTableWidget(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 6, 10, 0);
    layout->addWidget(m_table);
    m_table->setColumnCount(2);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->horizontalHeader()->hide();
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Fixed);
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setTabKeyNavigation(false);
    m_table->setItemDelegate(new WrapDelegate(m_table));
    m_table->setAccessibleName(tr("Details of the file"));
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->installEventFilter(this);
    // The scroll bar narrows the column after its rows were measured.
    m_remeasure.setSingleShot(true);
    m_remeasure.setInterval(0);
    connect(&m_remeasure, &QTimer::timeout, m_table, &QTableView::resizeRowsToContents);
    connect(m_table->horizontalHeader(), &QHeaderView::sectionResized, this,
            [this] { m_remeasure.start(); });
    connect(m_table, &QWidget::customContextMenuRequested, this, &DetailsPage::showMenu);
}

void DetailsPage::setVersion(const InspectedVersion& version)
{
    if (version == m_version) {
        return;
    }
    m_version = version;
    m_linkFinder.cancel();
    m_summer.cancel();
    fill();
    if (rowOf(DetailRow::Kind::Hardlinks) < 0) {
        return;
    }
    m_linkFinder.start([version](const Job& job) { return otherNames(version, mostNames, job); },
                       [this](auto names) {
                           const auto row = rowOf(DetailRow::Kind::Hardlinks);
                           QStringList lines;
                           if (names) {
                               lines = QStringList(names->begin(), names->end());
                               if (names->size() == mostNames) {
                                   lines << QStringLiteral("…");
                               }
                           }
                           m_table->item(row, 1)->setText(lines.join(QChar(QChar::LineSeparator)));
                           m_table->setRowHidden(row, lines.isEmpty());
                           m_table->resizeRowToContents(row);
                       });
}

void DetailsPage::fill()
{
    m_rows = detailRows(m_version);
    m_table->clearContents();
    m_table->clearSpans();
    m_table->setRowCount(static_cast<int>(m_rows.size()));
    int nameWidth = 0;
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const auto& detail = m_rows[static_cast<std::size_t>(row)];
        auto* name = new QTableWidgetItem(detail.name);
        auto* value = new QTableWidgetItem(detail.value);
        for (auto* item : {name, value}) {
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
            if (!detail.help.isEmpty()) {
                item->setToolTip(QStringLiteral("<p>%1</p>").arg(detail.help.toHtmlEscaped()));
            }
        }
        if (detail.kind == DetailRow::Kind::Heading) {
            auto bold = font();
            bold.setBold(true);
            name->setFont(bold);
            name->setFlags(Qt::ItemIsEnabled);
        } else {
            nameWidth = std::max(nameWidth, fontMetrics().horizontalAdvance(detail.name));
        }
        m_table->setItem(row, 0, name);
        m_table->setItem(row, 1, value);
        m_table->setRowHidden(row, detail.kind == DetailRow::Kind::Hardlinks);
        if (detail.kind == DetailRow::Kind::Heading) {
            m_table->setSpan(row, 0, 1, 2);
        } else if (detail.kind == DetailRow::Kind::ContentSum) {
            auto* button = new QPushButton(tr("Compute"), m_table);
            button->setToolTip(detail.help);
            button->setAccessibleName(tr("Compute the SHA-256 of the content"));
            connect(button, &QPushButton::clicked, this, &DetailsPage::computeSum);
            auto* cell = new QWidget(m_table);
            auto* layout = new QHBoxLayout(cell);
            layout->setContentsMargins(6, 1, 0, 1);
            layout->addWidget(button);
            layout->addStretch();
            m_table->setCellWidget(row, 1, cell);
        }
    }
    m_table->setColumnWidth(0, std::min(nameWidth, 150) + 16 + 6);
    updateColors();
    m_table->resizeRowsToContents();
}

void DetailsPage::computeSum()
{
    const auto row = rowOf(DetailRow::Kind::ContentSum);
    if (row < 0 || m_summer.busy()) {
        return;
    }
    m_table->removeCellWidget(row, 1);
    m_table->item(row, 1)->setText(tr("reading…"));
    m_summer.start([version = m_version](const Job& job) { return contentSum(version, job); },
                   [this, row](auto sum) {
                       m_table->item(row, 1)->setText(sum ? *sum : errorText(sum.error()));
                       m_table->resizeRowToContents(row);
                   });
}

int DetailsPage::rowOf(DetailRow::Kind kind) const
{
    const auto at = std::ranges::find(m_rows, kind, &DetailRow::kind);
    return at == m_rows.end() ? -1 : static_cast<int>(at - m_rows.begin());
}

QString DetailsPage::value(const QString& name) const
{
    for (int row = 0; row < m_table->rowCount(); ++row) {
        if (m_table->item(row, 0)->text() == name && !m_table->isRowHidden(row)) {
            return m_table->item(row, 1)->text();
        }
    }
    return {};
}

void DetailsPage::copySelection()
{
    auto rows = m_table->selectionModel()->selectedRows();
    std::ranges::sort(rows, {}, &QModelIndex::row);
    QStringList lines;
    for (const auto& index : rows) {
        const auto value = m_table->item(index.row(), 1)->text();
        lines << (rows.size() == 1
                      ? value
                      : m_table->item(index.row(), 0)->text() + QLatin1Char('\t') + value);
    }
    if (!lines.isEmpty()) {
        QGuiApplication::clipboard()->setText(
            lines.join(QLatin1Char('\n')).replace(QChar(QChar::LineSeparator), QLatin1Char('\n')));
    }
}

void DetailsPage::showMenu(QPoint at)
{
    QMenu menu(this);
    auto* copy = menu.addAction(tr("&Copy value"), this, &DetailsPage::copySelection);
    copy->setShortcut(QKeySequence::Copy);
    copy->setEnabled(m_table->selectionModel()->hasSelection());
    menu.addAction(tr("Copy &all rows"), this, [this] {
        m_table->selectAll();
        copySelection();
    });
    menu.exec(m_table->viewport()->mapToGlobal(at));
}

bool DetailsPage::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_table &&
        (event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride)) {
        const auto* key = static_cast<QKeyEvent*>(event); // NOLINT: Qt's way of events
        if (key->matches(QKeySequence::Copy)) {
            if (event->type() == QEvent::KeyPress) {
                copySelection();
            }
            event->accept();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void DetailsPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_table) {
        updateColors();
    }
}

void DetailsPage::updateColors()
{
    for (int row = 0; row < m_table->rowCount(); ++row) {
        if (m_rows[static_cast<std::size_t>(row)].kind != DetailRow::Kind::Heading) {
            m_table->item(row, 0)->setForeground(theme::mutedText(palette()));
        }
    }
}

} // namespace strata::ui
