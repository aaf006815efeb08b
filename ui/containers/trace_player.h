// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "containers/trace_steps.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <vector>

namespace strata::ui {

/// Goes through the steps of traces in time. It draws nothing and only plays what happened: the
/// container is long done. GUI thread only.
class TracePlayer : public QObject
{
    Q_OBJECT
public:
    explicit TracePlayer(QObject* parent = nullptr);

    /// Of the present traces; empty = there is nothing to show.
    const std::vector<TraceStep>& steps() const { return m_steps; }
    /// The number of the step that is being seen; the last one's after the end.
    std::size_t step() const { return m_at; }
    /// How much of it has been seen, 0…1.
    double progress() const { return m_progress; }
    bool playing() const { return m_playing; }
    bool finished() const { return !m_steps.empty() && !m_playing; }

    double speed() const { return m_speed; }
    void setSpeed(double speed) { m_speed = speed; }
    /// Whether it waits for next() after each step.
    bool stepwise() const { return m_stepwise; }
    void setStepwise(bool stepwise);
    /// Whether the end is shown at once.
    bool still() const { return m_still; }
    void setStill(bool still) { m_still = still; }

    void play(std::vector<TraceStep> steps);
    /// On to the next step, or to the end of this one if it is under way.
    void next();
    void replay();
    void clear();

Q_SIGNALS:
    /// step() or progress() changed.
    void moved();
    /// Another step, or none.
    void stepChanged();
    void ended();

private:
    void tick();
    void stop();

    std::vector<TraceStep> m_steps;
    std::size_t m_at = 0;
    double m_progress = 0;
    double m_speed = 1;
    bool m_stepwise = false;
    bool m_still = false;
    bool m_playing = false;
    QTimer m_timer;
    QElapsedTimer m_since; ///< of the last tick
};

} // namespace strata::ui
