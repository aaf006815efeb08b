// SPDX-License-Identifier: Apache-2.0
#include "inspector/message_view.h"

#include "theme/theme.h"

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace strata::ui {

MessageView::MessageView(QWidget* parent)
    : QWidget(parent)
    , m_title(new QLabel(this))
    , m_body(new QLabel(this))
    , m_button(new QPushButton(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 20, 16, 16);
    layout->setSpacing(8);
    auto bold = font();
    bold.setBold(true);
    m_title->setFont(bold);
    for (auto* label : {m_title, m_body}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        // A long unbroken name must not widen the window.
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
        layout->addWidget(label);
    }
    layout->addSpacing(4);
    layout->addWidget(m_button, 0, Qt::AlignLeft);
    layout->addStretch();
    m_button->hide();
    connect(m_button, &QPushButton::clicked, this, &MessageView::activated);
    updateColors();
}

void MessageView::setMessage(const QString& title, const QString& body, const QString& action)
{
    m_title->setText(title);
    m_body->setText(body);
    m_button->setText(action);
    m_button->setVisible(!action.isEmpty());
    setAccessibleName(title);
    setAccessibleDescription(body);
}

QString MessageView::title() const
{
    return m_title->text();
}

QString MessageView::body() const
{
    return m_body->text();
}

void MessageView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        updateColors();
    }
}

void MessageView::updateColors()
{
    auto colors = palette();
    colors.setColor(QPalette::WindowText, theme::mutedText(palette()));
    m_body->setPalette(colors);
}

} // namespace strata::ui
