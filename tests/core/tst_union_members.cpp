// SPDX-License-Identifier: Apache-2.0
// The tricky cases 27 to 42 of core/RULES.md, but for Windows's: what members of odd tars and odd
// streams make of an image. Each states what those of tst_union_cases.cpp do; how each is read is
// specified where the tar and the streams are.
#include "archive_text.h"
#include "check.h"
#include "tree_text.h"

#include "layer/layer_index_builder.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

LayerEntry entryOf(const MergedTree& tree, std::string_view path)
{
    return tree.entry(*tree.visible(*tree.find(path)));
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

const auto twoFiles = TarBuilder().file("a", "1").file("b", "2");
const std::string twoFilesSeen = "file /a 1 L0\nfile /b 1 L0\n/b: L0 added file 1\n2";

/// What `twoFiles` make when they are stored in an odd way.
std::string seenOfTwoFiles(const Bytes& stored, Compression compression)
{
    const auto image = opened(ImageBuilder().storedLayer(stored, twoFiles.bytes(), compression));
    return image ? stackText(*image->tree, {"/b"}) + contentOf(*image, "/b") : "cannot be opened";
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
    void case30_longTargetsAndPrefixes();
    void case30_paxWins();
    void case31_largeNumbers();
    void case32_negativeTimes();
    void case33_globalHeaders();
    void case34_endsOfTheArchive_data();
    void case34_endsOfTheArchive();
    void case35_diffIdCoversWhatTrails_data();
    void case35_diffIdCoversWhatTrails();
    void case36_emptyLayers();
    void case37_gzipMembersAndTrailingNuls();
    void case38_estargzArtefacts();
    void case39_zstdChunked();
    void case41_theSameDiffIdTwice();
    void case42_socketsHaveNoTarType();
};

void TestUnionMembers::case27_capabilitiesWithNuls()
{
    const auto capability = "\1\0\0\2\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s;
    const auto tree =
        mergeTars({TarBuilder().file("ping", "x"),
                   TarBuilder().xattr("security.capability", capability).file("ping", "yy")});
    QCOMPARE(stackText(*tree, {"/ping"}),
             "file /ping 2 L1\n/ping: L0 added file 1, L1 modified file 2\n"s);
    const auto xattrs = tree->xattrs(*tree->visible(*tree->find("/ping")));
    QCOMPARE(xattrs.size(), std::size_t{1});
    QVERIFY(xattrs[0].second == capability);
}

void TestUnionMembers::case28_namesOfBytes()
{
    QCOMPARE(stackText({TarBuilder().file("caf\xe9", "1"), TarBuilder().file("caf\xe9", "22")},
                       {"/caf\xe9"}),
             "file /caf\xef\xbf\xbd 2 L1\n"
             "/caf\xef\xbf\xbd: L0 added file 1, L1 modified file 2\n"s);
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
    QCOMPARE(stackText({TarBuilder().file("holes", "short"),
                        TarBuilder().sparse(static_cast<SparseForm>(form), "holes",
                                            {{0, "start"}, {100'000, "end"}}, 200'000)},
                       {"/holes"}),
             "file /holes 200000 L1\n"
             "/holes: L0 added file 5, L1 modified file 200000\n"s);
}

void TestUnionMembers::case30_longNames()
{
    const std::string name(180, 'n');
    const auto path = "/" + name;
    QCOMPARE(stackText({TarBuilder().longNames(LongNames::Gnu).file(name, "1"),
                        TarBuilder().longNames(LongNames::Pax).file(name, "22")},
                       {path}),
             "file " + path + " 2 L1\n" + path + ": L0 added file 1, L1 modified file 2\n");
}

void TestUnionMembers::case30_longTargetsAndPrefixes()
{
    const std::string target(180, 't');
    const std::string folder(60, 'f');
    const auto path = folder + "/" + std::string(60, 'n');
    QCOMPARE(
        stackText({TarBuilder().longNames(LongNames::Gnu).file(target, "1").hardlink("h", target),
                   TarBuilder().longNames(LongNames::Gnu).symlink("s", target),
                   TarBuilder().longNames(LongNames::UstarPrefix).file(path, "22")},
                  {"/h", "/s", "/" + path}),
        "dir /" + folder + " implicit L2\nfile /" + path + " 2 L2\nfile /h 1 L0 = /" + target +
            "\nsymlink /s -> " + target + " L1\nfile /" + target + " 1 L0\n" +
            "/h: L0 added file 1\n/s: L1 added symlink\n/" + path + ": L2 added file 2\n");
}

void TestUnionMembers::case30_paxWins()
{
    const auto upper = TarBuilder().gnuLongName("gnu").pax({{"path", "pax"}}).file("header", "22");
    QCOMPARE(stackText({TarBuilder().file("pax", "1"), upper}, {"/pax", "/gnu", "/header"}),
             "file /pax 2 L1\n"
             "/pax: L0 added file 1, L1 modified file 2\n"
             "/gnu: no such path\n"
             "/header: no such path\n"
             "L1 warns: Malformed\n"s);
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

    QCOMPARE(stackText({TarBuilder().file("f", "x", {.uid = 3'000'000'000}),
                        TarBuilder().file("f", "yy", {.uid = 4'000'000'000})},
                       {"/f"}),
             "file /f 2 4000000000:0 L1\n"
             "/f: L0 added file 1, L1 modified file 2\n"s);
}

void TestUnionMembers::case32_negativeTimes()
{
    const auto tree = mergeTars(
        {TarBuilder().dir("d", {.mtime = -1}), TarBuilder().dir("d", {.mtime = -5'000'000'000})});
    QCOMPARE(stackText(*tree, {"/d"}), "dir /d 0755 L1\n/d: L0 added dir, L1 metadata dir\n"s);
    QCOMPARE(entryOf(*tree, "/d").mtime, std::int64_t{-5'000'000'000});
}

void TestUnionMembers::case33_globalHeaders()
{
    const auto tree = mergeTars({TarBuilder().file("a", "1"),
                                 TarBuilder()
                                     .globalPax({{"comment", "0123456789abcdef"}, {"mtime", "5"}})
                                     .file("a", "22", {.mtime = 7})});
    QCOMPARE(stackText(*tree, {"/a"}), "file /a 2 L1\n/a: L0 added file 1, L1 modified file 2\n"s);
    QCOMPARE(entryOf(*tree, "/a").mtime, std::int64_t{7});
}

void TestUnionMembers::case34_endsOfTheArchive_data()
{
    QTest::addColumn<int>("blocks");
    QTest::addColumn<bool>("secondTar");
    QTest::newRow("none") << 0 << false;
    QTest::newRow("one") << 1 << false;
    QTest::newRow("two") << 2 << false;
    QTest::newRow("a second tar behind one") << 1 << true;
    QTest::newRow("a second tar behind two") << 2 << true;
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
    QCOMPARE(stackText(*tree, {"/a", "/hidden"}), "file /a 2 L1\n"
                                                  "/a: L0 added file 1, L1 modified file 2\n"
                                                  "/hidden: no such path\n"s);
    QVERIFY(!tree->layer(1).damaged());
}

void TestUnionMembers::case35_diffIdCoversWhatTrails_data()
{
    QTest::addColumn<Compression>("compression");
    QTest::newRow("plain") << Compression::None;
    QTest::newRow("gzip") << Compression::Gzip;
    QTest::newRow("zstd") << Compression::Zstd;
}

void TestUnionMembers::case35_diffIdCoversWhatTrails()
{
    QFETCH(Compression, compression);
    const auto tar = TarBuilder().file("a", "1").bytes();
    const auto trailed = concat({tar, toBytes("trailing bytes")});
    const auto stored = compress(trailed, compression);
    const ImageBuilder whole = ImageBuilder().storedLayer(stored, trailed, compression);
    const auto image = opened(whole);
    QVERIFY(image);
    QCOMPARE(stackText(*image->tree, {"/a"}), "file /a 1 L0\n/a: L0 added file 1\n"s);
    QCOMPARE(image->layers[0]->tarSize(), std::uint64_t{trailed.size()});
    QCOMPARE(diffIdChecks(whole), "L0 verified\n"s);
    // A diff ID of the tar alone is not this layer's.
    QCOMPARE(diffIdChecks(ImageBuilder().storedLayer(stored, tar, compression)), "L0 mismatch\n"s);
}

void TestUnionMembers::case36_emptyLayers()
{
    const ImageBuilder builder =
        ImageBuilder().layer(TarBuilder().file("a", "1")).layer(Bytes(1024)).layer(Bytes{});
    const auto image = opened(builder);
    QVERIFY(image);
    QCOMPARE(stackText(*image->tree, {"/a"}), "file /a 1 L0\n/a: L0 added file 1\n"s);
    QCOMPARE(diffText(*image->tree, 1) + diffText(*image->tree, 2), ""s);
    QCOMPARE(builder.diffId(1),
             "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"s);
    QCOMPARE(diffIdChecks(builder), "L0 verified\nL1 verified\nL2 verified\n"s);
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
    // The footer of eStargz: an empty member whose extra field "SG" tells where its index starts.
    const auto footer = concat({toBytes("\x1f\x8b\x08\x04\0\0\0\0\0\xff"
                                        "\x1a\0SG\x16\0"s
                                        "0000000000000200STARGZ"s),
                                toBytes("\x01\0\0\xff\xff\0\0\0\0\0\0\0\0"s)});
    const auto stored = concat({compress(tar.bytes(), Compression::Gzip), footer});
    const auto image = opened(ImageBuilder()
                                  .layer(TarBuilder().file(".no.prefetch.landmark", "\xf"))
                                  .storedLayer(stored, tar.bytes(), Compression::Gzip));
    QVERIFY(image);
    const auto& tree = *image->tree;
    QCOMPARE(footer.size(), std::size_t{51});
    QCOMPARE(stackText(tree, {"/stargz.index.json"}), "file /.no.prefetch.landmark 1 L0\n"
                                                      "file /.prefetch.landmark 1 L1\n"
                                                      "dir /etc 0755 L1\n"
                                                      "file /etc/stargz.index.json 4 L1\n"
                                                      "file /stargz.index.json 2 L1\n"
                                                      "/stargz.index.json: L1 added file 2\n"s);
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

void TestUnionMembers::case41_theSameDiffIdTwice()
{
    const auto tar = TarBuilder().file("a", "1");
    const auto image =
        opened(ImageBuilder().layer(tar).layer(TarBuilder().whiteout("a")).layer(tar));
    QVERIFY(image);
    QCOMPARE(image->image().layers[0].diffId, image->image().layers[2].diffId);
    QCOMPARE(stackText(*image->tree, {"/a"}),
             "file /a 1 L2\n"
             "/a: L0 added file 1, L1 removed by whiteout, L2 added file 1\n"s);
}

void TestUnionMembers::case42_socketsHaveNoTarType()
{
    // POSIX: what a reader does not know is an ordinary file. Nothing ever shows as a socket.
    TarHeader header;
    header.name = "socket";
    header.typeflag = 's';
    header.mode = 0600;
    QCOMPARE(
        stackText({TarBuilder().file("socket", "x"), TarBuilder().header(header)}, {"/socket"}),
        "file /socket 0 0600 L1\n"
        "/socket: L0 added file 1, L1 modified file 0\n"s);
}

QTEST_GUILESS_MAIN(TestUnionMembers)
#include "tst_union_members.moc"
