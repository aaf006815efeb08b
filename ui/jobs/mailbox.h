// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QEvent>
#include <QObject>

#include <functional>
#include <mutex>
#include <queue>

namespace strata::ui {

/// Carries calls from other threads to the one it lives in, which makes them in the order they were
/// posted, those of several mailboxes of one thread too. Whatever a call holds is handed over under
/// a std::mutex, so that ThreadSanitizer sees the hand-over; that of Qt's event queue it does not
/// see. Calls not yet made when it is destroyed are dropped; no other thread may be posting then.
class Mailbox : public QObject
{
    Q_OBJECT
public:
    explicit Mailbox(QObject* parent = nullptr);

    /// From any thread; never waits for the call. A call may destroy the mailbox.
    void post(std::function<void()> call);

protected:
    bool event(QEvent* event) override;

private:
    static QEvent::Type arrival();

    std::mutex m_mutex;
    std::queue<std::function<void()>> m_calls;
};

} // namespace strata::ui
