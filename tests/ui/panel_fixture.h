// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session_fixture.h"
#include "shown_texts.h"
#include "stack/stack_panel.h"
#include "stack/stack_view.h"

#include <QImage>

namespace strata::test {

/// The left column over a session of its own, in the size it has in a small window.
struct PanelFixture : SessionFixture
{
    ui::StackPanel panel{session};

    PanelFixture() { panel.resize(307, 780); }
    ui::StackView& view() { return *panel.view(); }
    bool show()
    {
        panel.show();
        view().setFocus();
        return QTest::qWaitForWindowExposed(&panel);
    }
    QPoint plate(LayerNo layer) { return row(layer).center(); }
    void click(LayerNo layer)
    {
        QTest::mouseClick(view().viewport(), Qt::LeftButton, {}, plate(layer));
    }
    QRect row(LayerNo layer) { return view().visualRect(panel.model()->indexOfLayer(layer)); }
    QImage picture() { return view().viewport()->grab().toImage(); }
    void key(Qt::Key k) { QTest::keyClick(&view(), k); }
    QStringList texts() const { return shownTexts(panel); }
};

} // namespace strata::test
