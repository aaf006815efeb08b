// SPDX-License-Identifier: Apache-2.0
#include "archive_text.h"
#include "check.h"
#include "hole_source.h"
#include "tree_text.h"

#include <map>

#include <sys/stat.h>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

Q_DECLARE_METATYPE(strata::test::ArchiveForm)

namespace {

ImageBuilder sample(Compression compression = Compression::None)
{
    ImageBuilder image;
    image.layer(TarBuilder().file("base", "1"), "ADD", compression)
        .layer(TarBuilder().file("app", "22").file("big", toText(noise(20'000))), "RUN",
               compression)
        .layer(TarBuilder().file("top", "333"), "COPY", compression)
        .name("example/app:1");
    return image;
}

const std::vector<ArchiveForm> tarForms = {ArchiveForm::DockerClassic, ArchiveForm::Docker25,
                                           ArchiveForm::Podman, ArchiveForm::Oci};

void addForms()
{
    QTest::addColumn<ArchiveForm>("form");
    for (const auto form : tarForms) {
        QTest::newRow(std::string(archiveFormName(form)).c_str()) << form;
    }
}

/// As addForms(), with what is told of each.
void addForms(const std::map<ArchiveForm, std::string>& expected)
{
    QTest::addColumn<ArchiveForm>("form");
    QTest::addColumn<std::string>("expected");
    for (const auto& [form, told] : expected) {
        QTest::newRow(std::string(archiveFormName(form)).c_str()) << form << told;
    }
}

} // namespace

class TestArchiveErrors : public QObject
{
    Q_OBJECT

private slots:
    void whatIsNoImage_data();
    void whatIsNoImage();
    void absentFileIsNotFound();
    void directoryThatIsNoImage();
    void pipesAreRefusedAndDoNotBlock();
    void rootFileSystemsMayHoldDocumentsOfTheirOwn_data();
    void rootFileSystemsMayHoldDocumentsOfTheirOwn();
    void brokenImagesAreNoRootFileSystems();
    void cutInTheMiddleOfALayer_data();
    void cutInTheMiddleOfALayer();
    void cutBeforeTheManifestSaysSo();
    void cutAnywhereNeverCrashes_data() { addForms(); }
    void cutAnywhereNeverCrashes();
    void aMissingLayerIsWarnedAbout_data() { addForms(); }
    void aMissingLayerIsWarnedAbout();
    void aMissingConfigIsTold_data() { addForms(); }
    void aMissingConfigIsTold();
    void aMissingManifestBlobIsToldOfItsImage();
    void anUnusableManifestBlobLeavesManifestJson_data();
    void anUnusableManifestBlobLeavesManifestJson();
    void oneUnusableManifestAmongSeveralIsMatchedByName();
    void absentPlatformsAreNotTakenForTheImage();
    void aDamagedLayerShowsWhatCameBefore();
    void wrongDigestsDoNotKeepALayerFromOpening();
    void aWrongSizeIsWarnedAbout();
    void linkCyclesAreNoCrash();
    void namesThatEscapeAreRefused();
    void openingCanBeCancelled();
};

void TestArchiveErrors::whatIsNoImage_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const auto add = [](const char* name, const Bytes& bytes) {
        const auto text = toText(bytes);
        QTest::newRow(name) << QByteArray(text.data(), static_cast<qsizetype>(text.size()));
    };
    add("text", toBytes("just a text file, with some words in it\n"));
    add("noise", noise(10'000));
    add("json", toBytes(R"({"schemaVersion":2})"));
    add("gzipped text", compress(toBytes("hello"), Compression::Gzip));
    add("nothing", {});
}

void TestArchiveErrors::whatIsNoImage()
{
    QFETCH(QByteArray, bytes);
    const auto archive = openArchive(toBytes(bytes.toStdString()));
    QCOMPARE(outcome(archive), "NotAnImage"s);
    QVERIFY(!archive.error().what.empty());
}

void TestArchiveErrors::absentFileIsNotFound()
{
    QCOMPARE(outcome(ImageArchive::open("/nowhere/at/all.tar", {})), "NotFound"s);
}

void TestArchiveErrors::directoryThatIsNoImage()
{
    const QTemporaryDir dir;
    const std::filesystem::path path = dir.path().toStdString();
    QCOMPARE(outcome(ImageArchive::open(path, {})), "NotAnImage"s);
    writeFile(path / "README", toBytes("hello"));
    QCOMPARE(outcome(ImageArchive::open(path, {})), "NotAnImage"s);
}

void TestArchiveErrors::pipesAreRefusedAndDoNotBlock()
{
    const QTemporaryDir dir;
    const auto path = dir.filePath("pipe").toStdString();
    QCOMPARE(::mkfifo(path.c_str(), 0600), 0);
    QVERIFY(!ImageArchive::open(path, {}));
}

void TestArchiveErrors::rootFileSystemsMayHoldDocumentsOfTheirOwn_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("an object") << QByteArray("index.json") << QByteArray(R"({"a":1})");
    QTest::newRow("a list") << QByteArray("index.json") << QByteArray("[1,2]");
    QTest::newRow("no JSON") << QByteArray("index.json") << QByteArray("// comment");
    QTest::newRow("a web manifest")
        << QByteArray("manifest.json") << QByteArray(R"({"name":"pwa"})");
    QTest::newRow("an empty list") << QByteArray("manifest.json") << QByteArray("[]");
}

void TestArchiveErrors::rootFileSystemsMayHoldDocumentsOfTheirOwn()
{
    // What `docker export` gives of a web application whose working directory is the root.
    QFETCH(QByteArray, file);
    QFETCH(QByteArray, text);
    const auto tar = TarBuilder()
                         .file("bin/sh", "shell")
                         .file("usr/x", "1")
                         .file(file.toStdString(), text.toStdString());
    for (const auto compression : {Compression::None, Compression::Gzip}) {
        const auto archive = openArchive(compress(tar.bytes(), compression));
        VERIFY_OK(archive);
        QCOMPARE(std::string(archiveFormatName((*archive)->format())), "rootfs"s);
        QCOMPARE(warningKinds((*archive)->warnings()), "Other"s);
        QVERIFY((*archive)->warnings().items()[0].text.contains(file.toStdString()));
        QVERIFY(treeOf(*archive).contains("file /" + file.toStdString() + " "));
    }
}

void TestArchiveErrors::brokenImagesAreNoRootFileSystems()
{
    for (const auto* beside : {"oci-layout", "repositories", "blobs/sha256/x"}) {
        const auto tar = TarBuilder().file("etc/x", "1").file(beside, "[]").file("index.json", "[");
        QCOMPARE(outcome(openArchive(tar.bytes())), "Malformed"s);
    }
    QCOMPARE(outcome(openArchive(TarBuilder().file("x").file("index.json", "[").bytes())),
             "Malformed"s);
}

void TestArchiveErrors::cutInTheMiddleOfALayer_data()
{
    // What stands behind the cut layer is lost; in this order blobs/ ends with the config.
    const auto byName = "archive: LayerDamaged; image: ; L0: LayerMissing LayerMissing; "
                        "L1: LayerDamaged; tree: 3 paths"s;
    const auto blobs = "archive: LayerDamaged; image: LayerMissing; L0: LayerMissing; "
                       "L1: LayerDamaged; tree: 3 paths"s;
    addForms({{ArchiveForm::DockerClassic, byName},
              {ArchiveForm::Docker25, blobs},
              {ArchiveForm::Podman, byName},
              {ArchiveForm::Oci, blobs}});
}

void TestArchiveErrors::cutInTheMiddleOfALayer()
{
    QFETCH(ArchiveForm, form);
    QFETCH(const std::string, expected);
    const auto image = sample();
    ArchiveBuilder builder(form);
    builder.image(image);
    builder.reversed().cutInside(builder.layerFile(image, 1));
    QCOMPARE(told(openArchive(builder)), expected);
}

void TestArchiveErrors::cutBeforeTheManifestSaysSo()
{
    // podman writes manifest.json last, so that a download cut short has none.
    const auto image = sample();
    ArchiveBuilder builder(ArchiveForm::Podman);
    builder.image(image);
    builder.cutInside(builder.layerFile(image, 1));
    const auto archive = openArchive(builder);
    QCOMPARE(outcome(archive), "Truncated"s);
    QVERIFY(archive.error().what.contains("cut off"));
}

void TestArchiveErrors::cutAnywhereNeverCrashes()
{
    QFETCH(ArchiveForm, form);
    const auto whole = ArchiveBuilder(form).image(sample()).bytes();
    for (std::size_t left = 0; left < whole.size(); left += 1499) {
        auto part = whole;
        part.resize(left);
        const auto archive = openArchive(std::move(part));
        if (archive && !(*archive)->images().empty()) {
            load(*archive);
        }
    }
}

void TestArchiveErrors::aMissingLayerIsWarnedAbout()
{
    QFETCH(ArchiveForm, form);
    const auto image = sample();
    ArchiveBuilder builder(form);
    builder.image(image);
    builder.drop(builder.layerFile(image, 1));
    const auto archive = openArchive(builder);
    VERIFY_OK(archive);
    const auto& opened = (*archive)->images()[0];
    QCOMPARE(opened.layers.size(), std::size_t{3});
    QVERIFY(!opened.available);
    QVERIFY(!opened.layers[1].available);
    QVERIFY(opened.layers[2].available);
    QVERIFY(allWarnings(*archive).has(WarningCode::LayerMissing));
    QCOMPARE(treeOf(*archive), "file /base 1 L0\nfile /top 3 L2\n"s);
    QCOMPARE(outcome((*archive)->openLayer(opened, 1)), "Missing"s);
}

void TestArchiveErrors::aMissingConfigIsTold()
{
    QFETCH(ArchiveForm, form);
    const auto image = sample();
    ArchiveBuilder builder(form);
    builder.image(image);
    builder.drop(builder.configFile(image));
    const auto archive = openArchive(builder);
    QCOMPARE(told(archive), "archive: ; image: LayerMissing; tree: 4 paths"s);
    QVERIFY(!(*archive)->images()[0].available);
}

void TestArchiveErrors::aMissingManifestBlobIsToldOfItsImage()
{
    const auto image = sample();
    const auto blob = "blobs/sha256/" + image.manifestDigest().substr(7);
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::Oci).image(image).drop(blob));
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().size(), std::size_t{1});
    const auto& listed = (*archive)->images()[0];
    QVERIFY(listed.error);
    QCOMPARE(errorCodeName(listed.error->code), "Missing"s);
    QCOMPARE(listed.names, image.names());
    QVERIFY(!listed.available);
    QCOMPARE(outcome(loadImage(*archive, 0, {})), "Missing"s);
}

/// index.json and manifest.json together: the manifest blob gone, broken, or without a config
/// (moby#47065 wrote such), with and without a name to match by.
void TestArchiveErrors::anUnusableManifestBlobLeavesManifestJson_data()
{
    QTest::addColumn<bool>("named");
    QTest::addColumn<QByteArray>("blob");
    for (const bool named : {true, false}) {
        const auto add = [named](const char* what, const char* blob) {
            QTest::addRow("%s, %s", what, named ? "named" : "without a name")
                << named << QByteArray(blob);
        };
        add("gone", nullptr);
        add("empty", "");
        add("cut", "{\"schemaVersion\":2,");
        add("no object", "[]");
        add("without a config", R"({"schemaVersion":2,"layers":[]})");
        add("without anything", "{}");
        add("of nulls", R"({"schemaVersion":2,"config":null,"layers":null})");
    }
}

void TestArchiveErrors::anUnusableManifestBlobLeavesManifestJson()
{
    QFETCH(bool, named);
    QFETCH(QByteArray, blob);
    ImageBuilder image;
    image.layer(TarBuilder().file("base", "1")).layer(TarBuilder().file("top", "333"));
    if (named) {
        image.name("example/app:1");
    }
    const auto file = "blobs/sha256/" + image.manifestDigest().substr(7);
    ArchiveBuilder builder(ArchiveForm::Docker25);
    builder.image(image);
    if (blob.isNull()) {
        builder.drop(file);
    } else {
        builder.replace(file, blob.toStdString());
    }
    const auto archive = openArchive(builder);
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().size(), std::size_t{1});
    const auto& opened = (*archive)->images()[0];
    QVERIFY(!opened.error);
    QVERIFY(opened.available);
    QCOMPARE(opened.names, image.names());
    QCOMPARE(opened.id->text(), image.configDigest());
    QCOMPARE(opened.manifestDigest->text(), image.manifestDigest());
    QCOMPARE(opened.layers.size(), std::size_t{2});
    QCOMPARE(warningKinds((*archive)->warnings()), "ManifestsDisagree"s);
    QCOMPARE(treeOf(*archive), "file /base 1 L0\nfile /top 3 L1\n"s);
}

void TestArchiveErrors::oneUnusableManifestAmongSeveralIsMatchedByName()
{
    const auto one = sample();
    ImageBuilder two;
    two.layer(TarBuilder().file("two", "2")).name("example/two:1");
    ImageBuilder three;
    three.layer(TarBuilder().file("three", "3")).name("example/three:1");
    ArchiveBuilder builder(ArchiveForm::Docker25);
    builder.image(one).image(two).image(three);
    builder.drop("blobs/sha256/" + two.manifestDigest().substr(7));
    builder.drop("blobs/sha256/" + three.manifestDigest().substr(7));
    const auto archive = openArchive(builder);
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().size(), std::size_t{3});
    QCOMPARE((*archive)->images()[1].names, two.names());
    QCOMPARE(treeOf(*archive, 1), "file /two 1 L0\n"s);
    QCOMPARE((*archive)->images()[2].names, three.names());
    QCOMPARE(treeOf(*archive, 2), "file /three 1 L0\n"s);
    QCOMPARE(warningKinds((*archive)->warnings()), "ManifestsDisagree ManifestsDisagree"s);
}

void TestArchiveErrors::absentPlatformsAreNotTakenForTheImage()
{
    // What containerd saves when one platform of two was pulled: the other's manifest is absent.
    ImageBuilder here;
    here.layer(TarBuilder().file("here", "1")).platform("linux", "amd64").name("example/multi:1");
    ImageBuilder elsewhere;
    elsewhere.layer(TarBuilder().file("elsewhere", "1"))
        .platform("linux", "arm64")
        .name("example/multi:1");
    ArchiveBuilder builder(ArchiveForm::Oci);
    builder.image(here).image(elsewhere).nest("example/multi:1");
    builder.drop("blobs/sha256/" + elsewhere.manifestDigest().substr(7));
    builder.add({ArchiveMember::Kind::File,
                 "manifest.json",
                 toBytes(R"([{"Config":"blobs/sha256/)" + here.configDigest().substr(7) +
                         R"(","RepoTags":["example/multi:1"],"Layers":["blobs/sha256/)" +
                         here.layerDigest(0).substr(7) + R"("]}])"),
                 {}});
    const auto archive = openArchive(builder);
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().size(), std::size_t{2});
    QVERIFY((*archive)->images()[0].available);
    QCOMPARE((*archive)->images()[0].platform.architecture, "amd64"s);
    QVERIFY(!(*archive)->images()[1].available);
    QCOMPARE((*archive)->images()[1].platform.architecture, "arm64"s);
    QCOMPARE(warningKinds((*archive)->warnings()), ""s);
    QCOMPARE(treeOf(*archive), "file /here 1 L0\n"s);
}

void TestArchiveErrors::aDamagedLayerShowsWhatCameBefore()
{
    const auto whole =
        TarBuilder().file("first", "1").file("second", std::string(5000, 'x')).bytes();
    auto cut = whole;
    cut.resize(1024 + 512 + 100);
    auto gzip = compress(whole, Compression::Gzip);
    gzip.resize(gzip.size() - 12);
    ImageBuilder image;
    image.storedLayer(cut, whole, Compression::None)
        .storedLayer(gzip, whole, Compression::Gzip)
        .layer(TarBuilder().file("top"));
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::Oci).image(image));
    VERIFY_OK(archive);
    const auto opened = load(*archive);
    QVERIFY(opened);
    QVERIFY(opened->layers[0]->damaged());
    QVERIFY(opened->layers[1]->damaged());
    QVERIFY(!opened->layers[2]->damaged());
    QVERIFY(opened->layers[0]->warnings().has(WarningCode::LayerDamaged));
    QVERIFY(treeText(*opened->tree).contains("file /first 1 L"));
    QVERIFY(treeText(*opened->tree).ends_with("file /top 0 L2\n"));
}

void TestArchiveErrors::wrongDigestsDoNotKeepALayerFromOpening()
{
    const auto image = sample();
    for (const auto form : tarForms) {
        ArchiveBuilder builder(form);
        builder.image(image);
        builder.corrupt(builder.layerFile(image, 1));
        const auto archive = openArchive(builder);
        VERIFY_OK(archive);
        QVERIFY(treeOf(*archive).contains("file /app 2 L1\n"));
    }
}

void TestArchiveErrors::aWrongSizeIsWarnedAbout()
{
    auto image = sample();
    auto manifest = image.manifest();
    const auto size = std::to_string(image.layers()[1].stored.size());
    const auto at = manifest.find("\"size\":" + size);
    QVERIFY(at != std::string::npos);
    manifest.replace(at, 7 + size.size(), "\"size\":1" + size);
    image.manifestOverride(manifest);
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::Oci).image(image));
    VERIFY_OK(archive);
    QVERIFY(allWarnings(*archive).has(WarningCode::SizeMismatch));
}

void TestArchiveErrors::linkCyclesAreNoCrash()
{
    const auto image = sample();
    ArchiveBuilder builder(ArchiveForm::Podman);
    builder.image(image);
    const auto layer = builder.layerFile(image, 0);
    builder.drop(layer).add({ArchiveMember::Kind::Symlink, layer, {}, layer});
    const auto archive = openArchive(builder);
    VERIFY_OK(archive);
    QVERIFY(!(*archive)->images()[0].layers[0].available);
    QCOMPARE(treeOf(*archive), "file /app 2 L1\nfile /big 20000 L1\nfile /top 3 L2\n"s);

    ArchiveBuilder manifest(ArchiveForm::DockerClassic);
    manifest.image(image).drop("manifest.json");
    manifest.add({ArchiveMember::Kind::Symlink, "manifest.json", {}, "manifest.json"});
    // As if it were not there: `repositories`, which docker writes beside it, has the same image.
    QCOMPARE(told(openArchive(manifest)), "archive: ; image: ; tree: 4 paths"s);
}

void TestArchiveErrors::namesThatEscapeAreRefused()
{
    const QTemporaryDir dir;
    const std::filesystem::path path = dir.path().toStdString();
    const auto image = sample();
    writeFile(path / "secret", image.layers()[0].stored);
    ArchiveBuilder builder(ArchiveForm::Oci);
    builder.image(image);
    const auto layer = builder.layerFile(image, 0);
    builder.drop(layer).add({ArchiveMember::Kind::Symlink, layer, {}, "../../../secret"});
    builder.writeTo(path / "layout");
    const auto layout = ImageArchive::open(path / "layout", {});
    VERIFY_OK(layout);
    QVERIFY(!(*layout)->images()[0].layers[0].available);
    QVERIFY(!(*layout)->openLayer((*layout)->images()[0], 0));
    const auto tar = openArchive(builder);
    VERIFY_OK(tar);
    QVERIFY(!(*tar)->images()[0].layers[0].available);
}

void TestArchiveErrors::openingCanBeCancelled()
{
    std::stop_source stop;
    stop.request_stop();
    const Job job{stop.get_token(), {}};
    QCOMPARE(outcome(ImageArchive::open(ArchiveBuilder(ArchiveForm::Oci).image(sample()).source(),
                                        "x", job)),
             "Cancelled"s);
}

QTEST_GUILESS_MAIN(TestArchiveErrors)
#include "tst_archive_errors.moc"
