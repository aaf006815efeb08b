// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/version_state.h"

#include <QWidget>

class QAction;
class QLabel;
class QListView;
class QPushButton;
class QSplitter;

namespace strata::ui {

class DiffView;
class TimelineModel;

/// What every layer did to the path, top layer first, and below it how the chosen version differs
/// from the one under it.
class TimelinePage : public QWidget
{
    Q_OBJECT
public:
    explicit TimelinePage(QWidget* parent = nullptr);

    void setVersion(const InspectedVersion& version);
    /// Whether a copy is being saved: another cannot be until that is done.
    void setSaving(bool saving);
    QListView* list() const { return m_list; }

Q_SIGNALS:
    /// The user chose a version: an index into the path's versions.
    void versionChosen(std::size_t index);
    void openRequested();
    void compareRequested();
    void saveRequested();

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeButtons();
    void chosen(const QModelIndex& index);
    void enableActions();
    void showMenu(QPoint at);
    void updateColors();
    void fitList();
    void fitSplitter();

    InspectedVersion m_version;
    TimelineModel* m_model;
    QSplitter* m_splitter;
    QListView* m_list;
    QWidget* m_diffArea;
    QLabel* m_diffTitle;
    DiffView* m_diff;
    QAction* m_open = nullptr;
    QAction* m_compare = nullptr;
    QAction* m_save = nullptr;
    QWidget* m_buttons = nullptr;
    bool m_saving = false;
    bool m_updating = false;
    bool m_placedByHand = false; ///< the user has moved the splitter
};

} // namespace strata::ui
