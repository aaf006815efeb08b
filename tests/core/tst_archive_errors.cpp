// SPDX-License-Identifier: Apache-2.0
#include "archive_text.h"
#include "check.h"
#include "hole_source.h"
#include "tree_text.h"

#include <QElapsedTimer>

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
    void cutInTheMiddleOfALayer_data() { addForms(); }
    void cutInTheMiddleOfALayer();
    void cutBeforeTheManifestSaysSo();
    void cutAnywhereNeverCrashes_data() { addForms(); }
    void cutAnywhereNeverCrashes();
    void aMissingLayerIsWarnedAbout_data() { addForms(); }
    void aMissingLayerIsWarnedAbout();
    void aMissingConfigIsNoCrash_data() { addForms(); }
    void aMissingConfigIsNoCrash();
    void aMissingManifestBlobIsNoCrash();
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

void TestArchiveErrors::cutInTheMiddleOfALayer()
{
    QFETCH(ArchiveForm, form);
    const auto image = sample();
    ArchiveBuilder builder(form);
    builder.image(image);
    builder.reversed().cutInside(builder.layerFile(image, 1));
    const auto archive = openArchive(builder);
    if (!archive) {
        QVERIFY(outcome(archive) == "Truncated" || outcome(archive) == "NotAnImage" ||
                outcome(archive) == "Malformed" || outcome(archive) == "Missing");
        return;
    }
    QVERIFY(!(*archive)->files().warnings().empty() || !allWarnings(*archive).empty());
    QVERIFY(load(*archive) != nullptr || (*archive)->images().empty());
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

void TestArchiveErrors::aMissingConfigIsNoCrash()
{
    QFETCH(ArchiveForm, form);
    const auto image = sample();
    ArchiveBuilder builder(form);
    builder.image(image);
    builder.drop(builder.configFile(image));
    const auto archive = openArchive(builder);
    if (archive && !(*archive)->images().empty()) {
        QVERIFY(!allWarnings(*archive).empty());
        QVERIFY(!(*archive)->images()[0].available);
    }
}

void TestArchiveErrors::aMissingManifestBlobIsNoCrash()
{
    const auto image = sample();
    const auto blob = "blobs/sha256/" + image.manifestDigest().substr(7);
    const auto oci = openArchive(ArchiveBuilder(ArchiveForm::Oci).image(image).drop(blob));
    QVERIFY(!oci || !(*oci)->warnings().empty() || !(*oci)->images()[0].available);
    const auto both = openArchive(ArchiveBuilder(ArchiveForm::Docker25).image(image).drop(blob));
    VERIFY_OK(both);
    const auto complete = std::ranges::find_if((*both)->images(), &Image::available);
    QVERIFY(complete != (*both)->images().end());
    QCOMPARE(complete->layers.size(), std::size_t{3});
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
    static_cast<void>(openArchive(manifest));
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
