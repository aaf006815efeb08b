// SPDX-License-Identifier: Apache-2.0
#include "overlay_fixture.h"

#include "export/container_layer.h"
#include "overlay/layer_members.h"
#include "tree_text.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

namespace fs = std::filesystem;

std::shared_ptr<const OpenedImage> loadFile(const fs::path& path)
{
    const auto archive = ImageArchive::open(path, {});
    return archive ? test::load(*archive) : nullptr;
}

} // namespace

Q_DECLARE_METATYPE(strata::WriteFormat)
Q_DECLARE_METATYPE(strata::LayerCompression)

/// A container as a layer (RULES.md, "Writing a layer"), as `docker diff` tells it, and as a new
/// image.
class TestOverlayCommit : public QObject
{
    Q_OBJECT

private slots:
    void membersStandInTheirOrder();
    void opaqueOnlyOverDirectoriesOfTheImage();
    void namesOfWhiteoutsAreLeftOut();
    void theRootsMetadataAreLeftOut();
    void theLayerShowsWhatTheContainerShowed();
    void dockerDiffNamesTheDirectoriesAbove();
    void dockerDiffOverlooksTimesOfDirectories();
    void anImageWithOneLayerMore_data();
    void anImageWithOneLayerMore();
    void nothingChangedIsNoLayer();
    void whatNobodyKnowsIsKept();
    void compressedLayersKeepTheirBytes();
    void nothingRemainsOfAFailure();

private:
    QTemporaryDir m_folder;
};

void TestOverlayCommit::membersStandInTheirOrder()
{
    auto container = usual();
    container.unlink("/etc/sub/deep");
    container.create("/etc/aaa");
    container.unlink("/etc/new");
    container.link("/etc/motd", "/zzz");
    QCOMPARE(membersText(container), "etc/\n"
                                     "etc/.wh.new\n"
                                     "etc/aaa\n"
                                     "etc/motd\n"
                                     "etc/sub/\n"
                                     "etc/sub/.wh.deep\n"
                                     "zzz = etc/motd\n"s);
}

void TestOverlayCommit::opaqueOnlyOverDirectoriesOfTheImage()
{
    auto container = usual();
    container.removeTree("/etc");
    container.makeDirectory("/etc");
    container.makeDirectory("/etc/sub");
    container.unlink("/one");
    container.makeDirectory("/one");
    container.makeDirectory("/new");
    container.rename("/new", "/other"); // marked opaque over nothing
    QCOMPARE(upperText(container), "dir /etc 0755 opaque\n"
                                   "dir /etc/sub 0755\n"
                                   "dir /one 0755 opaque\n"
                                   "dir /other 0755 opaque\n"s);
    QCOMPARE(membersText(container), "etc/\netc/.wh..wh..opq\netc/sub/\none/\nother/\n"s);
}

void TestOverlayCommit::namesOfWhiteoutsAreLeftOut()
{
    auto container = usual();
    container.create("/.wh.one");
    container.create("/a");
    QCOMPARE(membersText(container), "a\n"s);
    std::size_t bytes = 0;
    const auto warnings = writeContainerLayer(container,
                                              [&](std::span<const std::byte> part) -> Status {
                                                  bytes += part.size();
                                                  return {};
                                              },
                                              {});
    VERIFY_OK(warnings);
    QCOMPARE(warningKinds(*warnings), "BadWhiteout"s);
    QVERIFY(bytes > 0);
}

void TestOverlayCommit::theRootsMetadataAreLeftOut()
{
    auto container = usual();
    container.create("/a");
    QVERIFY(layerMembers(container).warnings.empty());
    container.changeMode("/", 0700);
    QCOMPARE(membersText(container), "a\n"s);
    QCOMPARE(warningKinds(layerMembers(container).warnings), "Other"s);
    container.undo();
    container.setXattr("/", "user.a", "b");
    QCOMPARE(warningKinds(layerMembers(container).warnings), "Other"s);
}

void TestOverlayCommit::theLayerShowsWhatTheContainerShowed()
{
    auto container = usual();
    container.append("/etc/motd", bytesOf("!"));
    container.setXattr("/etc/motd", "user.a", "\0\n"s);
    container.removeTree("/etc/sub");
    container.makeDirectory("/etc/sub", 0711);
    container.unlink("/two");
    container.move("/etc", "/else");
    const fs::path path = m_folder.filePath("shown.tar").toStdString();
    const auto report =
        commitContainer(container, path, WriteFormat::OciArchive, LayerCompression::Gzip, {}, {});
    VERIFY_OK(report);
    const auto image = loadFile(path);
    QVERIFY(image);
    QCOMPARE(treeText(*image->tree), "dir /else 0755 L2\n"
                                     "file /else/motd 6 L2\n"
                                     "file /else/new 3 0600 5:0 L2\n"
                                     "dir /else/sub 0711 L2\n"
                                     "symlink /link -> etc/motd L0\n"
                                     "file /one 2 L0\n"s);
    QCOMPARE(test::contentOf(*image, "/else/motd"), "hello!"s);
    const auto* version = image->tree->visible(*image->tree->find("/else/motd"));
    QCOMPARE(image->tree->xattrs(*version).front().second, "\0\n"s);
}

void TestOverlayCommit::dockerDiffNamesTheDirectoriesAbove()
{
    auto container = usual();
    container.append("/etc/sub/deep", bytesOf("x"));
    container.makeDirectory("/opt");
    container.create("/opt/a");
    container.unlink("/one");
    container.changeMode("/etc/new", 0644);
    QCOMPARE(dockerDiffText(container), "C /etc\n"
                                        "C /etc/new\n"
                                        "C /etc/sub\n"
                                        "C /etc/sub/deep\n"
                                        "D /one\n"
                                        "A /opt\n"
                                        "A /opt/a\n"s);
    container.removeTree("/etc");
    QCOMPARE(dockerDiffText(container), "D /etc\nD /one\nA /opt\nA /opt/a\n"s);
    container.makeDirectory("/etc");
    container.create("/etc/motd");
    QCOMPARE(dockerDiffText(container), "C /etc\n"
                                        "C /etc/motd\n"
                                        "D /etc/new\n"
                                        "D /etc/sub\n"
                                        "D /one\n"
                                        "A /opt\n"
                                        "A /opt/a\n"s);
}

void TestOverlayCommit::dockerDiffOverlooksTimesOfDirectories()
{
    auto container = usual();
    container.create("/etc/sub/x");
    container.unlink("/etc/sub/x");
    QCOMPARE(dockerDiffText(container), ""s);
    container.setXattr("/etc/motd", "user.a", "1"); // of attributes only capabilities count
    QCOMPARE(dockerDiffText(container), ""s);
    container.setTime("/etc/motd", {.seconds = 5, .nanoseconds = 0});
    QCOMPARE(dockerDiffText(container), "C /etc\nC /etc/motd\n"s);
    container.changeMode("/", 0700);
    QCOMPARE(dockerDiffText(container), "C /etc\nC /etc/motd\n"s);
}

void TestOverlayCommit::anImageWithOneLayerMore_data()
{
    QTest::addColumn<WriteFormat>("format");
    QTest::addColumn<LayerCompression>("compression");
    for (const auto& [name, format] : {std::pair("oci archive", WriteFormat::OciArchive),
                                       std::pair("oci layout", WriteFormat::OciLayout),
                                       std::pair("docker archive", WriteFormat::DockerArchive)}) {
        for (const auto& [how, compression] :
             {std::pair("none", LayerCompression::None), std::pair("gzip", LayerCompression::Gzip),
              std::pair("zstd", LayerCompression::Zstd)}) {
            QTest::newRow((name + ", "s + how).c_str()) << format << compression;
        }
    }
}

void TestOverlayCommit::anImageWithOneLayerMore()
{
    QFETCH(WriteFormat, format);
    QFETCH(LayerCompression, compression);
    auto container = usual();
    container.replace("/etc/motd", bytesOf("committed"));
    const fs::path path = m_folder.filePath(QTest::currentDataTag()).toStdString();
    const auto report = commitContainer(container, path, format, compression,
                                        {.name = "example.org/new:1",
                                         .message = "a message",
                                         .author = "an author",
                                         .createdBy = {},
                                         .cmd = std::vector{"bash"s, "-l"s},
                                         .env = {"A=1", "PATH=/bin"},
                                         .created = {}},
                                        {});
    VERIFY_OK(report);
    QCOMPARE(report->members, std::size_t{2});
    const auto image = loadFile(path);
    QVERIFY(image);
    QCOMPARE(image->layers.size(), std::size_t{3});
    QCOMPARE(test::contentOf(*image, "/etc/motd"), "committed"s);
    QCOMPARE(image->image().names, std::vector{"example.org/new:1"s});
    const ImageConfig& config = image->image().config;
    QCOMPARE(config.created.value_or(""), "2024-01-01T00:00:00Z"s);
    QCOMPARE(config.author, "an author"s);
    QCOMPARE(config.history.back().comment, "a message"s);
    QCOMPARE(config.history.back().createdBy, "strata commit"s);
    QCOMPARE(config.runtime.cmd, (std::vector{"bash"s, "-l"s}));
    QCOMPARE(config.runtime.env, (std::vector{"A=1"s, "PATH=/bin"s}));
    const auto checks = verifyImage(*image->archive, image->image(), {});
    VERIFY_OK(checks);
    for (const auto& check : *checks) {
        QCOMPARE(checkResultName(check.result), "verified");
    }
    // The layers below are the same, so that engines share them.
    const auto& before = container.image().image().layers;
    for (std::size_t n = 0; n < before.size(); ++n) {
        QCOMPARE(image->image().layers[n].diffId, before[n].diffId);
        QCOMPARE(image->image().layers[n].chainId, before[n].chainId);
    }
}

void TestOverlayCommit::nothingChangedIsNoLayer()
{
    const auto container = usual();
    const fs::path path = m_folder.filePath("empty.tar").toStdString();
    const auto report =
        commitContainer(container, path, WriteFormat::OciArchive, LayerCompression::Gzip, {}, {});
    VERIFY_OK(report);
    const auto image = loadFile(path);
    QVERIFY(image);
    QCOMPARE(image->layers.size(), std::size_t{2});
    QVERIFY(image->image().config.history.back().emptyLayer);
    QVERIFY(image->image().warnings.empty());
}

void TestOverlayCommit::whatNobodyKnowsIsKept()
{
    const auto tar = TarBuilder().file("a", "1");
    const auto diffId = sha256Text(tar.bytes());
    const auto built = ImageBuilder().layer(tar).configOverride(
        R"({"architecture":"amd64","os":"linux","x-own":[1],"config":{"Cmd":["a"],)"
        R"("Healthcheck":{"Test":["CMD","true"]}},"rootfs":{"type":"layers","diff_ids":[")" +
        diffId + R"("]}})");
    auto container = containerOn(opened(built));
    container.create("/b");
    const fs::path path = m_folder.filePath("kept.tar").toStdString();
    VERIFY_OK(
        commitContainer(container, path, WriteFormat::OciArchive, LayerCompression::None, {}, {}));
    const auto image = loadFile(path);
    QVERIFY(image);
    const auto text = image->archive->readDocument(image->image().configFile);
    VERIFY_OK(text);
    QVERIFY2(text->contains(R"("Healthcheck":{"Test":["CMD","true"]})"), text->c_str());
    QVERIFY2(text->contains(R"("x-own":[1])"), text->c_str());
    QVERIFY2(text->contains(R"("Cmd":["a"])"), text->c_str());
}

void TestOverlayCommit::compressedLayersKeepTheirBytes()
{
    auto container = usual();
    container.create("/b");
    const auto digests = [&](LayerCompression how) {
        const fs::path path = m_folder.filePath("digests.tar").toStdString();
        const auto report = commitContainer(container, path, WriteFormat::OciArchive, how, {}, {});
        return report ? loadFile(path)->image().layers[1].digest : std::nullopt;
    };
    const auto before = container.image().image().layers[1].digest; // gzip
    QVERIFY(before.has_value());
    QCOMPARE(digests(LayerCompression::Gzip), before);
    QVERIFY(digests(LayerCompression::Zstd) != before);
}

void TestOverlayCommit::nothingRemainsOfAFailure()
{
    QTemporaryDir folder;
    const fs::path image = folder.filePath("image.tar").toStdString();
    TarBuilder layer;
    layer.file("big", toText(noise(300'000)));
    ArchiveBuilder(ArchiveForm::Oci).image(ImageBuilder().layer(layer)).writeFile(image);
    auto container = containerOn(loadFile(image));
    container.changeMode("/big", 0600);
    fs::resize_file(image, 1000);
    const fs::path target = folder.filePath("out.tar").toStdString();
    writeFile(target, toBytes("what was there"));
    QCOMPARE(outcome(commitContainer(container, target, WriteFormat::OciArchive,
                                     LayerCompression::Gzip, {}, {})),
             "Changed"s);
    QCOMPARE(toText(readFile(target)), "what was there"s);
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& item :
         fs::directory_iterator(fs::path(folder.path().toStdString()))) {
        ++files;
    }
    QCOMPARE(files, std::size_t{2});
    // What was done in the container is still there.
    QCOMPARE(upperText(container), "file /big 300000 0600\n"s);
}

QTEST_GUILESS_MAIN(TestOverlayCommit)
#include "tst_overlay_commit.moc"
