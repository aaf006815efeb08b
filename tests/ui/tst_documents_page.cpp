// SPDX-License-Identifier: Apache-2.0
// The documents of an image, and what artifacts and attestations say.
#include "documents/documents_page.h"
#include "inspector/message_view.h"
#include "inspector/text_view.h"
#include "models/document_model.h"
#include "window/error_banner.h"
#include "window_fixture.h"

#include <QAbstractItemModelTester>
#include <QListView>

using namespace strata;
using namespace strata::test;
using namespace strata::ui;

namespace {

ImageBuilder statement(const Bytes& blob, const char* type)
{
    ImageBuilder out;
    out.name("example.org/statement:1")
        .layer(blob)
        .mediaTypeOfLastLayer(type)
        .artifactType("application/vnd.example");
    return out;
}

QStringList titles(const DocumentsPage& page)
{
    QStringList out;
    const auto* model = page.list()->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        out += model->index(row, 0).data().toString();
    }
    return out;
}

} // namespace

class DocumentsPageTest : public QObject
{
    Q_OBJECT
public:
    using Application = QApplication;

private Q_SLOTS:
    void anImageShowsItsConfig()
    {
        WindowFixture f;
        f.window.openFile(f.article());
        QVERIFY(f.ready());
        f.window.workspace()->showPage(Workspace::Documents);
        auto* page = f.window.findChild<DocumentsPage*>();
        QTRY_COMPARE(titles(*page),
                     QStringList({QStringLiteral("index.json"), QStringLiteral("Manifest"),
                                  QStringLiteral("Config")}));
        QAbstractItemModelTester tester(page->list()->model(),
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        QTRY_VERIFY(page->text()->toPlainText().contains(QStringLiteral("\n  \"rootfs\": {")));
        QCOMPARE(page->text()->language(), QStringLiteral("JSON"));
        // From one to the next by keys.
        page->list()->setFocus();
        QTest::keyClick(page->list(), Qt::Key_Home);
        QTRY_VERIFY(page->text()->toPlainText().contains(QStringLiteral("\"manifests\": [")));
        QTest::keyClick(page->list(), Qt::Key_Down);
        QTRY_VERIFY(page->text()->toPlainText().contains(QStringLiteral("\"layers\": [")));
    }

    void anArtifactShowsWhatItHolds()
    {
        WindowFixture f;
        ImageBuilder image;
        image.name("example.org/tool:1").layer(TarBuilder().file("a", "1"));
        f.window.openFile(
            f.write("kinds.tar", ArchiveBuilder(ArchiveForm::Oci)
                                     .image(image)
                                     .image(statement(toBytes(R"({"predicate":{"builder":"me"}})"),
                                                      "application/vnd.example+json"))));
        QVERIFY(f.ready());
        QCOMPARE(f.window.workspace()->currentPage(), int(Workspace::Files));
        f.session().chooseImage(1);
        QTRY_COMPARE(f.session().state(), ImageSession::State::Failed);
        QCOMPARE(f.window.workspace()->currentPage(), int(Workspace::Documents));
        auto* page = f.window.findChild<DocumentsPage*>();
        QTRY_VERIFY(page->text()->toPlainText().contains(
            QStringLiteral("{\n  \"predicate\": {\n    \"builder\": \"me\"\n  }\n}")));
        QCOMPARE(titles(*page).last(), QStringLiteral("Blob 0"));
        QVERIFY(f.window.findChild<ErrorBanner*>()->text().contains(
            QStringLiteral("is an artifact, not an image")));
        QVERIFY2(!f.status().contains(QStringLiteral("could not")), qPrintable(f.status()));
        // An image again: its files, where one was before.
        f.session().chooseImage(0);
        QVERIFY(f.ready());
        QCOMPARE(f.window.workspace()->currentPage(), int(Workspace::Files));
    }

    void whatIsNoTextSaysSo()
    {
        WindowFixture f;
        f.window.openFile(f.write(
            "chart.tar", ArchiveBuilder(ArchiveForm::Oci)
                             .image(statement(Bytes(1234), "application/vnd.example.bin"))));
        QTRY_COMPARE(f.session().state(), ImageSession::State::Failed);
        auto* page = f.window.findChild<DocumentsPage*>();
        QTRY_VERIFY(page->message()->isVisible());
        QVERIFY2(page->message()->body().contains(QStringLiteral("1,234 bytes")),
                 qPrintable(page->message()->body()));
        QVERIFY(page->message()->body().contains(QStringLiteral("application/vnd.example.bin")));
    }

    void whatIsMissingSaysSo()
    {
        WindowFixture f;
        const auto image = statement(toBytes("{}"), "application/json");
        ArchiveBuilder archive(ArchiveForm::Oci);
        archive.image(image).drop(archive.layerFile(image, 0));
        f.window.openFile(f.write("absent.tar", archive));
        QTRY_COMPARE(f.session().state(), ImageSession::State::Failed);
        auto* page = f.window.findChild<DocumentsPage*>();
        QTRY_VERIFY(page->message()->isVisible());
        QCOMPARE(page->message()->title(), QStringLiteral("Not in this archive"));
    }

    void aFileSystemHasNone()
    {
        WindowFixture f;
        ImageBuilder image;
        image.layer(TarBuilder().file("etc/os-release", "1").file("usr/a", "1"));
        f.window.openFile(f.write("rootfs.tar", ArchiveBuilder(ArchiveForm::Rootfs).image(image)));
        QVERIFY(f.ready());
        f.window.workspace()->showPage(Workspace::Documents);
        auto* page = f.window.findChild<DocumentsPage*>();
        QTRY_VERIFY(!page->list()->isVisible());
        QCOMPARE(page->list()->model()->rowCount(), 0);
    }
};

int main(int argc, char* argv[])
{
    return runWindowTest<DocumentsPageTest>(argc, argv);
}
#include "tst_documents_page.moc"
