// SPDX-License-Identifier: Apache-2.0
#include "archive_text.h"
#include "check.h"
#include "tree_text.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;
using namespace std::string_view_literals;

Q_DECLARE_METATYPE(strata::test::ArchiveForm)
Q_DECLARE_METATYPE(strata::Compression)

namespace {

TarBuilder baseTar()
{
    return TarBuilder().dir("etc").file("etc/os", "base").file("old", "x");
}

TarBuilder topTar()
{
    return TarBuilder().dir("etc").file("etc/app", "application").whiteout("old");
}

/// Three layers, the third the same as the first; one step without a layer.
ImageBuilder sample(Compression compression)
{
    ImageBuilder image;
    image.layer(baseTar(), "ADD base /", compression)
        .step("ENV A=b")
        .layer(topTar(), "RUN build", compression)
        .layer(baseTar(), "COPY again /", compression)
        .name("example/app:1.0");
    return image;
}

const std::string sampleTree = "dir /etc 0755 L2\n"
                               "file /etc/app 11 L1\n"
                               "file /etc/os 4 L2\n"
                               "file /old 1 L2\n";

Compression usualCompression(ArchiveForm form)
{
    switch (form) {
    case ArchiveForm::Containerd:
    case ArchiveForm::Kaniko:
    case ArchiveForm::Oci:
    case ArchiveForm::SkopeoDir:
        return Compression::Gzip;
    default:
        return Compression::None;
    }
}

std::string joined(const std::vector<std::string>& names)
{
    std::string out;
    for (const auto& name : names) {
        out += (out.empty() ? "" : " ") + name;
    }
    return out;
}

void addForms()
{
    QTest::addColumn<ArchiveForm>("form");
    for (const auto form : {ArchiveForm::DockerV1, ArchiveForm::DockerClassic,
                            ArchiveForm::Docker25, ArchiveForm::Containerd, ArchiveForm::Podman,
                            ArchiveForm::Kaniko, ArchiveForm::Nix, ArchiveForm::Oci}) {
        QTest::newRow(std::string(archiveFormName(form)).c_str()) << form;
    }
}

} // namespace

class TestArchiveFormats : public QObject
{
    Q_OBJECT

private slots:
    void everyFormGivesTheSameImage_data() { addForms(); }
    void everyFormGivesTheSameImage();
    void membersMayStandInAnyOrder_data() { addForms(); }
    void membersMayStandInAnyOrder();
    void memberNamesMayStartWithADot_data() { addForms(); }
    void memberNamesMayStartWithADot();
    void theArchiveMayBeCompressed_data();
    void theArchiveMayBeCompressed();
    void repeatedLayersKeepBothPositions_data() { addForms(); }
    void repeatedLayersKeepBothPositions();
    void severalImagesInOneArchive_data() { addForms(); }
    void severalImagesInOneArchive();
    void imagesWithoutANameAreThere_data() { addForms(); }
    void imagesWithoutANameAreThere();
    void layoutDirectory();
    void skopeoDirectory();
    void rootfsTar_data();
    void rootfsTar();
    void layersOfEveryCompression_data();
    void layersOfEveryCompression();
    void nestedIndexWithSeveralPlatforms();
    void dockerMediaTypes();
    void attestationsAndArtifactsAreTold();
    void stepsFollowTheHistory();
    void historyThatDoesNotMatchIsWarnedAbout();
    void chainIdsAndIds();
    void baseImageByAnnotation();
};

void TestArchiveFormats::everyFormGivesTheSameImage()
{
    QFETCH(ArchiveForm, form);
    const auto builder = sample(usualCompression(form));
    const auto archive = openArchive(ArchiveBuilder(form).image(builder));
    VERIFY_OK(archive);
    const bool oci = form == ArchiveForm::Oci;
    QCOMPARE(archiveFormatName((*archive)->format()), oci ? "oci-archive"sv : "docker-archive"sv);
    QCOMPARE((*archive)->images().size(), std::size_t{1});
    const auto& image = (*archive)->images()[0];
    QCOMPARE(joined(image.names), "example/app:1.0"s);
    QCOMPARE(image.platform.text(), "linux/amd64"s);
    QCOMPARE(image.kind, ImageKind::Image);
    QVERIFY(image.available);
    QCOMPARE(image.layers.size(), std::size_t{3});
    for (std::size_t i = 0; i < 3; ++i) {
        QVERIFY(image.layers[i].available);
        QCOMPARE(compressionName(image.layers[i].compression),
                 compressionName(usualCompression(form)));
        QCOMPARE(image.layers[i].storedSize, std::uint64_t{builder.layers()[i].stored.size()});
        if (form != ArchiveForm::DockerV1) {
            QVERIFY(image.layers[i].diffId);
            QCOMPARE(image.layers[i].diffId->text(), builder.diffId(i));
        }
    }
    if (form != ArchiveForm::DockerV1) {
        QVERIFY(image.id);
        QCOMPARE(image.id->text(), builder.configDigest());
        QCOMPARE(image.layers[1].createdBy, "RUN build"s);
    }
    QCOMPARE(warningKinds(image.warnings), ""s);
    QCOMPARE(warningKinds((*archive)->warnings()), ""s);
    QCOMPARE(treeOf(*archive), sampleTree);
}

void TestArchiveFormats::membersMayStandInAnyOrder()
{
    QFETCH(ArchiveForm, form);
    const auto archive =
        openArchive(ArchiveBuilder(form).image(sample(usualCompression(form))).reversed());
    VERIFY_OK(archive);
    QCOMPARE(treeOf(*archive), sampleTree);
}

void TestArchiveFormats::memberNamesMayStartWithADot()
{
    QFETCH(ArchiveForm, form);
    const auto archive =
        openArchive(ArchiveBuilder(form).image(sample(usualCompression(form))).dotSlash());
    VERIFY_OK(archive);
    QCOMPARE(treeOf(*archive), sampleTree);
}

void TestArchiveFormats::theArchiveMayBeCompressed_data()
{
    QTest::addColumn<Compression>("outer");
    for (const auto c : {Compression::Gzip, Compression::Zstd, Compression::Xz, Compression::Bzip2,
                         Compression::Lz4}) {
        QTest::newRow(std::string(compressionName(c)).c_str()) << c;
    }
}

void TestArchiveFormats::theArchiveMayBeCompressed()
{
    QFETCH(Compression, outer);
    for (const auto form : {ArchiveForm::DockerClassic, ArchiveForm::Oci}) {
        const auto archive =
            openArchive(ArchiveBuilder(form).image(sample(Compression::Gzip)).outer(outer));
        VERIFY_OK(archive);
        QCOMPARE(treeOf(*archive), sampleTree);
    }
}

void TestArchiveFormats::repeatedLayersKeepBothPositions()
{
    QFETCH(ArchiveForm, form);
    ImageBuilder image;
    image.layer(baseTar()).layer(baseTar()).name("twice:1");
    const auto archive = openArchive(ArchiveBuilder(form).image(image));
    VERIFY_OK(archive);
    const auto& layers = (*archive)->images()[0].layers;
    QCOMPARE(layers.size(), std::size_t{2});
    const auto& files = (*archive)->files();
    QCOMPARE(files.identity(layers[0].file), files.identity(layers[1].file));
    QVERIFY(treeOf(*archive).starts_with("dir /etc 0755 L1\n"));
}

void TestArchiveFormats::severalImagesInOneArchive()
{
    QFETCH(ArchiveForm, form);
    const auto compression = usualCompression(form);
    ImageBuilder other;
    other.layer(baseTar(), "ADD", compression).name("other:2").name("other:latest");
    const auto archive = openArchive(ArchiveBuilder(form).image(sample(compression)).image(other));
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().size(), std::size_t{2});
    std::string names;
    for (const auto& image : (*archive)->images()) {
        auto sorted = image.names;
        std::ranges::sort(sorted);
        names += joined(sorted) + "\n";
    }
    QVERIFY2(names == "example/app:1.0\nother:2 other:latest\n" ||
                 names == "other:2 other:latest\nexample/app:1.0\n",
             names.c_str());
}

void TestArchiveFormats::imagesWithoutANameAreThere()
{
    QFETCH(ArchiveForm, form);
    ImageBuilder image;
    image.layer(baseTar());
    const auto archive = openArchive(ArchiveBuilder(form).image(image));
    if (form == ArchiveForm::DockerV1) {
        QSKIP("without a manifest an image is known by its name alone");
    }
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().size(), std::size_t{1});
    QVERIFY((*archive)->images()[0].names.empty());
    QVERIFY(!(*archive)->images()[0].displayName().empty());
}

void TestArchiveFormats::layoutDirectory()
{
    const QTemporaryDir dir;
    const std::filesystem::path path = dir.path().toStdString();
    ArchiveBuilder(ArchiveForm::Oci).image(sample(Compression::Zstd)).writeTo(path / "layout");
    const auto archive = ImageArchive::open(path / "layout", {});
    VERIFY_OK(archive);
    QCOMPARE(archiveFormatName((*archive)->format()), "oci-layout"sv);
    QCOMPARE(treeOf(*archive), sampleTree);
}

void TestArchiveFormats::skopeoDirectory()
{
    const QTemporaryDir dir;
    const std::filesystem::path path = dir.path().toStdString();
    const auto builder = sample(Compression::Gzip);
    ArchiveBuilder(ArchiveForm::SkopeoDir).image(builder).writeTo(path / "dir");
    const auto archive = ImageArchive::open(path / "dir", {});
    VERIFY_OK(archive);
    QCOMPARE(archiveFormatName((*archive)->format()), "dir"sv);
    QCOMPARE((*archive)->images().size(), std::size_t{1});
    QCOMPARE((*archive)->images()[0].id->text(), builder.configDigest());
    QCOMPARE((*archive)->images()[0].manifestDigest->text(), builder.manifestDigest());
    QCOMPARE(treeOf(*archive), sampleTree);
}

void TestArchiveFormats::rootfsTar_data()
{
    QTest::addColumn<Compression>("outer");
    for (const auto c :
         {Compression::None, Compression::Gzip, Compression::Zstd, Compression::Xz}) {
        QTest::newRow(std::string(compressionName(c)).c_str()) << c;
    }
}

void TestArchiveFormats::rootfsTar()
{
    QFETCH(Compression, outer);
    ImageBuilder image;
    image.layer(TarBuilder().dir("bin").file("bin/sh", "shell", {.mode = 0755}).dir("etc"));
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::Rootfs).image(image).outer(outer));
    VERIFY_OK(archive);
    QCOMPARE(archiveFormatName((*archive)->format()), "rootfs"sv);
    QCOMPARE((*archive)->images().size(), std::size_t{1});
    QCOMPARE((*archive)->images()[0].layers.size(), std::size_t{1});
    QVERIFY(!(*archive)->images()[0].id);
    QCOMPARE(treeOf(*archive), "dir /bin 0755 L0\nfile /bin/sh 5 0755 L0\ndir /etc 0755 L0\n"s);
}

void TestArchiveFormats::layersOfEveryCompression_data()
{
    theArchiveMayBeCompressed_data();
}

void TestArchiveFormats::layersOfEveryCompression()
{
    QFETCH(Compression, outer);
    for (const auto form : {ArchiveForm::DockerClassic, ArchiveForm::Oci}) {
        const auto archive = openArchive(ArchiveBuilder(form).image(sample(outer)));
        VERIFY_OK(archive);
        QCOMPARE(compressionName((*archive)->images()[0].layers[0].compression),
                 compressionName(outer));
        QCOMPARE(treeOf(*archive), sampleTree);
    }
}

void TestArchiveFormats::nestedIndexWithSeveralPlatforms()
{
    ImageBuilder amd;
    amd.layer(baseTar()).platform("linux", "amd64");
    ImageBuilder arm;
    arm.layer(topTar()).platform("linux", "arm64", "v8");
    for (const auto form : {ArchiveForm::Oci, ArchiveForm::Containerd}) {
        const auto archive =
            openArchive(ArchiveBuilder(form).image(amd).image(arm).nest("example/multi:1"));
        VERIFY_OK(archive);
        const auto& images = (*archive)->images();
        QCOMPARE(images.size(), std::size_t{2});
        QCOMPARE(images[0].platform.text(), "linux/amd64"s);
        QCOMPARE(images[1].platform.text(), "linux/arm64/v8"s);
        QCOMPARE(joined(images[0].names), "example/multi:1"s);
        QCOMPARE(joined(images[1].names), "example/multi:1"s);
    }
}

void TestArchiveFormats::dockerMediaTypes()
{
    auto image = sample(Compression::Gzip);
    image.dockerTypes();
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::Oci).image(image));
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images()[0].mediaType,
             "application/vnd.docker.distribution.manifest.v2+json"s);
    QCOMPARE(treeOf(*archive), sampleTree);
}

void TestArchiveFormats::attestationsAndArtifactsAreTold()
{
    ImageBuilder attestation;
    attestation.layer(toBytes(R"({"predicate":1})"))
        .mediaTypeOfLastLayer("application/vnd.in-toto+json")
        .platform("unknown", "unknown");
    ImageBuilder chart;
    chart.layer(toBytes("chart"))
        .mediaTypeOfLastLayer("application/vnd.cncf.helm.chart.content.v1.tar+gzip")
        .configMediaType("application/vnd.cncf.helm.config.v1+json")
        .configOverride(R"({"name":"chart","version":"1"})");
    ImageBuilder artifact;
    artifact.layer(toBytes("data"))
        .mediaTypeOfLastLayer("text/plain")
        .configMediaType("application/vnd.oci.empty.v1+json")
        .configOverride("{}")
        .artifactType("application/vnd.example");
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::Oci)
                                         .image(sample(Compression::Gzip))
                                         .image(attestation)
                                         .image(chart)
                                         .image(artifact)
                                         .nest());
    VERIFY_OK(archive);
    std::string kinds;
    for (const auto& image : (*archive)->images()) {
        kinds += std::string(imageKindName(image.kind)) + " ";
    }
    QCOMPARE(kinds, "image attestation artifact artifact "s);
    QCOMPARE((*archive)->images()[3].artifactType, "application/vnd.example"s);
    QCOMPARE(outcome(loadImage(*archive, 3, {})), "Unsupported"s);
    QCOMPARE(treeOf(*archive, 0), sampleTree);
}

void TestArchiveFormats::stepsFollowTheHistory()
{
    const auto archive =
        openArchive(ArchiveBuilder(ArchiveForm::DockerClassic).image(sample(Compression::None)));
    VERIFY_OK(archive);
    std::string steps;
    for (const auto& step : (*archive)->images()[0].steps) {
        steps +=
            (step.layer ? "L" + std::to_string(*step.layer) : "--") + " " + step.createdBy + "\n";
    }
    QCOMPARE(steps, "L0 ADD base /\n-- ENV A=b\nL1 RUN build\nL2 COPY again /\n"s);
}

void TestArchiveFormats::historyThatDoesNotMatchIsWarnedAbout()
{
    ImageBuilder image;
    image.layer(baseTar(), "one").layer(topTar(), "two");
    ImageBuilder more = image;
    auto config = image.config();
    const auto second = config.find(R"(,{"created":"2024-05-01T12:00:00Z","created_by":"two"})");
    QVERIFY(second != std::string::npos);
    config.erase(second, config.find(']', second) - second);
    image.configOverride(config);
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::DockerClassic).image(image));
    VERIFY_OK(archive);
    const auto& opened = (*archive)->images()[0];
    QCOMPARE(opened.layers.size(), std::size_t{2});
    QVERIFY(opened.warnings.has(WarningCode::HistoryMismatch));
    const auto bare = more.noHistory();
    const auto without = openArchive(ArchiveBuilder(ArchiveForm::DockerClassic).image(bare));
    VERIFY_OK(without);
    QCOMPARE((*without)->images()[0].layers.size(), std::size_t{2});
    QVERIFY(!(*without)->images()[0].warnings.has(WarningCode::HistoryMismatch));
}

void TestArchiveFormats::chainIdsAndIds()
{
    const auto builder = sample(Compression::Gzip);
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::Oci).image(builder));
    VERIFY_OK(archive);
    const auto& image = (*archive)->images()[0];
    QCOMPARE(image.manifestDigest->text(), builder.manifestDigest());
    QCOMPARE(image.layers[0].digest->text(), builder.layerDigest(0));
    QCOMPARE(image.layers[0].chainId->text(), builder.diffId(0));
    QCOMPARE(image.layers[1].chainId->text(),
             sha256Text(toBytes(builder.diffId(0) + " " + builder.diffId(1))));
}

void TestArchiveFormats::baseImageByAnnotation()
{
    auto image = sample(Compression::Gzip);
    image.annotation("org.opencontainers.image.base.name", "docker.io/library/debian:13");
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::Oci).image(image));
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images()[0].baseName, "docker.io/library/debian:13"s);
}

QTEST_GUILESS_MAIN(TestArchiveFormats)
#include "tst_archive_formats.moc"
