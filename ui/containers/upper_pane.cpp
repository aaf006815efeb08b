// SPDX-License-Identifier: Apache-2.0
#include "containers/upper_pane.h"

#include "models/container_model.h"
#include "text/format.h"
#include "theme/theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QListView>
#include <QPainter>
#include <QScrollBar>
#include <QStringListModel>
#include <QVBoxLayout>

#include <utility>

namespace strata::ui {

namespace {

/// "etc/motd  7 B", "etc/gone  c 0, 0", "etc/sub/  opaque".
QString upperLine(const UpperItem& item)
{
    const QString path = displayText(std::string_view(item.path).substr(1));
    if (item.whiteout) {
        return path + QStringLiteral("  c 0, 0");
    }
    switch (item.details.type) {
    case FileType::Directory:
        return path + QLatin1Char('/') + (item.opaque ? QStringLiteral("  opaque=y") : QString());
    case FileType::Symlink:
        return path + QStringLiteral(" → ") + displayText(item.details.target);
    case FileType::File:
        return path + QStringLiteral("  ") + sizeText(item.details.size) +
               (item.metacopy ? QStringLiteral("  metacopy") : QString());
    case FileType::CharDevice:
    case FileType::BlockDevice:
    case FileType::Fifo:
        break;
    }
    return path + QStringLiteral("  ") + fileTypeText(item.details.type);
}

QString tarLine(const LayerMember& member)
{
    const QString name = displayText(member.tarName());
    return member.member.hardlink
               ? name + QStringLiteral(" = ") + displayText(member.member.linkTarget)
               : name;
}

} // namespace

UpperPane::UpperPane(ContainerDeck& deck, QWidget* parent)
    : QWidget(parent)
    , m_deck(deck)
    , m_title(new QLabel(this))
    , m_sizes(new QLabel(this))
    , m_upper(new QStringListModel(this))
    , m_tar(new QStringListModel(this))
{
    setObjectName(QStringLiteral("upperPane"));
    m_title->setTextFormat(Qt::PlainText);
    m_sizes->setTextFormat(Qt::PlainText);
    m_sizes->setWordWrap(true);
    m_sizes->setToolTip(toolTipText(
        tr("As docker ps -s counts: size is what this container alone takes, virtual is that and "
           "the image, which it shares with every other container on it.")));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 10, 16, 10);
    layout->setSpacing(6);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(4);
    layout->addWidget(m_title);
    layout->addLayout(grid, 1);
    layout->addWidget(m_sizes);
    m_upperList =
        addList(*grid, 0, tr("as overlayfs keeps it"),
                tr("The upper directory on the host's disk. A deleted path is a character "
                   "device 0/0; a folder that hides what is below it carries the "
                   "attribute trusted.overlay.opaque."));
    m_upperList->setModel(m_upper);
    m_tarList =
        addList(*grid, 1, tr("as the layer tar"),
                tr("What docker commit would write. A deleted path is an empty file .wh.NAME; "
                   "a folder that hides what is below it holds .wh..wh..opq."));
    m_tarList->setModel(m_tar);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    connect(&deck, &ContainerDeck::currentChanged, this, &UpperPane::refresh);
    connect(&deck, &ContainerDeck::reported, this, [this](int container) {
        if (container == m_deck.current()) {
            refresh();
        }
    });
    updateColors();
    refresh();
}

QListView* UpperPane::addList(QGridLayout& grid, int column, const QString& name,
                              const QString& help)
{
    auto* label = new QLabel(name, this);
    label->setToolTip(toolTipText(help));
    auto* list = new QListView(this);
    list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list->setFrameShape(QFrame::NoFrame);
    list->setUniformItemSizes(true);
    list->setTextElideMode(Qt::ElideMiddle);
    list->setFont(theme::resized(theme::monospace(), font(), 0.9));
    list->setAccessibleName(name);
    list->setAccessibleDescription(help);
    list->setToolTip(toolTipText(help));
    label->setBuddy(list);
    grid.addWidget(label, 0, column);
    grid.addWidget(list, 1, column);
    return list;
}

QStringList UpperPane::upperLines() const
{
    return m_upper->stringList();
}

QStringList UpperPane::tarLines() const
{
    return m_tar->stringList();
}

QString UpperPane::sizes() const
{
    return m_sizes->text();
}

void UpperPane::refresh()
{
    const int container = m_deck.current();
    setVisible(container >= 0);
    if (container >= 0) {
        m_title->setText(tr("In the layer of %1").arg(m_deck.name(container)));
    }
    const auto* report = container >= 0 ? m_deck.report(container) : nullptr;
    if (!report) {
        m_upper->setStringList({});
        m_tar->setStringList({});
        m_sizes->clear();
        return;
    }
    QStringList upper;
    for (const auto& item : report->upper) {
        if (item.path != "/") {
            upper << upperLine(item);
        }
    }
    QStringList tar;
    for (const auto& member : report->members.members) {
        tar << tarLine(member);
    }
    const auto replace = [](QStringListModel& model, const QListView& list,
                            const QStringList& lines) {
        const int at = list.verticalScrollBar()->value();
        if (model.stringList() != lines) { // what is selected stays otherwise
            model.setStringList(lines);
            list.verticalScrollBar()->setValue(at);
        }
    };
    replace(*m_upper, *m_upperList, upper);
    replace(*m_tar, *m_tarList, tar);
    m_sizes->setText(tr("size %1 (virtual %2), shared with the image %3")
                         .arg(sizeText(report->size.bytes),
                              sizeText(report->size.bytes + report->size.imageBytes),
                              sizeText(report->size.imageBytes)));
}

void UpperPane::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme::controlEdge(palette()));
    for (const auto* list : {m_upperList, m_tarList}) {
        painter.drawRoundedRect(QRectF(list->geometry()).adjusted(-1.5, -1.5, 1.5, 1.5), 4, 4);
    }
}

void UpperPane::updateColors()
{
    auto bold = font();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    theme::setTextColor(m_title, palette().color(QPalette::Text));
    theme::setTextColor(m_sizes, theme::mutedText(palette()));
}

void UpperPane::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_tarList) {
        updateColors();
    }
}

} // namespace strata::ui
