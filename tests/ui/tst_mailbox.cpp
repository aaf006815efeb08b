// SPDX-License-Identifier: Apache-2.0
// Calls come in their order, on the mailbox's own thread, even through nested event loops.
#include "jobs/mailbox.h"

#include <QEventLoop>
#include <QThread>

#include <QtTest>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using strata::ui::Mailbox;

class MailboxTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void callsComeInOrderOnItsOwnThread()
    {
        Mailbox mailbox;
        std::vector<int> order;
        bool elsewhere = false;
        std::thread([&] {
            for (int i = 0; i < 1000; ++i) {
                mailbox.post([&, i] {
                    order.push_back(i);
                    elsewhere = elsewhere || QThread::currentThread() != mailbox.thread();
                });
            }
        }).join();
        QVERIFY(order.empty()); // nothing is called but by the event loop
        QTRY_COMPARE(order.size(), 1000U);
        QVERIFY(std::ranges::is_sorted(order));
        QVERIFY(!elsewhere);
    }

    void severalMailboxesKeepTheOrderOfPosting()
    {
        Mailbox first;
        Mailbox second;
        std::string order;
        std::thread([&] {
            for (int i = 0; i < 3; ++i) {
                first.post([&] { order += 'a'; });
                first.post([&] { order += 'b'; });
                second.post([&] { order += 'c'; });
            }
        }).join();
        QTRY_COMPARE(order, std::string("abcabcabc"));
    }

    void aNestedLoopGoesOnWithTheNextCall()
    {
        Mailbox mailbox;
        QEventLoop nested;
        bool ended = false;
        mailbox.post([&] {
            nested.exec();
            ended = true;
        });
        mailbox.post([&] { nested.quit(); });
        QTRY_VERIFY(ended);
    }

    void aCallMayDestroyIt()
    {
        auto mailbox = std::make_unique<Mailbox>();
        const auto held = std::make_shared<int>(0);
        int called = 0;
        mailbox->post([&] {
            ++called;
            mailbox.reset();
        });
        mailbox->post([&called, held] { ++called; });
        QTRY_VERIFY(!mailbox);
        QCoreApplication::processEvents();
        QCOMPARE(called, 1);
        QCOMPARE(held.use_count(), 1); // what was not called is let go
    }
};

QTEST_GUILESS_MAIN(MailboxTest)
#include "tst_mailbox.moc"
