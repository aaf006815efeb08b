// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "container_deck_fixture.h"
#include "containers/act_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;
using namespace std::string_literals;

/// What is asked of containers: lines, taking them back, reading, stopping.
class ContainerRequestsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void undoAndRedoGoByLines();
    void whatWasAskedAtOnceIsUndoneAtOnce();
    void aNewLineForgetsWhatWasUndone();
    void undoIsNoLine();
    void aCommentDoesNothing();
    void filesAreRead();
    void refusalsAreToldAndChangeNothing();
    void theRestOfRefusedLinesIsLeft();
    void whatIsNoOperationIsNotDone();
    void theScriptMakesTheSame();
    void stoppingDropsWhatWaits();
    void waitingLinesAreDroppedByCancel();
};

void ContainerRequestsTest::undoAndRedoGoByLines()
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

void ContainerRequestsTest::whatWasAskedAtOnceIsUndoneAtOnce()
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

void ContainerRequestsTest::aNewLineForgetsWhatWasUndone()
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

void ContainerRequestsTest::undoIsNoLine()
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

void ContainerRequestsTest::aCommentDoesNothing()
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

void ContainerRequestsTest::filesAreRead()
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

void ContainerRequestsTest::refusalsAreToldAndChangeNothing()
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

void ContainerRequestsTest::theRestOfRefusedLinesIsLeft()
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

void ContainerRequestsTest::whatIsNoOperationIsNotDone()
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

void ContainerRequestsTest::theScriptMakesTheSame()
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

void ContainerRequestsTest::stoppingDropsWhatWaits()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QSignalSpy kept(&f.deck, &ContainerDeck::kept);
    const auto file = f.directory.filePath(QStringLiteral("never.container"));
    f.deck.perform({"mkdir /a"});
    f.deck.perform({"mkdir /b"});
    f.deck.save(f.deck.key(0), file);
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

void ContainerRequestsTest::waitingLinesAreDroppedByCancel()
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

QTEST_MAIN(ContainerRequestsTest)
#include "tst_container_requests.moc"
