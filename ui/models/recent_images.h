// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QStringList>

namespace strata::ui {

/// The images opened last, newest first, at most ten, kept in QSettings. GUI thread only.
class RecentImages : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype most = 10;

    explicit RecentImages(QObject* parent = nullptr);

    const QStringList& files() const { return m_files; } ///< absolute names; may be gone by now

public Q_SLOTS:
    /// Moves or puts `fileName` to the front.
    void add(const QString& fileName);
    void clear();

Q_SIGNALS:
    void changed();

private:
    void store();

    QStringList m_files;
};

} // namespace strata::ui
