// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QApplication>

#include <cstdint>
#include <functional>
#include <optional>

namespace strata::bench {

/// An application that tells when what was asked for is on the screen. GUI thread only.
class PaintClock : public QApplication
{
public:
    using QApplication::QApplication;

    struct Painting
    {
        QWidget* where = nullptr;    ///< the widget that shows it, or one that holds that one
        std::function<bool()> there; ///< whether what it would paint now is what was asked for
    };

    /// Seconds from before `act` to the end of the event in which `painting` was painted, and with
    /// it brought to the screen. NaN if it does not come.
    double secondsTo(const Painting& painting, const std::function<void()>& act);
    /// When it is painted, on the monotonic clock; none if it does not come.
    std::optional<std::int64_t> waitFor(const Painting& painting);

    bool notify(QObject* receiver, QEvent* event) override;

private:
    bool shows(const QObject* receiver) const;

    Painting m_painting;
    bool m_painted = false;
    std::optional<std::int64_t> m_paintedAt;
    int m_depth = 0;
};

} // namespace strata::bench
