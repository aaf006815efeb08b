// SPDX-License-Identifier: Apache-2.0
// The tricky cases 27 to 42 as they end up in an image: what members of odd tars and odd streams
// make, which layer owns it, what its history says, and what is warned about. How each is read is
// specified where the tar and the streams are.
#include "archive_builder.h"
#include "check.h"
#include "tree_text.h"

#include "layer/layer_index_builder.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

using Opened = std::shared_ptr<const OpenedImage>;

/// Tree, a path's history, and each layer's warnings, as three pieces of text.
struct Seen
{
    std::string tree;
    std::string history;
    std::string warnings;
};

Seen seen(const MergedTree& tree, std::string_view path)
{
    Seen out{treeText(tree), historyText(tree, path), {}};
    for (LayerNo n = 0; n < tree.layerCount(); ++n) {
        out.warnings += (n == 0 ? "" : "|") + warningKinds(tree, n);
    }
    return out;
}

Seen seen(const std::vector<TarBuilder>& tars, std::string_view path)
{
    return seen(*mergeTars(tars), path);
}

Opened opened(const ImageBuilder& image)
{
    const auto archive =
        ImageArchive::open(ArchiveBuilder(ArchiveForm::Oci).image(image).source(), "test", {});
    const auto loaded = archive ? loadImage(*archive, 0, {}) : std::unexpected(archive.error());
    return loaded ? *loaded : nullptr;
}

LayerEntry entryOf(const MergedTree& tree, std::string_view path)
{
    return tree.entry(*tree.visible(*tree.find(path)));
}

std::string contentOf(const OpenedImage& image, std::string_view path)
{
    auto stream = image.open(*image.tree->visible(*image.tree->find(path)));
    return stream ? drain(**stream) : outcome(stream);
}

/// A zstd skippable frame.
Bytes skippable(std::string_view content)
{
    auto out = toBytes("\x5e\x2a\x4d\x18"s);
    for (unsigned shift = 0; shift < 32; shift += 8) {
        out.push_back(static_cast<std::byte>(content.size() >> shift & 0xffU));
    }
    return concat({out, toBytes(content)});
}

TarBuilder windowsTar()
{
    return TarBuilder()
        .dir("Files", {.mode = 0711})
        .dir("Files/Windows")
        .file("Files/Windows/notepad.exe", "MZ")
        .hardlink("Files/Windows/edit.exe", "Files/Windows/notepad.exe")
        .dir("Hives")
        .file("Hives/System_Delta", "regf");
}

const std::string windowsTree = "dir /Hives 0755 L0\n"
                                "file /Hives/System_Delta 4 L0\n"
                                "dir /Windows 0755 L0\n"
                                "file /Windows/edit.exe 2 L0 = /Windows/notepad.exe\n"
                                "file /Windows/notepad.exe 2 L0\n";

const auto twoFiles = TarBuilder().file("a", "1").file("b", "2");
const std::string twoFilesSeen = "file /a 1 L0\nfile /b 1 L0\nL0 added file 1\nwarnings: \n2";

/// What `twoFiles` make when they are stored in an odd way.
std::string seenOfTwoFiles(const Bytes& stored, Compression compression)
{
    const auto image = opened(ImageBuilder().storedLayer(stored, twoFiles.bytes(), compression));
    if (!image) {
        return "cannot be opened";
    }
    const auto s = seen(*image->tree, "/b");
    return s.tree + s.history + "warnings: " + s.warnings + "\n" + contentOf(*image, "/b");
}

} // namespace

class TestUnionMembers : public QObject
{
    Q_OBJECT

private slots:
    void case27_capabilitiesWithNuls();
    void case28_namesOfBytes();
    void case29_sparseFiles_data();
    void case29_sparseFiles();
    void case30_longNames();
    void case31_largeNumbers();
    void case32_negativeTimes();
    void case33_globalHeaders();
    void case34_endsOfTheArchive_data();
    void case34_endsOfTheArchive();
    void case35_diffIdCoversWhatTrails();
    void case36_emptyLayers();
    void case37_gzipMembersAndTrailingNuls();
    void case38_estargzArtefacts();
    void case39_zstdChunked();
    void case40_windowsLayersByTheConfig();
    void case40_windowsLayersByTheirFolders();
    void case40_oneLayerTellsTheSystemOfAll_data();
    void case40_oneLayerTellsTheSystemOfAll();
    void case40_otherSystemsKeepTheirFolders();
    void case40_whiteoutsAndLowerLinksOfWindowsLayers();
    void case40_whatLiesBesideFilesIsNotLostSilently();
    void case41_theSameDiffIdTwice();
    void case42_socketsHaveNoTarType();
};

void TestUnionMembers::case27_capabilitiesWithNuls()
{
    const auto capability = "\1\0\0\2\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s;
    const auto tree =
        mergeTars({TarBuilder().file("ping", "x"),
                   TarBuilder().xattr("security.capability", capability).file("ping", "yy")});
    const auto s = seen(*tree, "/ping");
    QCOMPARE(s.tree, "file /ping 2 L1\n"s);
    QCOMPARE(s.history, "L0 added file 1\nL1 modified file 2\n"s);
    QCOMPARE(s.warnings, "|"s);
    const auto xattrs = tree->xattrs(*tree->visible(*tree->find("/ping")));
    QCOMPARE(xattrs.size(), std::size_t{1});
    QVERIFY(xattrs[0].second == capability);
}

void TestUnionMembers::case28_namesOfBytes()
{
    const auto s =
        seen({TarBuilder().file("caf\xe9", "1"), TarBuilder().file("caf\xe9", "22")}, "/caf\xe9");
    QCOMPARE(s.tree, "file /caf\xef\xbf\xbd 2 L1\n"s);
    QCOMPARE(s.history, "L0 added file 1\nL1 modified file 2\n"s);
    QCOMPARE(s.warnings, "|"s);
}

void TestUnionMembers::case29_sparseFiles_data()
{
    QTest::addColumn<int>("form");
    QTest::newRow("old GNU") << static_cast<int>(SparseForm::OldGnu);
    QTest::newRow("PAX 0.0") << static_cast<int>(SparseForm::Pax00);
    QTest::newRow("PAX 0.1") << static_cast<int>(SparseForm::Pax01);
    QTest::newRow("PAX 1.0") << static_cast<int>(SparseForm::Pax10);
}

void TestUnionMembers::case29_sparseFiles()
{
    QFETCH(int, form);
    const auto s = seen({TarBuilder().file("holes", "short"),
                         TarBuilder().sparse(static_cast<SparseForm>(form), "holes",
                                             {{0, "start"}, {100'000, "end"}}, 200'000)},
                        "/holes");
    QCOMPARE(s.tree, "file /holes 200000 L1\n"s);
    QCOMPARE(s.history, "L0 added file 5\nL1 modified file 200000\n"s);
    QCOMPARE(s.warnings, "|"s);
}

void TestUnionMembers::case30_longNames()
{
    const std::string name(180, 'n');
    const auto s = seen({TarBuilder().longNames(LongNames::Gnu).file(name, "1"),
                         TarBuilder().longNames(LongNames::Pax).file(name, "22")},
                        "/" + name);
    QCOMPARE(s.tree, "file /" + name + " 2 L1\n");
    QCOMPARE(s.history, "L0 added file 1\nL1 modified file 2\n"s);
    QCOMPARE(s.warnings, "|"s);
}

void TestUnionMembers::case31_largeNumbers()
{
    // Members that lie behind one of 2^47 bytes keep their place; behind 2^48 there is none.
    LayerIndexBuilder builder;
    TarMember member;
    member.path = "large";
    member.size = std::uint64_t{1} << 62U;
    builder.add(member);
    member.path = "behind";
    member.headerOffset = LayerIndex::maxHeaderOffset - 512;
    builder.add(member);
    member.path = "unreachable";
    member.headerOffset = LayerIndex::maxHeaderOffset;
    builder.add(member);
    const auto layer = builder.finish(0, false);
    QCOMPARE(layerText(*layer), "file /behind 4611686018427387904 0000\n"
                                "file /large 4611686018427387904 0000\n"s);
    QCOMPARE(layer->entry({1}).headerOffset, LayerIndex::maxHeaderOffset - 512);
    QCOMPARE(warningKinds(layer->warnings()), "LimitReached"s);

    const auto tree = mergeTars({TarBuilder().file("f", "x", {.uid = 3'000'000'000}),
                                 TarBuilder().file("f", "yy", {.uid = 4'000'000'000})});
    const auto s = seen(*tree, "/f");
    QCOMPARE(s.tree, "file /f 2 4000000000:0 L1\n"s);
    QCOMPARE(s.history, "L0 added file 1\nL1 modified file 2\n"s);
    QCOMPARE(s.warnings, "|"s);
}

void TestUnionMembers::case32_negativeTimes()
{
    const auto tree = mergeTars(
        {TarBuilder().dir("d", {.mtime = -1}), TarBuilder().dir("d", {.mtime = -5'000'000'000})});
    const auto s = seen(*tree, "/d");
    QCOMPARE(s.tree, "dir /d 0755 L1\n"s);
    QCOMPARE(s.history, "L0 added dir\nL1 metadata dir\n"s);
    QCOMPARE(s.warnings, "|"s);
    QCOMPARE(entryOf(*tree, "/d").mtime, std::int64_t{-5'000'000'000});
}

void TestUnionMembers::case33_globalHeaders()
{
    const auto s = seen(
        {TarBuilder().file("a", "1"),
         TarBuilder().globalPax({{"comment", "0123456789abcdef"}, {"mtime", "5"}}).file("a", "22")},
        "/a");
    QCOMPARE(s.tree, "file /a 2 L1\n"s);
    QCOMPARE(s.history, "L0 added file 1\nL1 modified file 2\n"s);
    QCOMPARE(s.warnings, "|"s);
}

void TestUnionMembers::case34_endsOfTheArchive_data()
{
    QTest::addColumn<int>("blocks");
    QTest::addColumn<bool>("secondTar");
    QTest::newRow("none") << 0 << false;
    QTest::newRow("one") << 1 << false;
    QTest::newRow("two") << 2 << false;
    QTest::newRow("a second tar behind") << 2 << true;
}

void TestUnionMembers::case34_endsOfTheArchive()
{
    QFETCH(int, blocks);
    QFETCH(bool, secondTar);
    auto tar = TarBuilder().file("a", "22").end(static_cast<unsigned>(blocks)).bytes();
    if (secondTar) {
        tar = concat({tar, TarBuilder().file("hidden", "x").bytes()});
    }
    const auto tree = mergeTars(std::vector{TarBuilder().file("a", "1").bytes(), tar});
    const auto s = seen(*tree, "/a");
    QCOMPARE(s.tree, "file /a 2 L1\n"s);
    QCOMPARE(s.history, "L0 added file 1\nL1 modified file 2\n"s);
    QCOMPARE(s.warnings, "|"s);
    QVERIFY(!tree->layer(1).damaged());
}

void TestUnionMembers::case35_diffIdCoversWhatTrails()
{
    const auto tar = concat({TarBuilder().file("a", "1").bytes(), toBytes("trailing bytes")});
    for (const auto compression : {Compression::None, Compression::Gzip}) {
        ImageBuilder builder;
        builder.layer(tar, {}, compression);
        const auto image = opened(builder);
        QVERIFY(image);
        const auto s = seen(*image->tree, "/a");
        QCOMPARE(s.tree, "file /a 1 L0\n"s);
        QCOMPARE(s.history, "L0 added file 1\n"s);
        QCOMPARE(s.warnings, ""s);
        QCOMPARE(image->image().layers[0].diffId->text(), sha256Text(tar));
        QCOMPARE(image->layers[0]->tarSize(), std::uint64_t{tar.size()});
    }
}

void TestUnionMembers::case36_emptyLayers()
{
    const auto image =
        opened(ImageBuilder().layer(TarBuilder().file("a", "1")).layer(Bytes(1024)).layer(Bytes{}));
    QVERIFY(image);
    const auto s = seen(*image->tree, "/a");
    QCOMPARE(s.tree, "file /a 1 L0\n"s);
    QCOMPARE(s.history, "L0 added file 1\n"s);
    QCOMPARE(s.warnings, "||"s);
    QCOMPARE(diffText(*image->tree, 1) + diffText(*image->tree, 2), ""s);
}

void TestUnionMembers::case37_gzipMembersAndTrailingNuls()
{
    const auto tar = twoFiles.bytes();
    const std::span whole(tar);
    QCOMPARE(seenOfTwoFiles(concat({compress(whole.first(700), Compression::Gzip),
                                    compress(whole.subspan(700), Compression::Gzip), Bytes(100)}),
                            Compression::Gzip),
             twoFilesSeen);
}

void TestUnionMembers::case38_estargzArtefacts()
{
    const auto tar = TarBuilder()
                         .file(".prefetch.landmark", "\xf")
                         .dir("etc")
                         .file("etc/stargz.index.json", "mine")
                         .file("stargz.index.json", "{}");
    const auto stored =
        concat({compress(tar.bytes(), Compression::Gzip), compress({}, Compression::Gzip)});
    const auto image = opened(ImageBuilder()
                                  .layer(TarBuilder().file(".no.prefetch.landmark", "\xf"))
                                  .storedLayer(stored, tar.bytes(), Compression::Gzip));
    QVERIFY(image);
    const auto& tree = *image->tree;
    const auto s = seen(tree, "/stargz.index.json");
    QCOMPARE(s.tree, "file /.no.prefetch.landmark 1 L0\n"
                     "file /.prefetch.landmark 1 L1\n"
                     "dir /etc 0755 L1\n"
                     "file /etc/stargz.index.json 4 L1\n"
                     "file /stargz.index.json 2 L1\n"s);
    QCOMPARE(s.history, "L1 added file 2\n"s);
    QCOMPARE(s.warnings, "|"s);
    QVERIFY(tree.isEstargzArtefact(*tree.find("/stargz.index.json")));
    QVERIFY(tree.isEstargzArtefact(*tree.find("/.prefetch.landmark")));
    QVERIFY(tree.isEstargzArtefact(*tree.find("/.no.prefetch.landmark")));
    QVERIFY(!tree.isEstargzArtefact(*tree.find("/etc/stargz.index.json")));
    QVERIFY(!tree.isEstargzArtefact(MergedTree::root()));
}

void TestUnionMembers::case39_zstdChunked()
{
    const auto tar = twoFiles.bytes();
    const std::span whole(tar);
    QCOMPARE(seenOfTwoFiles(concat({compress(whole.first(1024), Compression::Zstd),
                                    compress(whole.subspan(1024), Compression::Zstd),
                                    skippable(R"({"version":1})"), skippable("tar-split"),
                                    skippable(std::string(56, '\0') + "GNUlInUx")}),
                            Compression::Zstd),
             twoFilesSeen);
}

void TestUnionMembers::case40_windowsLayersByTheConfig()
{
    // UtilityVM, and what else there may be, does not matter when the config names the system.
    for (const auto compression : {Compression::None, Compression::Gzip}) {
        ImageBuilder builder;
        builder.platform("windows", "amd64")
            .layer(windowsTar(), "Apply image", compression)
            .layer(TarBuilder().dir("Files").dir("Files/Windows").file("Files/Windows/new", "1"),
                   "RUN", compression);
        const auto image = opened(builder);
        QVERIFY(image);
        const auto s = seen(*image->tree, "/Windows/new");
        QCOMPARE(s.tree, "dir /Hives 0755 L0\n"
                         "file /Hives/System_Delta 4 L0\n"
                         "dir /Windows 0755 L1\n"
                         "file /Windows/edit.exe 2 L0 = /Windows/notepad.exe\n"
                         "file /Windows/new 1 L1\n"
                         "file /Windows/notepad.exe 2 L0\n"s);
        QCOMPARE(s.history, "L1 added file 1\n"s);
        QCOMPARE(s.warnings, "|"s);
        QCOMPARE(entryOf(*image->tree, "/").mode, std::uint16_t{0755});
        QCOMPARE(image->tree->entry(image->tree->versions(MergedTree::root())[0]).mode,
                 std::uint16_t{0711});
        QVERIFY(image->layers[1]->rootIsFiles());
        QCOMPARE(contentOf(*image, "/Windows/edit.exe"), "MZ"s);
    }
}

void TestUnionMembers::case40_windowsLayersByTheirFolders()
{
    // A rootfs tarball has no config to ask.
    const auto s = seen({windowsTar()}, "/Windows");
    QCOMPARE(s.tree, windowsTree);
    QCOMPARE(s.history, "L0 added dir\n"s);
    QCOMPARE(s.warnings, ""s);
    QVERIFY(seen({windowsTar().dir("UtilityVM")}, "/")
                .tree.starts_with(
                    "dir /Hives 0755 L0\nfile /Hives/System_Delta 4 L0\ndir /UtilityVM 0755 L0\n"
                    "dir /Windows"));
    const auto other = mergeTars({windowsTar().dir("etc")});
    QVERIFY(other->find("/Files/Windows/notepad.exe"));
    QVERIFY(!other->layer(0).rootIsFiles());
    QVERIFY(mergeTars({TarBuilder().dir("Files").file("Files/a")})->find("/Files/a"));
}

void TestUnionMembers::case40_oneLayerTellsTheSystemOfAll_data()
{
    QTest::addColumn<unsigned>("threads");
    QTest::newRow("one thread") << 1U;
    QTest::newRow("three threads") << 3U;
}

void TestUnionMembers::case40_oneLayerTellsTheSystemOfAll()
{
    // The config is silent; upper layers hold Files alone, and lie over the base's root.
    QFETCH(unsigned, threads);
    ImageBuilder builder;
    builder.platform("", "")
        .layer(windowsTar())
        .layer(TarBuilder().whiteout("Files/Windows/edit.exe").file("Files/new", "22"))
        .layer(TarBuilder().dir("etc"));
    const auto archive =
        ImageArchive::open(ArchiveBuilder(ArchiveForm::Oci).image(builder).source(), "test", {});
    VERIFY_OK(archive);
    Progress last;
    bool back = false;
    const Job job{{}, [&](const Progress& p) {
                      back = back || p.done < last.done || p.done > p.total;
                      last = p;
                  }};
    LoadOptions options;
    options.threads = threads;
    const auto image = loadImage(*archive, 0, job, options);
    VERIFY_OK(image);
    QVERIFY((*image)->layers[0]->rootIsFiles());
    QVERIFY((*image)->layers[1]->rootIsFiles());
    QVERIFY(!(*image)->layers[2]->rootIsFiles());
    const auto s = seen(*(*image)->tree, "/Windows/edit.exe");
    QCOMPARE(s.tree, "dir /Hives 0755 L0\n"
                     "file /Hives/System_Delta 4 L0\n"
                     "dir /Windows 0755 L0\n"
                     "file /Windows/notepad.exe 2 L0\n"
                     "dir /etc 0755 L2\n"
                     "file /new 2 L1\n"s);
    QCOMPARE(s.history, "L0 added file 2\nL1 removed by whiteout\n"s);
    QCOMPARE(contentOf(**image, "/new"), "22"s);
    QVERIFY(!back);
    QCOMPARE(last.done, last.total);
}

void TestUnionMembers::case40_otherSystemsKeepTheirFolders()
{
    const auto image = opened(ImageBuilder().platform("linux", "amd64").layer(windowsTar()));
    QVERIFY(image);
    QVERIFY(image->tree->find("/Files/Windows/notepad.exe"));
    QVERIFY(!image->tree->find("/Windows"));
}

void TestUnionMembers::case40_whiteoutsAndLowerLinksOfWindowsLayers()
{
    const auto image = opened(ImageBuilder()
                                  .platform("windows", "amd64")
                                  .layer(windowsTar())
                                  .layer(TarBuilder()
                                             .dir("Files")
                                             .whiteout("Files/Windows/edit.exe")
                                             .hardlink("Files/n.exe", "Files/Windows/notepad.exe"))
                                  .layer(TarBuilder().dir("Files").opaque("Files")));
    QVERIFY(image);
    const auto& tree = *image->tree;
    QCOMPARE(historyText(tree, "/Windows/edit.exe"), "L0 added file 2\nL1 removed by whiteout\n"s);
    QVERIFY(treeText(tree, 1).contains("file /n.exe 2 L1 = /Windows/notepad.exe\n"));
    QCOMPARE(seen(tree, "/").warnings, "|LinkToLowerLayer|"s);
    QCOMPARE(treeText(tree), ""s);
    QCOMPARE(historyText(tree, "/n.exe"), "L1 added file 2\nL2 removed by opaque\n"s);
}

void TestUnionMembers::case40_whatLiesBesideFilesIsNotLostSilently()
{
    const auto s = seen({windowsTar().dir("Files/Hives").file("Files/Hives/mine", "1")}, "/Hives");
    QVERIFY(s.tree.starts_with("dir /Hives 0755 L0\nfile /Hives/mine 1 L0\ndir /Windows"));
    QCOMPARE(s.warnings, "DuplicateEntry"s);
}

void TestUnionMembers::case41_theSameDiffIdTwice()
{
    const auto tar = TarBuilder().file("a", "1");
    const auto image =
        opened(ImageBuilder().layer(tar).layer(TarBuilder().whiteout("a")).layer(tar));
    QVERIFY(image);
    QCOMPARE(image->image().layers[0].diffId, image->image().layers[2].diffId);
    const auto s = seen(*image->tree, "/a");
    QCOMPARE(s.tree, "file /a 1 L2\n"s);
    QCOMPARE(s.history, "L0 added file 1\nL1 removed by whiteout\nL2 added file 1\n"s);
    QCOMPARE(s.warnings, "||"s);
}

void TestUnionMembers::case42_socketsHaveNoTarType()
{
    // POSIX: what a reader does not know is an ordinary file. Nothing ever shows as a socket.
    TarHeader header;
    header.name = "socket";
    header.typeflag = 's';
    header.mode = 0600;
    const auto s = seen({TarBuilder().file("socket", "x"), TarBuilder().header(header)}, "/socket");
    QCOMPARE(s.tree, "file /socket 0 0600 L1\n"s);
    QCOMPARE(s.history, "L0 added file 1\nL1 modified file 0\n"s);
    QCOMPARE(s.warnings, "|"s);
}

QTEST_GUILESS_MAIN(TestUnionMembers)
#include "tst_union_members.moc"
