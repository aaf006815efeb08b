// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/stack_model.h"

#include <QFont>
#include <QRectF>
#include <QStyleOptionViewItem>

namespace strata::ui {

/// Where the parts of one layer's plate go, in logical pixels, and in which fonts. Follows the
/// option's font, so that it scales with it.
struct PlateLayout
{
    /// Of the row that the option stands for.
    PlateLayout(const QStyleOptionViewItem& option, const QModelIndex& index, bool dense);

    /// Height of a layer's row, and of the others'.
    static int rowHeight(const QStyleOptionViewItem& option, const QModelIndex& index, bool dense);
    /// Front of the plate in a row with this rect.
    static QRectF faceIn(const QRect& row, bool dense);
    static constexpr qreal depth(bool dense) { return dense ? 6 : 8; }
    static constexpr qreal rowGap(bool dense) { return dense ? 6 : 10; }

    static QFont minorFont(const QFont& font);
    static QFont monoFont(const QFont& font, double factor = 1.0);
    static QFont bold(QFont font);
    static QFont italic(QFont font);
    /// The instruction in as many characters as fit: the core shortens by meaning, not by pixels.
    static QString fitted(const QString& instruction, const QFont& font, qreal width);

    bool read() const;

    LayerNo layer = 0;
    StackModel::LayerState state = StackModel::LayerState::Ready;
    QFont mono;
    QFont minor;
    QRectF face;
    QRectF disc;
    QRectF title;
    QRectF sub; ///< time or base image; empty when dense
    QRectF size;
    QRectF bar;
    QRectF counts;
    qreal badge = 0; ///< side of the badges' boxes
};

} // namespace strata::ui
