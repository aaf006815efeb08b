// SPDX-License-Identifier: Apache-2.0
#include "containers/trace_player.h"

#include <algorithm>
#include <utility>

namespace strata::ui {

namespace {
constexpr int frameMilliseconds = 16;
} // namespace

TracePlayer::TracePlayer(QObject* parent)
    : QObject(parent)
{
    m_timer.setInterval(frameMilliseconds);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &TracePlayer::tick);
}

void TracePlayer::setStepwise(bool stepwise)
{
    m_stepwise = stepwise;
    if (!stepwise && m_playing && !m_timer.isActive()) {
        next();
    }
}

void TracePlayer::play(std::vector<TraceStep> steps)
{
    m_steps = std::move(steps);
    replay();
}

void TracePlayer::replay()
{
    m_at = 0;
    m_progress = 0;
    m_playing = !m_steps.empty();
    if (m_steps.empty()) {
        stop();
    } else if (m_still) {
        m_at = m_steps.size() - 1;
        m_progress = 1;
        stop();
    } else {
        m_since.start();
        m_timer.start();
    }
    Q_EMIT stepChanged();
    Q_EMIT moved();
    if (finished()) {
        Q_EMIT ended();
    }
}

void TracePlayer::clear()
{
    m_steps.clear();
    replay();
}

void TracePlayer::stop()
{
    m_playing = false;
    m_timer.stop();
}

void TracePlayer::next()
{
    if (!m_playing) {
        return;
    }
    if (m_progress < 1) {
        m_progress = 1;
        if (m_stepwise && m_at + 1 < m_steps.size()) {
            m_timer.stop();
            Q_EMIT moved();
            return;
        }
    }
    if (m_at + 1 == m_steps.size()) {
        stop();
        Q_EMIT moved();
        Q_EMIT ended();
        return;
    }
    ++m_at;
    m_progress = 0;
    m_since.start();
    m_timer.start();
    Q_EMIT stepChanged();
    Q_EMIT moved();
}

void TracePlayer::tick()
{
    const auto elapsed = static_cast<double>(m_since.restart());
    const double whole = std::max(1, m_steps[m_at].milliseconds);
    m_progress = std::min(1.0, m_progress + elapsed * m_speed / whole);
    if (m_progress < 1) {
        Q_EMIT moved();
    } else if (!m_stepwise || m_at + 1 == m_steps.size()) {
        next();
    } else {
        m_timer.stop(); // until next()
        Q_EMIT moved();
    }
}

} // namespace strata::ui
