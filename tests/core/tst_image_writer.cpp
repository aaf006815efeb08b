// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"
#include "check.h"
#include "child.h"
#include "hole_source.h"
#include "tar_builder.h"

#include "export/image_writer.h"
#include "image/image_archive.h"

#include <QTemporaryDir>

#include <algorithm>
#include <functional>
#include <memory>
#include <stop_token>

#include <sys/resource.h>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

Q_DECLARE_METATYPE(strata::WriteFormat)
Q_DECLARE_METATYPE(strata::LayerCompression)

namespace {

namespace fs = std::filesystem;

Bytes simpleTar(const std::string& content)
{
    return TarBuilder().dir("etc").file("etc/a", content).bytes();
}

Bytes bytesOf(const SharedSource& source)
{
    return readAll(*source, source->size()).value();
}

/// Gives an error at its end.
class BrokenSource final : public ByteSource
{
public:
    std::uint64_t size() const override { return 1 << 20; }
    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        if (offset > size() / 2) {
            return fail(ErrorCode::Changed, "the file was cut");
        }
        return std::min<std::size_t>(into.size(), 4096);
    }
};

/// Tells of each read.
class ToldSource final : public ByteSource
{
public:
    ToldSource(SharedSource source, std::function<void()> each)
        : m_source(std::move(source))
        , m_each(std::move(each))
    {
    }
    std::uint64_t size() const override { return m_source->size(); }
    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        m_each();
        return m_source->readAt(offset, into);
    }

private:
    SharedSource m_source;
    std::function<void()> m_each;
};

ImageToWrite simpleImage()
{
    ImageToWrite image;
    for (const char* content : {"one", "two", "one"}) {
        image.layerTars.push_back(sourceOf(simpleTar(content)));
    }
    image.name = "docker.io/library/thing:1.0";
    image.annotations = {{"org.opencontainers.image.base.name", "debian:13"}};
    image.config.platform = {
        .os = "linux", .architecture = "arm", .variant = "v7", .osVersion = {}};
    image.config.created = "2026-01-02T03:04:05Z";
    image.config.author = "somebody";
    for (const char* by : {"COPY a /", "RUN b", "COPY a /", "CMD [\"x\"]"}) {
        HistoryItem item;
        item.created = "2026-01-02T03:04:05Z";
        item.createdBy = by;
        item.emptyLayer = by[1] == 'M';
        image.config.history.push_back(item);
    }
    RuntimeConfig& runtime = image.config.runtime;
    runtime.env = {"A=b"};
    runtime.cmd = {"x", "y z"};
    runtime.entrypoint = {"/entry"};
    runtime.shell = {"/bin/bash", "-c"};
    runtime.exposedPorts = {"80/tcp"};
    runtime.volumes = {"/data"};
    runtime.labels = {{"k", "v"}};
    runtime.user = "33";
    runtime.workingDir = "/srv";
    runtime.stopSignal = "SIGQUIT";
    return image;
}

Bytes contentOfFile(const fs::path& path)
{
    return fs::exists(path) ? readFile(path) : Bytes{};
}

} // namespace

class TestImageWriter : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void comesBackAsItWas_data();
    void comesBackAsItWas();
    void theSameImageGivesTheSameBytes();
    void gzipHeadersHoldNoTimeOfDay();
    void layersPassThroughPieceByPiece();
    void progressIsInBytesOfLayersTwice_data();
    void progressIsInBytesOfLayersTwice();
    void canBeStoppedAnywhereAndLeavesNothing_data();
    void canBeStoppedAnywhereAndLeavesNothing();
    void aLayerThatCannotBeReadLeavesNothing();
    void aFullDiskIsSaidAndLeavesNothing_data();
    void aFullDiskIsSaidAndLeavesNothing();
    void equalLayersAreStoredOnce();
    void blobsAreNamedByTheirDigest();
    void dockerArchivesAreTagged_data();
    void dockerArchivesAreTagged();
    void anImageMayHaveNoLayers();
    void aFileIsReplacedWhole();
    void aDirectoryThatExistsIsRefused();
    void nothingRemainsOfAFailure();

private:
    fs::path path(const char* name) const
    {
        return fs::path(m_folder->path().toStdString()) / name;
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestImageWriter::comesBackAsItWas_data()
{
    QTest::addColumn<WriteFormat>("format");
    QTest::addColumn<LayerCompression>("compression");
    QTest::newRow("OCI archive") << WriteFormat::OciArchive << LayerCompression::None;
    QTest::newRow("OCI archive, gzip") << WriteFormat::OciArchive << LayerCompression::Gzip;
    QTest::newRow("OCI archive, zstd") << WriteFormat::OciArchive << LayerCompression::Zstd;
    QTest::newRow("OCI layout") << WriteFormat::OciLayout << LayerCompression::None;
    QTest::newRow("OCI layout, gzip") << WriteFormat::OciLayout << LayerCompression::Gzip;
    QTest::newRow("docker archive") << WriteFormat::DockerArchive << LayerCompression::None;
}

void TestImageWriter::comesBackAsItWas()
{
    QFETCH(WriteFormat, format);
    QFETCH(LayerCompression, compression);
    const ImageToWrite image = simpleImage();
    VERIFY_OK(writeImage(image, path("out"), format, compression, Job{}));

    const auto archive = ImageArchive::open(path("out"), Job{});
    VERIFY_OK(archive);
    QCOMPARE((*archive)->warnings().texts().size(), std::size_t{0});
    QCOMPARE((*archive)->images().size(), std::size_t{1});
    const Image& read = (*archive)->images().front();
    QCOMPARE(read.names, std::vector<std::string>{image.name});
    QCOMPARE(read.platform.text(), "linux/arm/v7"s);
    QVERIFY(read.available);
    QCOMPARE(read.warnings.texts().size(), std::size_t{0});
    const RuntimeConfig& runtime = read.config.runtime;
    QCOMPARE(runtime.env, image.config.runtime.env);
    QCOMPARE(runtime.cmd, image.config.runtime.cmd);
    QCOMPARE(runtime.entrypoint, image.config.runtime.entrypoint);
    QCOMPARE(runtime.shell, image.config.runtime.shell);
    QCOMPARE(runtime.exposedPorts, image.config.runtime.exposedPorts);
    QCOMPARE(runtime.volumes, image.config.runtime.volumes);
    QVERIFY(runtime.labels == image.config.runtime.labels);
    QCOMPARE(runtime.user, "33"s);
    QCOMPARE(runtime.workingDir, "/srv"s);
    QCOMPARE(runtime.stopSignal, "SIGQUIT"s);
    QCOMPARE(read.config.history.size(), std::size_t{4});
    QVERIFY(read.config.history[3].emptyLayer);
    QCOMPARE(*read.config.created, *image.config.created);
    QCOMPARE(read.config.author, "somebody"s);
    if (format != WriteFormat::DockerArchive) {
        QCOMPARE(read.baseName, "debian:13"s);
    }

    QCOMPARE(read.layers.size(), std::size_t{3});
    for (LayerNo n = 0; n < 3; ++n) {
        QCOMPARE(read.layers[n].diffId->text(), sha256Text(bytesOf(image.layerTars[n])));
        const auto stored = (*archive)->openLayer(read, n);
        VERIFY_OK(stored);
        const auto stream = openStream(*stored);
        VERIFY_OK(stream);
        QCOMPARE(drain(**stream), toText(bytesOf(image.layerTars[n])));
    }
}

void TestImageWriter::theSameImageGivesTheSameBytes()
{
    for (const LayerCompression compression : {LayerCompression::Gzip, LayerCompression::Zstd}) {
        for (const char* name : {"a", "b"}) {
            VERIFY_OK(
                writeImage(simpleImage(), path(name), WriteFormat::OciArchive, compression, Job{}));
        }
        QVERIFY(readFile(path("a")) == readFile(path("b")));
    }
}

void TestImageWriter::gzipHeadersHoldNoTimeOfDay()
{
    VERIFY_OK(writeImage(simpleImage(), path("out"), WriteFormat::OciLayout, LayerCompression::Gzip,
                         Job{}));
    int found = 0;
    for (const auto& file : fs::directory_iterator(path("out") / "blobs" / "sha256")) {
        const std::string bytes = toText(readFile(file.path()));
        if (bytes.starts_with("\x1f\x8b")) {
            ++found;
            QCOMPARE(bytes.substr(4, 4), std::string(4, '\0')); // RFC 1952, MTIME
        }
    }
    QCOMPARE(found, 2);
}

void TestImageWriter::layersPassThroughPieceByPiece()
{
    constexpr std::uint64_t size = 512ULL << 20;
    ImageToWrite image;
    image.layerTars = {std::make_shared<HoleSource>(size)};
    const std::string told = inChild([&] {
        const auto peak = [] {
            rusage usage{};
            getrusage(RUSAGE_SELF, &usage);
            return usage.ru_maxrss; // KiB
        };
        const long before = peak();
        const Status status =
            writeImage(image, path("out"), WriteFormat::OciArchive, LayerCompression::Zstd, Job{});
        const bool small = peak() - before < 128L << 10;
        return outcome(status) + (small ? "" : ", with much memory");
    });
    QCOMPARE(told, "ok"s);
}

void TestImageWriter::progressIsInBytesOfLayersTwice_data()
{
    comesBackAsItWas_data();
}

void TestImageWriter::progressIsInBytesOfLayersTwice()
{
    QFETCH(WriteFormat, format);
    QFETCH(LayerCompression, compression);
    const ImageToWrite image = simpleImage();
    std::uint64_t total = 0;
    for (const SharedSource& tar : image.layerTars) {
        total += 2 * tar->size();
    }
    Progress last;
    bool forwards = true;
    Job job;
    job.progress = [&](const Progress& progress) {
        forwards = forwards && progress.done >= last.done;
        last = progress;
    };
    VERIFY_OK(writeImage(image, path("out"), format, compression, job));
    QVERIFY(forwards);
    QCOMPARE(last.total, total);
    QCOMPARE(last.done, total);
}

void TestImageWriter::canBeStoppedAnywhereAndLeavesNothing_data()
{
    comesBackAsItWas_data();
}

void TestImageWriter::canBeStoppedAnywhereAndLeavesNothing()
{
    QFETCH(WriteFormat, format);
    QFETCH(LayerCompression, compression);
    ImageToWrite image;
    image.layerTars = {sourceOf(noise(400'000)), sourceOf(noise(400'000, 2))};
    for (std::size_t reads = 0;; ++reads) {
        // Stops while the given read of a layer is under way.
        std::stop_source stop;
        auto left = reads;
        const auto stopping = [&](const SharedSource& tar) -> SharedSource {
            return std::make_shared<ToldSource>(tar, [&] {
                if (left-- == 0) {
                    stop.request_stop();
                }
            });
        };
        ImageToWrite watched;
        for (const SharedSource& tar : image.layerTars) {
            watched.layerTars.push_back(stopping(tar));
        }
        Job job;
        job.stop = stop.get_token();
        const Status status = writeImage(watched, path("out"), format, compression, job);
        if (status) {
            QVERIFY(reads > 2); // all of them before were noticed
            return;
        }
        QCOMPARE(outcome(status), "Cancelled"s);
        QVERIFY(fs::is_empty(m_folder->path().toStdString()));
    }
}

void TestImageWriter::aLayerThatCannotBeReadLeavesNothing()
{
    for (const LayerCompression compression : {LayerCompression::None, LayerCompression::Gzip}) {
        ImageToWrite image;
        image.layerTars = {std::make_shared<BrokenSource>()};
        QCOMPARE(
            outcome(writeImage(image, path("out"), WriteFormat::OciArchive, compression, Job{})),
            "Changed"s);
        QVERIFY(fs::is_empty(m_folder->path().toStdString()));
    }
}

void TestImageWriter::aFullDiskIsSaidAndLeavesNothing_data()
{
    comesBackAsItWas_data();
}

void TestImageWriter::aFullDiskIsSaidAndLeavesNothing()
{
    QFETCH(WriteFormat, format);
    QFETCH(LayerCompression, compression);
    fs::create_directory(path("disk"));
    ImageToWrite image;
    image.layerTars = {sourceOf(noise(4 << 20))};
    const std::string told = onSmallDisk(path("disk").native(), 1 << 20, [&] {
        const fs::path target = path("disk") / "out";
        const Status status = writeImage(image, target, format, compression, Job{});
        return (status ? "ok" : status.error().message()) +
               (fs::is_empty(path("disk")) ? "" : ", something left");
    });
    if (told.empty()) {
        QSKIP("only root may mount");
    }
    QCOMPARE(told, (path("disk") / "out").native() + ": cannot write: No space left on device");
}

void TestImageWriter::equalLayersAreStoredOnce()
{
    VERIFY_OK(writeImage(simpleImage(), path("out"), WriteFormat::OciLayout, LayerCompression::None,
                         Job{}));
    std::size_t files = 0;
    for (const auto& file : fs::recursive_directory_iterator(path("out") / "blobs")) {
        files += file.is_regular_file() ? 1U : 0U;
    }
    QCOMPARE(files, std::size_t{4}); // two layers, config, manifest
}

void TestImageWriter::blobsAreNamedByTheirDigest()
{
    VERIFY_OK(writeImage(simpleImage(), path("out"), WriteFormat::OciLayout, LayerCompression::Gzip,
                         Job{}));
    for (const auto& file : fs::directory_iterator(path("out") / "blobs" / "sha256")) {
        QCOMPARE(sha256Hex(readFile(file.path())), file.path().filename().string());
    }
    QCOMPARE(toText(contentOfFile(path("out") / "oci-layout")),
             R"({"imageLayoutVersion":"1.0.0"})"s);
}

void TestImageWriter::dockerArchivesAreTagged_data()
{
    QTest::addColumn<std::string>("name");
    QTest::addColumn<std::string>("tags");
    QTest::newRow("repository and tag") << "a/b:c"s << "a/b:c"s;
    QTest::newRow("no tag") << "a/b"s << "a/b:latest"s;
    QTest::newRow("a port is no tag") << "host:5000/b"s << "host:5000/b:latest"s;
    QTest::newRow("a digest is no tag") << "a@sha256:" + std::string(64, '0') << ""s;
    QTest::newRow("no name") << ""s << ""s;
}

void TestImageWriter::dockerArchivesAreTagged()
{
    QFETCH(std::string, name);
    QFETCH(std::string, tags);
    ImageToWrite image = simpleImage();
    image.name = name;
    VERIFY_OK(
        writeImage(image, path("out"), WriteFormat::DockerArchive, LayerCompression::None, Job{}));
    const auto archive = ImageArchive::open(path("out"), Job{});
    VERIFY_OK(archive);
    const auto& names = (*archive)->images().front().names;
    QCOMPARE(names.empty() ? ""s : names.front(), tags);
    QCOMPARE((*archive)->files().contains("repositories"), !tags.empty());
}

void TestImageWriter::anImageMayHaveNoLayers()
{
    for (const WriteFormat format : {WriteFormat::OciArchive, WriteFormat::DockerArchive}) {
        ImageToWrite image;
        image.name = "empty:latest";
        VERIFY_OK(writeImage(image, path("out"), format, LayerCompression::Gzip, Job{}));
        const auto archive = ImageArchive::open(path("out"), Job{});
        VERIFY_OK(archive);
        QCOMPARE((*archive)->images().front().layers.size(), std::size_t{0});
    }
}

void TestImageWriter::aFileIsReplacedWhole()
{
    writeFile(path("out"), noise(3'000'000));
    VERIFY_OK(writeImage(simpleImage(), path("out"), WriteFormat::OciArchive,
                         LayerCompression::Gzip, Job{}));
    QVERIFY(fs::file_size(path("out")) < 100'000);
}

void TestImageWriter::aDirectoryThatExistsIsRefused()
{
    fs::create_directory(path("out"));
    QCOMPARE(outcome(writeImage(simpleImage(), path("out"), WriteFormat::OciLayout,
                                LayerCompression::None, Job{})),
             "Denied"s);
    fs::create_symlink("nowhere", path("dangling"));
    QCOMPARE(outcome(writeImage(simpleImage(), path("dangling"), WriteFormat::OciLayout,
                                LayerCompression::None, Job{})),
             "Denied"s);
}

void TestImageWriter::nothingRemainsOfAFailure()
{
    fs::create_directory(path("out"));
    writeFile(path("out") / "kept", toBytes("x"));
    // A file cannot take a directory's place: the last step fails.
    QVERIFY(!writeImage(simpleImage(), path("out"), WriteFormat::OciArchive, LayerCompression::None,
                        Job{}));
    QVERIFY(!writeImage(simpleImage(), path("no/such/folder"), WriteFormat::OciArchive,
                        LayerCompression::None, Job{}));
    QVERIFY(!writeImage(simpleImage(), path("no/such/folder"), WriteFormat::OciLayout,
                        LayerCompression::None, Job{}));
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& file :
         fs::recursive_directory_iterator(m_folder->path().toStdString())) {
        ++files;
    }
    QCOMPARE(files, std::size_t{2});
}

QTEST_GUILESS_MAIN(TestImageWriter)
#include "tst_image_writer.moc"
