// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace strata::ui {

/// What stands where there is nothing to list: why, and the one thing to do about it.
class EmptyState : public QWidget
{
    Q_OBJECT
public:
    explicit EmptyState(QWidget* parent = nullptr);

    /// `button` empty: none.
    void setMessage(const QString& headline, const QString& explanation,
                    const QString& button = {});
    QString headline() const;

Q_SIGNALS:
    void buttonClicked();

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void updateColors();

    QWidget* m_column; ///< as wide as reads well, and no wider than there is room
    QLabel* m_headline;
    QLabel* m_explanation;
    QPushButton* m_button;
};

} // namespace strata::ui
