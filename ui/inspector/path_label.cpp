// SPDX-License-Identifier: Apache-2.0
#include "inspector/path_label.h"

#include "text/format.h"
#include "theme/theme.h"

#include <QFocusEvent>
#include <QStyle>

namespace strata::ui {

PathLabel::PathLabel(QWidget* parent)
    : QLineEdit(parent)
{
    setReadOnly(true);
    setFrame(false);
    setTextMargins(0, 0, 0, 0);
    setAccessibleName(tr("Path"));
    auto colors = palette();
    colors.setColor(QPalette::Base, Qt::transparent);
    setPalette(colors);
    auto large = theme::resized(font(), font(), 1.12);
    large.setWeight(QFont::DemiBold);
    setFont(large);
}

void PathLabel::setPath(const QString& path)
{
    m_path = path;
    setToolTip(toolTipText(path.left(1000)));
    updateText();
}

QSize PathLabel::minimumSizeHint() const
{
    return {60, QLineEdit::minimumSizeHint().height()};
}

void PathLabel::updateText()
{
    if (hasFocus()) {
        setText(m_path);
        return;
    }
    // The line edit keeps a little room at both ends for itself.
    setText(fontMetrics().elidedText(m_path, Qt::ElideMiddle, width() - 8));
    setCursorPosition(0);
}

void PathLabel::resizeEvent(QResizeEvent* event)
{
    QLineEdit::resizeEvent(event);
    updateText();
}

void PathLabel::focusInEvent(QFocusEvent* event)
{
    updateText();
    QLineEdit::focusInEvent(event);
    if (event->reason() != Qt::MouseFocusReason) {
        selectAll();
    }
}

void PathLabel::focusOutEvent(QFocusEvent* event)
{
    QLineEdit::focusOutEvent(event);
    if (event->reason() != Qt::PopupFocusReason) {
        updateText();
    }
}

} // namespace strata::ui
