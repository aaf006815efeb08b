// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/stack_model.h"

#include <QStyledItemDelegate>

namespace strata::ui {

struct PlateLayout;

/// Paints the rows of a StackModel as strata: layers as plates, steps as thin lines, bootfs
/// hatched. What is not part of the tree that is shown is faint, but can be read.
class StackDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    /// Low plates, for images with many layers.
    void setDense(bool dense) { m_dense = dense; }
    bool isDense() const { return m_dense; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                   const QModelIndex& index) override;

private:
    void paintCaption(QPainter& painter, const QStyleOptionViewItem& option,
                      const QModelIndex& index) const;
    void paintStep(QPainter& painter, const QStyleOptionViewItem& option,
                   const QModelIndex& index) const;
    void paintBootfs(QPainter& painter, const QStyleOptionViewItem& option,
                     const QModelIndex& index) const;
    void paintLayer(QPainter& painter, const QStyleOptionViewItem& option,
                    const QModelIndex& index) const;
    void paintBracket(QPainter& painter, const QStyleOptionViewItem& option,
                      const QModelIndex& index) const;
    void paintSlab(QPainter& painter, const QStyleOptionViewItem& option, const PlateLayout& plate,
                   const QModelIndex& index) const;
    /// Gives what they leave of the title's place.
    QRectF paintBadges(QPainter& painter, const QStyleOptionViewItem& option,
                       const PlateLayout& plate, const QModelIndex& index) const;
    void paintTexts(QPainter& painter, const QStyleOptionViewItem& option, const PlateLayout& plate,
                    const QModelIndex& index) const;
    void paintCounts(QPainter& painter, const QStyleOptionViewItem& option,
                     const PlateLayout& plate, const QModelIndex& index) const;

    bool m_dense = false;
};

} // namespace strata::ui
