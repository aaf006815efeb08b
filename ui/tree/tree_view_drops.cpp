// SPDX-License-Identifier: Apache-2.0
// How TreeView takes files that are dragged onto it.
#include "tree/tree_view.h"

#include <QDragEnterEvent>
#include <QMimeData>
#include <QUrl>

namespace strata::ui {

namespace {

QStringList localFiles(const QMimeData& mime)
{
    QStringList files;
    for (const auto& url : mime.urls()) {
        if (url.isLocalFile()) {
            files << url.toLocalFile();
        }
    }
    return files;
}

} // namespace

void TreeView::setTakesFiles(bool takes)
{
    m_takesFiles = takes;
    setAcceptDrops(takes);
    viewport()->setAcceptDrops(takes);
    setDropIndicatorShown(takes);
}

void TreeView::dragEnterEvent(QDragEnterEvent* event)
{
    // What is ignored goes on to the window, which opens images.
    if (m_takesFiles && !localFiles(*event->mimeData()).isEmpty()) {
        event->setDropAction(Qt::CopyAction);
        event->accept();
    } else {
        event->ignore();
    }
}

void TreeView::dragMoveEvent(QDragMoveEvent* event)
{
    event->setDropAction(Qt::CopyAction);
    event->accept();
    m_dropRow = indexAt(event->position().toPoint()).siblingAtColumn(TreeModel::Name);
    viewport()->update();
}

void TreeView::dragLeaveEvent(QDragLeaveEvent* event)
{
    m_dropRow = QPersistentModelIndex();
    viewport()->update();
    event->accept();
}

void TreeView::dropEvent(QDropEvent* event)
{
    m_dropRow = QPersistentModelIndex();
    viewport()->update();
    const auto files = localFiles(*event->mimeData());
    if (!m_takesFiles || files.isEmpty()) {
        event->ignore();
        return;
    }
    event->setDropAction(Qt::CopyAction);
    event->accept();
    Q_EMIT filesDropped(files, m_model->node(indexAt(event->position().toPoint())));
}

} // namespace strata::ui
