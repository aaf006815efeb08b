// SPDX-License-Identifier: Apache-2.0
#include "session/container_deck.h"

#include "session/container_tenant_p.h"
#include "session/image_session.h"

#include <algorithm>
#include <utility>

namespace strata::ui {

ContainerDeck::ContainerDeck(ImageSession& session, QObject* parent)
    : QObject(parent)
    , m_session(session)
{
    connect(&m_worker, &Worker::progressed, this, &ContainerDeck::progressed);
    connect(&m_worker, &Worker::finished, this, &ContainerDeck::startNext);
    connect(&m_session, &ImageSession::changesResolved, this, &ContainerDeck::imageResolved);
    for (const auto signal :
         {&ImageSession::openingStarted, &ImageSession::archiveReady, &ImageSession::closed}) {
        connect(&m_session, signal, this, &ContainerDeck::clear);
    }
}

ContainerDeck::~ContainerDeck()
{
    m_opener.cancel();
    m_stop.request_stop();
}

QString ContainerDeck::name(int container) const
{
    return QString::fromStdString(entry(container).tenant->name);
}

const ContainerReport* ContainerDeck::report(int container) const
{
    return entry(container).report.get();
}

const std::vector<ContainerAct>& ContainerDeck::acts(int container) const
{
    return entry(container).acts;
}

ContainerKey ContainerDeck::key(int container) const
{
    return container < 0 ? 0 : entry(container).key;
}

int ContainerDeck::number(ContainerKey key) const
{
    const auto at = std::ranges::find(m_containers, key, &Entry::key);
    return at == m_containers.end() ? -1 : static_cast<int>(at - m_containers.begin());
}

bool ContainerDeck::showsCurrent() const
{
    return m_current >= 0 && report(m_current) && m_session.opened() == report(m_current)->view;
}

bool ContainerDeck::hasChanges(int container) const
{
    return underWay(key(container)) || requestsInForce(container) != entry(container).kept;
}

bool ContainerDeck::anyChanges() const
{
    for (int i = 0; i < count(); ++i) {
        if (hasChanges(i)) {
            return true;
        }
    }
    return false;
}

bool ContainerDeck::canStart() const
{
    return m_session.state() == ImageSession::State::Ready;
}

std::string ContainerDeck::freeName(const std::string& wish) const
{
    for (int number = 0;; ++number) {
        auto name = number > 0     ? "container-" + std::to_string(number)
                    : wish.empty() ? "container-1"
                                   : wish;
        if (std::ranges::none_of(m_containers,
                                 [&](const Entry& entry) { return entry.tenant->name == name; })) {
            return name;
        }
    }
}

void ContainerDeck::start()
{
    if (!canStart()) {
        return;
    }
    const auto container = add(
        freeName({}), Container(m_session.openedImage(), {.metacopy = m_metacopy, .clock = {}}));
    enqueue({.container = container,
             .work = [](Tenant&, const Job&, Outcome&) {},
             .taken = {},
             .dropped = {},
             .changes = false});
}

ContainerKey ContainerDeck::add(std::string name, Container container)
{
    m_containers.push_back(
        {.key = ++m_keys,
         .tenant = std::make_shared<Tenant>(Tenant{std::move(name), std::move(container)}),
         .report = {},
         .acts = {},
         .kept = {}});
    m_current = count() - 1;
    Q_EMIT listChanged();
    Q_EMIT currentChanged();
    if (busy()) { // it will be a while until it can be shown, and another one must not be for it
        showCurrent();
    }
    return m_keys;
}

void ContainerDeck::setCurrent(int container)
{
    if (container == m_current || container < -1 || container >= count()) {
        return;
    }
    m_current = container;
    Q_EMIT currentChanged();
    showCurrent();
}

void ContainerDeck::remove(ContainerKey container)
{
    const int at = number(container);
    if (at < 0) {
        return;
    }
    if (m_running && m_running->container == container) {
        m_stop.request_stop(); // what it still does for a moment is dropped
    }
    m_containers.erase(m_containers.begin() + at);
    const bool wasCurrent = m_current == at;
    if (wasCurrent) {
        m_current = -1;
    } else if (m_current > at) {
        --m_current;
    }
    Q_EMIT listChanged();
    if (wasCurrent) {
        Q_EMIT currentChanged();
        showCurrent();
    }
}

void ContainerDeck::showCurrent()
{
    const auto* shown = m_current < 0 ? nullptr : report(m_current);
    m_session.setView(shown ? shown->view : nullptr);
}

void ContainerDeck::clear()
{
    m_opener.cancel();
    if (m_containers.empty()) {
        return;
    }
    m_waiting.clear();
    m_stop.request_stop();
    m_containers.clear();
    m_current = -1;
    Q_EMIT listChanged();
    Q_EMIT currentChanged();
}

void ContainerDeck::imageResolved()
{
    for (const auto& entry : m_containers) {
        enqueue(
            {.container = entry.key,
             .work =
                 [image = m_session.openedImage()](Tenant& tenant, const Job&, Outcome& outcome) {
                     tenant.container.takeDecisions(image);
                     outcome.anew = true;
                 },
             .taken = {},
             .dropped = {},
             .changes = false});
    }
}

} // namespace strata::ui
