// SPDX-License-Identifier: Apache-2.0
#include "stack/stack_view.h"

#include "stack/plate_layout.h"
#include "stack/stack_delegate.h"
#include "stack/stack_metrics.h"
#include "text/format.h"
#include "theme/theme.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QScopedValueRollback>
#include <QScrollBar>

#include <algorithm>

namespace strata::ui {

namespace {

/// From this many layers on, plates are low: five or six high ones fill a small screen.
constexpr LayerNo denseFrom = 10;

} // namespace

StackView::StackView(StackModel* model, ImageSession& session, QWidget* parent)
    : QListView(parent)
    , m_model(model)
    , m_session(session)
    , m_delegate(new StackDelegate(this))
{
    setItemDelegate(m_delegate);
    setModel(model);
    setFrameShape(QFrame::NoFrame);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setResizeMode(Adjust);
    setMouseTracking(true);
    setAccessibleName(tr("Layers"));
    setAccessibleDescription(
        tr("The image's layers, top of the stack first. Enter shows the tree as of a layer, Escape "
           "the whole image."));
    connect(model, &StackModel::modelReset, this, &StackView::followModel);
    connect(&session, &ImageSession::currentLayerChanged, this, &StackView::followSession);
    updateMeasures();
    followModel();
}

void StackView::updateMeasures()
{
    const StackMetrics metrics(font());
    verticalScrollBar()->setSingleStep(metrics.pixels(24));
    setMinimumWidth(metrics.pixels(216));
    scheduleDelayedItemsLayout();
}

void StackView::followModel()
{
    m_pressed.reset();
    m_delegate->setDense(m_model->layerCount() >= denseFrom);
    scheduleDelayedItemsLayout();
    scrollToTop();
    followSession();
}

void StackView::followSession()
{
    const QScopedValueRollback guard(m_following, true);
    const auto layer = m_session.currentLayer();
    const auto index = layer ? m_model->indexOfLayer(*layer) : QModelIndex();
    if (!index.isValid()) {
        clearSelection(); // the focus stays where it was, for the next key
        return;
    }
    selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect);
    const bool inSight = viewport()->rect().intersects(visualRect(index));
    scrollTo(index, inSight ? EnsureVisible : PositionAtCenter);
}

void StackView::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected)
{
    QListView::selectionChanged(selected, deselected);
    if (m_following) {
        return;
    }
    const auto chosen = selectionModel()->selectedIndexes();
    m_session.setCurrentLayer(chosen.isEmpty() ? std::nullopt : m_model->layerAt(chosen.front()));
}

void StackView::dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight,
                            const QList<int>& roles)
{
    if (topLeft == bottomRight) {
        // QListView would lay out every row again; here no data changes a row's height.
        // NOLINTNEXTLINE(bugprone-parent-virtual-call)
        QAbstractItemView::dataChanged(topLeft, bottomRight, roles);
        return;
    }
    viewport()->update(); // to ask where each changed row is would measure them all
    if (QAccessible::isActive()) {
        QAccessibleTableModelChangeEvent event(this, QAccessibleTableModelChangeEvent::DataChanged);
        event.setFirstRow(topLeft.row());
        event.setLastRow(bottomRight.row());
        QAccessible::updateAccessibility(&event);
    }
}

void StackView::keyboardSearch(const QString& search)
{
    // Rows that match may be steps, which cannot be chosen.
    Q_UNUSED(search)
}

int StackView::nextLayerRow(int row, int step) const
{
    for (row += step; row >= 0 && row < m_model->rowCount(); row += step) {
        if (m_model->layerAt(m_model->index(row))) {
            return row;
        }
    }
    return -1;
}

QModelIndex StackView::moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers)
{
    Q_UNUSED(modifiers)
    const auto layers = m_model->layerCount();
    if (layers == 0) {
        return {};
    }
    const QModelIndex top = m_model->indexOfLayer(layers - 1);
    const QModelIndex base = m_model->indexOfLayer(0);
    const QModelIndex from = currentIndex();
    int row = -1;
    switch (action) {
    case MoveHome:
        return top;
    case MoveEnd:
        return base;
    case MoveUp:
    case MovePrevious:
    case MoveLeft:
        row = from.isValid() ? nextLayerRow(from.row(), -1) : top.row();
        return row < 0 ? top : m_model->index(row);
    case MoveDown:
    case MoveNext:
    case MoveRight:
        row = from.isValid() ? nextLayerRow(from.row(), 1) : top.row();
        return row < 0 ? base : m_model->index(row);
    case MovePageUp:
    case MovePageDown: {
        if (!from.isValid()) {
            return top;
        }
        const int height = std::max(1, visualRect(from).height());
        const auto page = static_cast<LayerNo>(std::max(1, viewport()->height() / height - 1));
        const auto at = m_model->layerAt(from).value_or(0);
        return m_model->indexOfLayer(action == MovePageUp ? std::min(at + page, layers - 1)
                                                          : at - std::min(at, page));
    }
    }
    return {};
}

void StackView::moveTo(CursorAction action)
{
    // After Escape an arrow takes up the plate in focus again.
    const bool resume = !m_session.currentLayer() && action != MoveHome && action != MoveEnd &&
                        m_model->layerAt(currentIndex());
    const auto target = resume ? currentIndex() : moveCursor(action, Qt::NoModifier);
    if (const auto layer = m_model->layerAt(target)) {
        m_session.setCurrentLayer(layer);
    }
}

void StackView::activateLayer(LayerNo layer)
{
    if (m_session.currentLayer() != layer) {
        m_session.setCurrentLayer(layer);
    } else if (m_session.scope() == Scope::WholeImage) {
        m_session.setScope(Scope::UpToLayer);
    } else {
        m_session.setCurrentLayer(std::nullopt);
    }
}

QRectF StackView::plate(LayerNo layer) const
{
    const auto index = m_model->indexOfLayer(layer);
    if (!index.isValid()) {
        return {};
    }
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    option.rect = visualRect(index);
    return (PlateLayout(option, index, m_delegate->isDense()).face & QRectF(viewport()->rect()))
        .translated(viewport()->pos());
}

void StackView::showLayer(LayerNo layer)
{
    if (const auto index = m_model->indexOfLayer(layer); index.isValid()) {
        scrollTo(index, EnsureVisible);
    }
}

void StackView::keyPressEvent(QKeyEvent* event)
{
    event->accept();
    switch (event->key()) {
    case Qt::Key_Up:
        return moveTo(MoveUp);
    case Qt::Key_Down:
        return moveTo(MoveDown);
    case Qt::Key_Home:
        return moveTo(MoveHome);
    case Qt::Key_End:
        return moveTo(MoveEnd);
    case Qt::Key_PageUp:
        return moveTo(MovePageUp);
    case Qt::Key_PageDown:
        return moveTo(MovePageDown);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (const auto layer = m_model->layerAt(currentIndex())) {
            activateLayer(*layer);
        }
        return;
    case Qt::Key_Escape:
        if (m_session.currentLayer()) {
            m_session.setCurrentLayer(std::nullopt);
            return;
        }
        break;
    default:
        break;
    }
    event->ignore();
}

std::optional<LayerNo> StackView::plateAt(const QPoint& position) const
{
    return m_model->layerAt(indexAt(position));
}

void StackView::mousePressEvent(QMouseEvent* event)
{
    m_pressed.reset();
    if (event->button() == Qt::LeftButton) {
        m_pressed = plateAt(event->position().toPoint());
    }
    event->accept();
}

void StackView::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && m_pressed &&
        plateAt(event->position().toPoint()) == m_pressed) {
        const auto layer = *m_pressed;
        m_pressed.reset();
        activateLayer(layer);
    }
    event->accept();
}

void StackView::mouseDoubleClickEvent(QMouseEvent* event)
{
    m_pressed.reset(); // the second click of two must not undo the first
    event->accept();
}

QMenu* StackView::layerMenu(LayerNo layer, QWidget* parent)
{
    auto* menu = new QMenu(parent);
    const auto show = [this, layer](Scope scope) {
        m_session.setCurrentLayer(layer);
        m_session.setScope(scope);
    };
    menu->addAction(theme::icon(QStringLiteral("layer"), palette()),
                    tr("Show Tree &up to This Layer"), this, [show] { show(Scope::UpToLayer); });
    menu->addAction(tr("Show &Only This Layer's Changes"), this,
                    [show] { show(Scope::OnlyLayer); });
    menu->addSeparator();
    const auto copy = [menu](const QString& title, const QString& text) {
        auto* action =
            menu->addAction(title, menu, [text] { QApplication::clipboard()->setText(text); });
        action->setEnabled(!text.isEmpty());
    };
    const auto digestText = [](const std::optional<Digest>& digest) {
        return digest ? QString::fromStdString(digest->text()) : QString();
    };
    const auto& descriptor = m_session.image()->layers[layer];
    // As it was written: what is pasted is a line for a build file, not a line to look at.
    menu->addAction(tr("Copy &Instruction"), menu,
                    [this, layer] {
                        if (const auto* image = m_session.image();
                            image && layer < image->layers.size()) {
                            QApplication::clipboard()->setText(
                                QString::fromStdString(image->layers[layer].instruction));
                        }
                    })
        ->setEnabled(!descriptor.instruction.empty());
    copy(tr("Copy &Diff ID"), digestText(descriptor.diffId));
    copy(tr("Copy &Chain ID"), digestText(descriptor.chainId));
    copy(tr("Copy Di&gest of the Stored Layer"), digestText(descriptor.digest));
    return menu;
}

void StackView::contextMenuEvent(QContextMenuEvent* event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const auto index = byKey ? currentIndex() : indexAt(event->pos());
    const auto layer = m_model->layerAt(index);
    if (!layer || !m_session.image()) {
        event->ignore();
        return;
    }
    if (byKey) {
        scrollTo(index);
    }
    auto* menu = layerMenu(*layer, this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->popup(byKey ? viewport()->mapToGlobal(visualRect(index).center()) : event->globalPos());
    event->accept();
}

void StackView::changeEvent(QEvent* event)
{
    QListView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        updateMeasures();
    }
}

} // namespace strata::ui
