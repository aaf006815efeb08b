// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSvgRenderer>
#include <QWidget>

namespace strata::ui {

/// The program's picture, three strata one above another, large.
class StrataArt : public QWidget
{
    Q_OBJECT
public:
    explicit StrataArt(QWidget* parent = nullptr);

    QSize sizeHint() const override { return {104, 104}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QSvgRenderer m_picture;
};

} // namespace strata::ui
