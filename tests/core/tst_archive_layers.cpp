// SPDX-License-Identifier: Apache-2.0
// Layers as archives hold them: mislabelled, empty, absent, linked, given twice, or none at all.
#include "archive_text.h"
#include "check.h"
#include "tree_text.h"

#include "insight/verify.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

TarBuilder baseTar()
{
    return TarBuilder().dir("etc").file("etc/os", "base").file("old", "x");
}

TarBuilder topTar()
{
    return TarBuilder().dir("etc").file("etc/app", "application").whiteout("old");
}

} // namespace

class TestArchiveLayers : public QObject
{
    Q_OBJECT

private slots:
    void mediaTypesAreNotTrusted();
    void aZeroByteBlobIsAnEmptyLayer();
    void foreignLayersAreNoDamage();
    void bazelStubsAndRepetitions();
    void hardlinkedLayersInsideTheArchive();
    void imageWithoutLayers();
};

void TestArchiveLayers::mediaTypesAreNotTrusted()
{
    ImageBuilder image;
    image.layer(baseTar(), "zstd called gzip", Compression::Zstd)
        .mediaTypeOfLastLayer("application/vnd.oci.image.layer.v1.tar+gzip")
        .layer(topTar(), "gzip called tar", Compression::Gzip)
        .mediaTypeOfLastLayer("application/vnd.oci.image.layer.v1.tar");
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::Oci).image(image));
    VERIFY_OK(archive);
    QVERIFY(treeOf(*archive).contains("file /etc/app 11 L1\n"));
}

void TestArchiveLayers::aZeroByteBlobIsAnEmptyLayer()
{
    ImageBuilder image;
    image.layer(baseTar()).layer(Bytes{}).layer(Bytes(1024));
    const auto archive = openArchive(ArchiveBuilder(ArchiveForm::Oci).image(image));
    VERIFY_OK(archive);
    QVERIFY((*archive)->images()[0].available);
    QCOMPARE((*archive)->images()[0].layers[2].diffId->text(),
             "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"s);
    QCOMPARE(treeOf(*archive), "dir /etc 0755 L0\nfile /etc/os 4 L0\nfile /old 1 L0\n"s);
}

void TestArchiveLayers::foreignLayersAreNoDamage()
{
    ImageBuilder image;
    image.foreignLayer(baseTar().bytes(), "base of another shop").layer(topTar(), "RUN");
    for (const auto form : {ArchiveForm::Oci, ArchiveForm::Docker25, ArchiveForm::DockerClassic}) {
        const auto archive = openArchive(ArchiveBuilder(form).image(image));
        VERIFY_OK(archive);
        const auto& opened = (*archive)->images()[0];
        QCOMPARE(opened.layers.size(), std::size_t{2});
        QVERIFY(opened.layers[0].foreign);
        QVERIFY(!opened.layers[0].available);
        QVERIFY(opened.available);
        QCOMPARE(warningKinds(allWarnings(*archive)), "LayerForeign"s);
        QCOMPARE(treeOf(*archive), "dir /etc 0755 L1\nfile /etc/app 11 L1\n"s);
    }
}

void TestArchiveLayers::bazelStubsAndRepetitions()
{
    // Bazel's rules list no parents, name a layer twice, and put an empty file where a foreign
    // layer would be.
    const Bytes foreign = TarBuilder().file("Files/foreign").bytes();
    ImageBuilder image;
    image.layer(TarBuilder().file("app/bin/run", "run"))
        .layer(foreign)
        .layer(TarBuilder().file("app/bin/run", "run"))
        .noHistory()
        .name("bazel/app:image");
    ArchiveBuilder builder(ArchiveForm::DockerClassic);
    builder.image(image);
    builder.replace(builder.layerFile(image, 1), "");
    const auto archive = openArchive(builder);
    VERIFY_OK(archive);
    const Image& opened = (*archive)->images().front();
    QVERIFY(opened.available);
    QCOMPARE(opened.layers.size(), std::size_t{3});
    QCOMPARE(treeOf(*archive), "dir /app implicit L0\n"
                               "dir /app/bin implicit L0\n"
                               "file /app/bin/run 3 L2\n"s);
    // The stub is not the layer that its diff ID names.
    const auto checks = verifyImage(**archive, opened, {});
    VERIFY_OK(checks);
    std::string wrong;
    for (const Check& check : *checks) {
        if (check.result == CheckResult::Mismatch) {
            wrong += std::string(checkName(check.what)) + " " +
                     std::to_string(check.layer.value_or(99)) + "\n";
        }
    }
    QCOMPARE(wrong, "diff-id 1\n"s);
}

void TestArchiveLayers::hardlinkedLayersInsideTheArchive()
{
    ImageBuilder builder;
    builder.layer(baseTar()).layer(topTar());
    ArchiveBuilder archiveBuilder(ArchiveForm::Podman);
    archiveBuilder.image(builder);
    const auto first = archiveBuilder.layerFile(builder, 0);
    archiveBuilder.drop(first)
        .add({ArchiveMember::Kind::File, "somewhere.tar", builder.layers()[0].stored, {}})
        .add({ArchiveMember::Kind::Hardlink, first, {}, "/somewhere.tar"});
    const auto archive = openArchive(archiveBuilder);
    VERIFY_OK(archive);
    QCOMPARE(treeOf(*archive), "dir /etc 0755 L1\nfile /etc/app 11 L1\nfile /etc/os 4 L0\n"s);
}

void TestArchiveLayers::imageWithoutLayers()
{
    for (const auto form : {ArchiveForm::Oci, ArchiveForm::DockerClassic, ArchiveForm::Docker25}) {
        const auto archive =
            openArchive(ArchiveBuilder(form).image(ImageBuilder().name("scratch:1")));
        VERIFY_OK(archive);
        QCOMPARE((*archive)->images().size(), std::size_t{1});
        QVERIFY((*archive)->images()[0].layers.empty());
        QCOMPARE(treeOf(*archive), ""s);
    }
}

QTEST_GUILESS_MAIN(TestArchiveLayers)
#include "tst_archive_layers.moc"
