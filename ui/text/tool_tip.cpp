// SPDX-License-Identifier: Apache-2.0
#include "text/tool_tip.h"

#include "text/format.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QToolTip>

namespace strata::ui {

bool showPlainToolTip(QHelpEvent* event, QAbstractItemView* view, const QRect& cell,
                      const QModelIndex& index)
{
    const QString text = index.data(Qt::ToolTipRole).toString();
    if (event->type() != QEvent::ToolTip || text.isEmpty()) {
        QToolTip::hideText();
        return false;
    }
    QToolTip::showText(event->globalPos(), toolTipText(text), view->viewport(), cell);
    return true;
}

} // namespace strata::ui
