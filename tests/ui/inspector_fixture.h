// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "inspector/inspector.h"
#include "inspector/preview_page.h"
#include "inspector/text_view.h"
#include "session_fixture.h"

namespace strata::test {

/// The right column over a session of its own, in the size it has in a small window.
struct InspectorFixture : SessionFixture
{
    ui::Inspector inspector{session};

    InspectorFixture() { inspector.resize(400, 700); }
    bool show()
    {
        inspector.show();
        return QTest::qWaitForWindowActive(&inspector);
    }
    /// Opens it and waits until every change is decided.
    bool openDecided(const ImageBuilder& image)
    {
        return open(image) &&
               QTest::qWaitFor([this] { return session.tree()->undecidedCount() == 0; });
    }
    /// False if there is no such path.
    bool select(const std::string& path)
    {
        const auto node = session.tree()->find(path);
        if (node) {
            session.setCurrentNode(*node);
        }
        return node.has_value();
    }
    QString text() const { return inspector.preview()->findChild<ui::TextView*>()->toPlainText(); }
};

} // namespace strata::test
