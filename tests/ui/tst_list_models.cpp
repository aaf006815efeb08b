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

class ListModelsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void problemsNameTheirLayer();
    void noProblemsNoRows();
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

void ListModelsTest::noProblemsNoRows()
{
    SessionFixture f;
    QVERIFY(f.open(articleImage()));
    ProblemModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setSession(f.session);
    QCOMPARE(model.rowCount(), 0);
}

void ListModelsTest::imagesAreListedWithTheirPlatforms()
{
    SessionFixture f;
    ArchiveBuilder archive(ArchiveForm::Oci);
    ImageBuilder amd;
    amd.name("one:1").layer(TarBuilder().file("amd", "1"));
    ImageBuilder arm;
    arm.name("one:1").platform("linux", "arm64", "v8").layer(TarBuilder().file("arm", "2"));
    archive.image(amd).image(arm);
    ImageListModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(f.open(f.write(archive)));
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
    ArchiveBuilder archive(ArchiveForm::Oci);
    ImageBuilder amd;
    amd.name("one:1").layer(TarBuilder().file("amd", "1"));
    ImageBuilder arm;
    arm.name("two:1").platform("linux", "arm64", "v8").layer(TarBuilder().file("arm", "2"));
    archive.image(amd).image(arm);
    QVERIFY(f.open(f.write(archive)));
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
