// SPDX-License-Identifier: Apache-2.0
#include "models/stack_model.h"
#include "session_fixture.h"
#include "stack/stack_totals.h"
#include "stack_images.h"

#include <QAbstractItemModelTester>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;
using namespace Qt::StringLiterals;

namespace {

template <typename T> T value(const StackModel& model, int row, int role)
{
    return model.index(row).data(role).value<T>();
}

/// One line a row: what it is, its text, its place in the base image's bracket.
QStringList printed(const StackModel& model)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(); ++row) {
        const QString text = model.index(row).data().toString();
        QString line;
        switch (value<StackModel::Kind>(model, row, StackModel::KindRole)) {
        case StackModel::Kind::Caption:
            line = u"-- "_s + text;
            break;
        case StackModel::Kind::Step:
            line = u"step "_s + text;
            break;
        case StackModel::Kind::Layer:
            line = u"layer %1 "_s.arg(value<uint>(model, row, StackModel::LayerRole)) + text;
            break;
        case StackModel::Kind::Bootfs:
            line = u"bootfs"_s;
            break;
        }
        if (value<StackModel::Bracket>(model, row, StackModel::BracketRole)) {
            line += u" ]"_s;
        }
        lines << line;
    }
    return lines;
}

} // namespace

class TestStackModel : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void rowsFromTopToBottom();
    void factsOfALayer();
    void baseImageIsBracketed();
    void baseThatIsAGuess();
    void selectionAndScope();
    void loadingResetsOnceOnly();
    void contentIsCountedOnce();
    void digestsArrive();
    void damagedDigest();
    void foreignAndAbsentLayers();
    void withoutHistory();
    void hostileInstruction();
    void endlessInstruction();
    void hostileBaseName();
    void oneLayer();
    void noLayers();
    void closedIsEmpty();
    void manyLayers();
    void totals();
};

void TestStackModel::rowsFromTopToBottom()
{
    SessionFixture f;
    StackModel model(f.session);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(model.rowCount(), 0);
    QVERIFY(f.open(articleImage()));
    const QStringList expected{
        u"-- Image, read-only"_s,
        u"step CMD [\"/bin/bash\"]"_s,
        u"step EXPOSE 80/tcp"_s,
        u"layer 2 RUN apt-get install -y apache2"_s,
        u"layer 1 RUN apt-get update && apt-get install -y emacs-nox"_s,
        u"step ENV LANG=C.UTF-8"_s,
        u"step CMD [\"bash\"]"_s,
        u"layer 0 ADD"_s,
        u"-- Not in the image"_s,
        u"bootfs"_s,
    };
    auto lines = printed(model);
    lines.replaceInStrings(u" ]"_s, QString());
    // How the base layer's source is spelt is the core's affair.
    lines[7].truncate(expected[7].size());
    QCOMPARE(lines, expected);
    QCOMPARE(model.layerAt(model.indexOfLayer(1)), std::optional<LayerNo>(1));
    QVERIFY(!model.indexOfLayer(3).isValid());
    QVERIFY(!model.layerAt(model.index(0)));
}

void TestStackModel::factsOfALayer()
{
    SessionFixture f;
    StackModel model(f.session);
    QVERIFY(f.open(articleImage()));
    QTRY_COMPARE(f.session.tree()->undecidedCount(), 0U);
    const auto top = model.indexOfLayer(2);
    QCOMPARE(top.data(StackModel::InstructionRole).toString(), u"RUN apt-get install -y apache2"_s);
    QCOMPARE(top.data(StackModel::ContentSizeRole).toULongLong(), 10'014ULL);
    QCOMPARE(top.data(StackModel::StateRole).value<StackModel::LayerState>(),
             StackModel::LayerState::Ready);
    const auto counts = top.data(StackModel::CountsRole).value<ChangeCounts>();
    QCOMPARE(counts.added, 2U); // usr/sbin and the file in it
    QCOMPARE(counts.modified, 1U);
    QCOMPARE(counts.removed, 1U);
    QCOMPARE(model.indexOfLayer(1).data(StackModel::ShareRole).toDouble(), 1.0);
    QVERIFY(qAbs(top.data(StackModel::ShareRole).toDouble() - 10'014.0 / 40'000.0) < 1e-9);
    const auto stored = model.indexOfLayer(1).data(StackModel::StoredSizeRole).toULongLong();
    QCOMPARE(stored, articleImage().layers()[1].stored.size());
    QVERIFY(stored < 40'000); // it is the compressed one
    const QString tip = top.data(Qt::ToolTipRole).toString();
    QVERIFY2(tip.contains(u"2 added, 1 modified, 1 removed"_s), qPrintable(tip));
    QVERIFY(tip.contains(u"10,014 bytes"_s));
    QVERIFY(model.indexOfLayer(1).data(Qt::ToolTipRole).toString().contains(u"gzip"_s));
    QVERIFY(top.data(Qt::AccessibleTextRole).toString().startsWith(u"Layer 2, RUN apt-get"_s));
}

void TestStackModel::baseImageIsBracketed()
{
    SessionFixture f;
    StackModel model(f.session);
    ImageBuilder image;
    image.layer(TarBuilder().file("a", "1"), "RUN one")
        .step("ENV A=1")
        .layer(TarBuilder().file("b", "2"), "RUN two")
        .step("ENV B=1")
        .comment("FROM debian:13")
        .layer(TarBuilder().file("c", "3"), "RUN three");
    QVERIFY(f.open(image));
    QCOMPARE(printed(model),
             QStringList({u"-- Image, read-only"_s, u"layer 2 RUN three"_s, u"step ENV B=1"_s,
                          u"layer 1 RUN two ]"_s, u"step ENV A=1 ]"_s, u"layer 0 RUN one ]"_s,
                          u"-- Not in the image"_s, u"bootfs"_s}));
    const auto part = [&](int row) {
        return value<StackModel::Bracket>(model, row, StackModel::BracketRole);
    };
    QVERIFY(part(3).testFlag(StackModel::BracketTop));
    QVERIFY(part(4).testFlag(StackModel::BracketNotch));
    QVERIFY(part(5).testFlag(StackModel::BracketBottom));
    QCOMPARE(value<QString>(model, 3, StackModel::BaseNameRole), u"debian:13"_s);
    QVERIFY(!value<bool>(model, 3, StackModel::BaseIsGuessRole));
    QVERIFY(value<QString>(model, 1, StackModel::BaseNameRole).isEmpty());
}

void TestStackModel::baseThatIsAGuess()
{
    SessionFixture f;
    StackModel model(f.session);
    ImageBuilder image;
    image.layer(TarBuilder().file("a", "1"), "RUN one")
        .step("CMD [\"sh\"]")
        .layer(TarBuilder().file("c", "3"), "RUN three");
    QVERIFY(f.open(image));
    const auto base = model.indexOfLayer(0);
    QVERIFY(base.data(StackModel::BaseIsGuessRole).toBool());
    QVERIFY(base.data(Qt::ToolTipRole).toString().contains(u"Probably from the base image"_s));
}

void TestStackModel::selectionAndScope()
{
    SessionFixture f;
    StackModel model(f.session);
    QVERIFY(f.open(articleImage()));
    const auto selected = [&](LayerNo layer) {
        return model.indexOfLayer(layer).data(StackModel::SelectedRole).toBool();
    };
    const auto shown = [&] {
        QString out;
        for (int row = 0; row < model.rowCount(); ++row) {
            out += value<bool>(model, row, StackModel::InScopeRole) ? u'x' : u'.';
        }
        return out;
    };
    QVERIFY(!selected(0) && !selected(1) && !selected(2));
    QCOMPARE(shown(), u"xxxxxxxxxx"_s);
    QSignalSpy changed(&model, &StackModel::dataChanged);
    f.session.setCurrentLayer(1);
    QVERIFY(changed.count() > 0);
    QVERIFY(selected(1) && !selected(2));
    QCOMPARE(shown(), u"x...xxxxxx"_s);
    f.session.setScope(Scope::OnlyLayer);
    QCOMPARE(shown(), u"x...x...xx"_s);
    f.session.setCurrentLayer(std::nullopt);
    QCOMPARE(shown(), u"xxxxxxxxxx"_s);
}

void TestStackModel::loadingResetsOnceOnly()
{
    SessionFixture f;
    StackModel model(f.session);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy resets(&model, &StackModel::modelReset);
    QSignalSpy changes(&model, &StackModel::dataChanged);
    QList<StackModel::LayerState> atStart;
    connect(&f.session, &ImageSession::archiveReady, &model, [&] {
        atStart << model.layerState(0);
        QVERIFY(!model.indexOfLayer(0).data(StackModel::CountsRole).isValid());
        QVERIFY(!model.indexOfLayer(0).data(StackModel::ContentSizeRole).isValid());
    });
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.waitForChecks());
    QCOMPARE(atStart, QList{StackModel::LayerState::Reading});
    QCOMPARE(resets.count(), 1);
    QVERIFY(changes.count() >= 4); // a layer each, then the tree
    QVERIFY(f.open(articleImage()));
    QCOMPARE(resets.count(), 3); // emptied, filled
}

void TestStackModel::digestsArrive()
{
    SessionFixture f;
    StackModel model(f.session);
    QVERIFY(f.open(articleImage()));
    QVERIFY(f.waitForChecks());
    for (LayerNo layer = 0; layer < 3; ++layer) {
        QCOMPARE(model.digest(layer), StackModel::DigestState::Verified);
    }
    QVERIFY(model.indexOfLayer(0).data(Qt::ToolTipRole).toString().contains(u"verified"_s));
}

void TestStackModel::damagedDigest()
{
    SessionFixture f;
    StackModel model(f.session);
    QVERIFY(f.open(f.write(withAlteredLayer(articleImage(), 2))));
    QVERIFY(f.waitForChecks());
    QCOMPARE(model.digest(0), StackModel::DigestState::Verified);
    QCOMPARE(model.digest(2), StackModel::DigestState::Mismatch);
}

void TestStackModel::foreignAndAbsentLayers()
{
    SessionFixture f;
    StackModel model(f.session);
    QVERIFY(f.open(f.write(incompleteArchive())));
    QCOMPARE(model.layerState(0), StackModel::LayerState::Foreign);
    QCOMPARE(model.layerState(1), StackModel::LayerState::Absent);
    QCOMPARE(model.layerState(2), StackModel::LayerState::Ready);
    for (const LayerNo layer : {0U, 1U}) { // nothing is known of what they hold
        const auto index = model.indexOfLayer(layer);
        QVERIFY(!index.data(StackModel::ContentSizeRole).isValid());
        QVERIFY(!index.data(StackModel::CountsRole).isValid());
        QVERIFY(!index.data(Qt::AccessibleTextRole).toString().contains(u"no changes"_s));
    }
    const auto tip = model.indexOfLayer(1).data(Qt::ToolTipRole).toString();
    QVERIFY(tip.contains(u"Not in this archive"_s));
    QVERIFY(!tip.contains(u"0 bytes"_s));
}

void TestStackModel::withoutHistory()
{
    SessionFixture f;
    StackModel model(f.session);
    ImageBuilder image;
    image.layer(TarBuilder().file("a", "1")).layer(TarBuilder().file("b", "2")).noHistory();
    QVERIFY(f.open(image));
    QCOMPARE(model.rowCount(), 5);
    QCOMPARE(model.indexOfLayer(1).row(), 1);
    QVERIFY(model.indexOfLayer(1).data(StackModel::InstructionRole).toString().isEmpty());
    QCOMPARE(model.indexOfLayer(1).data().toString(), u"layer without history"_s);
}

void TestStackModel::hostileInstruction()
{
    SessionFixture f;
    StackModel model(f.session);
    ImageBuilder image;
    image.layer(TarBuilder().file("a", "1"), "RUN <b>x</b>\n\u202eevil " + std::string(9000, 'y'));
    QVERIFY(f.open(image));
    const auto index = model.indexOfLayer(0);
    const QString shown = index.data().toString();
    QVERIFY(!shown.contains(u'\n') && !shown.contains(QChar(0x202e)));
    QVERIFY(index.data(Qt::ToolTipRole).toString().size() < 2000);
}

void TestStackModel::endlessInstruction()
{
    SessionFixture f;
    StackModel model(f.session);
    ImageBuilder image;
    image.layer(TarBuilder().file("a", "1"), "RUN " + std::string(1'000'000, 'y'))
        .step("ENV A=" + std::string(1'000'000, 'x'));
    QVERIFY(f.open(image));
    // No question copies more than a front of it, whatever the role.
    for (int row = 0; row < model.rowCount(); ++row) {
        for (const int role :
             {int(Qt::DisplayRole), int(Qt::ToolTipRole), int(Qt::AccessibleTextRole),
              int(Qt::AccessibleDescriptionRole), int(StackModel::InstructionRole)}) {
            QVERIFY(model.index(row).data(role).toString().size() < 2000);
        }
    }
}

void TestStackModel::hostileBaseName()
{
    SessionFixture f;
    StackModel model(f.session);
    ImageBuilder image;
    image.layer(TarBuilder().file("a", "1"), "RUN one")
        .step("ENV B=1")
        .comment("FROM evil\u202e\n<b>base")
        .layer(TarBuilder().file("c", "3"), "RUN two");
    QVERIFY(f.open(image));
    const auto base = model.indexOfLayer(0);
    for (const int role : {int(StackModel::BaseNameRole), int(Qt::AccessibleTextRole)}) {
        const QString text = base.data(role).toString();
        QVERIFY2(text.contains(u"evil"_s), qPrintable(text));
        QVERIFY(!text.contains(QChar(0x202e)) && !text.contains(u'\n'));
    }
}

void TestStackModel::contentIsCountedOnce()
{
    SessionFixture f;
    StackModel model(f.session);
    QVERIFY(f.open(articleImage()));
    quint64 content = 0;
    for (LayerNo layer = 0; layer < f.session.tree()->layerCount(); ++layer) {
        content += f.session.tree()->layer(layer).contentBytes();
    }
    QVERIFY(content > 0);
    QCOMPARE(model.contentSize(), content);
    Q_EMIT f.session.layerIndexed(0); // told late
    QCOMPARE(model.contentSize(), content);
}

void TestStackModel::oneLayer()
{
    SessionFixture f;
    StackModel model(f.session);
    QVERIFY(f.open(imageOfLayers(1)));
    QCOMPARE(printed(model), QStringList({u"-- Image, read-only"_s, u"layer 0 RUN touch f0"_s,
                                          u"-- Not in the image"_s, u"bootfs"_s}));
    QCOMPARE(model.indexOfLayer(0).data(StackModel::ShareRole).toDouble(), 1.0);
}

void TestStackModel::noLayers()
{
    SessionFixture f;
    StackModel model(f.session);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(f.open(ImageBuilder().step("ENV A=1").step("CMD [\"sh\"]")));
    QCOMPARE(printed(model),
             QStringList({u"-- Image, read-only"_s, u"step CMD [\"sh\"]"_s, u"step ENV A=1"_s,
                          u"-- Not in the image"_s, u"bootfs"_s}));
    QVERIFY(model.complete());
    QCOMPARE(model.contentSize(), 0U);
    QVERIFY(!model.indexOfLayer(0).isValid());
}

void TestStackModel::closedIsEmpty()
{
    SessionFixture f;
    StackModel model(f.session);
    QVERIFY(f.open(articleImage()));
    f.session.close();
    QCOMPARE(model.rowCount(), 0);
    f.session.openFile(f.directory.filePath(u"nothing.tar"_s));
    QTRY_COMPARE(f.session.state(), ImageSession::State::Failed);
    QCOMPARE(model.rowCount(), 0);
}

void TestStackModel::manyLayers()
{
    SessionFixture f;
    StackModel model(f.session);
    constexpr int count = 3000;
    f.session.openFile(f.write(imageOfLayers(count)));
    QTRY_COMPARE_WITH_TIMEOUT(f.session.state(), ImageSession::State::Ready, 60'000);
    QCOMPARE(model.rowCount(), count + 3);
    QCOMPARE(model.indexOfLayer(count - 1).row(), 1);
    QCOMPARE(model.indexOfLayer(0).row(), count);
}

void TestStackModel::totals()
{
    SessionFixture f;
    ImageBuilder image;
    image
        .layer(TarBuilder()
                   .file("kept", std::string(1000, 'k'))
                   .hardlink("alias", "kept")
                   .file("covered", std::string(300, 'c'))
                   .file("deleted", std::string(70, 'd')),
               "RUN one")
        .layer(TarBuilder().file("covered", std::string(200, 'n')).whiteout("deleted"), "RUN two");
    QVERIFY(f.open(image));
    const auto totals = computeTotals(*f.session.tree(), {});
    QVERIFY(totals.has_value());
    QCOMPARE(totals->content, 1570U);
    QCOMPARE(totals->visible, 1200U); // the two names of one file count once
    QCOMPARE(totals->covered(), 370U);
}

QTEST_MAIN(TestStackModel)
#include "tst_stack_model.moc"
