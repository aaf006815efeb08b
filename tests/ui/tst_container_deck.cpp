// SPDX-License-Identifier: Apache-2.0
#include "container_deck_fixture.h"
#include "containers/act_model.h"
#include "containers/upper_pane.h"
#include "models/container_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;
using namespace std::string_literals;

/// Containers on the session's image, and what the session shows of them.
class ContainerDeckTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aContainerShowsTheImage();
    void operationsChangeTheViewAlone();
    void containersDoNotSeeEachOther();
    void aKeyOutlivesNumbers();
    void anotherContainersTreeIsNotShown();
    void thePlaceIsKeptByPath();
    void decisionsOfTheImageComeAlong();
    void goesWithTheImage();
    void removingOneLeavesTheOthers();
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

void ContainerDeckTest::aKeyOutlivesNumbers()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QVERIFY(f.started());
    const auto first = f.deck.key(0);
    const auto second = f.deck.key(1);
    QVERIFY(first != second);
    f.deck.remove(f.deck.key(0));
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

void ContainerDeckTest::removingOneLeavesTheOthers()
{
    DeckFixture f;
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.started());
    QVERIFY(f.does("mkdir /first"));
    QVERIFY(f.started());
    QVERIFY(f.does("mkdir /second"));
    f.deck.remove(f.deck.key(0));
    QCOMPARE(f.deck.count(), 1);
    QCOMPARE(f.deck.current(), 0);
    QCOMPARE(f.deck.name(0), QStringLiteral("container-2"));
    QVERIFY(f.tree().contains("dir /second"));
    QVERIFY(f.started());
    QCOMPARE(f.deck.name(1), QStringLiteral("container-1")); // the name is free again
    f.deck.remove(f.deck.key(1));
    QCOMPARE(f.deck.current(), -1);
    QVERIFY(!f.session.showsContainer());
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
