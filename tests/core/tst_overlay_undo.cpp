// SPDX-License-Identifier: Apache-2.0
#include "overlay_fixture.h"

#include <QtTest>

#include <vector>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

/// Steps of a container, back and forth, and containers beside each other.
class TestOverlayUndo : public QObject
{
    Q_OBJECT

private slots:
    void everyStepGoesBackAndForth();
    void aNewStepForgetsWhatWasUndone();
    void whatChangesNothingIsNoStep();
    void aRefusalChangesNothing();
    void linkCountsGoBackToo();
    void containersDoNotSeeEachOther();
};

void TestOverlayUndo::everyStepGoesBackAndForth()
{
    auto container = usual();
    std::vector<std::string> states{mergedText(container) + upperText(container)};
    const auto did = [&](const Trace& trace) {
        QCOMPARE(resultOf(trace), "done"s);
        states.push_back(mergedText(container) + upperText(container));
    };
    did(container.append("/etc/motd", bytesOf("x")));
    did(container.removeTree("/etc"));
    did(container.makeDirectory("/etc"));
    did(container.create("/etc/a"));
    did(container.link("/etc/a", "/etc/b"));
    did(container.changeMode("/etc/b", 0600));
    did(container.rename("/etc", "/else"));
    did(container.move("/else", "/again"));
    did(container.setXattr("/again/a", "user.a", "1"));
    did(container.unlink("/again/a"));
    QCOMPARE(container.undoSteps(), states.size() - 1);
    for (int round = 0; round < 2; ++round) {
        for (auto i = states.size() - 1; i-- > 0;) {
            QVERIFY(container.undo());
            QCOMPARE(mergedText(container) + upperText(container), states[i]);
        }
        QVERIFY(!container.undo());
        for (std::size_t i = 1; i < states.size(); ++i) {
            QVERIFY(container.redo());
            QCOMPARE(mergedText(container) + upperText(container), states[i]);
        }
        QVERIFY(!container.redo());
    }
}

void TestOverlayUndo::aNewStepForgetsWhatWasUndone()
{
    auto container = usual();
    container.create("/a");
    container.create("/b");
    container.undo();
    QCOMPARE(container.redoSteps(), std::size_t{1});
    container.create("/c");
    QCOMPARE(container.redoSteps(), std::size_t{0});
    QCOMPARE(upperText(container), "file /a 0 0644\nfile /c 0 0644\n"s);
    container.undo();
    container.undo();
    QCOMPARE(upperText(container), ""s);
}

void TestOverlayUndo::whatChangesNothingIsNoStep()
{
    auto container = usual();
    container.create("/a");
    container.undo();
    QCOMPARE(resultOf(container.rename("/one", "/one")), "done"s);
    QCOMPARE(readText(container, "/one"), "11"s);
    QCOMPARE(resultOf(container.create("/one")), "EEXIST"s);
    QCOMPARE(container.undoSteps(), std::size_t{0});
    QCOMPARE(container.redoSteps(), std::size_t{1});
}

void TestOverlayUndo::aRefusalChangesNothing()
{
    auto container = usual();
    container.makeDirectory("/mine");
    container.create("/mine/file");
    const auto before = mergedText(container) + upperText(container);
    // Found out only when everything was copied: the size that results is no file's.
    container.truncate("/mine/file", FileContent::maxSize);
    container.undo();
    for (const auto& trace :
         {container.edit("/etc/motd", FileContent::maxSize, bytesOf("x")),
          container.rename("/mine", "/etc"), container.move("/etc", "/mine"),
          container.link("/etc", "/x"), container.removeXattr("/etc/motd", "user.a"),
          container.makeNode("/etc/w", FileType::CharDevice)}) {
        QVERIFY(!trace.done());
        QVERIFY(trace.effects.empty());
        QCOMPARE(mergedText(container) + upperText(container), before);
    }
    QCOMPARE(container.undoSteps(), std::size_t{2});
    QCOMPARE(container.redoSteps(), std::size_t{1});
}

void TestOverlayUndo::linkCountsGoBackToo()
{
    auto container = usual();
    const auto links = [&] { return container.details(*container.find("/one")).links; };
    container.link("/one", "/l");
    container.link("/one", "/m");
    container.unlink("/l");
    container.rename("/m", "/n");
    QCOMPARE(links(), 2U);
    container.undo();
    container.undo();
    QCOMPARE(links(), 3U);
    container.redo();
    QCOMPARE(links(), 2U);
}

void TestOverlayUndo::containersDoNotSeeEachOther()
{
    const auto image = usualImage();
    const auto before = mergedText(containerOn(image));
    auto a = containerOn(image);
    auto b = containerOn(image);
    a.replace("/etc/motd", bytesOf("a"));
    b.removeTree("/etc");
    QCOMPARE(readText(a, "/etc/motd"), "a"s);
    QCOMPARE(readText(b, "/etc/motd"), "ENOENT"s);
    QCOMPARE(mergedText(containerOn(image)), before);
}

QTEST_GUILESS_MAIN(TestOverlayUndo)
#include "tst_overlay_undo.moc"
