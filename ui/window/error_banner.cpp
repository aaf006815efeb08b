// SPDX-License-Identifier: Apache-2.0
#include "window/error_banner.h"

#include "text/announce.h"
#include "theme/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace strata::ui {

ErrorBanner::ErrorBanner(QWidget* parent)
    : QWidget(parent)
    , m_headline(new QLabel(this))
    , m_text(new QLabel(this))
    , m_open(new QPushButton(tr("Open another…"), this))
    , m_retry(new QPushButton(tr("Try again"), this))
{
    setObjectName(QStringLiteral("errorBanner"));
    auto font = m_headline->font();
    font.setWeight(QFont::DemiBold);
    m_headline->setFont(font);
    for (auto* label : {m_headline, m_text}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        // A long unbroken name must not widen the window, nor what it takes in little width raise
        // it.
        QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        policy.setHeightForWidth(true);
        label->setSizePolicy(policy);
    }
    m_open->setObjectName(QStringLiteral("errorOpen"));
    m_open->setAccessibleName(tr("Open another image"));
    m_retry->setObjectName(QStringLiteral("errorRetry"));
    m_retry->setAccessibleName(tr("Try to open it again"));
    auto* dismiss = new QToolButton(this);
    dismiss->setText(QStringLiteral("✕"));
    dismiss->setAutoRaise(true);
    dismiss->setAccessibleName(tr("Dismiss the message"));
    for (auto* button : {m_open, m_retry}) {
        button->setMinimumWidth(button->sizeHint().width() + 20);
    }

    auto* texts = new QVBoxLayout;
    texts->setSpacing(3);
    texts->addWidget(m_headline);
    texts->addWidget(m_text);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(20, 10, 12, 10);
    layout->setSpacing(10);
    layout->addLayout(texts, 1);
    layout->addWidget(m_open, 0, Qt::AlignVCenter);
    layout->addWidget(m_retry, 0, Qt::AlignVCenter);
    layout->addWidget(dismiss, 0, Qt::AlignVCenter);
    // Its hint is the height in its least width; what it takes is the height in the window's.
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    connect(m_open, &QPushButton::clicked, this, &ErrorBanner::openWanted);
    connect(m_retry, &QPushButton::clicked, this, &ErrorBanner::retryWanted);
    connect(dismiss, &QToolButton::clicked, this, &QWidget::hide);
    updateColors();
    hide();
}

void ErrorBanner::showError(const QString& headline, const QString& text, bool retry)
{
    m_isError = true;
    m_open->show();
    m_retry->setVisible(retry);
    showMessage(headline, text);
}

void ErrorBanner::showComplaint(const QString& headline, const QString& text)
{
    m_isError = true;
    m_open->hide();
    m_retry->hide();
    showMessage(headline, text);
}

void ErrorBanner::showNotice(const QString& headline, const QString& text, bool another)
{
    m_isError = false;
    m_open->setVisible(another);
    m_retry->hide();
    showMessage(headline, text);
}

void ErrorBanner::showMessage(const QString& headline, const QString& text)
{
    m_headline->setText(headline);
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    setAccessibleName(headline);
    setAccessibleDescription(text);
    updateColors();
    show();
    announce(this, this->text());
}

QString ErrorBanner::text() const
{
    return m_headline->text() + QLatin1Char('\n') + m_text->text();
}

void ErrorBanner::updateColors()
{
    theme::setTextColor(m_headline, m_isError ? theme::changeColor(Change::Removed, palette())
                                              : palette().color(QPalette::Text));
    theme::setTextColor(m_text, palette().color(QPalette::Text));
}

void ErrorBanner::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) {
        updateColors();
    }
    QWidget::changeEvent(event);
}

void ErrorBanner::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_isError ? theme::changeTint(Change::Removed, palette())
                                       : theme::panel(palette()));
    painter.fillRect(QRect(0, 0, 4, height()), m_isError
                                                   ? theme::changeColor(Change::Removed, palette())
                                                   : theme::accentEdge(palette()));
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme::hairline(palette()));
}

} // namespace strata::ui
