// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/container_deck.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QListView;
class QProgressBar;
class QToolBar;
class QToolButton;

namespace strata::ui {

class ActModel;

/// The log of the current container, each line as a script has it with one sentence beside it, and
/// what can be done with it. Hidden while no container is looked at.
class ContainerLog : public QWidget
{
    Q_OBJECT
public:
    explicit ContainerLog(ContainerDeck& deck, QWidget* parent = nullptr);

    ActModel* model() const { return m_model; }
    QListView* view() const { return m_view; }
    /// A place for buttons right of the caption.
    void addButtons(const QList<QAction*>& actions);
    /// The operations, as a toolbar below the caption.
    void addOperations(const QList<QAction*>& actions);
    /// Where any operation can be typed.
    QLineEdit* lineField() const { return m_line; }
    /// Puts something between the caption and the log.
    void setBelowCaption(QWidget* widget);

Q_SIGNALS:
    /// The user wants to see again what an act did.
    void replayWanted(int act);

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void prepareList();
    void prepareHeader();
    void prepareField();
    void addCopyAction();
    void connectDeck();
    bool eventFilter(QObject* watched, QEvent* event) override;
    void enterLine();
    void recall(bool back);
    void forgetRecalled();
    void tellOf(int container, std::size_t first);
    void refresh();
    void showBusy();
    void updateColors();

    ContainerDeck& m_deck;
    ActModel* m_model;
    QLabel* m_title;
    QLabel* m_hint;
    QListView* m_view;
    QProgressBar* m_progress;
    QToolButton* m_stop;
    QHBoxLayout* m_header;
    QToolBar* m_operations;
    QLineEdit* m_line;
    qsizetype m_recalled = -1; ///< which act's line the field shows; -1 = what is being typed
    QString m_draft;           ///< what was being typed, while a line is recalled
};

} // namespace strata::ui
