// SPDX-License-Identifier: Apache-2.0
#include "models/recent_images.h"

#include <QSettings>

namespace strata::ui {

namespace {
constexpr QLatin1StringView settingsKey("recentImages");
}

RecentImages::RecentImages(QObject* parent)
    : QObject(parent)
    , m_files(QSettings().value(settingsKey).toStringList().mid(0, most))
{
}

void RecentImages::add(const QString& fileName)
{
    if (fileName.isEmpty() || (!m_files.isEmpty() && m_files.front() == fileName)) {
        return;
    }
    m_files.removeAll(fileName);
    m_files.prepend(fileName);
    m_files = m_files.mid(0, most);
    store();
}

void RecentImages::clear()
{
    if (!m_files.isEmpty()) {
        m_files.clear();
        store();
    }
}

void RecentImages::store()
{
    QSettings().setValue(settingsKey, m_files);
    Q_EMIT changed();
}

} // namespace strata::ui
