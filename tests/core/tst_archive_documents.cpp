// SPDX-License-Identifier: Apache-2.0
// Manifests, indexes and configs that are broken, hostile, or contradict each other.
#include "archive_text.h"
#include "check.h"
#include "hole_source.h"

#include <QElapsedTimer>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

Q_DECLARE_METATYPE(strata::test::ArchiveForm)

namespace {

ImageBuilder sample()
{
    ImageBuilder image;
    image.layer(TarBuilder().file("base", "1"), "ADD")
        .layer(TarBuilder().file("app", "22").file("big", toText(noise(20'000))), "RUN")
        .layer(TarBuilder().file("top", "333"), "COPY")
        .name("example/app:1");
    return image;
}

} // namespace

class TestArchiveDocuments : public QObject
{
    Q_OBJECT

private slots:
    void brokenDocuments_data();
    void brokenDocuments();
    void hugeDocumentsAreRefusedQuickly_data();
    void hugeDocumentsAreRefusedQuickly();
    void layerNamesInTheManifestCannotEscape();
    void indexesThatLoopEnd();
    void indexesThatNestTooDeepEnd();
    void digestsThatAreNoDigestsAreRefused();
    void layerCountsThatDisagree();
    void manifestsThatDisagree_indexWins();
    void manifestsThatDisagree_layersMissingFromTheIndex();
    void manifestsThatDisagree_indexWithoutManifests();
    void manifestsThatDisagree_brokenIndex();
};

void TestArchiveDocuments::brokenDocuments_data()
{
    QTest::addColumn<ArchiveForm>("form");
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("text");
    const QList<std::pair<const char*, QByteArray>> texts = {
        {"empty", ""},
        {"cut", "[{\"Config\":"},
        {"null", "null"},
        {"number", "1"},
        {"wrong shape", R"({"manifests":{"a":1},"layers":7,"config":[]})"},
        {"list of nothing", "[null,1,\"x\",[],{}]"},
        {"wrong types", R"([{"Config":1,"RepoTags":"a","Layers":{"b":[]}}])"},
        {"null lists", R"([{"Config":null,"RepoTags":null,"Layers":null}])"},
        {"deep", QByteArray(100'000, '[')},
    };
    for (const auto& [name, text] : texts) {
        QTest::addRow("manifest.json %s", name)
            << ArchiveForm::DockerClassic << QByteArray("manifest.json") << text;
        QTest::addRow("index.json %s", name)
            << ArchiveForm::Oci << QByteArray("index.json") << text;
        QTest::addRow("repositories %s", name)
            << ArchiveForm::DockerV1 << QByteArray("repositories") << text;
        QTest::addRow("manifest blob %s", name) << ArchiveForm::Oci << QByteArray("blob") << text;
        QTest::addRow("config %s", name)
            << ArchiveForm::DockerClassic << QByteArray("config") << text;
    }
}

void TestArchiveDocuments::brokenDocuments()
{
    QFETCH(ArchiveForm, form);
    QFETCH(QByteArray, file);
    QFETCH(QByteArray, text);
    const auto image = sample();
    ArchiveBuilder builder(form);
    builder.image(image);
    std::string name = file.toStdString();
    if (file == "blob") {
        name = "blobs/sha256/" + image.manifestDigest().substr(7);
    } else if (file == "config") {
        name = builder.configFile(image);
    }
    builder.replace(name, text.toStdString());
    const auto archive = openArchive(builder);
    if (!archive) {
        QVERIFY(!archive.error().message().empty());
        QVERIFY(outcome(archive) != "Io");
        return;
    }
    for (std::size_t i = 0; i < (*archive)->images().size(); ++i) {
        static_cast<void>(loadImage(*archive, i, {}));
    }
    bool told = !(*archive)->warnings().empty();
    for (const auto& opened : (*archive)->images()) {
        told = told || opened.error || !opened.warnings.empty();
    }
    QVERIFY(told);
}

void TestArchiveDocuments::hugeDocumentsAreRefusedQuickly_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::newRow("manifest.json") << QByteArray("manifest.json");
    QTest::newRow("index.json") << QByteArray("index.json");
}

void TestArchiveDocuments::hugeDocumentsAreRefusedQuickly()
{
    QFETCH(QByteArray, file);
    constexpr std::uint64_t size = 50ULL << 30U;
    const auto start =
        TarBuilder().file("oci-layout", R"({"imageLayoutVersion":"1.0.0"})").end(0).bytes();
    const auto source = std::make_shared<HoleSource>(start.size() + 512 + size + 1024);
    source->put(0, start);
    TarHeader header;
    header.name = file.toStdString();
    header.size = static_cast<std::int64_t>(size);
    source->put(start.size(), toBytes(header.block()));
    QElapsedTimer clock;
    clock.start();
    const auto archive = ImageArchive::open(source, "huge.tar", {});
    QVERIFY(!archive);
    QCOMPARE(outcome(archive), "LimitExceeded"s);
    QVERIFY(clock.elapsed() < 1000);
    QVERIFY(source->bytesRead() < (64U << 20U));
}

void TestArchiveDocuments::layerNamesInTheManifestCannotEscape()
{
    const auto image = sample();
    ArchiveBuilder builder(ArchiveForm::DockerClassic);
    builder.image(image);
    for (const auto* name : {"../../etc/passwd", "/etc/passwd", "..", "", "a/../../b"}) {
        auto copy = builder;
        copy.replace("manifest.json", R"([{"Config":")" + builder.configFile(image) +
                                          R"(","RepoTags":null,"Layers":[")" + name + R"(",")" +
                                          name + R"(",")" + name + R"("]}])");
        const auto archive = openArchive(copy);
        if (archive) {
            for (const auto& layer : (*archive)->images()[0].layers) {
                QVERIFY(!layer.available);
            }
        }
    }
}

void TestArchiveDocuments::indexesThatLoopEnd()
{
    const std::string hex(64, 'a');
    const std::string loop =
        R"({"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.index.v1+json",)"
        R"("digest":"sha256:)" +
        hex + R"(","size":1}]})";
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::Oci)
                                         .replace("index.json", loop)
                                         .replace("blobs/sha256/" + hex, loop));
    QVERIFY(!archive || (*archive)->images().empty() || !(*archive)->warnings().empty());
}

void TestArchiveDocuments::indexesThatNestTooDeepEnd()
{
    ArchiveBuilder builder(ArchiveForm::Oci);
    const auto image = sample();
    builder.image(image);
    std::string text = R"({"schemaVersion":2,"manifests":[{"mediaType":")" +
                       image.manifestMediaType() + R"(","digest":")" + image.manifestDigest() +
                       R"(","size":1}]})";
    for (int depth = 0; depth < 100; ++depth) {
        const auto digest = sha256Hex(toBytes(text));
        builder.replace("blobs/sha256/" + digest, text);
        text = R"({"schemaVersion":2,"manifests":[{"mediaType":)"
               R"("application/vnd.oci.image.index.v1+json","digest":"sha256:)" +
               digest + R"(","size":1}]})";
    }
    builder.replace("index.json", text);
    const auto archive = openArchive(builder);
    QVERIFY(!archive || !(*archive)->warnings().empty());
}

void TestArchiveDocuments::digestsThatAreNoDigestsAreRefused()
{
    auto image = sample();
    for (const auto* digest : {"sha256:../../../../etc/passwd", "", "md5:abc", "sha256:ABC"}) {
        auto manifest = image.manifest();
        const auto right = image.layerDigest(0);
        manifest.replace(manifest.find(right), right.size(), digest);
        auto wrong = image;
        wrong.manifestOverride(manifest);
        const auto archive = openArchive(ArchiveBuilder(ArchiveForm::Oci).image(wrong));
        if (archive && !(*archive)->images().empty()) {
            QVERIFY(!allWarnings(*archive).empty());
            QVERIFY(!(*archive)->images()[0].available);
        }
    }
}

void TestArchiveDocuments::layerCountsThatDisagree()
{
    auto image = sample();
    ImageBuilder two;
    two.layer(image.layers()[0].tar).layer(image.layers()[1].tar);
    image.configOverride(two.config());
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::DockerClassic).image(image));
    QVERIFY(!archive || !allWarnings(*archive).empty());
}

void TestArchiveDocuments::manifestsThatDisagree_indexWins()
{
    const auto image = sample();
    ArchiveBuilder builder(ArchiveForm::Docker25);
    builder.image(image);
    builder.replace("manifest.json", R"([{"Config":")" + builder.configFile(image) +
                                         R"(","RepoTags":["example/app:1"],"Layers":[")" +
                                         builder.layerFile(image, 2) + R"(",")" +
                                         builder.layerFile(image, 1) + R"(",")" +
                                         builder.layerFile(image, 0) + R"("]}])");
    const auto archive = openArchive(builder);
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().size(), std::size_t{1});
    QVERIFY(allWarnings(*archive).has(WarningCode::ManifestsDisagree));
    QCOMPARE((*archive)->images()[0].layers[0].diffId->text(), image.diffId(0));
    QVERIFY(treeOf(*archive).contains("file /base 1 L0\n"));
}

void TestArchiveDocuments::manifestsThatDisagree_layersMissingFromTheIndex()
{
    const auto image = sample();
    auto bare = image;
    bare.manifestOverride(
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",)"
        R"("config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":")" +
        image.configDigest() + R"(","size":1},"layers":[]})");
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::Docker25).image(bare));
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().size(), std::size_t{1});
    QCOMPARE((*archive)->images()[0].layers.size(), std::size_t{3});
    QVERIFY(allWarnings(*archive).has(WarningCode::ManifestsDisagree));
    QVERIFY(treeOf(*archive).contains("file /app 2 L1\n"));
}

void TestArchiveDocuments::manifestsThatDisagree_indexWithoutManifests()
{
    for (const auto* text :
         {R"({"schemaVersion":2,"manifests":null})", R"({"schemaVersion":2,"manifests":[]})"}) {
        const auto archive = openArchive(
            ArchiveBuilder(ArchiveForm::Docker25).image(sample()).replace("index.json", text));
        VERIFY_OK(archive);
        QCOMPARE((*archive)->images().size(), std::size_t{1});
        QCOMPARE((*archive)->images()[0].names.at(0), "example/app:1"s);
        QVERIFY(treeOf(*archive).contains("file /app 2 L1\n"));
    }
}

void TestArchiveDocuments::manifestsThatDisagree_brokenIndex()
{
    const auto archive = openArchive(
        ArchiveBuilder(ArchiveForm::Docker25).image(sample()).replace("index.json", "{"));
    VERIFY_OK(archive);
    QVERIFY(!allWarnings(*archive).empty());
    QVERIFY(treeOf(*archive).contains("file /app 2 L1\n"));
}

QTEST_GUILESS_MAIN(TestArchiveDocuments)
#include "tst_archive_documents.moc"
