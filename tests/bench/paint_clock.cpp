// SPDX-License-Identifier: Apache-2.0
#include "paint_clock.h"

#include "monotonic.h"

#include <QEvent>
#include <QTimer>
#include <QWidget>

#include <limits>
#include <utility>

namespace strata::bench {

namespace {

/// What takes longer has failed.
constexpr int patienceMs = 60'000;

} // namespace

bool PaintClock::shows(const QObject* receiver) const
{
    const auto* widget = qobject_cast<const QWidget*>(receiver);
    return widget && (widget == m_painting.where || m_painting.where->isAncestorOf(widget));
}

bool PaintClock::notify(QObject* receiver, QEvent* event)
{
    if (event->type() == QEvent::Paint && m_painting.where && shows(receiver) &&
        m_painting.there()) {
        m_painted = true;
    }
    if (m_depth > 0) { // part of another event
        return QApplication::notify(receiver, event);
    }
    ++m_depth;
    const bool done = QApplication::notify(receiver, event);
    --m_depth;
    if (m_painted && !m_paintedAt) {
        m_paintedAt = monotonicNanoseconds();
    }
    return done;
}

std::optional<std::int64_t> PaintClock::waitFor(const Painting& painting)
{
    m_painting = painting;
    bool patient = true;
    QTimer patience;
    patience.setSingleShot(true);
    QObject::connect(&patience, &QTimer::timeout, [&patient] { patient = false; });
    patience.start(patienceMs);
    while (!m_paintedAt && patient) {
        processEvents(QEventLoop::WaitForMoreEvents);
    }
    m_painting = {};
    m_painted = false;
    return std::exchange(m_paintedAt, std::nullopt);
}

double PaintClock::secondsTo(const Painting& painting, const std::function<void()>& act)
{
    m_painting = painting; // what is painted during `act` counts as well
    const auto before = monotonicNanoseconds();
    act();
    const auto at = waitFor(painting);
    return at ? static_cast<double>(*at - before) / 1e9 : std::numeric_limits<double>::quiet_NaN();
}

} // namespace strata::bench
