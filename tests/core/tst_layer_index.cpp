// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "compressions.h"
#include "hole_source.h"
#include "stopping_source.h"
#include "tree_text.h"

#include "base/limits.h"
#include "layer/content_reader.h"
#include "layer/layer_indexer.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

TarBuilder sample()
{
    return TarBuilder()
        .dir("usr", {.mode = 0750})
        .file("usr/b", "bb")
        .file("usr/a", "a")
        .file("implied/x", "x")
        .whiteout("gone")
        .whiteout("usr/also")
        .opaque("usr")
        .symlink("link", "usr")
        .hardlink("again", "usr/b");
}

class FailingSource : public ByteSource
{
public:
    FailingSource(SharedSource inner, ErrorCode code)
        : m_inner(std::move(inner))
        , m_code(code)
    {
    }
    std::uint64_t size() const override { return m_inner->size(); }
    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        if (offset > m_inner->size() / 2) {
            return fail(m_code, "on purpose");
        }
        const auto half = m_inner->size() / 2 + 1 - offset;
        return m_inner->readAt(offset, into.first(std::min<std::size_t>(into.size(), half)));
    }

private:
    SharedSource m_inner;
    ErrorCode m_code;
};

} // namespace

class TestLayerIndex : public QObject
{
    Q_OBJECT

private slots:
    void holdsWhatTheTarSays();
    void nodesAreBreadthFirstAndSorted();
    void compressionMakesNoDifference_data() { addCompressionRows(); }
    void compressionMakesNoDifference();
    void contentsOfCompressedLayersAreHashed();
    void plainLayersAreNotReadForTheirContents();
    void countsMembersAndBytes();
    void tarSizeIsThatOfTheWholeStream();
    void xattrSetsAreShared();
    void hardlinksRepeatTheirTarget();
    void entriesBelowAFileAreWarnedAbout();
    void case36_emptyLayers_data();
    void case36_emptyLayers();
    void damagedLayersKeepWhatCameBefore();
    void errorsOfTheSourceStopIt();
    void cancelling();
    void progressReachesTheEnd();
    void longAndDeepPathsAreBounded();
    void manyWarningsAreBounded();
    void sparseContent();
    void contentIsReadFromEveryCompression();
    void openingContentIsCancelled_data() { addCompressionRows(); }
    void openingContentIsCancelled();
    void openingContentReportsStoredBytes();
    void anotherMemberAtTheFilesPlaceIsChanged();
    void claimedHolesAreNeverHashed();
    void namesThatReadersDisagreeOnAreWarnedAbout();
    void case38_estargzLandmarksAreOrdinary();
    void absentLayersAreEmptyWithAWarning();
    void staysSmall();
};

void TestLayerIndex::holdsWhatTheTarSays()
{
    const auto layer = indexTar(sample());
    QCOMPARE(layerText(*layer), "file /again 2 = /usr/b\n"
                                "implied /gone whiteout\n"
                                "implied /implied\n"
                                "file /implied/x 1\n"
                                "symlink /link -> usr\n"
                                "dir /usr 0750 opaque\n"
                                "file /usr/a 1\n"
                                "implied /usr/also whiteout\n"
                                "file /usr/b 2\n"s);
    QVERIFY(layer->warnings().empty());
    QVERIFY(!layer->damaged());
}

void TestLayerIndex::nodesAreBreadthFirstAndSorted()
{
    const auto layer = indexTar(sample());
    const auto nodes = layer->nodes();
    for (std::uint32_t i = 1; i < nodes.size(); ++i) {
        QVERIFY(nodes[i].parent.index() < i);
        const auto [first, last] = layer->children(nodes[i].parent);
        QVERIFY(first <= i && i < last);
        if (i > first) {
            QVERIFY(layer->name(nodes[i - 1].name) < layer->name(nodes[i].name));
        }
    }
}

void TestLayerIndex::compressionMakesNoDifference()
{
    QFETCH(Compression, compression);
    const auto stored = compress(sample().bytes(), compression);
    const auto layer = indexLayer(memorySource(stored), compression, {});
    VERIFY_OK(layer);
    QCOMPARE(layerText(*layer->index), layerText(*indexTar(sample())));
    QCOMPARE(layer->index->tarSize(), std::uint64_t{sample().bytes().size()});
}

void TestLayerIndex::contentsOfCompressedLayersAreHashed()
{
    const auto tar =
        TarBuilder().file("a", "same").file("b", "same").file("c", "else").hardlink("d", "a");
    const auto gzip =
        indexLayer(memorySource(compress(tar.bytes(), Compression::Gzip)), Compression::Gzip, {});
    VERIFY_OK(gzip);
    const auto entries = gzip->index->entries();
    QCOMPARE(entries.size(), std::size_t{4});
    QVERIFY(std::ranges::all_of(entries, &LayerEntry::hashed));
    QCOMPARE(entries[0].contentHash, entries[1].contentHash);
    QCOMPARE(entries[0].contentHash, entries[3].contentHash);
    QVERIFY(entries[0].contentHash != entries[2].contentHash);
    const auto plain = indexTar(tar); // the entries refer to it
    for (const auto& entry : plain->entries()) {
        QVERIFY(!entry.hashed);
    }
}

void TestLayerIndex::plainLayersAreNotReadForTheirContents()
{
    constexpr std::uint64_t size = 2ULL << 40U;
    const auto source = std::make_shared<HoleSource>(size + 512 + 1024);
    TarHeader header;
    header.name = "huge";
    header.size = static_cast<std::int64_t>(size);
    source->put(0, toBytes(header.block()));
    const auto layer = indexLayer(source, Compression::None, {});
    VERIFY_OK(layer);
    QCOMPARE(layer->index->contentBytes(), size);
    QVERIFY(source->bytesRead() < (1U << 20U));
}

void TestLayerIndex::countsMembersAndBytes()
{
    const auto layer = indexTar(sample());
    QCOMPARE(layer->memberCount(), std::uint64_t{9});
    QCOMPARE(layer->contentBytes(), std::uint64_t{4});
    QCOMPARE(layer->tarSize(), std::uint64_t{sample().bytes().size()});
}

void TestLayerIndex::tarSizeIsThatOfTheWholeStream()
{
    const auto tar = TarBuilder().file("a").end(2).raw(std::string(5000, 'x')).bytes();
    QCOMPARE(indexTar(tar)->tarSize(), std::uint64_t{tar.size()});
    const auto gzip =
        indexLayer(memorySource(compress(tar, Compression::Gzip)), Compression::Gzip, {});
    VERIFY_OK(gzip);
    QCOMPARE(gzip->index->tarSize(), std::uint64_t{tar.size()});
}

void TestLayerIndex::xattrSetsAreShared()
{
    const auto layer = indexTar(TarBuilder()
                                    .xattr("user.a", "1")
                                    .file("a")
                                    .xattr("user.a", "1")
                                    .file("b")
                                    .xattr("user.a", "2")
                                    .file("c")
                                    .file("d"));
    const auto entries = layer->entries();
    QCOMPARE(entries[0].xattrs, entries[1].xattrs);
    QVERIFY(entries[0].xattrs != entries[2].xattrs);
    QVERIFY(!entries[3].xattrs.valid());
    QVERIFY(layer->xattrs(entries[3].xattrs).empty());
    QCOMPARE(layer->xattrs(entries[2].xattrs)[0].value, "2"s);
}

void TestLayerIndex::hardlinksRepeatTheirTarget()
{
    const auto layer =
        indexTar(TarBuilder().file("a", "abc", {.mode = 0711, .uid = 4}).hardlink("b", "a"));
    const auto& a = layer->entries()[0];
    const auto& b = layer->entries()[1];
    QVERIFY(b.hardlink);
    QVERIFY(!b.lowerLink);
    QCOMPARE(b.inode.index(), std::size_t{0});
    QCOMPARE(b.size, a.size);
    QCOMPARE(b.mode, a.mode);
    QCOMPARE(b.uid, a.uid);
    QCOMPARE(std::string(layer->name(b.target)), "/a"s);
    const auto lower = indexTar(TarBuilder().hardlink("b", "elsewhere/a"));
    QVERIFY(lower->entries()[0].lowerLink);
    QCOMPARE(std::string(lower->name(lower->entries()[0].target)), "/elsewhere/a"s);
}

void TestLayerIndex::entriesBelowAFileAreWarnedAbout()
{
    const auto layer = indexTar(TarBuilder().file("a", "x").file("a/b", "y").file("z"));
    QVERIFY(layer->warnings().has(WarningCode::ParentIsNotDirectory));
    QVERIFY(layerText(*layer).ends_with("file /z 0\n"));
}

void TestLayerIndex::case36_emptyLayers_data()
{
    QTest::addColumn<int>("zeros");
    QTest::newRow("zero bytes") << 0;
    QTest::newRow("two zero blocks") << 1024;
    QTest::newRow("a whole record") << 10240;
}

void TestLayerIndex::case36_emptyLayers()
{
    QFETCH(int, zeros);
    const Bytes tar(static_cast<std::size_t>(zeros));
    const auto layer = indexTar(tar);
    QCOMPARE(layerText(*layer), ""s);
    QCOMPARE(layer->nodes().size(), std::size_t{1});
    QVERIFY(!layer->damaged());
    QVERIFY(layer->warnings().empty());
}

void TestLayerIndex::damagedLayersKeepWhatCameBefore()
{
    auto tar = TarBuilder().file("a", "x").file("b", std::string(3000, 'y')).bytes();
    tar.resize(1024 + 512 + 1000);
    const auto layer = indexTar(tar);
    QVERIFY(layer->damaged());
    QVERIFY(layer->warnings().has(WarningCode::LayerDamaged));
    QVERIFY(layerText(*layer).starts_with("file /a 1\n"));
    const auto noTar = indexTar(noise(5000));
    QVERIFY(noTar->damaged());
    QCOMPARE(layerText(*noTar), ""s);
}

void TestLayerIndex::errorsOfTheSourceStopIt()
{
    TarBuilder tar;
    for (int i = 0; i < 3000; ++i) {
        tar.file("f" + std::to_string(i), "x");
    }
    for (const auto code :
         {ErrorCode::Io, ErrorCode::Changed, ErrorCode::Denied, ErrorCode::NotFound}) {
        for (const auto compression : {Compression::None, Compression::Gzip, Compression::Zstd}) {
            const auto source = std::make_shared<FailingSource>(
                memorySource(compress(tar.bytes(), compression)), code);
            QCOMPARE(outcome(indexLayer(source, compression, {})), errorCodeName(code));
        }
    }
}

void TestLayerIndex::cancelling()
{
    std::stop_source stop;
    const Job job{stop.get_token(), [&](const Progress&) { stop.request_stop(); }};
    TarBuilder tar;
    for (int i = 0; i < 20'000; ++i) {
        tar.file("f" + std::to_string(i), "content");
    }
    QCOMPARE(outcome(indexLayer(memorySource(tar.bytes()), Compression::None, job)), "Cancelled"s);
}

void TestLayerIndex::progressReachesTheEnd()
{
    for (const auto compression : {Compression::None, Compression::Gzip}) {
        const auto stored = compress(sample().bytes(), compression);
        Progress last;
        bool backwards = false;
        const Job job{{}, [&](const Progress& p) {
                          backwards = backwards || p.done < last.done;
                          last = p;
                      }};
        VERIFY_OK(indexLayer(memorySource(stored), compression, job));
        QCOMPARE(last.done, std::uint64_t{stored.size()});
        QCOMPARE(last.total, std::uint64_t{stored.size()});
        QVERIFY(!backwards);
    }
}

void TestLayerIndex::longAndDeepPathsAreBounded()
{
    std::string deep;
    for (std::size_t i = 0; i <= limits::pathDepth; ++i) {
        deep += "d/";
    }
    const auto layer = indexTar(TarBuilder()
                                    .file(std::string(limits::pathBytes + 1, 'n'))
                                    .symlink("s", std::string(limits::pathBytes + 1, 't'))
                                    .file(deep + "x")
                                    .file("z"));
    QCOMPARE(layerText(*layer), "file /z 0\n"s);
    QVERIFY(layer->warnings().has(WarningCode::LimitReached));
}

void TestLayerIndex::manyWarningsAreBounded()
{
    TarBuilder tar;
    for (int i = 0; i < 5000; ++i) {
        tar.file("../escape" + std::to_string(i)).file(".wh.");
    }
    const auto layer = indexTar(tar);
    QCOMPARE(layer->warnings().items().size(), 2 * limits::warningsOfOneKind);
}

void TestLayerIndex::sparseContent()
{
    const auto tar =
        TarBuilder().sparse(SparseForm::Pax10, "holes", {{1000, "data"}}, 5000).bytes();
    const auto layer = indexTar(tar);
    QCOMPARE(layerText(*layer), "file /holes 5000\n"s);
    const auto stream =
        openContent(memorySource(tar), Compression::None, nullptr, layer->entries()[0]);
    VERIFY_OK(stream);
    std::string expected(5000, '\0');
    expected.replace(1000, 4, "data");
    QVERIFY(drain(**stream) == expected);
}

void TestLayerIndex::contentIsReadFromEveryCompression()
{
    const auto tar = TarBuilder()
                         .file("a", "first")
                         .dir("d")
                         .file("b", toText(noise(50'000)))
                         .hardlink("c", "a")
                         .bytes();
    for (const auto compression : allCompressions) {
        const auto source = memorySource(compress(tar, compression));
        const auto layer = indexLayer(source, compression, {});
        VERIFY_OK(layer);
        const auto entries = layer->index->entries();
        for (const std::size_t i : {0U, 3U}) {
            const auto stream = openContent(source, compression, layer->places.get(), entries[i]);
            VERIFY_OK(stream);
            QCOMPARE(drain(**stream), "first"s);
        }
        const auto big = openContent(source, compression, layer->places.get(), entries[2]);
        VERIFY_OK(big);
        QVERIFY(drain(**big) == toText(noise(50'000)));
        QCOMPARE(outcome(openContent(source, compression, layer->places.get(), entries[1])),
                 "NotFound"s);
    }
}

void TestLayerIndex::openingContentIsCancelled()
{
    QFETCH(Compression, compression);
    const auto tar =
        TarBuilder().file("before", toText(noise(4'000'000))).file("wanted", "content").bytes();
    const auto stored = memorySource(compress(tar, compression));
    const auto layer = indexLayer(stored, compression, {});
    VERIFY_OK(layer);
    const auto wanted = layer->index->entry(EntryId{1});
    // The place in a plain layer is jumped to, and its headers are the first read.
    const std::size_t stopAt = compression == Compression::None ? 1 : 3;
    const auto source = std::make_shared<StoppingSource>(stored, stopAt);
    const auto stream = openContent(source, compression, nullptr, wanted, {source->token(), {}});
    if (compression == Compression::None) {
        VERIFY_OK(stream);
    } else {
        QCOMPARE(outcome(stream), "Cancelled"s);
    }
    QCOMPARE(source->readsAfterTheStop(), std::size_t{0});
    std::stop_source stopped;
    stopped.request_stop();
    QCOMPARE(outcome(openContent(stored, compression, nullptr, wanted, {stopped.get_token(), {}})),
             "Cancelled"s);
}

void TestLayerIndex::openingContentReportsStoredBytes()
{
    const auto tar =
        TarBuilder().file("before", toText(noise(4'000'000))).file("wanted", "content").bytes();
    const auto stored = memorySource(compress(tar, Compression::Gzip));
    const auto layer = indexLayer(stored, Compression::Gzip, {});
    VERIFY_OK(layer);
    std::vector<Progress> reports;
    const Job job{{}, [&](const Progress& p) { reports.push_back(p); }};
    VERIFY_OK(
        openContent(stored, Compression::Gzip, nullptr, layer->index->entry(EntryId{1}), job));
    QVERIFY(!reports.empty());
    QCOMPARE(reports.back().total, stored->size());
    QVERIFY(reports.front().done > 0);
    QVERIFY(reports.back().done <= stored->size());
}

void TestLayerIndex::anotherMemberAtTheFilesPlaceIsChanged()
{
    const auto layer = indexTar(TarBuilder().file("a", "12345"));
    const auto entry = layer->entry(EntryId{0});
    for (const auto& other : {TarBuilder().file("a", "123456"), TarBuilder().dir("a"),
                              TarBuilder().symlink("a", "b"), TarBuilder()}) {
        QCOMPARE(
            outcome(openContent(memorySource(other.bytes()), Compression::None, nullptr, entry)),
            "Changed"s);
    }
}

void TestLayerIndex::claimedHolesAreNeverHashed()
{
    const auto tar = TarBuilder()
                         .sparse(SparseForm::Pax10, "exabyte", {{0, "x"}}, 1ULL << 60U)
                         .file("plain", "y")
                         .bytes();
    const auto layer =
        indexLayer(memorySource(compress(tar, Compression::Gzip)), Compression::Gzip, {});
    VERIFY_OK(layer);
    QCOMPARE(layerText(*layer->index), "file /exabyte 1152921504606846976\nfile /plain 1\n"s);
    QVERIFY(!layer->index->entry(EntryId{0}).hashed);
    QVERIFY(layer->index->entry(EntryId{1}).hashed);
}

void TestLayerIndex::namesThatReadersDisagreeOnAreWarnedAbout()
{
    const auto layer =
        indexTar(TarBuilder().gnuLongName("from-gnu").pax({{"path", "from-pax"}}).file("x"));
    QCOMPARE(layerText(*layer), "file /from-pax 0\n"s);
    QCOMPARE(warningKinds(layer->warnings()), "Malformed"s);
}

void TestLayerIndex::case38_estargzLandmarksAreOrdinary()
{
    const auto stored = concat(
        {compress(TarBuilder().file(".no.prefetch.landmark", "\xf").file("a", "x").end(0).bytes(),
                  Compression::Gzip),
         compress(TarBuilder().file("stargz.index.json", "{}").bytes(), Compression::Gzip),
         compress({}, Compression::Gzip)});
    const auto layer = indexLayer(memorySource(stored), Compression::Gzip, {});
    VERIFY_OK(layer);
    QCOMPARE(layerText(*layer->index), "file /.no.prefetch.landmark 1\n"
                                       "file /a 1\n"
                                       "file /stargz.index.json 2\n"s);
    QVERIFY(!layer->index->damaged());
}

void TestLayerIndex::absentLayersAreEmptyWithAWarning()
{
    const auto layer = absentLayer(WarningCode::LayerMissing, "it is not there");
    QCOMPARE(layerText(*layer), ""s);
    QCOMPARE(warningKinds(layer->warnings()), "LayerMissing"s);
    QCOMPARE(layer->memberCount(), std::uint64_t{0});
}

void TestLayerIndex::staysSmall()
{
    TarBuilder tar;
    constexpr std::size_t count = 20'000;
    for (std::size_t i = 0; i < count; ++i) {
        tar.file("dir" + std::to_string(i % 100) + "/file" + std::to_string(i));
    }
    const auto layer = indexTar(tar);
    QVERIFY2(layer->bytes() / count <= 150, std::to_string(layer->bytes() / count).c_str());
}

QTEST_GUILESS_MAIN(TestLayerIndex)
#include "tst_layer_index.moc"
