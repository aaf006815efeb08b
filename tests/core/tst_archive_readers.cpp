// SPDX-License-Identifier: Apache-2.0
#include "archive_text.h"
#include "check.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

/// What the readers of the single forms make of parts that are odd.
class TestArchiveReaders : public QObject
{
    Q_OBJECT

private slots:
    void legacyImagesKeepWhatTheyStart();
    void aLegacyImageWithoutDescriptionSaysSo();
    void aWebManifestLeavesTheRootFileSystem();
    void anImagesOwnBrokenManifestStaysAnImage();
    void storedBytesCountOnce();
    void anIndexThatRepeatsTheConfigTypeMakesNoArtifact();
};

void TestArchiveReaders::legacyImagesKeepWhatTheyStart()
{
    TarBuilder tar;
    tar.file("base/json",
             R"({"id":"base","config":{"Cmd":["base"]},"container_config":{"Cmd":["x"]}})")
        .file("base/layer.tar", toText(TarBuilder().file("a").bytes()))
        .file("top/json", R"({"id":"top","parent":"base","os":"linux","config":{"Cmd":["serve"],)"
                          R"("Env":["A=b"],"ExposedPorts":{"80/tcp":{}},"User":"www"}})")
        .file("top/layer.tar", toText(TarBuilder().file("b").bytes()))
        .file("repositories", R"({"app":{"1":"top"}})");
    const auto archive = openArchive(tar.bytes());
    VERIFY_OK(archive);
    const auto& runtime = (*archive)->images().front().config.runtime;
    QCOMPARE(runtime.cmd, std::vector<std::string>{"serve"});
    QCOMPARE(runtime.env, std::vector<std::string>{"A=b"});
    QCOMPARE(runtime.exposedPorts, std::vector<std::string>{"80/tcp"});
    QCOMPARE(runtime.user, "www"s);
    QCOMPARE(treeOf(*archive), "file /a 0 L0\nfile /b 0 L1\n"s);
}

void TestArchiveReaders::aLegacyImageWithoutDescriptionSaysSo()
{
    const auto archive =
        openArchive(TarBuilder().file("repositories", R"({"app":{"1":"top"}})").bytes());
    VERIFY_OK(archive);
    const Image& image = (*archive)->images().front();
    QVERIFY(image.error.has_value());
    QCOMPARE(image.error->message(), "app:1: has no description that can be read"s);
    QVERIFY(!image.available);
    QVERIFY(treeOf(*archive).starts_with("error: "));
}

void TestArchiveReaders::aWebManifestLeavesTheRootFileSystem()
{
    const auto archive = openArchive(TarBuilder()
                                         .file("etc/hosts")
                                         .file("manifest.json", R"([{"src":"a.js"},{"src":"b"}])")
                                         .bytes());
    VERIFY_OK(archive);
    QCOMPARE((*archive)->format(), ArchiveFormat::Rootfs);
    QCOMPARE(treeOf(*archive), "dir /etc implicit L0\n"
                               "file /etc/hosts 0 L0\n"
                               "file /manifest.json 28 L0\n"s);
    QCOMPARE((*archive)->warnings().texts(),
             std::vector<std::string>{
                 "its manifest.json describes no image; it is shown as a root file system"});
}

void TestArchiveReaders::anImagesOwnBrokenManifestStaysAnImage()
{
    // Nothing else is in it, or it names a config: no root file system that happens to hold one.
    for (const auto* item : {R"([{"src":"a.js"}])", R"([{"Config":"gone.json","Layers":[]}])"}) {
        const auto archive = openArchive(TarBuilder().file("manifest.json", item).bytes());
        VERIFY_OK(archive);
        QCOMPARE((*archive)->format(), ArchiveFormat::DockerArchive);
        QVERIFY((*archive)->images().front().error.has_value());
    }
}

void TestArchiveReaders::storedBytesCountOnce()
{
    const Bytes tar = TarBuilder().file("a", std::string(5000, 'a')).bytes();
    ImageBuilder image;
    image.layer(tar, "COPY a /").layer(TarBuilder().file("b")).layer(tar, "COPY a /");
    // By one name, and by links of other names.
    for (const auto form : {ArchiveForm::Oci, ArchiveForm::DockerClassic, ArchiveForm::Docker25}) {
        const auto archive = openArchive(ArchiveBuilder(form).image(image));
        VERIFY_OK(archive);
        const Image& opened = (*archive)->images().front();
        QCOMPARE(opened.layers.size(), std::size_t{3});
        QCOMPARE(opened.layers[2].storedSize, std::uint64_t{tar.size()});
        QVERIFY(opened.layers[2].storedBefore);
        QCOMPARE(opened.storedSize(), std::uint64_t{tar.size() + image.layers()[1].stored.size()});
    }
}

void TestArchiveReaders::anIndexThatRepeatsTheConfigTypeMakesNoArtifact()
{
    ImageBuilder image;
    image.layer(TarBuilder().file("a"));
    ArchiveBuilder builder(ArchiveForm::Oci);
    builder.image(image).replace(
        "index.json",
        R"({"schemaVersion":2,"manifests":[{"mediaType":")" + image.manifestMediaType() +
            R"(","artifactType":"application/vnd.oci.image.config.v1+json","digest":")" +
            image.manifestDigest() + R"(","size":)" + std::to_string(image.manifest().size()) +
            "}]}");
    const auto archive = openArchive(builder);
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().front().kind, ImageKind::Image);
    QCOMPARE((*archive)->images().front().artifactType, ""s);
}

QTEST_GUILESS_MAIN(TestArchiveReaders)
#include "tst_archive_readers.moc"
