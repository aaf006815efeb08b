// SPDX-License-Identifier: Apache-2.0
#include "archive_text.h"
#include "bytes.h"
#include "container_text.h"
#include "containers/trace_player.h"
#include "image_builder.h"

#include <QSignalSpy>
#include <QtTest>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;

namespace {

using Kind = TraceStep::Kind;

Container smallContainer()
{
    return containerOn(opened(ImageBuilder()
                                  .layer(TarBuilder().dir("etc").file("etc/motd", "hello"))
                                  .layer(TarBuilder().dir("etc").file("etc/other", "x"))));
}

std::vector<Kind> kinds(const std::vector<TraceStep>& steps)
{
    std::vector<Kind> out;
    for (const auto& step : steps) {
        out.push_back(step.kind);
    }
    return out;
}

std::vector<TraceStep> threeSteps(int milliseconds)
{
    std::vector<TraceStep> steps(3);
    for (auto& step : steps) {
        step.milliseconds = milliseconds;
    }
    return steps;
}

} // namespace

/// Traces as what is to be seen, and the time that takes.
class TracePlayerTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aWriteLooksCopiesAndWrites();
    void aDeletionLeavesAWhiteout();
    void whatIsMadeInAContainerIsLookedForEverywhere();
    void refusalsEndInOne();
    void playsInOrderAndEnds();
    void twiceTheSpeedTakesHalfTheTime();
    void stepwiseWaits();
    void stillShowsTheEnd();
    void replaysFromTheBeginning();
    void nothingToPlay();
};

void TracePlayerTest::aWriteLooksCopiesAndWrites()
{
    auto container = smallContainer();
    const auto steps =
        traceSteps(container.append("/etc/motd", std::as_bytes(std::span("!", 1))), {});
    const std::vector<Kind> expected{Kind::Look,   Kind::Look,   Kind::Look,
                                     Kind::CopyUp, Kind::CopyUp, Kind::Write};
    QCOMPARE(kinds(steps), expected);
    QVERIFY(!steps[0].layer);
    QCOMPARE(steps[0].sight, Sight::Miss);
    QCOMPARE(steps[1].layer, LayerNo{1});
    QCOMPARE(steps[1].sight, Sight::Miss);
    QCOMPARE(steps[2].layer, LayerNo{0});
    QCOMPARE(steps[2].sight, Sight::Hit);
    QCOMPARE(steps[4].layer, LayerNo{0});
    QCOMPARE(steps[4].label, QStringLiteral("5 B"));
    QCOMPARE(steps[5].label, QStringLiteral("1 B"));
}

void TracePlayerTest::aDeletionLeavesAWhiteout()
{
    auto container = smallContainer();
    auto steps = traceSteps(container.unlink("/etc/motd"), {});
    QCOMPARE(steps.back().kind, Kind::Whiteout);
    steps = traceSteps(container.read("/etc/motd").trace, {});
    const std::vector<Kind> expected{Kind::Look, Kind::Refuse};
    QCOMPARE(kinds(steps), expected);
    QCOMPARE(steps[0].sight, Sight::Whiteout);
}

void TracePlayerTest::whatIsMadeInAContainerIsLookedForEverywhere()
{
    auto container = smallContainer();
    const auto steps = traceSteps(container.create("/etc/fresh"), {});
    const std::vector<Kind> expected{Kind::Look, Kind::Look, Kind::Look, Kind::CopyUp, Kind::Make};
    QCOMPARE(kinds(steps), expected);
}

void TracePlayerTest::refusalsEndInOne()
{
    auto container = smallContainer();
    const auto steps = traceSteps(container.rename("/etc", "/else"), {});
    QCOMPARE(steps.back().kind, Kind::Refuse);
    QVERIFY(steps.back().caption.contains(QStringLiteral("EXDEV")));
}

void TracePlayerTest::playsInOrderAndEnds()
{
    TracePlayer player;
    QSignalSpy ended(&player, &TracePlayer::ended);
    std::vector<std::size_t> seen;
    connect(&player, &TracePlayer::stepChanged, this, [&] { seen.push_back(player.step()); });
    player.play(threeSteps(30));
    QVERIFY(player.playing());
    QVERIFY(QTest::qWaitFor([&] { return player.finished(); }, 60'000));
    QCOMPARE(seen, (std::vector<std::size_t>{0, 1, 2}));
    QCOMPARE(player.progress(), 1.0);
    QCOMPARE(ended.size(), 1);
}

void TracePlayerTest::twiceTheSpeedTakesHalfTheTime()
{
    // No clock is asked: at a speed beyond all bounds each frame ends a step.
    TracePlayer player;
    player.setSpeed(1e9);
    QSignalSpy frames(&player, &TracePlayer::moved);
    player.play(threeSteps(1'000'000));
    QVERIFY(QTest::qWaitFor([&] { return player.finished(); }, 60'000));
    QVERIFY(frames.size() <= 8);
}

void TracePlayerTest::stepwiseWaits()
{
    TracePlayer player;
    player.setStepwise(true);
    player.play(threeSteps(1));
    QVERIFY(QTest::qWaitFor([&] { return player.progress() == 1.0; }, 60'000));
    QTest::qWait(100);
    QCOMPARE(player.step(), 0U);
    QVERIFY(player.playing());
    player.next();
    QCOMPARE(player.step(), 1U);
    player.next(); // to its end, had it not come there yet
    player.next();
    QVERIFY(player.step() >= 1U);
    player.setStepwise(false);
    QVERIFY(QTest::qWaitFor([&] { return player.finished(); }, 60'000));
    QCOMPARE(player.step(), 2U);
}

void TracePlayerTest::stillShowsTheEnd()
{
    TracePlayer player;
    player.setStill(true);
    QSignalSpy ended(&player, &TracePlayer::ended);
    player.play(threeSteps(100'000));
    QVERIFY(player.finished());
    QCOMPARE(player.step(), 2U);
    QCOMPARE(player.progress(), 1.0);
    QCOMPARE(ended.size(), 1);
}

void TracePlayerTest::replaysFromTheBeginning()
{
    TracePlayer player;
    player.setSpeed(1e9);
    player.play(threeSteps(10));
    QVERIFY(QTest::qWaitFor([&] { return player.finished(); }, 60'000));
    player.setSpeed(1);
    player.setStepwise(true);
    player.replay();
    QCOMPARE(player.step(), 0U);
    QVERIFY(player.playing());
    player.clear();
    QVERIFY(!player.playing());
    QVERIFY(player.steps().empty());
}

void TracePlayerTest::nothingToPlay()
{
    TracePlayer player;
    QSignalSpy changed(&player, &TracePlayer::stepChanged);
    player.play({});
    QVERIFY(!player.playing());
    QVERIFY(!player.finished());
    QCOMPARE(changed.size(), 1);
    player.next();
    player.replay();
}

QTEST_GUILESS_MAIN(TracePlayerTest)
#include "tst_trace_player.moc"
