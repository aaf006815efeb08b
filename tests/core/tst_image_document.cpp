// SPDX-License-Identifier: Apache-2.0
// The documents that lead to an image, and what they say.
#include "archive_text.h"
#include "check.h"

#include "base/limits.h"
#include "image/image_document.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

Q_DECLARE_METATYPE(strata::test::ArchiveForm)

namespace {

std::string kindsText(const std::vector<ImageDocument>& documents)
{
    std::string out;
    for (const auto& document : documents) {
        constexpr std::array names = {"index", "list", "manifest", "config", "blob"};
        out += out.empty() ? "" : " ";
        out += names[static_cast<std::size_t>(document.kind)];
        out += document.file.empty() ? "(absent)" : "";
    }
    return out;
}

ImageBuilder sample()
{
    return ImageBuilder().layer(TarBuilder().file("base", "1"), "ADD").name("example/app:1");
}

ImageBuilder artifact(const std::string& blob, const char* type = "application/vnd.example+json")
{
    return ImageBuilder()
        .name("example/statement:1")
        .layer(toBytes(blob))
        .mediaTypeOfLastLayer(type)
        .artifactType("application/vnd.example");
}

std::shared_ptr<const ImageArchive> opened(const ArchiveBuilder& archive)
{
    auto result = ImageArchive::open(memorySource(archive.bytes()), "image.tar", {});
    return result ? *result : nullptr;
}

} // namespace

class TestImageDocument : public QObject
{
    Q_OBJECT

private slots:
    void everyFormHasItsDocuments_data();
    void everyFormHasItsDocuments();
    void nestedIndexesAreAmongThem();
    void artifactsShowWhatTheyHold();
    void whatIsNotInTheArchiveIsNamed();
    void membersKeepTheirOrder();
    void whatIsNoJsonIsGivenAsItIs();
    void hostileJsonIsBounded();
};

void TestImageDocument::everyFormHasItsDocuments_data()
{
    QTest::addColumn<ArchiveForm>("form");
    QTest::addColumn<QByteArray>("expected");
    const auto add = [](ArchiveForm form, const char* name, const char* expected) {
        QTest::newRow(name) << form << QByteArray(expected);
    };
    add(ArchiveForm::DockerClassic, "docker", "list config");
    add(ArchiveForm::Docker25, "docker 25", "index list manifest config");
    add(ArchiveForm::Podman, "podman", "list config");
    add(ArchiveForm::Oci, "oci", "index manifest config");
}

void TestImageDocument::everyFormHasItsDocuments()
{
    QFETCH(ArchiveForm, form);
    QFETCH(QByteArray, expected);
    const auto archive = opened(ArchiveBuilder(form).image(sample()));
    QVERIFY(archive);
    const auto documents = imageDocuments(*archive, archive->images().front());
    QCOMPARE(kindsText(documents), expected.toStdString());
    for (const auto& document : documents) {
        const auto text = readLaidOut(*archive, document);
        VERIFY_OK(text);
        QVERIFY(text->isJson);
        QVERIFY(document.size > 0);
    }
    const auto config = readLaidOut(*archive, documents.back());
    QVERIFY(config->text.contains("\"rootfs\""));
}

void TestImageDocument::nestedIndexesAreAmongThem()
{
    const auto archive =
        opened(ArchiveBuilder(ArchiveForm::Oci).image(sample()).nest("example/app:1"));
    QVERIFY(archive);
    const auto documents = imageDocuments(*archive, archive->images().front());
    QCOMPARE(kindsText(documents), "index index manifest config"s);
    QVERIFY(documents[1].digest);
}

void TestImageDocument::artifactsShowWhatTheyHold()
{
    const auto archive =
        opened(ArchiveBuilder(ArchiveForm::Oci).image(artifact(R"({"b":1,"a":[true]})")));
    QVERIFY(archive);
    const auto& image = archive->images().front();
    QCOMPARE(image.kind, ImageKind::Artifact);
    const auto documents = imageDocuments(*archive, image);
    QCOMPARE(kindsText(documents), "index manifest config blob"s);
    QCOMPARE(documents.back().mediaType, "application/vnd.example+json"s);
    QCOMPARE(documents.back().size, std::uint64_t{18});
    const auto text = readLaidOut(*archive, documents.back());
    VERIFY_OK(text);
    QVERIFY(text->isJson);
    QCOMPARE(text->text, "{\n  \"b\": 1,\n  \"a\": [\n    true\n  ]\n}\n"s);
}

void TestImageDocument::whatIsNotInTheArchiveIsNamed()
{
    const auto image = artifact("{}");
    ArchiveBuilder builder(ArchiveForm::Oci);
    builder.image(image).drop(builder.layerFile(image, 0));
    const auto archive = opened(builder);
    QVERIFY(archive);
    const auto documents = imageDocuments(*archive, archive->images().front());
    QCOMPARE(kindsText(documents), "index manifest config blob(absent)"s);
    QCOMPARE(outcome(readLaidOut(*archive, documents.back())), "Missing"s);
}

void TestImageDocument::membersKeepTheirOrder()
{
    const auto archive = opened(
        ArchiveBuilder(ArchiveForm::Oci)
            .image(artifact(R"({"zebra":{"y":"\u00e9, [not a list]","x":null},"apple":-1.50})")));
    QVERIFY(archive);
    const auto documents = imageDocuments(*archive, archive->images().front());
    const auto text = readLaidOut(*archive, documents.back());
    VERIFY_OK(text);
    QCOMPARE(text->text,
             "{\n  \"zebra\": {\n    \"y\": \"\u00e9, [not a list]\",\n    \"x\": null\n"
             "  },\n  \"apple\": -1.5\n}\n"s);
}

void TestImageDocument::whatIsNoJsonIsGivenAsItIs()
{
    for (const auto& blob : {"name: chart\n"s, "\0\1\2"s, ""s, "{\"cut\":"s}) {
        const auto archive =
            opened(ArchiveBuilder(ArchiveForm::Oci).image(artifact(blob, "text/plain")));
        QVERIFY(archive);
        const auto documents = imageDocuments(*archive, archive->images().front());
        const auto text = readLaidOut(*archive, documents.back());
        VERIFY_OK(text);
        QVERIFY(!text->isJson);
        QCOMPARE(text->text, blob);
    }
}

void TestImageDocument::hostileJsonIsBounded()
{
    const auto read = [](const std::string& blob) {
        const auto archive = opened(ArchiveBuilder(ArchiveForm::Oci).image(artifact(blob)));
        return readLaidOut(*archive, imageDocuments(*archive, archive->images().front()).back());
    };
    QCOMPARE(outcome(read(std::string(limits::jsonDepth + 1, '['))), "LimitExceeded"s);
    QCOMPARE(outcome(read("\"" + std::string(limits::jsonBytes, 'x') + "\"")), "LimitExceeded"s);
    // 400 kB that would be a hundred megabytes in lines.
    std::string wide = std::string(limits::jsonDepth, '[') + "0";
    for (int i = 0; i < 400'000; ++i) {
        wide += ",0";
    }
    wide += std::string(limits::jsonDepth, ']');
    const auto text = read(wide);
    VERIFY_OK(text);
    QVERIFY(text->isJson);
    QCOMPARE(text->text, wide);
}

QTEST_GUILESS_MAIN(TestImageDocument)
#include "tst_image_document.moc"
