// SPDX-License-Identifier: Apache-2.0
#include "archive_text.h"
#include "check.h"
#include "stopping_source.h"
#include "tree_text.h"

#include "base/limits.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

std::string hex(std::size_t number)
{
    const auto digits = std::to_string(number);
    return std::string(64 - digits.size(), '0') + digits;
}

std::string repeated(const std::string& item, std::size_t count)
{
    std::string list;
    for (std::size_t i = 0; i < count; ++i) {
        list += (i == 0 ? "" : ",") + item;
    }
    return list;
}

/// A tar with one document that many links name: a few bytes for each more image.
struct LinkedDocuments
{
    TarBuilder tar;
    std::string manifests;
    std::size_t count = 0;

    void manifest(const std::string& document)
    {
        const std::string blobs = "blobs/sha256/";
        if (count == 0) {
            tar.file("oci-layout", R"({"imageLayoutVersion":"1.0.0"})")
                .file(blobs + hex(0), document);
        } else {
            tar.hardlink(blobs + hex(count), blobs + hex(0));
        }
        manifests += (count == 0 ? "" : ",") +
                     R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":)"s +
                     "\"sha256:" + hex(count) + "\",\"size\":1}";
        ++count;
    }
    Bytes bytes()
    {
        return tar.file("index.json", R"({"schemaVersion":2,"manifests":[)" + manifests + "]}")
            .bytes();
    }
};

struct Sums
{
    std::size_t parts = 0; ///< as limits::imageParts counts them
    std::size_t refused = 0;
    std::size_t nameBytes = 0;
};

Sums sumsOf(const ImageArchive& archive)
{
    Sums sums;
    for (const Image& image : archive.images()) {
        sums.parts += image.layers.size() + image.config.history.size() +
                      image.config.diffIds.size() + image.config.runtime.env.size() +
                      image.annotations.size();
        sums.refused += image.error && image.error->code == ErrorCode::LimitExceeded ? 1U : 0U;
        for (const auto& name : image.names) {
            sums.nameBytes += name.size();
        }
    }
    return sums;
}

std::string legacyChain(std::size_t layer)
{
    return layer == 0 ? "{}" : R"({"parent":"id)" + std::to_string(layer - 1) + "\"}";
}

} // namespace

/// Archives whose few bytes of documents would make gigabytes of layers and names: all images
/// together are bounded, the last ones say why they are not shown.
class TestArchiveBounds : public QObject
{
    Q_OBJECT

private slots:
    void manifestsOfManyParts_data();
    void manifestsOfManyParts();
    void layersOfManifestJson();
    void historiesOfManyImages();
    void chainsThatShareTheirParents();
    void namesOfNestedIndexes();
    void namesInManifestJson();
    void readingManyImagesStops();
};

void TestArchiveBounds::manifestsOfManyParts_data()
{
    QTest::addColumn<std::string>("document");
    QTest::newRow("layers") << "{\"layers\":[" + repeated("{}", 8'000) + "]}";
    std::string annotations;
    for (std::size_t i = 0; i < 8'000; ++i) {
        annotations += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":\"\"";
    }
    QTest::newRow("annotations") << "{\"layers\":[],\"annotations\":{" + annotations + "}}";
}

void TestArchiveBounds::manifestsOfManyParts()
{
    QFETCH(const std::string, document);
    LinkedDocuments documents;
    for (int i = 0; i < 100; ++i) {
        documents.manifest(document);
    }
    const auto archive = openArchive(documents.bytes());
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().size(), std::size_t{100});
    const Sums sums = sumsOf(**archive);
    QVERIFY2(sums.parts <= limits::imageParts, qPrintable(QString::number(sums.parts)));
    QVERIFY(sums.parts > limits::imageParts / 2);
    QVERIFY(sums.refused > 35 && sums.refused < 41);
    QVERIFY(!(*archive)->images().front().error ||
            (*archive)->images().front().error->code != ErrorCode::LimitExceeded);
    QCOMPARE((*archive)->images().back().error->code, ErrorCode::LimitExceeded);
}

void TestArchiveBounds::layersOfManifestJson()
{
    const std::string item = R"({"Config":"c","Layers":[)" + repeated("\"\"", 8'000) + "]}";
    const auto archive = openArchive(TarBuilder()
                                         .file("c", "{}")
                                         .file("manifest.json", "[" + repeated(item, 100) + "]")
                                         .bytes());
    VERIFY_OK(archive);
    const Sums sums = sumsOf(**archive);
    QVERIFY2(sums.parts <= limits::imageParts, qPrintable(QString::number(sums.parts)));
    QVERIFY(sums.refused > 35);
}

void TestArchiveBounds::historiesOfManyImages()
{
    // What looks like the end of a base image is looked for behind each step.
    const std::string config = R"({"history":[)" +
                               repeated(R"({"created_by":"CMD","empty_layer":true})", 16'000) +
                               R"(],"config":{"Env":[)" + repeated("\"\"", 1'000) + "]}}";
    const auto archive =
        openArchive(TarBuilder()
                        .file("c", config)
                        .file("manifest.json", "[" + repeated(R"({"Config":"c"})", 100) + "]")
                        .bytes());
    VERIFY_OK(archive);
    const Sums sums = sumsOf(**archive);
    QVERIFY2(sums.parts <= limits::imageParts, qPrintable(QString::number(sums.parts)));
    QVERIFY(sums.refused > 65);
    QVERIFY((*archive)->images().back().config.history.empty());
}

void TestArchiveBounds::chainsThatShareTheirParents()
{
    TarBuilder tar;
    std::string repositories;
    for (std::size_t i = 0; i < 1'000; ++i) {
        const auto id = "id" + std::to_string(i);
        tar.file(id + "/json", legacyChain(i)).file(id + "/layer.tar");
        repositories += (i == 0 ? "\"" : ",\"") + id + R"(":{"t":")" + id + "\"}";
    }
    const auto archive = openArchive(tar.file("repositories", "{" + repositories + "}").bytes());
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().size(), std::size_t{1'000});
    const Sums sums = sumsOf(**archive);
    QVERIFY2(sums.parts <= limits::imageParts, qPrintable(QString::number(sums.parts)));
    QVERIFY(sums.refused > 250);
}

void TestArchiveBounds::namesOfNestedIndexes()
{
    // One index listed under many names: each would be the name of everything in it.
    std::string inner;
    for (std::size_t i = 0; i < 2'000; ++i) {
        inner += (i == 0 ? "" : ",") + R"({"digest":"sha256:)"s + hex(i + 1) + "\"}";
    }
    std::string outer;
    for (std::size_t i = 0; i < 64; ++i) {
        outer += (i == 0 ? "" : ",") +
                 R"({"mediaType":"application/vnd.oci.image.index.v1+json","digest":"sha256:)"s +
                 hex(0) + R"(","annotations":{"org.opencontainers.image.ref.name":")" +
                 std::string(4'000, 'n') + std::to_string(i) + "\"}}";
    }
    const auto archive =
        openArchive(TarBuilder()
                        .file("oci-layout", R"({"imageLayoutVersion":"1.0.0"})")
                        .file("blobs/sha256/" + hex(0), R"({"manifests":[)" + inner + "]}")
                        .file("index.json", R"({"manifests":[)" + outer + "]}")
                        .bytes());
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().size(), std::size_t{2'000});
    const Sums sums = sumsOf(**archive);
    QVERIFY2(sums.nameBytes <= limits::allNameBytes, qPrintable(QString::number(sums.nameBytes)));
    QVERIFY(sums.nameBytes > limits::allNameBytes / 2);
    QVERIFY((*archive)->warnings().has(WarningCode::LimitReached));
}

void TestArchiveBounds::namesInManifestJson()
{
    const std::string names = '"' + std::string(limits::imageNameBytes + 1, 'x') + R"(","a:1")";
    const auto archive =
        openArchive(TarBuilder()
                        .file("c", "{}")
                        .file("manifest.json", R"([{"Config":"c","RepoTags":[)" + names + "]}]")
                        .bytes());
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().front().names, std::vector<std::string>{"a:1"});
    QCOMPARE(warningKinds((*archive)->warnings()), "LimitReached"s);
}

void TestArchiveBounds::readingManyImagesStops()
{
    // The documents lie where nothing but the readers reads: from the members' listing on.
    LinkedDocuments documents;
    for (int i = 0; i < 20; ++i) {
        documents.manifest("{\"layers\":[{\"digest\":\"sha256:" + hex(0) + "\"}]}");
    }
    const auto bytes = documents.bytes();
    const auto counted = std::make_shared<StoppingSource>(sourceOf(bytes), 1);
    VERIFY_OK(ImageArchive::open(counted, "t", {}));
    const auto reads = counted->readsAfterTheStop() + 1;
    const auto source = std::make_shared<StoppingSource>(sourceOf(bytes), reads - 30);
    QCOMPARE(outcome(ImageArchive::open(source, "t", {.stop = source->token(), .progress = {}})),
             "Cancelled"s);
    QVERIFY2(source->readsAfterTheStop() <= 3,
             qPrintable(QString::number(source->readsAfterTheStop())));
}

QTEST_GUILESS_MAIN(TestArchiveBounds)
#include "tst_archive_bounds.moc"
