// SPDX-License-Identifier: Apache-2.0
#include "jobs/mailbox.h"

#include <QAbstractEventDispatcher>
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
        // One call an event: so calls keep their order among those of other mailboxes, and one that
        // runs an event loop does not hold up the next.
        const std::scoped_lock lock(m_mutex);
        call = std::move(m_calls.front());
        m_calls.pop();
    }
    // Such a loop would sleep on events that were posted before it.
    if (auto* dispatcher = QAbstractEventDispatcher::instance()) {
        dispatcher->wakeUp();
    }
    call();
    return true;
}

} // namespace strata::ui
