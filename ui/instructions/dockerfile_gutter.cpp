// SPDX-License-Identifier: Apache-2.0
#include "instructions/dockerfile_gutter.h"

#include "instructions/dockerfile_edit.h"
#include "theme/theme.h"

#include <QApplication>
#include <QFontMetrics>
#include <QHelpEvent>
#include <QMouseEvent>

namespace strata::ui {

DockerfileGutter::DockerfileGutter(DockerfileEdit* edit)
    : QWidget(edit)
    , m_edit(edit)
{
    setFont(QApplication::font()); // words for people, not code
    setCursor(Qt::PointingHandCursor);
}

QFont DockerfileGutter::noteFont() const
{
    return theme::resized(font(), font(), 0.88);
}

QSize DockerfileGutter::sizeHint() const
{
    QFont italic = noteFont();
    italic.setItalic(true);
    return {QFontMetrics(italic).horizontalAdvance(DockerfileEdit::tr("no layer")) + 26, 0};
}

void DockerfileGutter::paintEvent(QPaintEvent* event)
{
    m_edit->paintGutter(event);
}

void DockerfileGutter::mousePressEvent(QMouseEvent* event)
{
    event->accept();
}

void DockerfileGutter::mouseReleaseEvent(QMouseEvent* event)
{
    if (const int line = m_edit->lineAt(event->position().toPoint().y());
        line >= 0 && event->button() == Qt::LeftButton) {
        m_edit->activateLine(line);
    }
}

bool DockerfileGutter::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        m_edit->showLineHelp(m_edit->lineAt(help->pos().y()), help->globalPos());
        return true;
    }
    return QWidget::event(event);
}

} // namespace strata::ui
