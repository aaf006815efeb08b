// SPDX-License-Identifier: Apache-2.0
// A worker never makes its owner wait: not for work begun, nor stopped, nor begun again.
#include "gated_source.h"
#include "jobs/worker.h"

#include <QSignalSpy>

#include <QtTest>

#include <new>
#include <optional>

using namespace strata;
using namespace strata::test;
using ui::Worker;

class WorkerTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void deliversOnThisThread()
    {
        Worker worker;
        QThread* worked = nullptr;
        QThread* delivered = nullptr;
        worker.start([&](const Job&) { return worked = QThread::currentThread(); },
                     [&](QThread*) { delivered = QThread::currentThread(); });
        QVERIFY(worker.busy());
        QTRY_VERIFY(!worker.busy());
        QCOMPARE(delivered, QThread::currentThread());
        QVERIFY(worked != delivered);
    }

    void nothingWaitsForHeldWork()
    {
        Gate gate;
        gate.shut();
        int delivered = 0;
        {
            Worker worker;
            const auto held = [&gate](const Job& job) {
                gate.pass();
                return job.cancelled();
            };
            const auto count = [&](bool) { ++delivered; };
            worker.start(held, count);
            QTRY_COMPARE(gate.waiting(), 1);
            worker.cancel();
            QVERIFY(!worker.busy());
            worker.start(held, count);
            QTRY_COMPARE(gate.waiting(), 2);
            worker.start(held, count); // in place of the one before
            QTRY_COMPARE(gate.waiting(), 3);
            QVERIFY(worker.busy());
            gate.open();
            QTRY_VERIFY(!worker.busy());
        }
        QCOMPARE(delivered, 1);
        QVERIFY(!gate.gaveUp());
    }

    void stoppedWorkIsToldAndForgotten()
    {
        // Before the worker, which on its way out waits for the work that uses them.
        Gate gate;
        gate.shut();
        std::atomic<bool> told = false;
        bool delivered = false;
        Worker worker;
        QSignalSpy finished(&worker, &Worker::finished);
        worker.start(
            [&](const Job& job) {
                gate.pass();
                told = job.cancelled();
                return 0;
            },
            [&](int) { delivered = true; });
        QTRY_COMPARE(gate.waiting(), 1);
        worker.cancel();
        QCOMPARE(finished.count(), 1);
        gate.open();
        QTRY_VERIFY(!worker.running());
        QCoreApplication::processEvents(); // what it left behind
        QVERIFY(told);
        QVERIFY(!delivered);
        QCOMPARE(finished.count(), 1);
    }

    void destructionStopsTheWork()
    {
        std::atomic<bool> ended = false;
        {
            Worker worker;
            worker.start(
                [&](const Job& job) {
                    while (!job.cancelled()) {
                        std::this_thread::yield();
                    }
                    ended = true;
                    return 0;
                },
                [](int) { QFAIL("delivered to the dead"); });
        }
        QVERIFY(ended);
    }

    void mayBeDestroyedByWhatItDelivers()
    {
        auto worker = std::make_unique<Worker>();
        bool delivered = false;
        worker->start([](const Job&) { return 1; },
                      [&](int) {
                          worker.reset();
                          delivered = true;
                      });
        QTRY_VERIFY(delivered);
    }

    void whatIsThrownBecomesAnError()
    {
        Worker worker;
        QSignalSpy finished(&worker, &Worker::finished);
        std::optional<Result<int>> delivered;
        worker.start([](const Job&) -> Result<int> { throw std::bad_alloc(); },
                     [&](Result<int> result) { delivered = std::move(result); });
        QTRY_VERIFY(!worker.busy());
        QVERIFY(delivered && !*delivered);
        QCOMPARE(delivered->error().code, ErrorCode::LimitExceeded);
        QVERIFY(!delivered->error().what.empty());
        // What cannot carry an error is left out.
        worker.start([](const Job&) -> int { throw std::bad_alloc(); },
                     [](int) { QFAIL("there was no result"); });
        QTRY_VERIFY(!worker.busy());
        QCOMPARE(finished.count(), 2);
    }

    void mayBeCancelledAsItStarts()
    {
        Worker worker;
        connect(&worker, &Worker::started, &worker, &Worker::cancel);
        std::atomic<bool> told = false;
        worker.start(
            [&](const Job& job) {
                while (!job.cancelled()) {
                    std::this_thread::yield();
                }
                told = true;
                return 0;
            },
            [](int) { QFAIL("delivered though cancelled"); });
        QVERIFY(!worker.busy());
        QTRY_VERIFY(told);
        QTRY_VERIFY(!worker.running());
    }

    void tellsWhenStoppedWorkHasEnded()
    {
        Gate gate;
        gate.shut();
        Worker worker;
        QSignalSpy ended(&worker, &Worker::ended);
        worker.start(
            [&](const Job&) {
                gate.pass();
                return 0;
            },
            [](int) {});
        QTRY_COMPARE(gate.waiting(), 1);
        worker.cancel();
        QVERIFY(!worker.busy());
        QVERIFY(worker.running());
        QCOMPARE(ended.count(), 0);
        gate.open();
        QTRY_COMPARE(ended.count(), 1);
        QVERIFY(!worker.running());
    }

    void progressIsOfThePresentWork()
    {
        Gate gate;
        gate.shut();
        Worker worker;
        QSignalSpy progressed(&worker, &Worker::progressed);
        worker.start(
            [&](const Job& job) {
                job.report(1, 10);
                gate.pass();
                job.report(10, 10);
                return 0;
            },
            [](int) {});
        QTRY_COMPARE(progressed.count(), 1);
        QCOMPARE(progressed[0][0].toULongLong(), 1U);
        worker.cancel();
        gate.open();
        QTRY_VERIFY(!worker.running());
        QCoreApplication::processEvents(); // what it left behind
        QCOMPARE(progressed.count(), 1);
    }
};

QTEST_MAIN(WorkerTest)
#include "tst_worker.moc"
