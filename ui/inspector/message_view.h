// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QWidget>

class QLabel;
class QPushButton;

namespace strata::ui {

/// A title, a few sentences and at most one button, where there is no content to show.
class MessageView : public QWidget
{
    Q_OBJECT
public:
    explicit MessageView(QWidget* parent = nullptr);

    /// Without `action` there is no button. All text is plain.
    void setMessage(const QString& title, const QString& body, const QString& action = {});
    QString title() const;
    QString body() const;
    QPushButton* button() const { return m_button; }

Q_SIGNALS:
    void activated();

protected:
    void changeEvent(QEvent* event) override;

private:
    void updateColors();

    QLabel* m_title;
    QLabel* m_body;
    QPushButton* m_button;
};

} // namespace strata::ui
