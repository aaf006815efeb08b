// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QToolButton>

namespace strata::ui {

/// A switch with a word on it: on, it wears the accent's wash and edge and a tick, so that on and
/// off are told apart in every palette, and without colour.
class ToggleButton : public QToolButton
{
    Q_OBJECT
public:
    explicit ToggleButton(QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace strata::ui
