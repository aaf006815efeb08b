// SPDX-License-Identifier: Apache-2.0
// The flat lists of the window: the problems of an image, and the images of an archive.
#include "models/image_list_model.h"
#include "models/problem_model.h"
#include "session_fixture.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;

namespace {

/// One name for two platforms; the files "amd" and "arm" tell them apart.
ArchiveBuilder archiveForTwoPlatforms()
{
    ImageBuilder amd;
    amd.name("one:1").layer(TarBuilder().file("amd", "1"));
    ImageBuilder arm;
    arm.name("one:1").platform("linux", "arm64", "v8").layer(TarBuilder().file("arm", "2"));
    return ArchiveBuilder(ArchiveForm::Oci).image(amd).image(arm);
}

} // namespace

class ListModelsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void problemsNameTheirLayer();
    void aWarningIsListedOnce();
    void anAbsentLayerIsListedOnce();
    void wrongDigestsAreListed();
    void graveProblemsComeFirst();
    void noProblemsNoRows();
    void nothingNewKeepsTheRows();
    void imagesAreListedWithTheirPlatforms();
    void choosingAnImageShowsIt();
};

void ListModelsTest::problemsNameTheirLayer()
{
    SessionFixture f;
    ImageBuilder image;
    image.layer(TarBuilder().file("a", "1")).layer(TarBuilder().file(".wh.").file("../out", "2"));
    QVERIFY(f.open(image));
    ProblemModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setSession(f.session);
    QCOMPARE(model.rowCount(), 2);
    for (int row = 0; row < model.rowCount(); ++row) {
        QCOMPARE(model.index(row).data(ProblemModel::LayerRole).toInt(), 1);
    }
    QVERIFY(model.index(1).data().toString().contains(QStringLiteral("../out")));
}

void ListModelsTest::aWarningIsListedOnce()
{
    SessionFixture f;
    ImageBuilder image;
    image.layer(TarBuilder().file("a", "1")).layer(TarBuilder().file("b", "2"));
    image.noHistory();
    image.configOverride("{\"history\":{}," + image.config().substr(1));
    QVERIFY(f.open(image));
    ProblemModel model;
    model.setSession(f.session);
    QStringList texts;
    for (int row = 0; row < model.rowCount(); ++row) {
        texts << model.index(row).data().toString();
    }
    QVERIFY(!f.session.image()->config.warnings.empty());
    QVERIFY2(!texts.isEmpty(), qPrintable(texts.join(u'\n')));
    QVERIFY2(texts.removeDuplicates() == 0, qPrintable(texts.join(u'\n')));
}

void ListModelsTest::anAbsentLayerIsListedOnce()
{
    SessionFixture f;
    ImageBuilder image;
    image.layer(TarBuilder().file("a", "1")).layer(TarBuilder().file("b", "2"));
    ArchiveBuilder archive(ArchiveForm::DockerClassic);
    archive.image(image);
    archive.drop(archive.layerFile(image, 1));
    QVERIFY(f.open(f.write(archive)));
    ProblemModel model;
    model.setSession(f.session);
    QStringList texts;
    for (int row = 0; row < model.rowCount(); ++row) {
        if (model.index(row).data(ProblemModel::LayerRole).toInt() == 1) {
            texts << model.index(row).data().toString();
        }
    }
    QVERIFY2(texts.size() == 1, qPrintable(texts.join(u'\n')));
}

void ListModelsTest::wrongDigestsAreListed()
{
    SessionFixture f;
    const auto image = articleImage();
    ArchiveBuilder archive(ArchiveForm::Oci);
    archive.image(image);
    archive.corrupt(archive.layerFile(image, 2));
    QVERIFY(f.open(f.write(archive)));
    QVERIFY(f.waitForChecks());
    ProblemModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setSession(f.session);
    QModelIndex found;
    QStringList texts;
    for (int row = 0; row < model.rowCount(); ++row) {
        const auto index = model.index(row);
        texts << index.data().toString();
        if (texts.last().contains(QStringLiteral("digest does not match"))) {
            found = index;
        }
    }
    QVERIFY2(found.isValid(), qPrintable(texts.join(u'\n')));
    QCOMPARE(found.data(ProblemModel::LayerRole).toInt(), 2);
    QVERIFY(found.data(ProblemModel::HelpRole).toString().contains(QStringLiteral("altered")));
}

void ListModelsTest::graveProblemsComeFirst()
{
    SessionFixture f;
    ImageBuilder image;
    image.layer(TarBuilder().file("a", "1").file("a", "2")).layer(TarBuilder().file("b", "2"));
    ArchiveBuilder archive(ArchiveForm::Oci);
    archive.image(image);
    archive.drop(archive.layerFile(image, 1));
    QVERIFY(f.open(f.write(archive)));
    ProblemModel model;
    model.setSession(f.session);
    QStringList rows;
    for (int row = 0; row < model.rowCount(); ++row) {
        const auto index = model.index(row);
        rows << QStringLiteral("%1 %2")
                    .arg(index.data(ProblemModel::LayerRole).toInt())
                    .arg(index.data(ProblemModel::GraveRole).toBool() ? 1 : 0);
    }
    QCOMPARE(rows.join(u'\n'), QStringLiteral("1 1\n0 0"));
}

void ListModelsTest::noProblemsNoRows()
{
    SessionFixture f;
    QVERIFY(f.open(articleImage()));
    ProblemModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setSession(f.session);
    QCOMPARE(model.rowCount(), 0);
}

void ListModelsTest::nothingNewKeepsTheRows()
{
    SessionFixture f;
    QVERIFY(f.open(ImageBuilder().layer(TarBuilder().file(".wh.").file("../out", "2"))));
    ProblemModel model;
    model.setSession(f.session);
    const QPersistentModelIndex second = model.index(1);
    QVERIFY(f.waitForChecks());
    QSignalSpy resets(&model, &ProblemModel::modelReset);
    model.setSession(f.session); // the digests match, so that there is nothing to add
    QCOMPARE(resets.count(), 0);
    QVERIFY(second.isValid());
    f.session.close();
    model.setSession(f.session);
    QCOMPARE(resets.count(), 1);
    QCOMPARE(model.rowCount(), 0);
}

void ListModelsTest::imagesAreListedWithTheirPlatforms()
{
    SessionFixture f;
    ImageListModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(f.open(f.write(archiveForTwoPlatforms())));
    model.setArchive(f.session.archive());
    QCOMPARE(model.rowCount(), 2);
    QVERIFY(model.index(0).data().toString().contains(QStringLiteral("linux/amd64")));
    QVERIFY(model.index(1).data().toString().contains(QStringLiteral("linux/arm64/v8")));
    model.setArchive(nullptr);
    QCOMPARE(model.rowCount(), 0);
}

void ListModelsTest::choosingAnImageShowsIt()
{
    SessionFixture f;
    QVERIFY(f.open(f.write(archiveForTwoPlatforms())));
    const int other = 1 - f.session.imageIndex();
    const std::string path = other == 1 ? "/arm" : "/amd";
    QVERIFY(!f.session.tree()->find(path));
    QSignalSpy ready(&f.session, &ImageSession::imageReady);
    f.session.chooseImage(other);
    QVERIFY(ready.wait());
    QVERIFY(f.session.tree()->find(path).has_value());
}

QTEST_MAIN(ListModelsTest)
#include "tst_list_models.moc"
