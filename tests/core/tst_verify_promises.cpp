// SPDX-License-Identifier: Apache-2.0
#include "archive_text.h"
#include "check.h"

#include "insight/verify.h"

#include <QTemporaryDir>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

ImageBuilder sample()
{
    ImageBuilder image;
    image.layer(TarBuilder().file("a", std::string(5000, 'a')), "COPY a /", Compression::Gzip);
    return image.name("thing:latest");
}

std::string verified(const Result<std::shared_ptr<const ImageArchive>>& archive,
                     std::size_t image = 0)
{
    if (!archive) {
        return "error: " + outcome(archive);
    }
    const auto checks = verifyImage(**archive, (*archive)->images().at(image), {});
    return checks ? checksText(*checks) : "error: " + outcome(checks);
}

/// Asks for a stop some reads after it was armed.
class ArmedSource final : public ByteSource
{
public:
    explicit ArmedSource(Bytes bytes)
        : m_bytes(memorySource(std::move(bytes)))
    {
    }
    std::uint64_t size() const override { return m_bytes->size(); }
    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        if (left == 1) {
            stop.request_stop();
        }
        if (left > 0) {
            --left;
        } else if (stop.stop_requested()) {
            ++readsAfter;
        }
        return m_bytes->readAt(offset, into);
    }

    mutable std::size_t left = 0;
    mutable std::size_t readsAfter = 0;
    mutable std::stop_source stop;

private:
    SharedSource m_bytes;
};

const std::string wholeLayer =
    "L0 layer-blob verified\nL0 layer-size verified\nL0 diff-id verified\n";

} // namespace

/// What is promised by whom, and what images of one archive share.
class TestVerifyPromises : public QObject
{
    Q_OBJECT

private slots:
    void theManifestOfASkopeoDirIsNamedByNothing();
    void theManifestsOfASkopeoListAreNamedByIt();
    void aDockerConfigThatIsAbsentIsMissing();
    void layersOfManyImagesAreReadOnce();
    void aStopIsObeyedInsideABlob();
};

void TestVerifyPromises::theManifestOfASkopeoDirIsNamedByNothing()
{
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.path().toStdString();
    ArchiveBuilder builder(ArchiveForm::SkopeoDir);
    builder.image(sample());
    builder.writeTo(path / "whole");
    const std::string checks = "manifest nothing\nconfig verified\nconfig-size verified\n";
    QCOMPARE(verified(ImageArchive::open(path / "whole", {})), checks + wholeLayer);
    // Its digest is of no use either when its bytes are others than they were.
    builder.replace("manifest.json", sample().manifest() + " ");
    builder.writeTo(path / "changed");
    QCOMPARE(verified(ImageArchive::open(path / "changed", {})), checks + wholeLayer);
}

void TestVerifyPromises::theManifestsOfASkopeoListAreNamedByIt()
{
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.path().toStdString();
    const ImageBuilder image = sample();
    const auto manifest = image.manifest();
    ArchiveBuilder builder(ArchiveForm::SkopeoDir);
    builder.image(image).replace(
        "manifest.json",
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[)"
        R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":")" +
            image.manifestDigest() + R"(","size":)" + std::to_string(manifest.size()) + "}]}");
    const auto file = image.manifestDigest().substr(7) + ".manifest.json";
    builder.writeTo(path / "absent");
    QCOMPARE(verified(ImageArchive::open(path / "absent", {})),
             "manifest missing\nimage missing\n"s);
    builder.add({ArchiveMember::Kind::File, file, toBytes(manifest), {}});
    builder.writeTo(path / "whole");
    QCOMPARE(verified(ImageArchive::open(path / "whole", {})),
             "manifest verified\nmanifest-size verified\nconfig verified\nconfig-size verified\n" +
                 wholeLayer);
    builder.add({ArchiveMember::Kind::File, file, toBytes(manifest + " "), {}});
    builder.writeTo(path / "changed");
    QVERIFY(verified(ImageArchive::open(path / "changed", {}))
                .starts_with("manifest mismatch\nmanifest-size mismatch\n"));
}

void TestVerifyPromises::aDockerConfigThatIsAbsentIsMissing()
{
    ArchiveBuilder builder(ArchiveForm::DockerClassic);
    const ImageBuilder image = sample();
    builder.image(image).drop(builder.configFile(image));
    const auto archive = ImageArchive::open(builder.source(), "t", {});
    VERIFY_OK(archive);
    const auto checks = verifyImage(**archive, (*archive)->images().front(), {});
    VERIFY_OK(checks);
    QVERIFY2(checksText(*checks).starts_with("config missing\n"), checksText(*checks).c_str());
    QCOMPARE(checks->front().expected, image.configDigest());
}

void TestVerifyPromises::layersOfManyImagesAreReadOnce()
{
    ImageBuilder first = sample();
    ImageBuilder second;
    second.layer(TarBuilder().file("a", std::string(5000, 'a')), "COPY a /", Compression::Gzip)
        .layer(TarBuilder().file("b"))
        .name("other:latest");
    QCOMPARE(first.layerDigest(0), second.layerDigest(0));
    const auto opened = ImageArchive::open(
        ArchiveBuilder(ArchiveForm::Oci).image(first).image(second).source(), "t", {});
    VERIFY_OK(opened);
    ArchiveVerifier verifier(**opened);
    VERIFY_OK(verifier.verify((*opened)->images()[0], {}));
    Progress last;
    Job job;
    job.progress = [&last](const Progress& progress) { last = progress; };
    const auto checks = verifier.verify((*opened)->images()[1], job);
    VERIFY_OK(checks);
    QVERIFY2(checksText(*checks).contains(wholeLayer), checksText(*checks).c_str());
    QCOMPARE(last.total, std::uint64_t{second.layers()[1].stored.size()});
    QCOMPARE(last.done, last.total);
}

void TestVerifyPromises::aStopIsObeyedInsideABlob()
{
    // Megabytes of empty members: all of them are one read that gives nothing.
    const Bytes tar = TarBuilder().file("a").bytes();
    const Bytes empty = compress({}, Compression::Gzip);
    Bytes stored = compress(tar, Compression::Gzip);
    while (stored.size() < (8U << 20U)) {
        stored.insert(stored.end(), empty.begin(), empty.end());
    }
    ImageBuilder image;
    image.storedLayer(std::move(stored), tar, Compression::Gzip);
    const auto source =
        std::make_shared<ArmedSource>(ArchiveBuilder(ArchiveForm::Oci).image(image).bytes());
    const auto archive = ImageArchive::open(source, "t", {});
    VERIFY_OK(archive);
    source->left = 8;
    const Job job{.stop = source->stop.get_token(), .progress = {}};
    QCOMPARE(outcome(verifyImage(**archive, (*archive)->images().front(), job)), "Cancelled"s);
    QVERIFY2(source->readsAfter <= 1, qPrintable(QString::number(source->readsAfter)));
}

QTEST_GUILESS_MAIN(TestVerifyPromises)
#include "tst_verify_promises.moc"
