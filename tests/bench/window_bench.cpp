// SPDX-License-Identifier: Apache-2.0
#include "window_bench.h"

#include "inspector/inspector.h"
#include "inspector/preview_page.h"
#include "monotonic.h"
#include "small_files.h"
#include "table.h"
#include "tree/filter_bar.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QScrollBar>
#include <QWheelEvent>

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <format>
#include <limits>

using namespace strata::ui;

namespace strata::bench {

namespace {

/// How long to wait for an image and all that is done behind it.
constexpr int patienceMs = 600'000;
/// Between two actions, so that each is timed alone.
constexpr int pauseMs = 120;

} // namespace

double Times::slowest(std::string* what) const
{
    double slowest = 0;
    for (const auto& [name, rounds] : m_times) {
        const auto time = median(rounds);
        if (std::isnan(time) || time > slowest) {
            slowest = time;
            if (what != nullptr) {
                *what = name;
            }
        }
        if (std::isnan(time)) {
            break;
        }
    }
    return m_times.empty() ? std::numeric_limits<double>::quiet_NaN() : slowest;
}

WindowBench::WindowBench(PaintClock& clock, MainWindow& window)
    : m_clock(clock)
    , m_window(window)
    , m_page(*window.workspace()->treePage())
    , m_view(*m_page.view())
{
}

bool WindowBench::open(const QString& image)
{
    auto& session = m_window.session();
    m_window.openFile(image);
    const bool ready = QTest::qWaitFor(
        [&] {
            return session.state() == ImageSession::State::Failed ||
                   (session.state() == ImageSession::State::Ready && !session.checking() &&
                    !session.resolving() && !m_page.busy());
        },
        patienceMs);
    settle();
    return ready && session.state() == ImageSession::State::Ready && m_page.model()->projection();
}

void WindowBench::settle()
{
    QTest::qWait(pauseMs);
}

double WindowBench::toRows(const std::function<bool(const Projection&)>& wanted,
                           const std::function<void()>& act)
{
    const auto before = m_page.model()->projection();
    const auto there = [&] {
        const auto& now = m_page.model()->projection();
        return now && now != before && !m_page.busy() && wanted(*now);
    };
    // The page, for where nothing matches it shows no rows but says so.
    const auto seconds = m_clock.secondsTo({&m_page, there}, act);
    settle();
    return seconds;
}

QModelIndex WindowBench::at(const char* path) const
{
    const auto node = m_window.session().tree()->find(path);
    return node ? m_page.model()->indexOf(*node) : QModelIndex();
}

void WindowBench::changeLayers(Times& times)
{
    const auto last = m_window.session().image()->layers.size() - 1;
    const auto step = [&](std::size_t layer, Qt::Key key, const char* how) {
        times.add(std::format("layer {} {}", layer, how),
                  toRows(
                      [&](const Projection& rows) {
                          return rows.spec().scope == Scope::UpToLayer &&
                                 rows.spec().layer == layer;
                      },
                      [&] { QTest::keyClick(&m_window, key, Qt::ControlModifier); }));
    };
    for (std::size_t layer = 0; layer <= last; ++layer) {
        step(layer, Qt::Key_Up, "from below");
    }
    for (std::size_t layer = last; layer-- > 0;) {
        step(layer, Qt::Key_Down, "from above");
    }
    toRows([](const Projection& rows) { return rows.spec().scope == Scope::WholeImage; },
           [&] { m_window.session().setCurrentLayer({}); });
}

void WindowBench::changeScopes(Times& times)
{
    const auto choose = [&](Qt::Key key, Scope scope, const char* name) {
        times.add(name, toRows([&](const Projection& rows) { return rows.spec().scope == scope; },
                               [&] { QTest::keyClick(&m_window, key, Qt::ControlModifier); }));
    };
    choose(Qt::Key_2, Scope::UpToLayer, "up to the layer");
    choose(Qt::Key_3, Scope::OnlyLayer, "only the layer");
    choose(Qt::Key_1, Scope::WholeImage, "the whole image");
}

void WindowBench::sortBySize(Times& times)
{
    auto& header = *m_view.header();
    const auto click = [&](int column, SortKey key, const char* name) {
        const QPoint where(header.sectionViewportPosition(column) + header.sectionSize(column) / 2,
                           header.height() / 2);
        times.add(name,
                  toRows(
                      [&](const Projection& rows) {
                          return rows.spec().sortKey == key &&
                                 rows.spec().descending ==
                                     (header.sortIndicatorOrder() == Qt::DescendingOrder);
                      },
                      [&] { QTest::mouseClick(header.viewport(), Qt::LeftButton, {}, where); }));
    };
    click(TreeModel::Size, SortKey::Size, "by size");
    click(TreeModel::Size, SortKey::Size, "by size, the other way");
    click(TreeModel::Name, SortKey::Name, "by name again");
}

void WindowBench::openFolders(Times& times)
{
    const auto open = [&](const QModelIndex& folder, const std::string& name) {
        m_view.setFocus();
        m_view.setCurrentIndex(folder);
        m_view.scrollTo(folder);
        settle();
        times.add(name,
                  m_clock.secondsTo({m_view.viewport(), [&] { return m_view.isExpanded(folder); }},
                                    [&] { QTest::keyClick(&m_view, Qt::Key_Right); }));
        settle();
    };
    QTest::keyClick(&m_window, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    settle();
    auto folder = m_page.model()->index(0, 0);
    for (int depth = 1; m_page.model()->hasChildren(folder); ++depth) {
        open(folder, std::format("a folder at depth {}", depth));
        folder = m_page.model()->index(0, 0, folder);
    }
    // And the one that holds everything, all of it open.
    QTest::keyClick(&m_window, Qt::Key_E, Qt::ControlModifier);
    settle();
    const auto top = m_page.model()->index(0, 0);
    m_view.setCurrentIndex(top);
    QTest::keyClick(&m_view, Qt::Key_Left);
    settle();
    open(top, "the top folder, with all below it open");
    QTest::keyClick(&m_window, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    settle();
}

void WindowBench::expandAll(Times& times)
{
    QTest::keyClick(&m_window, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    settle();
    const auto top = m_page.model()->index(0, 0);
    times.add("expand all",
              m_clock.secondsTo({m_view.viewport(), [&] { return m_view.isExpanded(top); }}, [&] {
                  QTest::keyClick(&m_window, Qt::Key_E, Qt::ControlModifier);
              }));
    settle();
}

void WindowBench::scroll(Times& times)
{
    constexpr int frames = 60;
    auto& bar = *m_view.verticalScrollBar();
    const auto frame = [&](const std::string& name, const std::function<void()>& act) {
        const int before = bar.value();
        times.add(name, m_clock.secondsTo(
                            {m_view.viewport(), [&] { return bar.value() != before; }}, act));
    };
    bar.setValue(0);
    settle();
    for (int i = 0; i < frames; ++i) {
        frame(std::format("wheel, frame {}", i), [&] {
            const QPointF middle = m_view.viewport()->rect().center();
            QWheelEvent wheel(middle, m_view.viewport()->mapToGlobal(middle), {}, {0, -120},
                              Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
            QCoreApplication::sendEvent(m_view.viewport(), &wheel);
        });
    }
    for (int i = 0; i < frames; ++i) {
        frame(std::format("bar, frame {}", i),
              [&] { bar.setValue(bar.maximum() / frames * (i + 1)); });
    }
    bar.setValue(0);
    settle();
}

void WindowBench::filter(Times& times)
{
    auto& field = *m_window.findChild<QLineEdit*>(QStringLiteral("filterField"));
    for (const auto* query : {"cairo-0a", "*.py", "-zlib"}) {
        m_page.filterBar()->clear();
        settle();
        field.setFocus();
        for (const char* key = query; *key != '\0'; ++key) {
            const auto text = field.text() + QLatin1Char(*key);
            // A minus alone is text to be found like any other.
            times.add(std::format("“{}”", text.toStdString()),
                      toRows(
                          [&](const Projection& rows) {
                              return rows.spec().filter.text() == text.toStdString();
                          },
                          [&] { QTest::keyClick(&field, *key); }));
        }
    }
    m_page.filterBar()->clear();
    settle();
}

void WindowBench::typeQuickly(Times& times)
{
    constexpr std::int64_t betweenKeys = 90'000'000;
    auto& field = *m_window.findChild<QLineEdit*>(QStringLiteral("filterField"));
    m_page.filterBar()->clear();
    settle();
    field.setFocus();
    auto due = monotonicNanoseconds();
    for (const char key : std::string("kernel-0a1b2.conf")) {
        const auto text = field.text() + QLatin1Char(key);
        while (monotonicNanoseconds() < due) {
            QCoreApplication::processEvents();
        }
        // A key that had to wait for the window to be free has waited since it was pressed.
        const auto late = static_cast<double>(monotonicNanoseconds() - due) / 1e9;
        times.add(std::format("the letter of “{}”", text.toStdString()),
                  late + m_clock.secondsTo({&field, [&] { return field.text() == text; }},
                                           [&] { QTest::keyClick(&field, key); }));
        due += betweenKeys;
    }
    m_page.filterBar()->clear();
    settle();
}

void WindowBench::preview(Times& times)
{
    auto& session = m_window.session();
    auto& inspector = *m_window.findChild<Inspector*>();
    inspector.showTab(Inspector::Tab::Preview);
    auto& page = *inspector.preview();
    for (const auto node : lastSmallFiles(*session.opened(), largestLayer(*session.opened()))) {
        session.setCurrentNode(MergedTree::root());
        settle();
        times.add(session.tree()->path(node),
                  m_clock.secondsTo(
                      {&page, [&] { return session.currentNode() == node && !page.busy(); }},
                      [&] { session.setCurrentNode(node); }));
        settle();
    }
}

} // namespace strata::bench
