// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QComboBox;
class QLabel;
class QToolButton;

namespace strata::ui {

class TracePlayer;

/// What is being played, in a sentence, and how: speed, step by step, again. Speed and steps are
/// remembered.
class TraceControls : public QWidget
{
    Q_OBJECT
public:
    /// `player` must outlive the controls.
    explicit TraceControls(TracePlayer& player, QWidget* parent = nullptr);

    QString caption() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void refresh();
    void chooseSpeed(int index);
    void updateColors();

    TracePlayer& m_player;
    QLabel* m_caption;
    QComboBox* m_speed;
    QToolButton* m_next;
    QToolButton* m_replay;
};

} // namespace strata::ui
