// SPDX-License-Identifier: Apache-2.0
// The window answers whatever goes on behind it: no event is much work for the GUI thread, which is
// measured in processor time, and it never waits for a worker, which the held sources prove.
#include "gated_source.h"
#include "inspector/inspector.h"
#include "window/error_banner.h"
#include "window/welcome_page.h"
#include "window_fixture.h"

#include <QLineEdit>
#include <QScrollBar>

#include <algorithm>
#include <ctime>
#include <functional>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double longestWork = 500; // instrumented code is several times slower
#else
constexpr double longestWork = 100;
#endif

/// Processor time of this thread in milliseconds: what others do to the machine does not count.
double threadMilliseconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// Measures the GUI thread's work on each single event.
class MeasuringApplication : public QApplication
{
public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override
    {
        if (m_depth > 0) { // part of another event
            return QApplication::notify(receiver, event);
        }
        const auto name = QByteArray(receiver->metaObject()->className()) + " event " +
                          QByteArray::number(int(event->type()));
        ++m_depth;
        const auto before = threadMilliseconds();
        const bool done = QApplication::notify(receiver, event);
        const auto took = threadMilliseconds() - before;
        --m_depth;
        if (took > longest) {
            longest = took;
            longestName = name;
        }
        return done;
    }

    double longest = 0;
    QByteArray longestName;

private:
    int m_depth = 0;
};

/// A root file system of so many empty files in folders of a hundred.
ArchiveBuilder manyFiles(int files)
{
    TarBuilder tar;
    for (int i = 0; i < files; ++i) {
        tar.file("usr/d" + std::to_string(i / 10'000) + "/e" + std::to_string(i / 100 % 100) +
                 "/f" + std::to_string(i));
    }
    return ArchiveBuilder(ArchiveForm::Rootfs).image(ImageBuilder().layer(tar));
}

} // namespace

class TestWindowResponse : public QObject
{
    Q_OBJECT
public:
    using Application = MeasuringApplication;

private Q_SLOTS:
    void init() { QSettings().clear(); }

    void noEventTakesLongWhileLoading()
    {
        auto& app = *static_cast<MeasuringApplication*>(qApp);
        WindowFixture f;
        const auto name = f.write("many.tar", manyFiles(200'000));
        QTest::qWait(100);
        app.longest = 0;
        // Calls are made from the event loop, where they are measured.
        const auto call = [&](const std::function<void()>& what) {
            bool made = false;
            QMetaObject::invokeMethod(
                &f.window,
                [&] {
                    what();
                    made = true;
                },
                Qt::QueuedConnection);
            return QTest::qWaitFor([&] { return made; });
        };
        QVERIFY(call([&] { f.window.openFile(name); }));
        QVERIFY(f.ready());
        QCOMPARE(f.page().shownCount(), 200'000ULL + 1 + 20 + 2'000);
        QVERIFY(call([&] { f.view().setCurrentIndex(f.at("/usr")); }));
        QTest::keyClicks(f.child<QLineEdit>("filterField"), QStringLiteral("f1999"));
        QVERIFY(f.settle());
        QVERIFY(call([&] { f.session().setCurrentLayer(0); }));
        QVERIFY(f.settle());
        qInfo("longest event: %.1f ms of work (%s)", app.longest, app.longestName.constData());
        QVERIFY2(app.longest <= longestWork, app.longestName.constData());
    }

    void expandingEverythingGrowsWithTheRowsOnly()
    {
        const auto work = [](int files) {
            WindowFixture f;
            f.window.openFile(f.write("many.tar", manyFiles(files)));
            if (!f.ready()) {
                return -1.0;
            }
            const auto before = threadMilliseconds();
            f.view().expandEverything();
            const auto took = threadMilliseconds() - before;
            return f.view().verticalScrollBar()->maximum() > files * 10 ? took : -1.0;
        };
        const auto small = work(20'000);
        const auto large = work(200'000);
        qInfo("everything expanded: %.1f ms for 20,000 files, %.1f ms for 200,000", small, large);
        QVERIFY(small >= 0 && large >= 0);
        QVERIFY(large < 40 * std::max(small, 1.0)); // ten times the rows; a square would be 100
    }

    void answersWhileOpeningIsHeld()
    {
        Gate gate;
        gate.shut();
        {
            WindowFixture f;
            const auto source = std::make_shared<GatedSource>(
                ArchiveBuilder(ArchiveForm::Oci).image(articleImage()).bytes(), gate);
            f.session().openSource(source, QStringLiteral("held"));
            QTRY_COMPARE(gate.waiting(), 1);
            QCOMPARE(f.session().state(), ImageSession::State::Opening);
            QVERIFY(f.window.windowTitle().startsWith(QStringLiteral("held")));
            f.window.resize(1300, 820);
            QTRY_COMPARE(f.window.width(), 1300);
            f.click("cancelOpening");
            QCOMPARE(f.session().state(), ImageSession::State::Failed);
            QVERIFY(f.window.findChild<ErrorBanner*>()->isVisible());
            f.session().openSource(source, QStringLiteral("held again"));
            QTRY_COMPARE(gate.waiting(), 2);
            f.window.openFile(f.article()); // in place of it
            QVERIFY(f.ready());
            QCOMPARE(f.session().title(), QStringLiteral("article.tar"));
            QCOMPARE(gate.waiting(), 2);
            gate.open();
        }
        QVERIFY(!gate.gaveUp());
    }

    void answersWhileReadingIsHeld()
    {
        Gate gate;
        {
            WindowFixture f;
            f.session().openSource(
                std::make_shared<GatedSource>(
                    ArchiveBuilder(ArchiveForm::Oci).image(articleImage()).bytes(), gate),
                QStringLiteral("article"));
            QVERIFY(f.ready());
            QTRY_VERIFY(!f.session().checking() && f.session().tree()->undecidedCount() == 0);
            gate.shut();
            auto* inspector = f.window.findChild<Inspector*>();
            inspector->showTab(Inspector::Tab::Preview);
            f.select("/etc/passwd");
            QTRY_COMPARE(gate.waiting(), 1);
            // Meanwhile the tree goes on by itself.
            f.window.setFocus();
            QTest::keyClick(&f.window, Qt::Key_Up, Qt::ControlModifier);
            QCOMPARE(f.session().currentLayer(), std::optional<LayerNo>(0));
            QVERIFY(f.settle());
            QVERIFY(!f.at("/usr").isValid());
            f.select("/etc/motd");
            inspector->showTab(Inspector::Tab::Diff);
            QTemporaryDir target;
            f.page().extractTo(target.path());
            QTRY_VERIFY(gate.waiting() >= 2);
            QVERIFY(f.child("cancelExtraction")->isVisible());
            f.click("cancelExtraction");
            QVERIFY(!f.child("cancelExtraction")->isVisible());
            QTest::keyClick(&f.window, Qt::Key_W, Qt::ControlModifier);
            QCOMPARE(f.session().state(), ImageSession::State::Empty);
            QTRY_VERIFY(f.window.findChild<WelcomePage*>()->isVisible());
            f.click("welcomeSample");
            QVERIFY(f.ready());
            QVERIFY(gate.waiting() >= 2);
            gate.open();
        }
        QVERIFY(!gate.gaveUp());
    }
};

int main(int argc, char* argv[])
{
    return runWindowTest<TestWindowResponse>(argc, argv);
}

#include "tst_window_response.moc"
