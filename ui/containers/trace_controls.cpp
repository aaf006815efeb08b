// SPDX-License-Identifier: Apache-2.0
#include "containers/trace_controls.h"

#include "containers/trace_player.h"
#include "theme/theme.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QSettings>
#include <QToolButton>

#include <algorithm>
#include <array>

namespace strata::ui {

namespace {

const QString speedKey = QStringLiteral("containers/speed");

/// Choices of the box; 0 = step by step.
constexpr std::array speeds = {0.5, 1.0, 2.0, 0.0};
constexpr int plainSpeed = 1;

} // namespace

TraceControls::TraceControls(TracePlayer& player, QWidget* parent)
    : QWidget(parent)
    , m_player(player)
    , m_caption(new QLabel(this))
    , m_speed(new QComboBox(this))
    , m_next(new QToolButton(this))
    , m_replay(new QToolButton(this))
{
    setObjectName(QStringLiteral("traceControls"));
    m_caption->setTextFormat(Qt::PlainText);
    m_caption->setObjectName(QStringLiteral("traceCaption"));
    m_caption->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_caption->setWordWrap(true);
    m_speed->addItems(
        {tr("half speed"), tr("plain speed"), tr("double speed"), tr("step by step")});
    m_speed->setAccessibleName(tr("How traces are played"));
    m_speed->setToolTip(tr("How fast the stack shows what an operation did"));
    m_next->setText(tr("Next step"));
    m_next->setObjectName(QStringLiteral("traceNext"));
    m_next->setShortcut(QKeySequence(Qt::Key_F10));
    m_next->setToolTip(tr("Show the next step (F10)"));
    m_replay->setText(tr("Replay"));
    m_replay->setObjectName(QStringLiteral("traceReplay"));
    m_replay->setShortcut(QKeySequence(Qt::Key_F9));
    m_replay->setToolTip(tr("Show it again (F9). Enter on a line of the log shows that one."));
    for (auto* button : {m_next, m_replay}) {
        button->setAutoRaise(true);
    }
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 0, 12, 2);
    row->setSpacing(6);
    row->addWidget(m_caption, 1);
    row->addWidget(m_next);
    row->addWidget(m_replay);
    row->addWidget(m_speed);
    connect(m_next, &QToolButton::clicked, &player, &TracePlayer::next);
    connect(m_replay, &QToolButton::clicked, &player, &TracePlayer::replay);
    connect(m_speed, &QComboBox::activated, this, &TraceControls::chooseSpeed);
    connect(&player, &TracePlayer::stepChanged, this, &TraceControls::refresh);
    connect(&player, &TracePlayer::ended, this, &TraceControls::refresh);
    const int speed = std::clamp(QSettings().value(speedKey, plainSpeed).toInt(), 0,
                                 static_cast<int>(speeds.size()) - 1);
    m_speed->setCurrentIndex(speed);
    chooseSpeed(speed);
    updateColors();
    refresh();
}

QString TraceControls::caption() const
{
    return m_caption->text();
}

void TraceControls::chooseSpeed(int index)
{
    const double speed = speeds.at(static_cast<std::size_t>(index));
    m_player.setSpeed(speed > 0 ? speed : 1);
    m_player.setStepwise(speed == 0);
    QSettings().setValue(speedKey, index);
    refresh();
}

void TraceControls::refresh()
{
    const auto& steps = m_player.steps();
    m_caption->setText(steps.empty() ? QString()
                                     : tr("%1 of %2: %3")
                                           .arg(m_player.step() + 1)
                                           .arg(steps.size())
                                           .arg(steps[m_player.step()].caption));
    m_next->setVisible(m_player.stepwise());
    m_next->setEnabled(m_player.playing());
    m_replay->setEnabled(!steps.empty());
    m_speed->setEnabled(!m_player.still());
    setVisible(!steps.empty());
}

void TraceControls::updateColors()
{
    theme::setTextColor(m_caption, palette().color(QPalette::Text));
}

void TraceControls::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_replay) {
        updateColors();
    }
}

} // namespace strata::ui
