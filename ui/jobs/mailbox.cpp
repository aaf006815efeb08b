// SPDX-License-Identifier: Apache-2.0
#include "jobs/mailbox.h"

#include <QCoreApplication>

#include <memory>
#include <utility>

namespace strata::ui {

Mailbox::Mailbox(QObject* parent)
    : QObject(parent)
{
}

QEvent::Type Mailbox::arrival()
{
    static const auto type = static_cast<QEvent::Type>(QEvent::registerEventType());
    return type;
}

void Mailbox::post(std::function<void()> call)
{
    auto letter = std::make_unique<QEvent>(arrival());
    {
        const std::scoped_lock lock(m_mutex);
        m_calls.push(std::move(call));
        if (std::exchange(m_arriving, true)) {
            return;
        }
    }
    QCoreApplication::postEvent(this, letter.release());
}

bool Mailbox::event(QEvent* event)
{
    if (event->type() != arrival()) {
        return QObject::event(event);
    }
    std::function<void()> call;
    {
        const std::scoped_lock lock(m_mutex);
        call = std::move(m_calls.front());
        m_calls.pop();
        m_arriving = !m_calls.empty();
        // One call an event, and the next event posted before the call: a call that runs an event
        // loop must not hold up the others, and such a loop sleeps on what was posted before it.
        if (m_arriving) {
            QCoreApplication::postEvent(this, new QEvent(arrival()));
        }
    }
    call();
    return true;
}

} // namespace strata::ui
