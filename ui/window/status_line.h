// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/image_session.h"

#include <QElapsedTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace strata::ui {

/// The line at the bottom: what is open and how fast it opened, or how far opening has come with
/// bytes, rate and Cancel; at the right the counts.
class StatusLine : public QWidget
{
    Q_OBJECT
public:
    explicit StatusLine(ImageSession& session, QWidget* parent = nullptr);

    void setCounts(quint64 paths, quint64 shown);
    QString text() const;
    QString countText() const;

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void refresh();
    void showProgress(quint64 done, quint64 total);
    void updateColors();

    ImageSession& m_session;
    QLabel* m_text;
    QLabel* m_counts;
    QProgressBar* m_progress;
    QPushButton* m_cancel;
    QElapsedTimer m_since; ///< since the present phase began
};

} // namespace strata::ui
