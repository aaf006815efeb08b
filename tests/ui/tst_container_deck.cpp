// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "containers/act_model.h"
#include "containers/container_log.h"
#include "containers/upper_pane.h"
#include "models/container_model.h"
#include "session/container_deck.h"
#include "session_fixture.h"
#include "tree_text.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;
using namespace std::string_literals;

namespace {

/// The article's image with a deck of containers on it.
struct DeckFixture : SessionFixture
{
    ContainerDeck deck{session};

    bool quiet()
    {
        return QTest::qWaitFor([this] { return !deck.busy(); }, patienceMs);
    }
    bool started()
    {
        deck.start();
        return quiet() && session.showsContainer();
    }
    bool does(const std::string& line)
    {
        deck.perform({line});
        return quiet();
    }
    std::string tree() { return treeText(*session.tree()); }
};

} // namespace

/// Containers on the session's image: what is done in them, and what the session shows of it.
class ContainerDeckTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aContainerShowsTheImage();
    void operationsChangeTheViewAlone();
    void containersDoNotSeeEachOther();
    void undoAndRedoGoByLines();
    void whatWasAskedAtOnceIsUndoneAtOnce();
    void aNewLineForgetsWhatWasUndone();
    void undoIsNoLine();
    void aCommentDoesNothing();
    void stoppingDropsWhatWaits();
    void whatIsUnderWayCountsAsChanged();
    void theSameLineIsNotTheSameChange();
    void whatIsLeftOutIsTold();
    void aKeyOutlivesNumbers();
    void anotherContainersTreeIsNotShown();
    void filesAreRead();
    void refusalsAreToldAndChangeNothing();
    void theRestOfRefusedLinesIsLeft();
    void whatIsNoOperationIsNotDone();
    void theScriptMakesTheSame();
    void thePlaceIsKeptByPath();
    void decisionsOfTheImageComeAlong();
    void goesWithTheImage();
    void theGuardKeepsTheImage();
    void removingOneLeavesTheOthers();
    void waitingLinesAreDroppedByCancel();
    void savedOnesComeBack();
    void savedOnesWantTheirImage();
    void committingMakesAnImage();
    void whatCannotBeWrittenIsNotKept();
    void modelsFollow();
};

void ContainerDeckTest::aContainerShowsTheImage()
{
    DeckFixture f;
    QVERIFY(!f.deck.canStart());
    f.deck.start();
    QCOMPARE(f.deck.count(), 0);
    QVERIFY(f.open(articleImage()));
    const auto before = f.tree();
    QVERIFY(f.started());
    QCOMPARE(f.deck.count(), 1);
    QCOMPARE(f.deck.current(), 0);
    QCOMPARE(f.deck.name(0), QStringLiteral("container-1"));
    QCOMPARE(f.tree(), before);
    QCOMPARE(f.session.image()->layers.size(), std::size_t{4});
    QCOMPARE(f.session.openedImage()->image().layers.size(), std::size_t{3});
    QVERIFY(!f.deck.hasChanges(0));
    QCOMPARE(f.deck.report(0)->size.bytes, 0U);
    f.deck.setCurrent(-1);
    QVERIFY(!f.session.showsContainer());
    QCOMPARE(f.session.image()->layers.size(), std::size_t{3});
}

void ContainerDeckTest::operationsChangeTheViewAlone()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    const auto image = treeText(*f.session.openedImage()->tree);
    QVERIFY(f.started());
    QVERIFY(f.does("append /etc/passwd x"));
    QVERIFY(f.does("rm -r /usr/bin"));
    QVERIFY(f.does("write /etc/motd back"));
    // The folders' time is that of the change in them.
    QCOMPARE(diffText(*f.session.tree(), 3), "metadata dir /etc\n"
                                             "added file /etc/motd\n"
                                             "modified file /etc/passwd\n"
                                             "metadata dir /usr\n"
                                             "removed dir /usr/bin\n"
                                             "removed file /usr/bin/emacs\n"s);
    QCOMPARE(treeText(*f.session.openedImage()->tree), image);
    QVERIFY(f.deck.hasChanges(0));
    QCOMPARE(f.deck.acts(0).size(), std::size_t{3});
    QVERIFY(f.deck.acts(0)[0].traces.front().bytesCopiedUp() > 0);
}

void ContainerDeckTest::containersDoNotSeeEachOther()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QVERIFY(f.does("rm /etc/passwd"));
    QVERIFY(f.started());
    QCOMPARE(f.deck.current(), 1);
    QVERIFY(f.tree().contains("/etc/passwd"));
    QVERIFY(f.does("rm -r /usr"));
    f.deck.setCurrent(0);
    QVERIFY(!f.tree().contains("/etc/passwd"));
    QVERIFY(f.tree().contains("/usr/bin/emacs"));
}

void ContainerDeckTest::undoAndRedoGoByLines()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    const auto before = f.tree();
    QVERIFY(f.does("mkdir -p /a/b/c")); // three steps
    const auto made = f.tree();
    QVERIFY(f.does("read /etc/passwd"));
    QCOMPARE(f.deck.nextUndo().front().line, "mkdir -p /a/b/c"s);
    f.deck.undo();
    QVERIFY(f.quiet());
    QCOMPARE(f.tree(), before);
    QVERIFY(f.deck.acts(0)[0].undone);
    QVERIFY(f.deck.nextUndo().empty());
    QVERIFY(!f.deck.hasChanges(0));
    f.deck.undo(); // nothing
    QCOMPARE(f.deck.nextRedo().front().line, "mkdir -p /a/b/c"s);
    f.deck.redo();
    QVERIFY(f.quiet());
    QCOMPARE(f.tree(), made);
    QVERIFY(f.deck.nextRedo().empty());
}

void ContainerDeckTest::whatWasAskedAtOnceIsUndoneAtOnce()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QVERIFY(f.does("mkdir /first"));
    const auto before = f.tree();
    f.deck.perform({"mkdir /a", "read /etc/passwd", "write /a/b x", "rm /none"});
    QVERIFY(f.quiet());
    const auto made = f.tree();
    QCOMPARE(f.deck.nextUndo().size(), std::size_t{4});
    f.deck.undo();
    QVERIFY(f.quiet());
    QCOMPARE(f.tree(), before);
    QVERIFY(f.deck.acts(0)[1].undone);
    QVERIFY(!f.deck.acts(0)[2].undone); // it changed nothing
    QVERIFY(f.deck.acts(0)[3].undone);
    QCOMPARE(f.deck.nextUndo().front().line, "mkdir /first"s);
    QCOMPARE(f.deck.nextRedo().front().line, "mkdir /a"s);
    f.deck.redo();
    QVERIFY(f.quiet());
    QCOMPARE(f.tree(), made);
    QVERIFY(f.deck.nextRedo().empty());
}

void ContainerDeckTest::undoIsNoLine()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QVERIFY(f.does("mkdir /a"));
    QSignalSpy strange(&f.deck, &ContainerDeck::notUnderstood);
    for (const char* line : {"undo", "undo 2", "redo"}) {
        QVERIFY(!f.deck.perform({line}));
    }
    QCOMPARE(strange.size(), 3);
    QCOMPARE(f.deck.acts(0).size(), std::size_t{1});
    f.deck.undo();
    QVERIFY(f.quiet());
    QVERIFY(f.deck.acts(0)[0].undone);
}

void ContainerDeckTest::aCommentDoesNothing()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    ActModel acts(f.deck);
    QAbstractItemModelTester tester(&acts, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy performed(&f.deck, &ContainerDeck::performed);
    QVERIFY(f.deck.perform({"# nothing"}));
    QVERIFY(f.quiet());
    QCOMPARE(performed.size(), 0);
    QCOMPARE(acts.rowCount(), 0);
    QVERIFY(!f.deck.hasChanges(0));
}

void ContainerDeckTest::stoppingDropsWhatWaits()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QSignalSpy kept(&f.deck, &ContainerDeck::kept);
    const auto file = f.directory.filePath(QStringLiteral("never.container"));
    f.deck.perform({"mkdir /a"});
    f.deck.perform({"mkdir /b"});
    f.deck.save(0, file);
    f.deck.start();
    f.deck.cancel();
    QCOMPARE(kept.size(), 1); // each save has its answer
    QCOMPARE(kept[0][2].value<std::optional<Error>>()->code, ErrorCode::Cancelled);
    QVERIFY(f.quiet());
    QVERIFY(!QFile::exists(file));
    QVERIFY(f.deck.report(1)); // what nobody asked for by a line goes on
    QVERIFY(f.session.showsContainer());
    f.deck.setCurrent(0);
    QVERIFY(!f.tree().contains("dir /b"));
}

void ContainerDeckTest::whatIsUnderWayCountsAsChanged()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QVERIFY(!f.deck.anyChanges());
    f.deck.perform({"mkdir /a"});
    QVERIFY(f.deck.hasChanges(0)); // already
    QVERIFY(f.quiet());
    QVERIFY(f.deck.hasChanges(0));
    f.deck.save(0, f.directory.filePath(QStringLiteral("a.container")));
    QVERIFY(f.quiet());
    QVERIFY(!f.deck.hasChanges(0));
    f.deck.perform({"read /etc/passwd"});
    QVERIFY(f.deck.hasChanges(0)); // who knows
    QVERIFY(f.quiet());
    QVERIFY(!f.deck.hasChanges(0));
}

void ContainerDeckTest::theSameLineIsNotTheSameChange()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    const auto source = f.directory.filePath(QStringLiteral("source"));
    const auto holds = [&source](const char* text) {
        QFile file(source);
        return file.open(QIODevice::WriteOnly) && file.write(text) > 0;
    };
    const auto put = "put '" + source.toStdString() + "' /f";
    QVERIFY(holds("one"));
    QVERIFY(f.does(put));
    f.deck.save(0, f.directory.filePath(QStringLiteral("a.container")));
    QVERIFY(f.quiet());
    QVERIFY(!f.deck.hasChanges(0));
    f.deck.undo();
    QVERIFY(f.quiet());
    QVERIFY(holds("another"));
    QVERIFY(f.does(put));
    QVERIFY(f.deck.hasChanges(0));
}

void ContainerDeckTest::whatIsLeftOutIsTold()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QVERIFY(f.does("create /.wh.odd"));
    QVERIFY(f.does("chmod 0700 /"));
    QSignalSpy kept(&f.deck, &ContainerDeck::kept);
    f.deck.save(0, f.directory.filePath(QStringLiteral("a.container")));
    f.deck.commit(0, f.directory.filePath(QStringLiteral("a.tar")), WriteFormat::OciArchive,
                  LayerCompression::None, {});
    QVERIFY(f.quiet());
    QCOMPARE(kept.size(), 2);
    for (const auto& told : kept) {
        QVERIFY(!told[2].value<std::optional<Error>>());
        QCOMPARE(told[3].value<WarningList>().items().size(), std::size_t{2});
    }
}

void ContainerDeckTest::aKeyOutlivesNumbers()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QVERIFY(f.started());
    const auto first = f.deck.key(0);
    const auto second = f.deck.key(1);
    QVERIFY(first != second);
    f.deck.remove(0);
    QCOMPARE(f.deck.number(second), 0);
    QCOMPARE(f.deck.number(first), -1);
    QCOMPARE(f.deck.number(f.deck.key(-1)), -1);
    QSignalSpy strange(&f.deck, &ContainerDeck::notUnderstood);
    QVERIFY(!f.deck.perform(first, {"mkdir /a"}));
    QCOMPARE(strange.size(), 1);
    QVERIFY(f.deck.perform(second, {"mkdir /a"}));
    QVERIFY(f.quiet());
    QCOMPARE(f.deck.acts(0).size(), std::size_t{1});
}

void ContainerDeckTest::anotherContainersTreeIsNotShown()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QVERIFY(f.deck.showsCurrent());
    f.deck.perform({"rm -r /etc"});
    f.deck.start(); // has to wait
    QVERIFY(!f.deck.showsCurrent());
    QVERIFY(f.tree().contains("/etc/passwd"));
    QVERIFY(f.quiet());
    QVERIFY(f.deck.showsCurrent());
    QVERIFY(f.tree().contains("/etc/passwd"));
    f.deck.setCurrent(0);
    QVERIFY(f.deck.showsCurrent());
    QVERIFY(!f.tree().contains("/etc/passwd"));
}

void ContainerDeckTest::filesAreRead()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    std::vector<std::string> got;
    const auto take = [&got](const Result<QByteArray>& bytes) {
        got.push_back(bytes ? bytes->toStdString() : outcome(bytes));
    };
    const auto key = f.deck.key(0);
    f.deck.perform({"append /etc/passwd x", "rm /etc/hostname"});
    f.deck.readFile(key, "/etc/passwd", 100, take); // behind what was asked for before
    f.deck.readFile(key, "/etc/passwd", 10, take);
    f.deck.readFile(key, "/etc/hostname", 100, take);
    f.deck.readFile(key, "/etc", 100, take);
    QVERIFY(f.quiet());
    QCOMPARE(got, (std::vector{"root\nwww-data\nx"s, "LimitExceeded"s, "NotFound"s, "NotFound"s}));
    f.deck.perform({"mkdir /a"});
    f.deck.readFile(key, "/etc/passwd", 100, take);
    f.deck.cancel();
    QCOMPARE(got.back(), "Cancelled"s);
    QVERIFY(f.quiet());
}

void ContainerDeckTest::aNewLineForgetsWhatWasUndone()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QVERIFY(f.does("mkdir /a"));
    QVERIFY(f.does("mkdir /b"));
    f.deck.undo();
    QVERIFY(f.quiet());
    QVERIFY(f.does("read /etc/passwd")); // changes nothing
    QVERIFY(!f.deck.nextRedo().empty());
    QVERIFY(f.does("mkdir /c"));
    QVERIFY(f.deck.nextRedo().empty());
    QCOMPARE(f.deck.script(0), "container container-1:\nmkdir /a\nread /etc/passwd\nmkdir /c\n"s);
}

void ContainerDeckTest::refusalsAreToldAndChangeNothing()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    const auto before = f.tree();
    QSignalSpy reports(&f.deck, &ContainerDeck::reported);
    QVERIFY(f.does("rename /usr /elsewhere"));
    QCOMPARE(f.deck.acts(0).back().traces.back().error, PosixError::CrossDevice);
    QVERIFY(f.deck.acts(0).back().refused());
    QVERIFY(f.does("rmdir /etc"));
    QCOMPARE(f.deck.acts(0).back().traces.back().error, PosixError::NotEmpty);
    QVERIFY(f.does("write /etc/passwd/below x"));
    QCOMPARE(f.deck.acts(0).back().traces.back().error, PosixError::NotDirectory);
    QVERIFY(f.does("put " + f.directory.filePath(QStringLiteral("none")).toStdString() + " /x"));
    QCOMPARE(f.deck.acts(0).back().traces.back().error, PosixError::NoEntry);
    QCOMPARE(f.tree(), before);
    QCOMPARE(reports.size(), 0);
    QVERIFY(f.deck.nextUndo().empty());
}

void ContainerDeckTest::theRestOfRefusedLinesIsLeft()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    f.deck.perform({"mkdir /a", "mkdir /a", "mkdir /b"});
    QVERIFY(f.quiet());
    QCOMPARE(f.deck.acts(0).size(), std::size_t{2});
    QVERIFY(f.tree().contains("dir /a"));
    QVERIFY(!f.tree().contains("dir /b"));
}

void ContainerDeckTest::whatIsNoOperationIsNotDone()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QSignalSpy strange(&f.deck, &ContainerDeck::notUnderstood);
    QVERIFY(f.does("dance /etc"));
    QVERIFY(f.does("rm 'unfinished"));
    QVERIFY(f.does("container other:"));
    QCOMPARE(strange.size(), 3);
    QVERIFY(f.deck.acts(0).empty());
}

void ContainerDeckTest::theScriptMakesTheSame()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    f.deck.perform({"write '/etc/with space' $'two\\nlines\\n'", "rm /etc/none", "mv /usr /opt"});
    QVERIFY(f.quiet());
    QVERIFY(f.does("mv /usr /opt"));
    const auto made = f.tree();
    const auto script = f.deck.script(0);
    QVERIFY(f.started());
    std::vector<std::string> lines;
    for (const auto& line : QString::fromStdString(script).split(QLatin1Char('\n')).sliced(1)) {
        lines.push_back(line.toStdString());
    }
    f.deck.perform(lines);
    QVERIFY(f.quiet());
    QCOMPARE(f.tree(), made);
}

void ContainerDeckTest::thePlaceIsKeptByPath()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    const auto chosen = *f.session.tree()->find("/usr/bin/emacs");
    f.session.setCurrentNode(chosen);
    QVERIFY(f.started());
    QVERIFY(f.does("mkdir /aaa")); // nodes behind it move on
    QCOMPARE(f.session.tree()->path(f.session.currentNode()), "/usr/bin/emacs"s);
    QVERIFY(f.session.currentNode() != chosen);
    f.session.setCurrentNode(*f.session.tree()->find("/aaa"));
    f.session.setCurrentLayer(3);
    f.deck.setCurrent(-1);
    QVERIFY(!f.session.currentNode().valid()); // the image has no such path
    QVERIFY(!f.session.currentLayer());        // nor such a layer
}

void ContainerDeckTest::decisionsOfTheImageComeAlong()
{
    DeckFixture f;
    ImageBuilder image;
    image.layer(TarBuilder().file("a", "11").file("b", "22"))
        .layer(TarBuilder().file("a", "11", {.mode = 0600}).file("b", "23"));
    f.session.openFile(f.write(image));
    QVERIFY(QTest::qWaitFor([&] { return f.deck.canStart(); }, patienceMs));
    f.deck.start(); // before they are made, most likely
    QVERIFY(QTest::qWaitFor([&] { return !f.session.resolving() && !f.deck.busy(); }, patienceMs));
    QCOMPARE(diffText(*f.session.tree(), 1), "metadata file /a\nmodified file /b\n"s);
    QVERIFY(f.session.showsContainer());
}

void ContainerDeckTest::goesWithTheImage()
{
    DeckFixture f;
    const auto name = f.write(articleImage());
    QVERIFY(f.open(name));
    QVERIFY(f.started());
    QSignalSpy list(&f.deck, &ContainerDeck::listChanged);
    QVERIFY(f.open(name));
    QCOMPARE(f.deck.count(), 0);
    QCOMPARE(f.deck.current(), -1);
    QVERIFY(!f.session.showsContainer());
    QVERIFY(!list.isEmpty());
    QVERIFY(f.started());
    f.deck.perform({"mkdir /a"});
    f.session.close(); // while it is being done
    QCOMPARE(f.deck.count(), 0);
    QVERIFY(f.quiet());
}

void ContainerDeckTest::theGuardKeepsTheImage()
{
    DeckFixture f;
    const auto name = f.write(articleImage());
    QVERIFY(f.open(name));
    QVERIFY(f.started());
    QVERIFY(f.does("mkdir /a"));
    bool may = false;
    int asked = 0;
    f.session.setLeaveGuard([&] {
        ++asked;
        return may;
    });
    f.session.close();
    f.session.reload();
    f.session.openFile(name);
    f.session.chooseImage(0);
    f.session.openSample();
    QCOMPARE(asked, 5);
    QCOMPARE(f.deck.count(), 1);
    QCOMPARE(f.session.fileName(), name);
    may = true;
    f.session.close();
    QCOMPARE(f.deck.count(), 0);
}

void ContainerDeckTest::removingOneLeavesTheOthers()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QVERIFY(f.does("mkdir /first"));
    QVERIFY(f.started());
    QVERIFY(f.does("mkdir /second"));
    f.deck.remove(0);
    QCOMPARE(f.deck.count(), 1);
    QCOMPARE(f.deck.current(), 0);
    QCOMPARE(f.deck.name(0), QStringLiteral("container-2"));
    QVERIFY(f.tree().contains("dir /second"));
    QVERIFY(f.started());
    QCOMPARE(f.deck.name(1), QStringLiteral("container-1")); // the name is free again
    f.deck.remove(1);
    QCOMPARE(f.deck.current(), -1);
    QVERIFY(!f.session.showsContainer());
}

void ContainerDeckTest::waitingLinesAreDroppedByCancel()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    f.deck.perform({"mkdir /a"});
    f.deck.perform({"mkdir /b"});
    f.deck.perform({"mkdir /c"});
    f.deck.cancel();
    QVERIFY(f.quiet());
    QVERIFY(!f.tree().contains("dir /b"));
    QVERIFY(!f.tree().contains("dir /c"));
    QVERIFY(f.does("mkdir /d"));
    QVERIFY(f.tree().contains("dir /d"));
}

void ContainerDeckTest::savedOnesComeBack()
{
    DeckFixture f;
    const auto name = f.write(articleImage());
    QVERIFY(f.open(name));
    QVERIFY(f.started());
    QVERIFY(f.does("append /etc/passwd x"));
    QVERIFY(f.does("rm -r /usr/bin"));
    const auto made = f.tree();
    QSignalSpy kept(&f.deck, &ContainerDeck::kept);
    const auto file = f.directory.filePath(QStringLiteral("web.container"));
    QVERIFY(f.deck.hasChanges(0));
    f.deck.save(0, file);
    QVERIFY(f.quiet());
    QCOMPARE(kept.size(), 1);
    QVERIFY(!f.deck.hasChanges(0));
    f.deck.undo();
    QVERIFY(f.quiet());
    QVERIFY(f.deck.hasChanges(0)); // it is not what was saved any more
    f.deck.redo();
    QVERIFY(f.quiet());
    QVERIFY(!f.deck.hasChanges(0));

    QVERIFY(f.open(name)); // anew
    QCOMPARE(f.deck.count(), 0);
    f.deck.open(file);
    QVERIFY(QTest::qWaitFor([&] { return f.deck.count() == 1; }, patienceMs));
    QVERIFY(f.quiet());
    QCOMPARE(f.deck.name(0), QStringLiteral("container-1"));
    QCOMPARE(f.tree(), made);
    QVERIFY(!f.deck.hasChanges(0));
    QVERIFY(f.does("mkdir /more"));
    QVERIFY(f.deck.hasChanges(0));
    QVERIFY(f.deck.script(0).starts_with("container container-1:\n# opened from "));
}

void ContainerDeckTest::savedOnesWantTheirImage()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QVERIFY(f.does("mkdir /a"));
    const auto file = f.directory.filePath(QStringLiteral("web.container"));
    f.deck.save(0, file);
    QVERIFY(f.quiet());
    ImageBuilder other;
    other.layer(TarBuilder().file("a", "1"));
    QVERIFY(f.open(other));
    QSignalSpy refused(&f.deck, &ContainerDeck::notOpened);
    f.deck.open(file);
    QVERIFY(QTest::qWaitFor([&] { return refused.size() == 1; }, patienceMs));
    QVERIFY(refused[0][1].toString().contains(QStringLiteral("localhost/article:latest")));
    f.deck.open(f.session.fileName()); // an image
    QVERIFY(QTest::qWaitFor([&] { return refused.size() == 2; }, patienceMs));
    f.deck.open(file + QStringLiteral("-none"));
    QVERIFY(QTest::qWaitFor([&] { return refused.size() == 3; }, patienceMs));
    QCOMPARE(f.deck.count(), 0);
}

void ContainerDeckTest::committingMakesAnImage()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QVERIFY(f.does("append /etc/passwd x"));
    QVERIFY(f.does("rm -r /usr/bin"));
    const auto made = f.tree();
    const auto file = f.directory.filePath(QStringLiteral("new.tar"));
    CommitOptions options;
    options.name = "localhost/new:1";
    options.message = "two changes";
    f.deck.commit(0, file, WriteFormat::OciArchive, LayerCompression::Zstd, options);
    QVERIFY(f.quiet());
    QVERIFY(!f.deck.hasChanges(0));
    QVERIFY(f.open(file));
    QCOMPARE(f.tree(), made);
    QCOMPARE(f.session.image()->names, std::vector<std::string>{"localhost/new:1"});
    QCOMPARE(f.session.image()->steps.back().comment, "two changes"s);
}

void ContainerDeckTest::whatCannotBeWrittenIsNotKept()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QVERIFY(f.does("mkdir /a"));
    QSignalSpy kept(&f.deck, &ContainerDeck::kept);
    f.deck.save(0, f.directory.filePath(QStringLiteral("none/web.container")));
    QVERIFY(f.quiet());
    QCOMPARE(kept.size(), 1);
    QVERIFY(kept[0][2].value<std::optional<Error>>().has_value());
    QVERIFY(f.deck.hasChanges(0));
}

void ContainerDeckTest::modelsFollow()
{
    DeckFixture f;
    ContainerModel containers(f.deck);
    ActModel acts(f.deck);
    QAbstractItemModelTester first(&containers,
                                   QAbstractItemModelTester::FailureReportingMode::QtTest);
    QAbstractItemModelTester second(&acts, QAbstractItemModelTester::FailureReportingMode::QtTest);
    UpperPane upper(f.deck);
    QVERIFY(f.open(articleImage()));
    QCOMPARE(containers.rowCount(), 0);
    QVERIFY(f.started());
    QCOMPARE(containers.rowCount(), 1);
    QVERIFY(upper.upperLines().isEmpty());
    QVERIFY(f.does("rm /etc/passwd"));
    QVERIFY(f.does("rm -r /usr"));
    QVERIFY(f.does("mkdir /usr"));
    QVERIFY(f.does("write /usr/new 12345"));
    QCOMPARE(acts.rowCount(), 4);
    QCOMPARE(acts.index(0).data().toString(), QStringLiteral("rm /etc/passwd"));
    QCOMPARE(acts.index(0).data(ActModel::SentenceRole).toString(),
             QStringLiteral("Looked in container-1 ✕ → 2 ✓; copied the folder above it up; left a "
                            "whiteout: the image below still holds it."));
    QCOMPARE(acts.index(0).data(ActModel::ChangeRole).toInt(), int(Change::Removed));
    QCOMPARE(acts.index(3).data(ActModel::ChangeRole).toInt(), int(Change::Added));
    QCOMPARE(upper.upperLines(),
             QStringList({QStringLiteral("etc/"), QStringLiteral("etc/passwd  c 0, 0"),
                          QStringLiteral("usr/  opaque=y"), QStringLiteral("usr/new  5 B")}));
    QCOMPARE(upper.tarLines(),
             QStringList({QStringLiteral("etc/"), QStringLiteral("etc/.wh.passwd"),
                          QStringLiteral("usr/"), QStringLiteral("usr/.wh..wh..opq"),
                          QStringLiteral("usr/new")}));
    QVERIFY(upper.sizes().startsWith(QStringLiteral("size 5 B")));
    QCOMPARE(containers.index(0).data(ContainerModel::BytesRole).toULongLong(), 5U);
    QVERIFY(containers.index(0).data(ContainerModel::CurrentRole).toBool());
    f.deck.undo();
    QVERIFY(f.quiet());
    QVERIFY(acts.index(3).data(ActModel::UndoneRole).toBool());
    QVERIFY(f.does("mkdir /last"));
    QCOMPARE(acts.rowCount(), 4);
    f.deck.setCurrent(-1);
    QCOMPARE(acts.rowCount(), 0);
    QVERIFY(!containers.index(0).data(ContainerModel::CurrentRole).toBool());
    QVERIFY(upper.isHidden());
}

QTEST_MAIN(ContainerDeckTest)
#include "tst_container_deck.moc"
