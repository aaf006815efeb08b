// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree_text.h"
#include "window_fixture.h"

#include <QApplication>
#include <QTimer>

#include <functional>
#include <string>

namespace strata::test {

/// A desktop without motion, and a program that was never used before.
struct FreshDesktop
{
    FreshDesktop()
    {
        qputenv("STRATASCOPE_MOTION", "none");
        QSettings().clear();
    }
};

/// The window with a container on the article's image, and what a person does there.
struct ContainerWindow : FreshDesktop, WindowFixture
{
    ui::ContainerDeck& deck() { return window.containers(); }
    bool quiet()
    {
        return QTest::qWaitFor([this] { return !deck().busy(); }, patienceMs) && settle();
    }
    bool start()
    {
        window.openFile(article());
        if (!ready()) {
            return false;
        }
        click("startButton");
        return quiet() && session().showsContainer();
    }
    /// Chooses a path in the tree, so that keys go there.
    void choose(const char* path)
    {
        select(path);
        view().setFocus();
    }
    /// Answers the next dialog that opens, whatever it takes until then.
    template <typename Dialog> void answer(const std::function<void(Dialog&)>& act)
    {
        answered = false;
        auto* wait = new QTimer(&window);
        QObject::connect(wait, &QTimer::timeout, &window, [this, wait, act] {
            auto* dialog = qobject_cast<Dialog*>(QApplication::activeModalWidget());
            if (dialog && dialog->isVisible() && dialog->isActiveWindow()) {
                wait->stop(); // it may live on for a while
                wait->deleteLater();
                answered = true;
                act(*dialog);
            }
        });
        wait->start(20);
    }
    std::string lastLine()
    {
        const auto& acts = deck().acts(deck().current());
        return acts.empty() ? std::string() : acts.back().line;
    }
    std::string tree() { return treeText(*session().tree()); }
    bool answered = false;
};

} // namespace strata::test
