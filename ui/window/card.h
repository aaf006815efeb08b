// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractButton>
#include <QFrame>

namespace strata::ui {

/// A panel with rounded corners that holds one thing.
class Card : public QFrame
{
    Q_OBJECT
public:
    explicit Card(QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
};

/// A row of a card that opens something: a name, and muted below it where that is.
class CardRow : public QAbstractButton
{
    Q_OBJECT
public:
    static constexpr int sideMargin = 12; ///< left and right of its text

    CardRow(const QString& name, const QString& place, QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {80, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent*) override { update(); }
    void leaveEvent(QEvent*) override { update(); }

private:
    QString m_place;
};

} // namespace strata::ui
