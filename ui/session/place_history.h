// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/session_place.h"

#include <QObject>
#include <QTimer>

#include <cstddef>
#include <vector>

namespace strata::ui {

class ImageSession;

/// The places looked at in one image, for Back and Forward, at most a hundred. Walking along the
/// files of one folder counts as one place: the last of them. GUI thread only.
class PlaceHistory : public QObject
{
    Q_OBJECT
public:
    explicit PlaceHistory(ImageSession& session, QObject* parent = nullptr);

    bool canGoBack() const { return m_at > 0; }
    bool canGoForward() const { return m_at + 1 < m_places.size(); }

public Q_SLOTS:
    void goBack();
    void goForward();

Q_SIGNALS:
    void changed();

private:
    void clear();
    void record();
    void show(std::size_t at);
    void follow(const MergedTree& before);
    bool besides(const SessionPlace& a, const SessionPlace& b) const;

    ImageSession& m_session;
    QTimer m_pause; ///< one act of the user may change layer, scope and path in turn
    std::vector<SessionPlace> m_places;
    std::size_t m_at = 0;
};

} // namespace strata::ui
