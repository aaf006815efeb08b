// SPDX-License-Identifier: Apache-2.0
#include "archive_builder.h"
#include "compressions.h"
#include "recording.h"
#include "stopping_source.h"
#include "tar_builder.h"

#include "layer/content_reader.h"
#include "layer/layer_indexer.h"
#include "tree/opened_image.h"

#include <isa-l/igzip_lib.h>

#include <atomic>
#include <stdexcept>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

/// One gzip member by ISA-L; flushed after every `piece` bytes.
Bytes isalGzip(const Bytes& content, int level, std::uint16_t flush = NO_FLUSH,
               std::size_t piece = 50'000)
{
    std::vector<std::uint8_t> levelBuffer(ISAL_DEF_LVL3_EXTRA_LARGE);
    Bytes out(content.size() * 2 + 100'000);
    isal_zstream stream{};
    isal_deflate_init(&stream);
    stream.gzip_flag = IGZIP_GZIP;
    stream.level = static_cast<std::uint32_t>(level);
    stream.level_buf = levelBuffer.data();
    stream.level_buf_size = static_cast<std::uint32_t>(levelBuffer.size());
    stream.flush = flush;
    stream.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream.avail_out = static_cast<std::uint32_t>(out.size());
    for (std::size_t at = 0; at < content.size(); at += piece) {
        const auto n = std::min(piece, content.size() - at);
        stream.next_in =
            reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(content.data() + at));
        stream.avail_in = static_cast<std::uint32_t>(n);
        stream.end_of_stream = at + n == content.size() ? 1 : 0;
        if (isal_deflate(&stream) != COMP_OK) {
            throw std::runtime_error("ISA-L could not compress");
        }
    }
    out.resize(stream.total_out);
    return out;
}

/// Counts the bytes that are read.
class CountingSource final : public ByteSource
{
public:
    explicit CountingSource(SharedSource inner)
        : m_inner(std::move(inner))
    {
    }

    std::uint64_t size() const override { return m_inner->size(); }
    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> into) const override
    {
        auto n = m_inner->readAt(offset, into);
        m_bytes += n.value_or(0);
        return n;
    }
    std::uint64_t bytesRead() const { return m_bytes; }

private:
    SharedSource m_inner;
    mutable std::atomic<std::uint64_t> m_bytes = 0;
};

/// A layer large enough to have places at the usual spacing, and small files in it.
TarBuilder largeLayer()
{
    return TarBuilder()
        .file("front", "first")
        .file("noise", toText(noise(20'000'000)))
        .file("back", "last")
        .hardlink("link", "back");
}

} // namespace

class TestDecompressNear : public QObject
{
    Q_OBJECT

private slots:
    void fromEachPlaceAllIsAsFromTheStart_data();
    void fromEachPlaceAllIsAsFromTheStart();
    void recordingChangesNoByte_data();
    void recordingChangesNoByte();
    void theNearestPlaceIsTaken();
    void checksumsAreVerifiedFromAPlace_data();
    void checksumsAreVerifiedFromAPlace();
    void placesBeforeDamageAreKept_data();
    void placesBeforeDamageAreKept();
    void placesOfSomethingElseAreNotUsed();
    void aStopIsObeyed();
    void filesOfALayerAreReadFromPlaces_data();
    void filesOfALayerAreReadFromPlaces();
    void openedImagesReadFromPlaces();
};

void TestDecompressNear::fromEachPlaceAllIsAsFromTheStart_data()
{
    QTest::addColumn<Bytes>("stored");
    QTest::addColumn<Compression>("compression");
    QTest::addColumn<std::size_t>("atLeast");
    const auto content = mixture();
    const auto row = [](const std::string& name, const Bytes& stored, std::size_t atLeast,
                        Compression compression = Compression::Gzip) {
        QTest::newRow(name.c_str()) << stored << compression << atLeast;
    };
    row("stored blocks", compress(content, Compression::Gzip, 0), 10);
    for (const int level : {1, 6, 9}) {
        row("zlib " + std::to_string(level), compress(content, Compression::Gzip, level), 10);
    }
    for (const int level : {1, 2, 3}) {
        const auto name = "ISA-L " + std::to_string(level);
        row(name + " flushed", isalGzip(content, level, SYNC_FLUSH), 20);
        row(name + " fully flushed", isalGzip(content, level, FULL_FLUSH), 20);
    }
    row("many members", inPieces(content, 20'000, Compression::Gzip), 100);
    row("members with NULs between",
        concat({compress(noise(40'000), Compression::Gzip), Bytes(600),
                compress(content, Compression::Gzip), Bytes(9)}),
        10);
    row("members, some empty",
        concat({compress({}, Compression::Gzip), compress(noise(9'000), Compression::Gzip),
                compress({}, Compression::Gzip), compress(toBytes("last"), Compression::Gzip)}),
        1);
    row("frames", inPieces(content, 20'000, Compression::Zstd), 100, Compression::Zstd);
    row("frames, some skippable",
        concat({compress(noise(9'000), Compression::Zstd),
                toBytes("\x50\x2a\x4d\x18\x03\0\0\0toc"s),
                compress(toBytes("last"), Compression::Zstd),
                toBytes("\x50\x2a\x4d\x18\x03\0\0\0end"s)}),
        1, Compression::Zstd);
}

void TestDecompressNear::fromEachPlaceAllIsAsFromTheStart()
{
    QFETCH(Bytes, stored);
    QFETCH(Compression, compression);
    QFETCH(std::size_t, atLeast);
    const auto whole = record(stored, compression);
    QCOMPARE(whole.end, "ok"s);
    QVERIFY(whole.places);
    const auto count = whole.places->placeCount();
    QVERIFY2(count >= atLeast, std::to_string(count).c_str());
    for (std::size_t i = 0; i < count; ++i) {
        const auto place = whole.places->place(i);
        const auto near =
            decompressNear(memorySource(stored), compression, whole.places.get(), place.offset);
        VERIFY_OK(near);
        QCOMPARE(near->offset, place.offset);
        QCOMPARE(near->stream->sourcePosition(), place.sourceOffset);
        const auto [bytes, end] = rest(*near->stream);
        QCOMPARE(end, "ok"s);
        QVERIFY2(endsWith(whole.bytes, place.offset, bytes), std::to_string(i).c_str());
        QCOMPARE(near->stream->sourcePosition(), std::uint64_t{stored.size()});
    }
}

void TestDecompressNear::recordingChangesNoByte_data()
{
    QTest::addColumn<Compression>("compression");
    QTest::addColumn<std::size_t>("atOnce");
    for (const auto compression : {Compression::Gzip, Compression::Zstd}) {
        for (const std::size_t atOnce : {1U, 7U, 1'000U, 1'000'000U}) {
            QTest::addRow("%s, %zu at once", std::string(compressionName(compression)).c_str(),
                          atOnce)
                << compression << atOnce;
        }
    }
}

void TestDecompressNear::recordingChangesNoByte()
{
    QFETCH(Compression, compression);
    QFETCH(std::size_t, atOnce);
    const auto content = concat({noise(40'000), mixture()});
    const auto read = record(inPieces(content, 700'000, compression), compression, 1, atOnce);
    QCOMPARE(read.end, "ok"s);
    QVERIFY(read.bytes == content);
    QVERIFY(read.places);
}

void TestDecompressNear::theNearestPlaceIsTaken()
{
    const auto stored = compress(mixture(), Compression::Gzip);
    const auto whole = record(stored, Compression::Gzip);
    const auto second = whole.places->place(1).offset;
    const auto third = whole.places->place(2).offset;
    const auto near = [&](std::uint64_t offset) {
        return decompressNear(memorySource(stored), Compression::Gzip, whole.places.get(), offset)
            .value()
            .offset;
    };
    QCOMPARE(near(0), std::uint64_t{0});
    QCOMPARE(near(whole.places->place(0).offset - 1), std::uint64_t{0});
    QCOMPARE(near(second - 1), whole.places->place(0).offset);
    QCOMPARE(near(second), second);
    QCOMPARE(near(third - 1), second);
    QCOMPARE(near(~0ULL), whole.places->place(whole.places->placeCount() - 1).offset);
    const auto without =
        decompressNear(memorySource(stored), Compression::Gzip, nullptr, third).value();
    QCOMPARE(without.offset, std::uint64_t{0});
    QVERIFY(rest(*without.stream).first == whole.bytes);
    const auto plain =
        decompressNear(memorySource(whole.bytes), Compression::None, nullptr, third).value();
    QCOMPARE(plain.offset, third);
    QVERIFY(endsWith(whole.bytes, third, rest(*plain.stream).first));
}

void TestDecompressNear::checksumsAreVerifiedFromAPlace_data()
{
    QTest::addColumn<std::size_t>("fromTheEnd");
    QTest::newRow("checksum") << std::size_t{6};
    QTest::newRow("size") << std::size_t{2};
}

void TestDecompressNear::checksumsAreVerifiedFromAPlace()
{
    QFETCH(std::size_t, fromTheEnd);
    const auto content = mixture();
    auto stored = compress(content, Compression::Gzip);
    stored[stored.size() - fromTheEnd] ^= std::byte{1};
    const auto whole = record(stored, Compression::Gzip);
    QCOMPARE(whole.end, "Malformed"s);
    const auto near = decompressNear(memorySource(stored), Compression::Gzip, whole.places.get(),
                                     content.size() / 2)
                          .value();
    QVERIFY(near.offset > 0);
    const auto [bytes, end] = rest(*near.stream);
    QCOMPARE(end, "Malformed"s);
    QVERIFY(endsWith(content, near.offset, bytes));
}

void TestDecompressNear::placesBeforeDamageAreKept_data()
{
    addCompressionRows({Compression::Gzip, Compression::Zstd});
}

void TestDecompressNear::placesBeforeDamageAreKept()
{
    QFETCH(Compression, compression);
    const auto content = noise(1'000'000);
    auto stored = inPieces(content, 200'000, compression);
    stored.resize(stored.size() * 3 / 4);
    const auto whole = record(stored, compression);
    QCOMPARE(whole.end, "Truncated"s);
    QVERIFY(whole.places);
    QVERIFY(whole.places->placeCount() >= 3);
    const auto last = whole.places->place(whole.places->placeCount() - 1);
    QVERIFY(last.offset >= 600'000);
    const auto near =
        decompressNear(memorySource(stored), compression, whole.places.get(), last.offset).value();
    const auto [bytes, end] = rest(*near.stream);
    QCOMPARE(end, "Truncated"s);
    QVERIFY(endsWith(whole.bytes, last.offset, bytes));
}

void TestDecompressNear::placesOfSomethingElseAreNotUsed()
{
    const auto content = mixture();
    const auto stored = compress(content, Compression::Gzip);
    const auto places = record(stored, Compression::Gzip).places;
    const auto zstd = decompressNear(memorySource(compress(content, Compression::Zstd)),
                                     Compression::Zstd, places.get(), content.size())
                          .value();
    QCOMPARE(zstd.offset, std::uint64_t{0});
    QVERIFY(rest(*zstd.stream).first == content);
    const auto small = compress(toBytes("small"), Compression::Gzip);
    const auto shorter =
        decompressNear(memorySource(small), Compression::Gzip, places.get(), content.size())
            .value();
    QCOMPARE(shorter.offset, std::uint64_t{0});
    QCOMPARE(toText(rest(*shorter.stream).first), "small"s);
}

void TestDecompressNear::aStopIsObeyed()
{
    const auto stored = compress(noise(3'000'000), Compression::Gzip);
    const auto source = std::make_shared<StoppingSource>(memorySource(stored), 3);
    SeekIndexBuilder builder(1);
    const auto stream = decompressRecording(source, Compression::Gzip, builder, source->token());
    VERIFY_OK(stream);
    QCOMPARE(rest(**stream).second, "Cancelled"s);
    QCOMPARE(source->readsAfterTheStop(), std::size_t{0});
    const auto places = builder.finish(Compression::Gzip);
    QVERIFY(places);
    const auto again = std::make_shared<StoppingSource>(memorySource(stored), 2);
    const auto near =
        decompressNear(again, Compression::Gzip, places.get(), 300'000, again->token());
    VERIFY_OK(near);
    QVERIFY(near->offset > 0);
    QCOMPARE(rest(*near->stream).second, "Cancelled"s);
    QCOMPARE(again->readsAfterTheStop(), std::size_t{0});
}

void TestDecompressNear::filesOfALayerAreReadFromPlaces_data()
{
    QTest::addColumn<Bytes>("stored");
    QTest::addColumn<Compression>("compression");
    const auto tar = largeLayer().bytes();
    QTest::newRow("gzip") << compress(tar, Compression::Gzip, 1) << Compression::Gzip;
    QTest::newRow("zstd") << inPieces(tar, 1'000'000, Compression::Zstd) << Compression::Zstd;
}

void TestDecompressNear::filesOfALayerAreReadFromPlaces()
{
    QFETCH(Bytes, stored);
    QFETCH(Compression, compression);
    const auto layer = indexLayer(memorySource(stored), compression, {});
    VERIFY_OK(layer);
    QVERIFY(layer->places);
    const std::vector<std::string> contents = {"first", toText(noise(20'000'000)), "last", "last"};
    for (std::uint32_t i = 0; i < contents.size(); ++i) {
        const auto entry = layer->index->entry(EntryId{i});
        const auto source = std::make_shared<CountingSource>(memorySource(stored));
        const auto stream = openContent(source, compression, layer->places.get(), entry);
        VERIFY_OK(stream);
        QVERIFY(drain(**stream) == contents[i]);
        QVERIFY(contents[i].size() > 5 || source->bytesRead() < stored.size() / 2);
    }
}

void TestDecompressNear::openedImagesReadFromPlaces()
{
    ImageBuilder image;
    image.layer(TarBuilder().file("base", "base"))
        .layer(largeLayer(), {}, Compression::Gzip)
        .layer(TarBuilder().file("top", "top"), {}, Compression::Gzip);
    const auto source =
        std::make_shared<CountingSource>(ArchiveBuilder(ArchiveForm::Oci).image(image).source());
    const auto archive = ImageArchive::open(source, "test.tar", {});
    VERIFY_OK(archive);
    const auto opened = loadImage(*archive, 0, {});
    VERIFY_OK(opened);
    QCOMPARE((*opened)->places.size(), std::size_t{3});
    QVERIFY(!(*opened)->places[0]);
    QVERIFY((*opened)->places[1]);
    QVERIFY(!(*opened)->places[2]);
    const auto node = (*opened)->tree->find("/link");
    QVERIFY(node.has_value());
    const auto before = source->bytesRead();
    const auto stream = (*opened)->open(*(*opened)->tree->visible(*node));
    VERIFY_OK(stream);
    QCOMPARE(drain(**stream), "last"s);
    QVERIFY(source->bytesRead() - before < 10'000'000);
}

QTEST_GUILESS_MAIN(TestDecompressNear)

#include "tst_decompress_near.moc"
