// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "inspector/details_rows.h"
#include "jobs/worker.h"

#include <QTimer>
#include <QWidget>

class QTableWidget;

namespace strata::ui {

/// All metadata of one version as two columns; every row can be copied.
class DetailsPage : public QWidget
{
    Q_OBJECT
public:
    explicit DetailsPage(QWidget* parent = nullptr);

    void setVersion(const InspectedVersion& version);
    /// The value of the row so named; null if there is none.
    QString value(const QString& name) const;
    QTableWidget* table() const { return m_table; }

public Q_SLOTS:
    void copySelection();
    void computeSum();

protected:
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill();
    void updateColors();
    void showMenu(QPoint at);
    int rowOf(DetailRow::Kind kind) const;

    InspectedVersion m_version;
    std::vector<DetailRow> m_rows;
    QTableWidget* m_table;
    QTimer m_remeasure;
    Worker m_linkFinder;
    Worker m_summer;
};

} // namespace strata::ui
