// SPDX-License-Identifier: Apache-2.0
#include "session/place_history.h"

#include "session/image_session.h"

namespace strata::ui {

namespace {
constexpr std::size_t mostPlaces = 100;
}

PlaceHistory::PlaceHistory(ImageSession& session, QObject* parent)
    : QObject(parent)
    , m_session(session)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(0);
    connect(&m_pause, &QTimer::timeout, this, &PlaceHistory::record);
    for (const auto signal :
         {&ImageSession::openingStarted, &ImageSession::archiveReady, &ImageSession::closed}) {
        connect(&m_session, signal, this, &PlaceHistory::clear);
    }
    connect(&m_session, &ImageSession::viewChanged, this, &PlaceHistory::follow);
    for (const auto signal : {&ImageSession::imageReady, &ImageSession::currentLayerChanged,
                              &ImageSession::scopeChanged, &ImageSession::currentNodeChanged}) {
        connect(&m_session, signal, &m_pause, qOverload<>(&QTimer::start));
    }
}

void PlaceHistory::clear()
{
    m_pause.stop();
    m_places.clear();
    m_at = 0;
    Q_EMIT changed();
}

/// Nodes have other ids in another view.
void PlaceHistory::follow(const MergedTree& before)
{
    for (auto& place : m_places) {
        place.node = before.nodeIn(*m_session.tree(), place.node);
    }
}

bool PlaceHistory::besides(const SessionPlace& a, const SessionPlace& b) const
{
    const auto& tree = *m_session.tree();
    return a.layer == b.layer && a.scope == b.scope && a.node.valid() && b.node.valid() &&
           tree.parent(a.node) == tree.parent(b.node);
}

void PlaceHistory::record()
{
    m_pause.stop();
    const auto place = m_session.place();
    if (!m_session.tree() || (!m_places.empty() && m_places[m_at] == place)) {
        return;
    }
    if (!m_places.empty() && besides(m_places[m_at], place)) {
        m_places[m_at] = place;
        return;
    }
    if (!m_places.empty()) {
        m_places.resize(m_at + 1);
    }
    m_places.push_back(place);
    if (m_places.size() > mostPlaces) {
        m_places.erase(m_places.begin());
    }
    m_at = m_places.size() - 1;
    Q_EMIT changed();
}

void PlaceHistory::show(std::size_t at)
{
    m_at = at;
    m_session.setPlace(m_places[at]);
    Q_EMIT changed();
}

void PlaceHistory::goBack()
{
    record();
    if (canGoBack()) {
        show(m_at - 1);
    }
}

void PlaceHistory::goForward()
{
    record();
    if (canGoForward()) {
        show(m_at + 1);
    }
}

} // namespace strata::ui
