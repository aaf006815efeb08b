// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cache/index_cache.h"
#include "jobs/worker.h"

#include <QDialog>

#include <memory>

class QLabel;
class QPushButton;

namespace strata::ui {

/// What the index cache is for, where it is and how full, and a button that empties it. Disks are
/// asked off the GUI thread.
class CacheDialog : public QDialog
{
    Q_OBJECT
public:
    /// `cache` may be null: there is none.
    explicit CacheDialog(std::shared_ptr<IndexCache> cache, QWidget* parent = nullptr);

private:
    void ask(bool clearFirst);
    void showUsage(const CacheUsage& usage, bool cleared);

    std::shared_ptr<IndexCache> m_cache;
    QLabel* m_state;
    QPushButton* m_clear = nullptr;
    Worker m_worker;
};

} // namespace strata::ui
