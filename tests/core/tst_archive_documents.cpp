// SPDX-License-Identifier: Apache-2.0
// Manifests, indexes and configs that are broken, hostile, or contradict each other.
#include "archive_text.h"
#include "check.h"
#include "hole_source.h"
#include "tree_text.h"

#include "base/limits.h"

#include <map>

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

const std::string sampleTree =
    "file /app 2 L1\nfile /base 1 L0\nfile /big 20000 L1\nfile /top 3 L2\n";

} // namespace

class TestArchiveDocuments : public QObject
{
    Q_OBJECT

private slots:
    void brokenDocuments_data();
    void brokenDocuments();
    void hugeDocumentsAreRefusedUnread_data();
    void hugeDocumentsAreRefusedUnread();
    void documentsNamedAgainAndAgainAreReadOnce();
    void documentsInAllAreBounded();
    void namesOfRepeatedEntriesAddUp();
    void namesAreBounded_data();
    void namesAreBounded();
    void layerNamesInTheManifestCannotEscape();
    void indexesThatLoopEnd();
    void indexesThatNestTooDeepEnd();
    void digestsThatAreNoDigestsAreRefused();
    void layerCountsThatDisagree();
    void manifestsThatDisagreeIndexWins();
    void manifestsThatDisagreeLayersMissingFromTheIndex();
    void manifestsThatDisagreeIndexWithoutManifests();
    void manifestsThatDisagreeBrokenIndex();
};

void TestArchiveDocuments::brokenDocuments_data()
{
    QTest::addColumn<ArchiveForm>("form");
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("expected");
    const auto add = [](const char* row, ArchiveForm form, const char* file, const QByteArray& text,
                        const char* expected) {
        QTest::addRow("%s %s", file, row)
            << form << QByteArray(file) << text << QByteArray(expected);
    };
    constexpr auto broken = "archive refused: Malformed";
    constexpr auto emptyImage = "archive: ; image: error Malformed Malformed; tree: Malformed";
    // repositories, beside manifest.json, still leads to the layers; its ids are not the config's.
    constexpr auto older = "archive: ManifestsDisagree; image: ; tree: 4 paths";
    constexpr auto brokenManifest = "archive: ; image: error Malformed ; tree: Malformed";
    // The layers are there whatever the config says, so they are shown.
    constexpr auto brokenConfig = "archive: ; image: DigestMismatch Malformed; tree: 4 paths";
    struct Text
    {
        const char* name;
        QByteArray text;
        const char* manifestJson = older;
        const char* index = broken;
        const char* repositories = broken;
        const char* manifestBlob = brokenManifest;
        const char* config = brokenConfig;
    };
    const std::vector<Text> texts = {
        {.name = "empty", .text = ""},
        {.name = "cut", .text = "[{\"Config\":"},
        {.name = "null", .text = "null"},
        {.name = "number", .text = "1"},
        // An object, if an odd one: a repositories without tags, a config without diff IDs.
        {.name = "wrong shape",
         .text = R"({"manifests":{"a":1},"layers":7,"config":[]})",
         .repositories = "archive refused: NotAnImage",
         .manifestBlob = "archive: ; image: error Malformed Malformed; tree: Malformed",
         .config = "archive: ; image: error Malformed DigestMismatch; tree: Malformed"},
        {.name = "list of nothing",
         .text = "[null,1,\"x\",[],{}]",
         .manifestJson = "archive: Malformed Malformed Malformed Malformed; "
                         "image: error Malformed Malformed; tree: Malformed"},
        {.name = "wrong types",
         .text = R"([{"Config":1,"RepoTags":"a","Layers":{"b":[]}}])",
         .manifestJson = emptyImage},
        {.name = "null lists",
         .text = R"([{"Config":null,"RepoTags":null,"Layers":null}])",
         .manifestJson = emptyImage},
        {.name = "deep",
         .text = QByteArray(100'000, '['),
         .index = "archive refused: LimitExceeded",
         .repositories = "archive refused: LimitExceeded",
         .manifestBlob = "archive: ; image: error LimitExceeded ; tree: LimitExceeded",
         .config = "archive: ; image: DigestMismatch LimitReached; tree: 4 paths"},
    };
    for (const auto& t : texts) {
        add(t.name, ArchiveForm::DockerClassic, "manifest.json", t.text, t.manifestJson);
        add(t.name, ArchiveForm::Oci, "index.json", t.text, t.index);
        add(t.name, ArchiveForm::DockerV1, "repositories", t.text, t.repositories);
        add(t.name, ArchiveForm::Oci, "manifest blob", t.text, t.manifestBlob);
        add(t.name, ArchiveForm::DockerClassic, "config", t.text, t.config);
    }
}

void TestArchiveDocuments::brokenDocuments()
{
    QFETCH(ArchiveForm, form);
    QFETCH(QByteArray, file);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, expected);
    const auto image = sample();
    ArchiveBuilder builder(form);
    builder.image(image);
    std::string name = file.toStdString();
    if (file == "manifest blob") {
        name = "blobs/sha256/" + image.manifestDigest().substr(7);
    } else if (file == "config") {
        name = builder.configFile(image);
    }
    builder.replace(name, text.toStdString());
    QCOMPARE(told(openArchive(builder)), expected.toStdString());
}

void TestArchiveDocuments::hugeDocumentsAreRefusedUnread_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::newRow("manifest.json") << QByteArray("manifest.json");
    QTest::newRow("index.json") << QByteArray("index.json");
}

void TestArchiveDocuments::hugeDocumentsAreRefusedUnread()
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
    const auto archive = ImageArchive::open(source, "huge.tar", {});
    QVERIFY(!archive);
    QCOMPARE(outcome(archive), "LimitExceeded"s);
    QVERIFY(source->bytesRead() < (1U << 20U));
}

void TestArchiveDocuments::documentsNamedAgainAndAgainAreReadOnce()
{
    // An index of ten thousand entries for one manifest of some megabytes.
    auto image = sample();
    auto manifest = image.manifest();
    manifest.insert(1, R"("padding":")" + std::string(4'000'000, 'x') + R"(",)");
    image.manifestOverride(manifest);
    const auto entry = R"({"mediaType":")" + image.manifestMediaType() + R"(","digest":")" +
                       image.manifestDigest() + R"(","size":1})";
    auto entries = entry;
    for (int i = 1; i < 10'000; ++i) {
        entries += "," + entry;
    }
    const auto bytes = ArchiveBuilder(ArchiveForm::Oci)
                           .image(image)
                           .replace("index.json", R"({"manifests":[)" + entries + "]}")
                           .bytes();
    const auto source = std::make_shared<HoleSource>(bytes.size());
    source->put(0, bytes);
    const auto archive = ImageArchive::open(source, "again.tar", {});
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().size(), std::size_t{1});
    QVERIFY(source->bytesRead() < 2 * bytes.size());
}

void TestArchiveDocuments::documentsInAllAreBounded()
{
    // A manifest.json of many images that all name one large config.
    auto image = sample();
    image.configOverride("!" + std::string(15'000'000, 'x'));
    ArchiveBuilder builder(ArchiveForm::DockerClassic);
    builder.image(image);
    std::string items;
    for (int i = 0; i < 12; ++i) {
        items += (i == 0 ? R"({"Config":")" : R"(,{"Config":")") + builder.configFile(image) +
                 R"(","Layers":[")" + builder.layerFile(image, 0) + R"("]})";
    }
    builder.replace("manifest.json", "[" + items + "]");
    const auto bytes = builder.bytes();
    const auto source = std::make_shared<HoleSource>(bytes.size());
    source->put(0, bytes);
    const auto archive = ImageArchive::open(source, "many.tar", {});
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().size(), std::size_t{12});
    QVERIFY(source->bytesRead() < limits::documentBytes + (1U << 20U));
    // The first is told what is wrong with it, the last that it was not looked at.
    QCOMPARE(warningKinds((*archive)->images().front().warnings), "Malformed"s);
    QCOMPARE(warningKinds((*archive)->images().back().warnings), "LimitReached"s);
}

void TestArchiveDocuments::namesOfRepeatedEntriesAddUp()
{
    // Two tags of one multi-platform image: two entries of index.json for one nested index.
    ImageBuilder amd;
    amd.layer(TarBuilder().file("a")).platform("linux", "amd64");
    ImageBuilder arm;
    arm.layer(TarBuilder().file("b")).platform("linux", "arm64");
    ArchiveBuilder builder(ArchiveForm::Oci);
    builder.image(amd).image(arm).nest("example/app:1");
    std::string index;
    for (const auto& member : builder.members()) {
        index = member.name == "index.json" ? toText(member.content) : index;
    }
    const auto first = index.find('[') + 1;
    auto entry = index.substr(first, index.rfind(']') - first);
    for (auto at = entry.find("app:1"); at != std::string::npos; at = entry.find("app:1")) {
        entry[at + 4] = '2';
    }
    index.insert(first, entry + ",");
    const auto archive = openArchive(builder.replace("index.json", index));
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().size(), std::size_t{2});
    for (const auto& image : (*archive)->images()) {
        QCOMPARE(image.names, (std::vector{"example/app:2"s, "example/app:1"s}));
    }
}

void TestArchiveDocuments::namesAreBounded_data()
{
    QTest::addColumn<bool>("oci");
    QTest::newRow("index.json") << true;
    QTest::newRow("repositories") << false;
}

void TestArchiveDocuments::namesAreBounded()
{
    QFETCH(const bool, oci);
    const auto image = sample();
    const std::string longest(limits::imageNameBytes + 1, 'n');
    ArchiveBuilder builder(oci ? ArchiveForm::Oci : ArchiveForm::DockerV1);
    builder.image(image);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < limits::imageNames + 1; ++i) {
        names.push_back("name" + std::to_string(i));
    }
    names.push_back(longest);
    const auto lastLayer = builder.layerFile(image, image.layers().size() - 1);
    const auto legacyId = lastLayer.substr(0, lastLayer.find('/'));
    std::string entries;
    for (const auto& name : names) {
        entries += entries.empty() ? "" : ",";
        entries += oci ? R"({"mediaType":")" + image.manifestMediaType() + R"(","digest":")" +
                             image.manifestDigest() +
                             R"(","size":1,"annotations":{"org.opencontainers.image.ref.name":")" +
                             name + R"("}})"
                       : '"' + name + R"(":{"latest":")" + legacyId + R"("})";
    }
    builder.replace(oci ? "index.json" : "repositories",
                    oci ? R"({"schemaVersion":2,"manifests":[)" + entries + "]}"
                        : "{" + entries + "}");
    const auto archive = openArchive(builder);
    QCOMPARE(outcome(archive), "ok"s);
    QCOMPARE((*archive)->images().size(), std::size_t{1});
    QCOMPARE((*archive)->images()[0].names.size(), limits::imageNames);
    QVERIFY(std::ranges::find((*archive)->images()[0].names, longest) ==
            (*archive)->images()[0].names.end());
    QCOMPARE(warningKinds((*archive)->warnings()), "LimitReached LimitReached"s);
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
        QCOMPARE(told(archive), "archive: ; image: ; L0: LayerMissing LayerMissing; "
                                "L1: LayerMissing LayerMissing; L2: LayerMissing LayerMissing; "
                                "tree: 0 paths"s);
        for (const auto& layer : (*archive)->images()[0].layers) {
            QVERIFY(!layer.available);
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
    QCOMPARE(told(openArchive(ArchiveBuilder(ArchiveForm::Oci)
                                  .replace("index.json", loop)
                                  .replace("blobs/sha256/" + hex, loop))),
             "archive refused: NotAnImage"s);
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
    QCOMPARE(told(openArchive(builder)), "archive refused: LimitExceeded"s);
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
        QCOMPARE(told(archive), "archive: ; image: ; L0: Malformed LayerMissing; tree: 3 paths"s);
        QVERIFY(!(*archive)->images()[0].available);
    }
}

void TestArchiveDocuments::layerCountsThatDisagree()
{
    auto image = sample();
    ImageBuilder two;
    two.layer(image.layers()[0].tar).layer(image.layers()[1].tar);
    image.configOverride(two.config());
    // Which layer would be whose is not to be known: an error, and of this image alone.
    QCOMPARE(told(openArchive(ArchiveBuilder(ArchiveForm::DockerClassic).image(image))),
             "archive: ; image: error Malformed HistoryMismatch; tree: Malformed"s);
    QCOMPARE(told(openArchive(ArchiveBuilder(ArchiveForm::Oci).image(image))),
             "archive: ; image: error Malformed HistoryMismatch; tree: Malformed"s);
}

void TestArchiveDocuments::manifestsThatDisagreeIndexWins()
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
    QCOMPARE((*archive)->images()[0].layers[0].diffId->text(), image.diffId(0));
    QCOMPARE(told(archive), "archive: ManifestsDisagree; image: ; tree: 4 paths"s);
    QCOMPARE(treeOf(*archive), sampleTree);
}

void TestArchiveDocuments::manifestsThatDisagreeLayersMissingFromTheIndex()
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
    QCOMPARE(told(archive), "archive: ManifestsDisagree; image: ; tree: 4 paths"s);
    QCOMPARE(treeOf(*archive), sampleTree);
}

void TestArchiveDocuments::manifestsThatDisagreeIndexWithoutManifests()
{
    // docker 25.0 wrote null (moby#47210), which is no list.
    const std::map<const char*, std::string> texts = {
        {R"({"schemaVersion":2,"manifests":null})", "Malformed ManifestsDisagree"},
        {R"({"schemaVersion":2,"manifests":[]})", "ManifestsDisagree"},
    };
    for (const auto& [text, warnings] : texts) {
        const auto archive = openArchive(
            ArchiveBuilder(ArchiveForm::Docker25).image(sample()).replace("index.json", text));
        VERIFY_OK(archive);
        QCOMPARE((*archive)->images().size(), std::size_t{1});
        QCOMPARE((*archive)->images()[0].names.at(0), "example/app:1"s);
        QCOMPARE(told(archive), "archive: " + warnings + "; image: ; tree: 4 paths");
        QCOMPARE(treeOf(*archive), sampleTree);
    }
}

void TestArchiveDocuments::manifestsThatDisagreeBrokenIndex()
{
    const auto archive = openArchive(
        ArchiveBuilder(ArchiveForm::Docker25).image(sample()).replace("index.json", "{"));
    VERIFY_OK(archive);
    QCOMPARE(told(archive), "archive: ManifestsDisagree; image: ; tree: 4 paths"s);
    QCOMPARE(treeOf(*archive), sampleTree);
}

QTEST_GUILESS_MAIN(TestArchiveDocuments)
#include "tst_archive_documents.moc"
