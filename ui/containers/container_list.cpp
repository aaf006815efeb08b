// SPDX-License-Identifier: Apache-2.0
#include "containers/container_list.h"

#include "containers/container_delegate.h"
#include "models/container_model.h"
#include "session/image_session.h"
#include "stack/stack_metrics.h"
#include "theme/theme.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QMouseEvent>

#include <algorithm>
#include <cmath>

namespace strata::ui {

namespace {
/// More of them scroll, so that the layers below keep their room.
constexpr int mostRows = 3;
} // namespace

ContainerList::ContainerList(ContainerDeck& deck, ImageSession& session, QWidget* parent)
    : QListView(parent)
    , m_deck(deck)
    , m_session(session)
    , m_model(new ContainerModel(deck, this))
    , m_caption(new QLabel(tr("Containers, writable"), this))
{
    setObjectName(QStringLiteral("containerList"));
    setItemDelegate(new ContainerDelegate(this));
    setModel(m_model);
    setFrameShape(QFrame::NoFrame);
    setSelectionMode(NoSelection);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setResizeMode(Adjust);
    setUniformItemSizes(true);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAccessibleName(tr("Containers"));
    setAccessibleDescription(tr("The containers on this image. Enter looks at one, or at the image "
                                "alone again; Delete removes it."));
    connect(m_model, &QAbstractItemModel::modelReset, this, &ContainerList::followDeck);
    connect(&deck, &ContainerDeck::currentChanged, this, &ContainerList::followDeck);
    updateCaption();
    followDeck();
}

void ContainerList::updateCaption()
{
    const StackMetrics metrics(font());
    m_caption->setFont(StackMetrics::bold(StackMetrics::minorFont(font())));
    theme::setTextColor(m_caption, theme::mutedText(palette()));
    m_caption->setIndent(metrics.leftMargin);
    m_caption->setAlignment(Qt::AlignBottom | Qt::AlignLeading);
    const int height = static_cast<int>(std::ceil(metrics.small + metrics.of(13)));
    setViewportMargins(0, height, 0, 0);
    m_caption->setGeometry(0, 0, width(), height);
}

void ContainerList::resizeEvent(QResizeEvent* event)
{
    QListView::resizeEvent(event);
    m_caption->setGeometry(0, 0, width(), viewportMargins().top());
}

void ContainerList::followDeck()
{
    setVisible(m_model->rowCount() > 0);
    updateGeometry();
    if (m_deck.current() >= 0 && m_deck.current() < m_model->rowCount()) {
        setCurrentIndex(m_model->index(m_deck.current()));
        scrollTo(currentIndex());
    }
}

QSize ContainerList::sizeHint() const
{
    const int rows = std::min(m_model->rowCount(), mostRows);
    return {200, rows == 0 ? 0 : rows * sizeHintForRow(0) + viewportMargins().top()};
}

QRectF ContainerList::plate(int container) const
{
    if (container < 0 || container >= m_model->rowCount()) {
        return {};
    }
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    const QRect row = visualRect(m_model->index(container));
    return (ContainerDelegate::face(option, row) & QRectF(viewport()->rect()))
        .translated(viewport()->pos());
}

void ContainerList::activate(int container)
{
    if (m_deck.current() != container) {
        m_deck.setCurrent(container);
    } else if (m_session.scope() == Scope::WholeImage) {
        m_deck.setCurrent(-1);
        return;
    }
    m_session.setCurrentLayer(std::nullopt);
    m_session.setScope(Scope::WholeImage);
}

void ContainerList::keyPressEvent(QKeyEvent* event)
{
    const int container = currentIndex().isValid() ? currentIndex().row() : -1;
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (container >= 0) {
            activate(container);
        }
        return;
    case Qt::Key_Delete:
        if (container >= 0) {
            Q_EMIT removeWanted(m_deck.key(container));
        }
        return;
    case Qt::Key_Escape:
        if (m_deck.current() >= 0) {
            m_deck.setCurrent(-1);
            return;
        }
        break;
    default:
        break;
    }
    QListView::keyPressEvent(event);
}

void ContainerList::mousePressEvent(QMouseEvent* event)
{
    const auto index = indexAt(event->position().toPoint());
    m_pressed = event->button() == Qt::LeftButton && index.isValid() ? index.row() : -1;
    event->accept();
}

void ContainerList::mouseReleaseEvent(QMouseEvent* event)
{
    const auto index = indexAt(event->position().toPoint());
    if (m_pressed >= 0 && index.isValid() && index.row() == m_pressed) {
        activate(m_pressed);
    }
    m_pressed = -1;
    event->accept();
}

QMenu* ContainerList::containerMenu(int container, QWidget* parent)
{
    auto* menu = new QMenu(parent);
    menu->setObjectName(QStringLiteral("containerMenu"));
    if (m_deck.current() == container) {
        menu->addAction(tr("Look at the &Image Alone"), this, [this] { m_deck.setCurrent(-1); });
    } else {
        menu->addAction(tr("&Look at This Container"), this,
                        [this, container] { activate(container); });
    }
    menu->addAction(tr("Show &Only Its Changes"), this, [this, container] {
        m_deck.setCurrent(container);
        m_session.setCurrentLayer(std::nullopt);
        m_session.setScope(Scope::OnlyLayer);
    });
    menu->addSeparator();
    menu->addAction(tr("&Copy as Script"), this,
                    [this, key = m_deck.key(container)] { Q_EMIT copyScriptWanted(key); });
    menu->addAction(tr("Sa&ve Container…"), this,
                    [this, key = m_deck.key(container)] { Q_EMIT saveWanted(key); });
    menu->addAction(tr("Commit to a New Ima&ge…"), this,
                    [this, key = m_deck.key(container)] { Q_EMIT exportWanted(key); });
    menu->addSeparator();
    menu->addAction(tr("&Remove Container"), this,
                    [this, key = m_deck.key(container)] { Q_EMIT removeWanted(key); });
    return menu;
}

void ContainerList::contextMenuEvent(QContextMenuEvent* event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const auto index = byKey ? currentIndex() : indexAt(event->pos());
    if (!index.isValid()) {
        event->ignore();
        return;
    }
    auto* menu = containerMenu(index.row(), this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->popup(byKey ? viewport()->mapToGlobal(visualRect(index).center()) : event->globalPos());
    event->accept();
}

void ContainerList::changeEvent(QEvent* event)
{
    QListView::changeEvent(event);
    if (m_caption && (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange ||
                      event->type() == QEvent::PaletteChange)) {
        updateCaption();
        scheduleDelayedItemsLayout();
        updateGeometry();
    }
}

} // namespace strata::ui
