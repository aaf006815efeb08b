// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace strata::ui {

/// What went wrong with opening, in place: what file, what is wrong, what to do.
class ErrorBanner : public QWidget
{
    Q_OBJECT
public:
    explicit ErrorBanner(QWidget* parent = nullptr);

    /// Of opening; `retry` false hides "Try again".
    void showError(const QString& headline, const QString& text, bool retry);
    /// Of anything else, with nothing to press.
    void showComplaint(const QString& headline, const QString& text);
    /// What is no fault, but wants to be known all the same; `another` offers to open another
    /// image.
    void showNotice(const QString& headline, const QString& text, bool another);
    QString text() const; ///< headline and text

Q_SIGNALS:
    void openWanted();
    void retryWanted();

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void showMessage(const QString& headline, const QString& text);
    void updateColors();

    QLabel* m_headline;
    QLabel* m_text;
    QPushButton* m_open;
    QPushButton* m_retry;
    bool m_isError = true;
};

} // namespace strata::ui
