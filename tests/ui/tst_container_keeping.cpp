// SPDX-License-Identifier: Apache-2.0
#include "container_deck_fixture.h"

#include <QSignalSpy>
#include <QtTest>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;
using namespace std::string_literals;

/// Containers that are saved, opened again, made images of, and what counts as changed until then.
class ContainerKeepingTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatIsUnderWayCountsAsChanged();
    void theSameLineIsNotTheSameChange();
    void whatIsLeftOutIsTold();
    void savedOnesComeBack();
    void savedOnesWantTheirImage();
    void committingMakesAnImage();
    void whatCannotBeWrittenIsNotKept();
    void theGuardKeepsTheImage();
};

void ContainerKeepingTest::whatIsUnderWayCountsAsChanged()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QVERIFY(!f.deck.anyChanges());
    f.deck.perform({"mkdir /a"});
    QVERIFY(f.deck.hasChanges(0)); // already
    QVERIFY(f.quiet());
    QVERIFY(f.deck.hasChanges(0));
    f.deck.save(f.deck.key(0), f.directory.filePath(QStringLiteral("a.container")));
    QVERIFY(f.quiet());
    QVERIFY(!f.deck.hasChanges(0));
    f.deck.perform({"read /etc/passwd"});
    QVERIFY(f.deck.hasChanges(0)); // who knows
    QVERIFY(f.quiet());
    QVERIFY(!f.deck.hasChanges(0));
}

void ContainerKeepingTest::theSameLineIsNotTheSameChange()
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
    f.deck.save(f.deck.key(0), f.directory.filePath(QStringLiteral("a.container")));
    QVERIFY(f.quiet());
    QVERIFY(!f.deck.hasChanges(0));
    f.deck.undo();
    QVERIFY(f.quiet());
    QVERIFY(holds("another"));
    QVERIFY(f.does(put));
    QVERIFY(f.deck.hasChanges(0));
}

void ContainerKeepingTest::whatIsLeftOutIsTold()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QVERIFY(f.does("create /.wh.odd"));
    QVERIFY(f.does("chmod 0700 /"));
    QSignalSpy kept(&f.deck, &ContainerDeck::kept);
    f.deck.save(f.deck.key(0), f.directory.filePath(QStringLiteral("a.container")));
    f.deck.commit(f.deck.key(0), f.directory.filePath(QStringLiteral("a.tar")),
                  WriteFormat::OciArchive, LayerCompression::None, {});
    QVERIFY(f.quiet());
    QCOMPARE(kept.size(), 2);
    for (const auto& told : kept) {
        QVERIFY(!told[2].value<std::optional<Error>>());
        QCOMPARE(told[3].value<WarningList>().items().size(), std::size_t{2});
    }
}

void ContainerKeepingTest::savedOnesComeBack()
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
    f.deck.save(f.deck.key(0), file);
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

void ContainerKeepingTest::savedOnesWantTheirImage()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QVERIFY(f.does("mkdir /a"));
    const auto file = f.directory.filePath(QStringLiteral("web.container"));
    f.deck.save(f.deck.key(0), file);
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

void ContainerKeepingTest::committingMakesAnImage()
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
    f.deck.commit(f.deck.key(0), file, WriteFormat::OciArchive, LayerCompression::Zstd, options);
    QVERIFY(f.quiet());
    QVERIFY(!f.deck.hasChanges(0));
    QVERIFY(f.open(file));
    QCOMPARE(f.tree(), made);
    QCOMPARE(f.session.image()->names, std::vector<std::string>{"localhost/new:1"});
    QCOMPARE(f.session.image()->steps.back().comment, "two changes"s);
}

void ContainerKeepingTest::whatCannotBeWrittenIsNotKept()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QVERIFY(f.does("mkdir /a"));
    QSignalSpy kept(&f.deck, &ContainerDeck::kept);
    f.deck.save(f.deck.key(0), f.directory.filePath(QStringLiteral("none/web.container")));
    QVERIFY(f.quiet());
    QCOMPARE(kept.size(), 1);
    QVERIFY(kept[0][2].value<std::optional<Error>>().has_value());
    QVERIFY(f.deck.hasChanges(0));
}

void ContainerKeepingTest::theGuardKeepsTheImage()
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

QTEST_MAIN(ContainerKeepingTest)
#include "tst_container_keeping.moc"
