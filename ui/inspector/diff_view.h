// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "inspector/diff_model.h"
#include "jobs/worker.h"
#include "models/version_state.h"

#include <QTimer>
#include <QWidget>

class QGridLayout;
class QLabel;
class QListView;
class QProgressBar;
class QScrollArea;
class QStackedWidget;
class QToolButton;

namespace strata::ui {

class MessageView;

/// The difference between two versions of a path: metadata that changed as a small table, then the
/// lines of text, or a sentence where there are none to show. Computed off the GUI thread.
class DiffView : public QWidget
{
    Q_OBJECT
public:
    explicit DiffView(QWidget* parent = nullptr);

    /// Neither may be a removal; they are versions of the same path.
    void setVersions(const InspectedVersion& before, const InspectedVersion& after);
    /// Shows a sentence instead.
    void setMessage(const QString& title, const QString& body);
    bool busy() const { return m_worker.busy() || m_start.isActive(); }

public Q_SLOTS:
    void goToNextChange();
    void goToPreviousChange();
    void copySelection();
    void setUnfolded(bool unfolded);

Q_SIGNALS:
    void settled();

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeBar();
    void compute();
    void showDiff(Result<ContentDiff> result);
    void refuseUnfolding();
    void showMetadata();
    void fitTable();
    void goTo(int row);
    void updateColors();

    InspectedVersion m_before;
    InspectedVersion m_after;
    bool m_unfolded = false;
    Worker m_worker;
    QTimer m_start; ///< while the selection moves quickly
    QTimer m_spinnerDelay;
    DiffModel* m_model;
    QScrollArea* m_tableArea; ///< so that no layer can push the lines out of the window
    QWidget* m_table;
    QGridLayout* m_grid;
    QWidget* m_bar = nullptr;
    QLabel* m_summary = nullptr;
    QToolButton* m_previous = nullptr;
    QToolButton* m_next = nullptr;
    QToolButton* m_unfold = nullptr;
    QProgressBar* m_spinner;
    QStackedWidget* m_stack;
    QListView* m_list;
    MessageView* m_message;
};

} // namespace strata::ui
