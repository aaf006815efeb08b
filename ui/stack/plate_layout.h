// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/stack_model.h"
#include "stack/stack_metrics.h"

#include <QRectF>
#include <QStyleOptionViewItem>

namespace strata::ui {

/// Where the parts of one layer's plate go, in logical pixels, and in which fonts. In a layout from
/// right to left everything is where a mirror would show it.
struct PlateLayout
{
    /// Of the row that the option stands for.
    PlateLayout(const QStyleOptionViewItem& option, const QModelIndex& index, bool dense);

    /// The instruction in as many characters as fit: the core shortens by meaning, not by pixels.
    static QString fitted(const QString& instruction, const QFont& font, qreal width);
    /// `rect`, given from left to right, where it belongs inside `within`.
    static QRectF visual(const QStyleOptionViewItem& option, const QRectF& rect,
                         const QRectF& within);

    bool read() const;
    bool expected() const; ///< read, or yet to be

    StackMetrics metrics;
    LayerNo layer = 0;
    StackModel::LayerState state = StackModel::LayerState::Ready;
    QFont mono;
    QFont minor;
    QRectF face; ///< front of the plate, on whole pixels
    QRectF disc;
    QRectF title;
    QRectF sub; ///< time or base image; empty when dense
    QRectF size;
    QRectF bar;
    QRectF counts;
    qreal badge = 0; ///< side of the badges' boxes
};

} // namespace strata::ui
