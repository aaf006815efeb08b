// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"
#include "check.h"
#include "tree_text.h"

#include "export/image_writer.h"
#include "export/layer_writer.h"
#include "image/image_archive.h"

#include <QTemporaryDir>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

Q_DECLARE_METATYPE(strata::WriteFormat)
Q_DECLARE_METATYPE(strata::LayerCompression)

namespace {

namespace fs = std::filesystem;

TarMember memberOf(std::string path, FileType type, std::uint16_t mode, std::uint64_t size = 0)
{
    TarMember member;
    member.path = std::move(path);
    member.type = type;
    member.mode = mode;
    member.size = size;
    member.mtime = defaultMtime;
    return member;
}

/// Bytes of the tar that `describe` writes.
template <typename Describe> Bytes written(const Describe& describe)
{
    Bytes out;
    LayerWriter writer([&out](std::span<const std::byte> bytes) -> Status {
        out.insert(out.end(), bytes.begin(), bytes.end());
        return {};
    });
    describe(writer);
    const Status status = writer.finish();
    return status ? out : Bytes{};
}

/// Type flags of all headers in order, extension headers included: "x0" for a PAX header and its
/// file.
std::string typeFlags(const Bytes& tar)
{
    const std::string text = toText(tar);
    std::string flags;
    for (std::size_t at = 0; at + 512 <= text.size() && text[at] != '\0';) {
        flags += text[at + 156];
        const std::uint64_t size = std::stoull(text.substr(at + 124, 11), nullptr, 8);
        at += 512 + (size + 511) / 512 * 512;
    }
    return flags;
}

Bytes simpleTar(const std::string& content)
{
    return written([&](LayerWriter& writer) {
        (void)writer.add(memberOf("etc", FileType::Directory, 0755));
        (void)writer.add(memberOf("etc/a", FileType::File, 0644, content.size()), toBytes(content));
    });
}

ImageToWrite simpleImage()
{
    ImageToWrite image;
    image.layerTars = {simpleTar("one"), simpleTar("two"), simpleTar("one")};
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

    // The layer's tar (formats.md §3, "Our export")
    void plainNamesNeedNoPaxHeader();
    void membersComeBackAsTheyWere();
    void whiteoutsAreEmptyFilesOfTimeZero();
    void namesAreBytes();
    void fractionsOfSecondsAreLeftOut();
    void theEndIsTwoZeroBlocks();
    void contentMustBeAsLongAsSaid();
    void namesThatNoLayerCanHoldAreRefused_data();
    void namesThatNoLayerCanHoldAreRefused();
    void aFullSinkEndsIt();

    // The image
    void comesBackAsItWas_data();
    void comesBackAsItWas();
    void theSameImageGivesTheSameBytes();
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

void TestImageWriter::plainNamesNeedNoPaxHeader()
{
    const Bytes tar = written([](LayerWriter& writer) {
        VERIFY_OK(writer.add(memberOf("etc", FileType::Directory, 0755)));
        VERIFY_OK(writer.add(memberOf("etc/a", FileType::File, 0644, 3), toBytes("abc")));
        VERIFY_OK(writer.addWhiteout("etc/b"));
    });
    QCOMPARE(typeFlags(tar), "500"s);
    QCOMPARE(toText(tar).substr(0, 5), "etc/\0"s);
}

void TestImageWriter::membersComeBackAsTheyWere()
{
    const std::string longName(300, 'n');
    const Bytes tar = written([&](LayerWriter& writer) {
        TarMember directory = memberOf("/d/", FileType::Directory, 01777);
        VERIFY_OK(writer.add(directory));
        TarMember file = memberOf("d/f", FileType::File, 04755, 2);
        file.uid = 3'000'000;
        file.gid = 33;
        file.mtime = -5;
        file.xattrs = {{"security.capability", "\1\0\n="s}, {"user.x", ""}};
        VERIFY_OK(writer.add(file, toBytes("hi")));
        TarMember link = memberOf("d/link", FileType::Symlink, 0777);
        link.linkTarget = "../../" + longName;
        VERIFY_OK(writer.add(link));
        TarMember hard = memberOf("d/hard", FileType::File, 04755, 2);
        hard.hardlink = true;
        hard.linkTarget = "/d/f";
        VERIFY_OK(writer.add(hard));
        TarMember device = memberOf("d/null", FileType::CharDevice, 0666);
        device.deviceMajor = 1;
        device.deviceMinor = 3;
        VERIFY_OK(writer.add(device));
        VERIFY_OK(writer.add(memberOf("d/pipe", FileType::Fifo, 0600)));
        VERIFY_OK(writer.add(memberOf(longName, FileType::File, 0644)));
    });
    const Layer layer = indexTar(tar);
    QCOMPARE(treeText(*mergeTars(std::vector<Bytes>{tar})),
             "dir /d 1777 L0\n"
             "file /d/f 2 4755 3000000:33 L0\n"
             "file /d/hard 2 4755 3000000:33 L0 = /d/f\n"
             "symlink /d/link -> ../../" +
                 longName +
                 " L0\n"
                 "char /d/null 1:3 0666 L0\n"
                 "fifo /d/pipe 0600 L0\n"
                 "file /" +
                 longName + " 0 L0\n");
    std::string xattrs;
    for (const LayerEntry& entry : layer->entries()) {
        if (entry.xattrs && !entry.hardlink) {
            QCOMPARE(entry.mtime, std::int64_t{-5});
            for (const Xattr& xattr : layer->xattrs(entry.xattrs)) {
                xattrs += std::string(layer->name(xattr.name)) + "=[" + xattr.value + "]\n";
            }
        }
    }
    QVERIFY2(xattrs.contains("security.capability=[\1\0\n=]\n"s), xattrs.c_str());
    QVERIFY2(xattrs.contains("user.x=[]\n"), xattrs.c_str());
}

void TestImageWriter::whiteoutsAreEmptyFilesOfTimeZero()
{
    const Bytes tar = written([](LayerWriter& writer) {
        VERIFY_OK(writer.addWhiteout("a"));
        VERIFY_OK(writer.addWhiteout("/b/c/"));
        VERIFY_OK(writer.addOpaque("b/d"));
        VERIFY_OK(writer.addOpaque(""));
        QCOMPARE(outcome(writer.addWhiteout("/")), "Malformed"s);
    });
    const auto stream = plainStream(memorySource(tar));
    TarReader reader(*stream);
    std::string members;
    while (true) {
        const auto member = reader.next();
        VERIFY_OK(member);
        if (*member == nullptr) {
            break;
        }
        members += (*member)->path + " " + std::to_string((*member)->size) + " " +
                   std::to_string((*member)->mtime) + "\n";
    }
    QCOMPARE(members, ".wh.a 0 0\nb/.wh.c 0 0\nb/d/.wh..wh..opq 0 0\n.wh..wh..opq 0 0\n"s);
}

void TestImageWriter::namesAreBytes()
{
    const Bytes tar = written([](LayerWriter& writer) {
        VERIFY_OK(writer.add(memberOf("größe", FileType::File, 0644)));
        VERIFY_OK(writer.add(memberOf("\xff\xfe", FileType::File, 0644)));
        TarMember link = memberOf("link", FileType::Symlink, 0777);
        link.linkTarget = "\xfe\n";
        VERIFY_OK(writer.add(link));
    });
    const Tree tree = mergeTars(std::vector<Bytes>{tar});
    QVERIFY(tree->find("größe"));
    QVERIFY(tree->find("\xff\xfe"));
    const auto link = tree->find("link");
    QVERIFY(link);
    QCOMPARE(tree->layer(0).name(tree->entry(*tree->visible(*link)).target), "\xfe\n"s);
}

void TestImageWriter::fractionsOfSecondsAreLeftOut()
{
    TarMember member = memberOf("a", FileType::File, 0644);
    member.mtimeNsec = 5;
    const Bytes tar = written([&](LayerWriter& writer) { VERIFY_OK(writer.add(member)); });
    QCOMPARE(typeFlags(tar), "0"s);
}

void TestImageWriter::theEndIsTwoZeroBlocks()
{
    const Bytes tar = written([](LayerWriter&) {});
    QCOMPARE(toText(tar), std::string(1024, '\0'));
    QCOMPARE(sha256Hex(tar), "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"s);
}

void TestImageWriter::contentMustBeAsLongAsSaid()
{
    (void)written([](LayerWriter& writer) {
        QCOMPARE(outcome(writer.add(memberOf("a", FileType::File, 0644, 3), toBytes("ab"))),
                 "Malformed"s);
        QCOMPARE(outcome(writer.add(memberOf("d", FileType::Directory, 0755), toBytes("ab"))),
                 "Malformed"s);
    });
}

void TestImageWriter::namesThatNoLayerCanHoldAreRefused_data()
{
    QTest::addColumn<std::string>("name");
    QTest::newRow("empty") << ""s;
    QTest::newRow("the root") << "./"s;
    QTest::newRow("out of the root") << "../a"s;
    QTest::newRow("a NUL") << "a\0b"s;
}

void TestImageWriter::namesThatNoLayerCanHoldAreRefused()
{
    QFETCH(std::string, name);
    (void)written([&](LayerWriter& writer) {
        QCOMPARE(outcome(writer.add(memberOf(name, FileType::File, 0644))), "Malformed"s);
    });
}

void TestImageWriter::aFullSinkEndsIt()
{
    LayerWriter writer(
        [](std::span<const std::byte>) -> Status { return fail(ErrorCode::Io, "disk full"); });
    const Bytes content(1 << 20);
    Status status = writer.add(memberOf("a", FileType::File, 0644, content.size()), content);
    QCOMPARE(outcome(status), "Io"s);
    QCOMPARE(status.error().what, "disk full"s);
    QCOMPARE(outcome(writer.finish()), "Io"s);
}

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
    VERIFY_OK(writeImage(image, path("out"), format, compression));

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
        QCOMPARE(read.layers[n].diffId->text(), sha256Text(image.layerTars[n]));
        const auto stored = (*archive)->openLayer(read, n);
        VERIFY_OK(stored);
        const auto stream = openStream(*stored);
        VERIFY_OK(stream);
        QCOMPARE(drain(**stream), toText(image.layerTars[n]));
    }
}

void TestImageWriter::theSameImageGivesTheSameBytes()
{
    for (const LayerCompression compression : {LayerCompression::Gzip, LayerCompression::Zstd}) {
        VERIFY_OK(writeImage(simpleImage(), path("a"), WriteFormat::OciArchive, compression));
        QTest::qWait(1100); // gzip headers count in seconds
        VERIFY_OK(writeImage(simpleImage(), path("b"), WriteFormat::OciArchive, compression));
        QVERIFY(readFile(path("a")) == readFile(path("b")));
    }
}

void TestImageWriter::equalLayersAreStoredOnce()
{
    VERIFY_OK(
        writeImage(simpleImage(), path("out"), WriteFormat::OciLayout, LayerCompression::None));
    std::size_t files = 0;
    for (const auto& file : fs::recursive_directory_iterator(path("out") / "blobs")) {
        files += file.is_regular_file() ? 1U : 0U;
    }
    QCOMPARE(files, std::size_t{4}); // two layers, config, manifest
}

void TestImageWriter::blobsAreNamedByTheirDigest()
{
    VERIFY_OK(
        writeImage(simpleImage(), path("out"), WriteFormat::OciLayout, LayerCompression::Gzip));
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
    VERIFY_OK(writeImage(image, path("out"), WriteFormat::DockerArchive, LayerCompression::None));
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
        VERIFY_OK(writeImage(image, path("out"), format, LayerCompression::Gzip));
        const auto archive = ImageArchive::open(path("out"), Job{});
        VERIFY_OK(archive);
        QCOMPARE((*archive)->images().front().layers.size(), std::size_t{0});
    }
}

void TestImageWriter::aFileIsReplacedWhole()
{
    writeFile(path("out"), noise(3'000'000));
    VERIFY_OK(
        writeImage(simpleImage(), path("out"), WriteFormat::OciArchive, LayerCompression::Gzip));
    QVERIFY(fs::file_size(path("out")) < 100'000);
}

void TestImageWriter::aDirectoryThatExistsIsRefused()
{
    fs::create_directory(path("out"));
    QCOMPARE(outcome(writeImage(simpleImage(), path("out"), WriteFormat::OciLayout,
                                LayerCompression::None)),
             "Denied"s);
    fs::create_symlink("nowhere", path("dangling"));
    QCOMPARE(outcome(writeImage(simpleImage(), path("dangling"), WriteFormat::OciLayout,
                                LayerCompression::None)),
             "Denied"s);
}

void TestImageWriter::nothingRemainsOfAFailure()
{
    fs::create_directory(path("out"));
    writeFile(path("out") / "kept", toBytes("x"));
    // A file cannot take a directory's place: the last step fails.
    QVERIFY(
        !writeImage(simpleImage(), path("out"), WriteFormat::OciArchive, LayerCompression::None));
    QVERIFY(!writeImage(simpleImage(), path("no/such/folder"), WriteFormat::OciArchive,
                        LayerCompression::None));
    QVERIFY(!writeImage(simpleImage(), path("no/such/folder"), WriteFormat::OciLayout,
                        LayerCompression::None));
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& file :
         fs::recursive_directory_iterator(m_folder->path().toStdString())) {
        ++files;
    }
    QCOMPARE(files, std::size_t{2});
}

QTEST_GUILESS_MAIN(TestImageWriter)
#include "tst_image_writer.moc"
