// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/image_session.h"

#include <QWidget>

#include <array>

class QAbstractButton;

namespace strata::ui {

/// "Whole image | Up to layer 2 | Only layer 2": one of three, as one control. Left and right
/// arrow keys move.
class ScopeSwitch : public QWidget
{
    Q_OBJECT
public:
    explicit ScopeSwitch(ImageSession& session, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void refresh();

    ImageSession& m_session;
    std::array<QAbstractButton*, 3> m_buttons{};
};

} // namespace strata::ui
