// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/container_deck.h"
#include "session/image_session.h"

#include <QElapsedTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace strata::ui {

/// The line at the bottom: what is open and how fast it opened, or how far opening has come with
/// bytes, rate and Cancel; or that something is done in a container that is not looked at, with
/// Cancel as well; at the right the counts.
class StatusLine : public QWidget
{
    Q_OBJECT
public:
    /// Both must outlive it.
    StatusLine(ImageSession& session, ContainerDeck& deck, QWidget* parent = nullptr);

    void setCounts(quint64 paths, quint64 shown);
    QString text() const;
    QString countText() const;

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void refresh();
    void showProgress(quint64 done, quint64 total);
    /// Whether something is done in containers, and none of them is looked at, which would tell.
    bool worksUnseen() const;
    void cancel();
    void updateColors();

    ImageSession& m_session;
    ContainerDeck& m_deck;
    QLabel* m_text;
    QLabel* m_counts;
    QProgressBar* m_progress;
    QPushButton* m_cancel;
    QElapsedTimer m_since; ///< since the present phase began
};

} // namespace strata::ui
