// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "paint_clock.h"
#include "tree/tree_page.h"
#include "tree/tree_view.h"
#include "window/main_window.h"
#include "window/workspace.h"

#include <QString>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace strata::bench {

/// The times of one kind of action, over several cases and rounds.
class Times
{
public:
    void add(const std::string& what, double seconds) { m_times[what].push_back(seconds); }
    /// Of the slowest case, each taken as the median of its rounds; `what` gets its name.
    double slowest(std::string* what = nullptr) const;

private:
    std::map<std::string, std::vector<double>> m_times;
};

/// Drives the window as its user does, by keys and mouse, and times what comes of it.
class WindowBench
{
public:
    WindowBench(PaintClock& clock, ui::MainWindow& window);

    /// Opens an image and waits until all is done that is done behind it. False if that fails.
    bool open(const QString& image);

    void changeLayers(Times& times);
    void changeScopes(Times& times);
    void sortBySize(Times& times);
    void openFolders(Times& times);
    void expandAll(Times& times);
    /// From top to bottom of whatever is open, by the wheel and by the bar.
    void scroll(Times& times);
    /// Types a filter key by key, each when the one before has come to the screen.
    void filter(Times& times);
    /// Types at a quick typist's speed: the time from each key to its letter in the field.
    void typeQuickly(Times& times);
    /// Shows files of up to 4 KiB at the end of the largest layer.
    void preview(Times& times);

private:
    double toRows(const std::function<bool(const Projection&)>& wanted,
                  const std::function<void()>& act);
    void settle();
    void collapse();
    QModelIndex at(const char* path) const;

    PaintClock& m_clock;
    ui::MainWindow& m_window;
    ui::TreePage& m_page;
    ui::TreeView& m_view;
};

} // namespace strata::bench
