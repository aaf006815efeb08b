// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/container_deck.h"

#include <QAbstractListModel>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QListView;
class QProgressBar;
class QToolBar;
class QToolButton;

namespace strata::ui {

/// What was done in the current container, the first act at the top. GUI thread only.
class ActModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        SentenceRole = Qt::UserRole, ///< QString: what it looked at and left
        ChangeRole,                  ///< int of strata::Change; -1 = it changed nothing
        UndoneRole,                  ///< bool
        RefusedRole,                 ///< bool
    };
    Q_ENUM(Role)

    /// `deck` must outlive the model.
    explicit ActModel(ContainerDeck& deck, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    void restart();

    ContainerDeck& m_deck;
    int m_container = -1;
    int m_count = 0; ///< as it was told last
};

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
