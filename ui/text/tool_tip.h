// SPDX-License-Identifier: Apache-2.0
#pragma once

class QAbstractItemView;
class QHelpEvent;
class QModelIndex;
class QRect;

namespace strata::ui {

/// Shows what an index has for Qt::ToolTipRole as plain text, while the mouse is in `cell` of the
/// view's viewport; for a delegate's helpEvent(). False if there is nothing to show.
bool showPlainToolTip(QHelpEvent* event, QAbstractItemView* view, const QRect& cell,
                      const QModelIndex& index);

} // namespace strata::ui
