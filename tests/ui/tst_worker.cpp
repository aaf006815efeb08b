// SPDX-License-Identifier: Apache-2.0
// A worker never makes its owner wait: not for work begun, nor stopped, nor begun again.
#include "gated_source.h"
#include "jobs/worker.h"

#include <QSignalSpy>

#include <QtTest>

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
        Worker worker;
        QSignalSpy finished(&worker, &Worker::finished);
        Gate gate;
        gate.shut();
        std::atomic<bool> told = false;
        bool delivered = false;
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
        QTRY_VERIFY(told);
        QTest::qWait(20);
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

    void progressIsOfThePresentWork()
    {
        Worker worker;
        QSignalSpy progressed(&worker, &Worker::progressed);
        Gate gate;
        gate.shut();
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
        QTest::qWait(20);
        QCOMPARE(progressed.count(), 1);
    }
};

QTEST_MAIN(WorkerTest)
#include "tst_worker.moc"
