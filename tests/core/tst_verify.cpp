// SPDX-License-Identifier: Apache-2.0
#include "archive_text.h"
#include "check.h"

#include "insight/verify.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

Q_DECLARE_METATYPE(strata::test::ArchiveForm)

namespace {

ImageBuilder twoLayers(Compression compression)
{
    ImageBuilder image;
    image.layer(TarBuilder().file("a", std::string(5000, 'a')), "COPY a /", compression);
    image.layer(TarBuilder().file("b", std::string(5000, 'b')), "COPY b /", compression);
    return image.name("thing:latest");
}

std::string verified(const ArchiveBuilder& builder, const Job& job = {})
{
    const auto archive = ImageArchive::open(builder.source(), "test.tar", Job{});
    if (!archive) {
        return "error: " + outcome(archive);
    }
    const auto checks = verifyImage(**archive, (*archive)->images().front(), job);
    return checks ? checksText(*checks) : "error: " + outcome(checks);
}

ArchiveBuilder archiveOfTwo(ArchiveForm form, Compression compression = Compression::None)
{
    ArchiveBuilder builder(form);
    builder.image(twoLayers(compression));
    return builder;
}

/// The part of a document's or archive's text, in place of which `text` is put.
std::string replaced(std::string whole, std::string_view part, std::string_view text)
{
    const auto at = whole.find(part);
    return at == whole.npos ? "lacks " + std::string(part) : whole.replace(at, part.size(), text);
}

std::string sizeMember(std::size_t size)
{
    return "\"size\":" + std::to_string(size);
}

/// The member of an archive that was built with nest().
ArchiveMember nestedIndex(const ArchiveBuilder& builder)
{
    for (ArchiveMember& member : builder.members()) {
        if (member.name != "index.json" && toText(member.content).contains("\"manifests\":")) {
            return std::move(member);
        }
    }
    return {};
}

std::string textOf(const ArchiveBuilder& builder, std::string_view name)
{
    for (const ArchiveMember& member : builder.members()) {
        if (member.name == name) {
            return toText(member.content);
        }
    }
    return {};
}

/// What is read from one archive.
class CountingSource final : public ByteSource
{
public:
    explicit CountingSource(Bytes bytes)
        : m_bytes(memorySource(std::move(bytes)))
    {
    }
    std::uint64_t size() const override { return m_bytes->size(); }
    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        auto count = m_bytes->readAt(offset, into);
        read += count.value_or(0);
        return count;
    }

    mutable std::uint64_t read = 0;

private:
    SharedSource m_bytes;
};

const std::string allOfOci =
    "manifest verified\nmanifest-size verified\nconfig verified\nconfig-size verified\n"
    "L0 layer-blob verified\nL0 layer-size verified\nL0 diff-id verified\n"
    "L1 layer-blob verified\nL1 layer-size verified\nL1 diff-id verified\n";
const std::string allOfDocker = "config verified\nL0 diff-id verified\nL1 diff-id verified\n";

} // namespace

class TestVerify : public QObject
{
    Q_OBJECT

private slots:
    void rightImages_data();
    void rightImages();
    void aChangedLayerIsAMismatch();
    void aChangedCompressedLayerIsDamagedOrAMismatch();
    void bytesBehindTheTarCount();
    void bytesBehindTheCompressedDataCount();
    void aChangedConfigIsAMismatch();
    void indexesOnTheWayAreChecked();
    void aChangedIndexIsAMismatch();
    void wrongSizesOfDocumentsAreMismatches();
    void documentsOfManyImagesAreReadOnce();
    void diffIdsWithoutLayersAreMissing();
    void anImageThatCannotBeMadeIsDamaged();
    void aConfigThatPromisesNothingIsNotBroken();
    void aWrongSizeIsAMismatch();
    void absentLayersAreMissing();
    void foreignLayersAreMissingWithANote();
    void whatAnArtifactHoldsIsItsOwnAffair();
    void aLayerUsedTwiceIsReadOnce();
    void checksAreToldAsTheyAreKnown();
    void canBeCancelled();
    void expectedAndActualAreGiven();
};

void TestVerify::rightImages_data()
{
    QTest::addColumn<ArchiveForm>("form");
    QTest::addColumn<Compression>("compression");
    QTest::addColumn<std::string>("checks");
    QTest::newRow("OCI") << ArchiveForm::Oci << Compression::None << allOfOci;
    QTest::newRow("OCI, gzip") << ArchiveForm::Oci << Compression::Gzip << allOfOci;
    QTest::newRow("OCI, zstd") << ArchiveForm::Oci << Compression::Zstd << allOfOci;
    QTest::newRow("OCI, xz") << ArchiveForm::Oci << Compression::Xz << allOfOci;
    QTest::newRow("containerd") << ArchiveForm::Containerd << Compression::Gzip << allOfOci;
    QTest::newRow("docker, classic")
        << ArchiveForm::DockerClassic << Compression::None << allOfDocker;
    QTest::newRow("podman") << ArchiveForm::Podman << Compression::None << allOfDocker;
    QTest::newRow("kaniko") << ArchiveForm::Kaniko << Compression::Gzip << allOfDocker;
}

void TestVerify::rightImages()
{
    QFETCH(ArchiveForm, form);
    QFETCH(Compression, compression);
    QFETCH(std::string, checks);
    QCOMPARE(verified(archiveOfTwo(form, compression)), checks);
}

void TestVerify::aChangedLayerIsAMismatch()
{
    const ImageBuilder image = twoLayers(Compression::None);
    ArchiveBuilder oci = archiveOfTwo(ArchiveForm::Oci);
    oci.corrupt(oci.layerFile(image, 1));
    QCOMPARE(verified(oci),
             "manifest verified\nmanifest-size verified\nconfig verified\nconfig-size verified\n"
             "L0 layer-blob verified\nL0 layer-size verified\nL0 diff-id verified\n"
             "L1 layer-blob mismatch\nL1 layer-size verified\nL1 diff-id mismatch\n"s);
    ArchiveBuilder docker = archiveOfTwo(ArchiveForm::DockerClassic);
    docker.corrupt(docker.layerFile(image, 0));
    QCOMPARE(verified(docker), "config verified\nL0 diff-id mismatch\nL1 diff-id verified\n"s);
}

void TestVerify::aChangedCompressedLayerIsDamagedOrAMismatch()
{
    const ImageBuilder image = twoLayers(Compression::Gzip);
    ArchiveBuilder oci = archiveOfTwo(ArchiveForm::Oci, Compression::Gzip);
    oci.corrupt(oci.layerFile(image, 0));
    const std::string checks = verified(oci);
    QVERIFY2(
        checks.contains("L0 layer-blob mismatch\nL0 layer-size verified\nL0 diff-id damaged\n") ||
            checks.contains(
                "L0 layer-blob mismatch\nL0 layer-size verified\nL0 diff-id mismatch\n"),
        checks.c_str());
}

void TestVerify::bytesBehindTheTarCount()
{
    Bytes tar = TarBuilder().file("a").bytes();
    const Bytes longer = concat({tar, toBytes("something behind the end")});
    for (const Compression compression : {Compression::None, Compression::Gzip}) {
        ImageBuilder image;
        image.storedLayer(compress(longer, compression), longer, compression);
        QVERIFY(verified(ArchiveBuilder(ArchiveForm::Oci).image(image))
                    .contains("L0 diff-id verified\n"));
    }
}

void TestVerify::bytesBehindTheCompressedDataCount()
{
    const Bytes tar = TarBuilder().file("a").bytes();
    ImageBuilder image;
    image.storedLayer(concat({compress(tar, Compression::Gzip), Bytes(5000)}), tar,
                      Compression::Gzip);
    const std::string checks = verified(ArchiveBuilder(ArchiveForm::Oci).image(image));
    QVERIFY2(
        checks.ends_with("L0 layer-blob verified\nL0 layer-size verified\nL0 diff-id verified\n"),
        checks.c_str());
}

void TestVerify::aChangedConfigIsAMismatch()
{
    const ImageBuilder image = twoLayers(Compression::None);
    for (const ArchiveForm form :
         {ArchiveForm::Oci, ArchiveForm::DockerClassic, ArchiveForm::Kaniko}) {
        ArchiveBuilder builder = archiveOfTwo(form);
        builder.replace(builder.configFile(image), image.config() + " ");
        const std::string checks = verified(builder);
        QVERIFY2(checks.contains("config mismatch\n"), checks.c_str());
    }
}

void TestVerify::indexesOnTheWayAreChecked()
{
    for (const ArchiveForm form : {ArchiveForm::Oci, ArchiveForm::Docker25}) {
        const auto checks = verified(archiveOfTwo(form).nest("thing:latest"));
        QVERIFY2(checks.starts_with("index verified\nindex-size verified\n"
                                    "manifest verified\nmanifest-size verified\n"
                                    "config verified\nconfig-size verified\n"
                                    "L0 layer-blob verified\n"),
                 checks.c_str());
    }
}

void TestVerify::aChangedIndexIsAMismatch()
{
    ArchiveBuilder builder = archiveOfTwo(ArchiveForm::Oci).nest("thing:latest");
    const ArchiveMember index = nestedIndex(builder);
    builder.replace(index.name, toText(index.content) + " ");
    QCOMPARE(verified(builder), "index mismatch\nindex-size mismatch\n" + allOfOci);
}

void TestVerify::wrongSizesOfDocumentsAreMismatches()
{
    const ImageBuilder image = twoLayers(Compression::None);
    ArchiveBuilder index = archiveOfTwo(ArchiveForm::Oci);
    index.replace("index.json", replaced(textOf(index, "index.json"),
                                         sizeMember(image.manifest().size()), "\"size\":7"));
    QCOMPARE(verified(index),
             replaced(allOfOci, "manifest-size verified", "manifest-size mismatch"));

    ImageBuilder wrong = image;
    wrong.manifestOverride(
        replaced(image.manifest(), sizeMember(image.config().size()), "\"size\":7"));
    QCOMPARE(verified(ArchiveBuilder(ArchiveForm::Oci).image(wrong)),
             replaced(allOfOci, "config-size verified", "config-size mismatch"));

    ArchiveBuilder nested = archiveOfTwo(ArchiveForm::Oci).nest("thing:latest");
    const auto size = nestedIndex(nested).content.size();
    nested.replace("index.json",
                   replaced(textOf(nested, "index.json"), sizeMember(size), "\"size\":7"));
    QCOMPARE(verified(nested), "index verified\nindex-size mismatch\n" + allOfOci);
}

void TestVerify::documentsOfManyImagesAreReadOnce()
{
    constexpr std::size_t padding = 1 << 20;
    ArchiveBuilder builder(ArchiveForm::Oci);
    for (const auto* architecture : {"amd64", "arm64", "ppc64le", "s390x"}) {
        builder.image(ImageBuilder().layer(TarBuilder().file("a")).platform("linux", architecture));
    }
    builder.nest("thing:latest");
    const ArchiveMember index = nestedIndex(builder);
    builder.replace(index.name, toText(index.content) + std::string(padding, ' '));
    const auto source = std::make_shared<CountingSource>(builder.bytes());
    const auto archive = ImageArchive::open(source, "t", Job{});
    VERIFY_OK(archive);
    QCOMPARE((*archive)->images().size(), std::size_t{4});
    source->read = 0;
    ArchiveVerifier verifier(**archive);
    for (const Image& image : (*archive)->images()) {
        const auto checks = verifier.verify(image, Job{});
        VERIFY_OK(checks);
        QVERIFY(checksText(*checks).starts_with(
            "index mismatch\nindex-size mismatch\nmanifest verified"));
    }
    // Once for what it lists, once for its digest.
    QVERIFY(source->read > padding);
    QVERIFY(source->read < 3 * padding);
}

void TestVerify::diffIdsWithoutLayersAreMissing()
{
    const ImageBuilder whole = twoLayers(Compression::None);
    ImageBuilder one;
    one.layer(TarBuilder().file("a", std::string(5000, 'a'))).configOverride(whole.config());
    QCOMPARE(verified(ArchiveBuilder(ArchiveForm::DockerClassic).image(one)),
             "config verified\nL0 diff-id verified\nL1 diff-id missing\nimage damaged\n"s);
    const auto oci = verified(ArchiveBuilder(ArchiveForm::Oci).image(one));
    QVERIFY2(oci.ends_with("L0 diff-id verified\nL1 diff-id missing\nimage damaged\n"),
             oci.c_str());
    QCOMPARE(verified(ArchiveBuilder(ArchiveForm::DockerClassic)
                          .image(ImageBuilder().configOverride(whole.config()))),
             "config verified\nL0 diff-id missing\nL1 diff-id missing\nimage damaged\n"s);
}

void TestVerify::anImageThatCannotBeMadeIsDamaged()
{
    ImageBuilder image;
    image.layer(TarBuilder().file("a"))
        .configOverride(R"({"os":"linux","rootfs":{"type":"layers","diff_ids":["nonsense"]}})");
    for (const ArchiveForm form : {ArchiveForm::Oci, ArchiveForm::DockerClassic}) {
        const auto archive =
            ImageArchive::open(ArchiveBuilder(form).image(image).source(), "t", Job{});
        VERIFY_OK(archive);
        const auto checks = verifyImage(**archive, (*archive)->images().front(), Job{});
        VERIFY_OK(checks);
        QVERIFY2(checksText(*checks).ends_with("image damaged\n"), checksText(*checks).c_str());
        QVERIFY2(checks->back().note.contains("broken diff ID"), checks->back().note.c_str());
    }
}

void TestVerify::aConfigThatPromisesNothingIsNotBroken()
{
    // As ORAS makes them: an image's media types, a layer, and a config of no diff IDs.
    ImageBuilder image;
    image.layer(TarBuilder().file("a")).configOverride(R"({"os":"linux"})");
    const auto archive =
        ImageArchive::open(ArchiveBuilder(ArchiveForm::Oci).image(image).source(), "t", Job{});
    VERIFY_OK(archive);
    const auto checks = verifyImage(**archive, (*archive)->images().front(), Job{});
    VERIFY_OK(checks);
    QVERIFY2(checksText(*checks).ends_with("image nothing\n"), checksText(*checks).c_str());
}

void TestVerify::aWrongSizeIsAMismatch()
{
    ImageBuilder image = twoLayers(Compression::None);
    std::string manifest = image.manifest();
    const std::string size = "\"size\":" + std::to_string(image.layers()[0].stored.size());
    const std::size_t at = manifest.find(size);
    QVERIFY2(at != manifest.npos, manifest.c_str());
    image.manifestOverride(manifest.replace(at, size.size(), "\"size\":7"));
    const std::string checks = verified(ArchiveBuilder(ArchiveForm::Oci).image(image));
    QVERIFY2(
        checks.contains("L0 layer-blob verified\nL0 layer-size mismatch\nL0 diff-id verified\n"),
        checks.c_str());
}

void TestVerify::absentLayersAreMissing()
{
    const ImageBuilder image = twoLayers(Compression::None);
    ArchiveBuilder builder = archiveOfTwo(ArchiveForm::Oci);
    builder.drop(builder.layerFile(image, 0));
    QCOMPARE(verified(builder),
             "manifest verified\nmanifest-size verified\nconfig verified\nconfig-size verified\n"
             "L0 layer-blob missing\nL0 diff-id missing\n"
             "L1 layer-blob verified\nL1 layer-size verified\nL1 diff-id verified\n"s);
}

void TestVerify::foreignLayersAreMissingWithANote()
{
    ImageBuilder image;
    image.foreignLayer(TarBuilder().file("a").bytes()).layer(TarBuilder().file("b"));
    const auto archive =
        ImageArchive::open(ArchiveBuilder(ArchiveForm::Oci).image(image).source(), "t", Job{});
    VERIFY_OK(archive);
    const auto checks = verifyImage(**archive, (*archive)->images().front(), Job{});
    VERIFY_OK(checks);
    QVERIFY2(checksText(*checks).contains(
                 "L0 layer-blob missing\nL0 diff-id missing\nL1 layer-blob verified\n"),
             checksText(*checks).c_str());
    QVERIFY((*checks)[4].note.contains("foreign"));
}

void TestVerify::whatAnArtifactHoldsIsItsOwnAffair()
{
    Bytes brokenGzip = compress(noise(5000), Compression::Gzip);
    brokenGzip.resize(3000);
    ImageBuilder artifact;
    artifact.layer(toBytes("no tar"))
        .mediaTypeOfLastLayer("application/octet-stream")
        .storedLayer(brokenGzip, brokenGzip, Compression::None)
        .mediaTypeOfLastLayer("application/octet-stream")
        .artifactType("application/vnd.example.thing")
        .configMediaType("application/vnd.oci.empty.v1+json")
        .configOverride("{}");
    QCOMPARE(verified(ArchiveBuilder(ArchiveForm::Oci).image(artifact)),
             "manifest verified\nmanifest-size verified\nconfig verified\nconfig-size verified\n"
             "L0 layer-blob verified\nL0 layer-size verified\n"
             "L1 layer-blob verified\nL1 layer-size verified\n"s);
}

void TestVerify::aLayerUsedTwiceIsReadOnce()
{
    const Bytes tar = TarBuilder().file("a", std::string(100'000, 'a')).bytes();
    ImageBuilder image;
    image.layer(tar).layer(tar);
    Progress last;
    Job job;
    job.progress = [&last](const Progress& progress) { last = progress; };
    const std::string checks = verified(ArchiveBuilder(ArchiveForm::Oci).image(image), job);
    QVERIFY2(
        checks.contains("L1 layer-blob verified\nL1 layer-size verified\nL1 diff-id verified\n"),
        checks.c_str());
    QCOMPARE(last.total, std::uint64_t{tar.size()});
    QCOMPARE(last.done, last.total);
}

void TestVerify::checksAreToldAsTheyAreKnown()
{
    const auto archive = ImageArchive::open(archiveOfTwo(ArchiveForm::Oci).source(), "t", Job{});
    VERIFY_OK(archive);
    std::vector<Check> told;
    const auto checks = verifyImage(**archive, (*archive)->images().front(), Job{},
                                    [&told](const Check& check) { told.push_back(check); });
    VERIFY_OK(checks);
    QCOMPARE(checksText(told), checksText(*checks));
}

void TestVerify::canBeCancelled()
{
    std::stop_source stop;
    Job job;
    job.stop = stop.get_token();
    stop.request_stop();
    QCOMPARE(verified(archiveOfTwo(ArchiveForm::Oci), job), "error: Cancelled"s);

    // In the middle of a layer: four megabytes are several polls.
    std::stop_source later;
    ImageBuilder image;
    image.layer(TarBuilder().file("a", toText(noise(4 << 20))));
    const auto archive =
        ImageArchive::open(ArchiveBuilder(ArchiveForm::Oci).image(image).source(), "t", Job{});
    VERIFY_OK(archive);
    Progress last;
    job.stop = later.get_token();
    job.progress = [&](const Progress& progress) {
        last = progress;
        later.request_stop();
    };
    QCOMPARE(outcome(verifyImage(**archive, (*archive)->images().front(), job)), "Cancelled"s);
    QVERIFY(last.done <= (1 << 20));
}

void TestVerify::expectedAndActualAreGiven()
{
    const ImageBuilder image = twoLayers(Compression::None);
    ArchiveBuilder builder = archiveOfTwo(ArchiveForm::Oci);
    builder.replace(builder.layerFile(image, 0), "short");
    const auto archive = ImageArchive::open(builder.source(), "t", Job{});
    VERIFY_OK(archive);
    const auto checks = verifyImage(**archive, (*archive)->images().front(), Job{});
    VERIFY_OK(checks);
    const Check& blob = (*checks)[4];
    QCOMPARE(blob.expected, image.layerDigest(0));
    QCOMPARE(blob.actual, sha256Text(toBytes("short")));
    QCOMPARE((*checks)[5].expected, std::to_string(image.layers()[0].stored.size()));
    QCOMPARE((*checks)[5].actual, "5"s);
}

QTEST_APPLESS_MAIN(TestVerify)
#include "tst_verify.moc"
