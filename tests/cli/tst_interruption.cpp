// SPDX-License-Identifier: Apache-2.0
#include "interruption.h"

#include <QTest>

#include <csignal>
#include <functional>

#include <sys/wait.h>
#include <unistd.h>

using strata::cli::Interruption;

/// Each in a process of its own, for signals end it.
class TestInterruption : public QObject
{
    Q_OBJECT

private slots:
    void theFirstAsksForAStop();
    void aSecondCtrlCEndsTheProgram();
    void aSecondHangUpDoesNot();
    void endsWithoutASignal();

private:
    static void sendAndWait(const Interruption& interruption, int signal)
    {
        ::kill(::getpid(), signal);
        while (!interruption.token().stop_requested()) {
            ::usleep(100);
        }
    }

    /// What waitpid says; a child that hangs is ended by SIGALRM.
    static int statusOf(const std::function<void()>& body)
    {
        const pid_t child = ::fork();
        if (child == 0) {
            ::alarm(60);
            for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
                std::signal(signal, SIG_DFL); // the test library catches them
            }
            body();
            ::_exit(7);
        }
        int status = -1;
        ::waitpid(child, &status, 0);
        return status;
    }
};

void TestInterruption::theFirstAsksForAStop()
{
    const int status = statusOf([] {
        const Interruption interruption;
        sendAndWait(interruption, SIGINT);
        interruption.endProgram();
    });
    QVERIFY(WIFSIGNALED(status));
    QCOMPARE(WTERMSIG(status), SIGINT);
}

void TestInterruption::aSecondCtrlCEndsTheProgram()
{
    for (const int first : {SIGINT, SIGTERM}) {
        const int status = statusOf([first] {
            const Interruption interruption;
            sendAndWait(interruption, first);
            ::kill(::getpid(), SIGINT);
            for (;;) {
                ::pause(); // what does not heed the stop
            }
        });
        QVERIFY(WIFSIGNALED(status));
        QCOMPARE(WTERMSIG(status), SIGINT);
    }
}

void TestInterruption::aSecondHangUpDoesNot()
{
    const int status = statusOf([] {
        sigset_t pending{};
        const Interruption interruption;
        sendAndWait(interruption, SIGHUP);
        ::kill(::getpid(), SIGHUP);
        do { // until the watcher has taken it
            ::sigpending(&pending);
        } while (sigismember(&pending, SIGHUP) == 1);
        ::_exit(3);
    });
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 3);
}

void TestInterruption::endsWithoutASignal()
{
    const int status = statusOf([] { const Interruption interruption; });
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 7);
}

QTEST_GUILESS_MAIN(TestInterruption)
#include "tst_interruption.moc"
