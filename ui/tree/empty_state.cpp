// SPDX-License-Identifier: Apache-2.0
#include "tree/empty_state.h"

#include "theme/theme.h"

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace strata::ui {

namespace {
constexpr int widestText = 480;
constexpr int margin = 24;
} // namespace

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent)
    , m_column(new QWidget(this))
    , m_headline(new QLabel(m_column))
    , m_explanation(new QLabel(m_column))
    , m_button(new QPushButton(m_column))
{
    setObjectName(QStringLiteral("emptyState"));
    auto font = theme::resized(m_headline->font(), m_headline->font(), 1.25);
    font.setWeight(QFont::DemiBold);
    m_headline->setFont(font);
    for (auto* label : {m_headline, m_explanation}) {
        label->setTextFormat(Qt::PlainText);
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(true);
    }
    auto* layout = new QVBoxLayout(m_column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addStretch(2);
    layout->addWidget(m_headline);
    layout->addWidget(m_explanation);
    layout->addSpacing(4);
    layout->addWidget(m_button, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    connect(m_button, &QPushButton::clicked, this, &EmptyState::buttonClicked);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    updateColors();
}

void EmptyState::setMessage(const QString& headline, const QString& explanation,
                            const QString& button)
{
    m_headline->setText(headline);
    m_explanation->setText(explanation);
    m_explanation->setVisible(!explanation.isEmpty());
    m_button->setText(button);
    m_button->setVisible(!button.isEmpty());
    setAccessibleName(headline);
    setAccessibleDescription(explanation);
}

QString EmptyState::headline() const
{
    return m_headline->text();
}

void EmptyState::updateColors()
{
    theme::setTextColor(m_explanation, theme::mutedText(palette()));
}

void EmptyState::resizeEvent(QResizeEvent*)
{
    const int wide = std::min(widestText, width() - 2 * margin);
    m_column->setGeometry((width() - wide) / 2, margin, wide, height() - 2 * margin);
}

void EmptyState::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) {
        updateColors();
    }
    QWidget::changeEvent(event);
}

} // namespace strata::ui
