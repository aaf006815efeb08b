// SPDX-License-Identifier: Apache-2.0
// Times the window. Prints one "name value" a line, in seconds; which case was the slowest, on the
// standard error. The platform is Qt's offscreen one: all is laid out and painted, and no screen's
// refresh is waited for.
#include "cache/index_cache.h"
#include "monotonic.h"
#include "stack/stack_view.h"
#include "window/application_setup.h"
#include "window_bench.h"

#include <QCommandLineParser>
#include <QEventLoop>
#include <QSettings>
#include <QTemporaryDir>
#include <QTemporaryFile>
#include <QTimer>

#include <QtTest>

#include <sys/resource.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

using namespace strata;
using namespace strata::bench;
using namespace strata::ui;

namespace {

void print(const char* name, double value)
{
    std::printf("%s %.6f\n", name, value);
    std::fflush(stdout);
}

double processorSeconds()
{
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// From the start of the process, which `since` tells, to the window and to the stack of `image`.
int timeStart(PaintClock& clock, MainWindow& window, const QString& image, std::int64_t since)
{
    const auto passed = [since](std::optional<std::int64_t> at) {
        return at ? static_cast<double>(*at - since) / 1e9 : -1;
    };
    if (image.isEmpty()) {
        print("window", passed(clock.waitFor({&window, [] { return true; }})));
        return EXIT_SUCCESS;
    }
    window.openFile(image);
    auto* stack = window.findChild<StackView*>();
    print("stack", passed(clock.waitFor(
                       {stack->viewport(), [stack] { return stack->model()->rowCount() > 0; }})));
    return EXIT_SUCCESS;
}

/// Those of `names`; none = all.
int timeActions(WindowBench& bench, int rounds, const QStringList& names)
{
    using Action = void (WindowBench::*)(Times&);
    const std::array<std::pair<const char*, Action>, 8> actions = {{
        {"layer", &WindowBench::changeLayers},
        {"scope", &WindowBench::changeScopes},
        {"sort", &WindowBench::sortBySize},
        {"folder", &WindowBench::openFolders},
        {"expand", &WindowBench::expandAll},
        {"scroll", &WindowBench::scroll},
        {"filter", &WindowBench::filter},
        {"typing", &WindowBench::typeQuickly},
    }};
    for (const auto& [name, act] : actions) {
        if (!names.isEmpty() && !names.contains(QLatin1String(name))) {
            continue;
        }
        Times times;
        for (int round = 0; round < rounds; ++round) {
            (bench.*act)(times);
        }
        std::string what;
        print(name, times.slowest(&what));
        std::fprintf(stderr, "%s: the slowest was %s\n", name, what.c_str());
    }
    return EXIT_SUCCESS;
}

int timePreview(WindowBench& bench, int rounds)
{
    Times times;
    for (int round = 0; round < rounds; ++round) {
        bench.preview(times);
    }
    print("preview", times.slowest());
    return EXIT_SUCCESS;
}

/// Does nothing for a while, with nothing but this one timer.
int timeIdleness()
{
    constexpr int idleMs = 5'000;
    QTest::qWait(1'000); // what came with opening is over
    const auto before = processorSeconds();
    QEventLoop idle;
    QTimer::singleShot(idleMs, &idle, &QEventLoop::quit);
    idle.exec();
    print("idle", (processorSeconds() - before) / (idleMs / 1e3));
    return EXIT_SUCCESS;
}

int run(PaintClock& clock)
{
    QCommandLineParser parser;
    const QCommandLineOption since(QStringLiteral("since"), {}, QStringLiteral("ns"));
    const QCommandLineOption rounds(QStringLiteral("rounds"), {}, QStringLiteral("n"),
                                    QStringLiteral("3"));
    parser.addOptions({since, rounds});
    parser.process(clock);
    const auto words = parser.positionalArguments();
    const auto what = words.value(0);

    MainWindow window;
    window.session().setIndexCache(IndexCache::openUsual());
    window.show();
    if (what == QLatin1String("start")) {
        return timeStart(clock, window, words.value(1), parser.value(since).toLongLong());
    }
    window.resize(1280, 800);
    WindowBench bench(clock, window);
    if (!bench.open(words.value(1))) {
        std::fprintf(stderr, "bench_window: the image cannot be opened\n");
        return EXIT_FAILURE;
    }
    if (what == QLatin1String("preview")) {
        return timePreview(bench, parser.value(rounds).toInt());
    }
    return what == QLatin1String("idle")
               ? timeIdleness()
               : timeActions(bench, parser.value(rounds).toInt(), words.mid(2));
}

} // namespace

int main(int argc, char* argv[])
{
    PaintClock application(argc, argv);
    setUpApplication(application, STRATA_VERSION);
    const QTemporaryDir settings;
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
    return run(application);
}
