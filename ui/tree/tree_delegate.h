// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFont>
#include <QStyledItemDelegate>

namespace strata::ui {

/// Where a symbolic link leads, "→ …/mime.load": of long targets the end, which tells them apart.
/// Empty where there is not room for enough of it to say anything.
QString linkTargetText(const QFontMetrics& metrics, const QString& target, int width);
/// "RUN … apache2" where it fits; in less room "apache2", which tells the layers apart.
QString originText(const QFontMetrics& metrics, const QString& instruction, int width);
/// `name` cut in its middle; dots of the name beside the mark are left out, as "a….b" misleads.
QString elidedName(const QFontMetrics& metrics, const QString& name, int width);

/// Paints the cells of the tree: name with icon and link target, the origin chip, the change as a
/// pill, numbers aligned. The view paints the row behind. Asks the model for visible rows only.
class TreeDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    explicit TreeDelegate(QObject* parent = nullptr);

    /// Reads the fonts again, after the application's have changed.
    void refreshFonts();

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void paintName(QPainter& painter, const QStyleOptionViewItem& option,
                   const QModelIndex& index) const;
    void paintOrigin(QPainter& painter, const QStyleOptionViewItem& option,
                     const QModelIndex& index) const;
    void paintChange(QPainter& painter, const QStyleOptionViewItem& option,
                     const QModelIndex& index) const;
    void paintPlain(QPainter& painter, const QStyleOptionViewItem& option,
                    const QModelIndex& index) const;

    QFont m_monospace;
};

} // namespace strata::ui
