// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/container_deck.h"
#include "session_fixture.h"
#include "tree_text.h"

#include <string>

namespace strata::test {

/// The article's image with a deck of containers on it.
struct DeckFixture : SessionFixture
{
    ui::ContainerDeck deck{session};

    bool quiet()
    {
        return QTest::qWaitFor([this] { return !deck.busy(); }, patienceMs);
    }
    bool started()
    {
        deck.start();
        return quiet() && session.showsContainer();
    }
    bool does(const std::string& line)
    {
        deck.perform({line});
        return quiet();
    }
    std::string tree() { return treeText(*session.tree()); }
};

} // namespace strata::test
