// SPDX-License-Identifier: Apache-2.0
#include "compressions.h"
#include "recording.h"

#include "base/limits.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

class TestSeekIndex : public QObject
{
    Q_OBJECT

private slots:
    void placesKeepTheirDistance();
    void otherCompressionsHaveNone_data()
    {
        addCompressionRows(
            {Compression::None, Compression::Xz, Compression::Bzip2, Compression::Lz4});
    }
    void otherCompressionsHaveNone();
    void whatIsShortHasNone();
    void writtenPlacesAreReadAgain();
    void cutOrLengthenedPlacesAreRefused();
    void damagedPlacesDoNoHarm();
    void memoryIsBounded();
    void placesCostLessThanAHundredth();
};

void TestSeekIndex::placesKeepTheirDistance()
{
    constexpr std::uint64_t spacing = 300'000;
    const auto content = mixture();
    const auto whole = record(compress(content, Compression::Gzip), Compression::Gzip, spacing);
    QVERIFY(whole.places);
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < whole.places->placeCount(); ++i) {
        const auto offset = whole.places->place(i).offset;
        QVERIFY(offset >= last + spacing);
        last = offset;
    }
    QVERIFY(whole.places->placeCount() >= content.size() / spacing / 2);
}

void TestSeekIndex::otherCompressionsHaveNone()
{
    QFETCH(Compression, compression);
    const auto content = mixture();
    const auto whole = record(compress(content, compression), compression);
    QVERIFY(whole.bytes == content);
    QVERIFY(!whole.places);
}

void TestSeekIndex::whatIsShortHasNone()
{
    for (const auto& content : {Bytes(), toBytes("short"), noise(100'000)}) {
        const auto whole = record(compress(content, Compression::Gzip), Compression::Gzip,
                                  SeekIndexBuilder::usualSpacing);
        QVERIFY(whole.bytes == content);
        QVERIFY(!whole.places);
    }
}

void TestSeekIndex::writtenPlacesAreReadAgain()
{
    const auto stored = inPieces(mixture(), 1'000'000, Compression::Gzip);
    const auto places = record(stored, Compression::Gzip).places;
    Bytes written = toBytes("before");
    places->appendTo(written);
    const auto again = SeekIndex::parse(std::span(written).subspan(6));
    VERIFY_OK(again);
    QCOMPARE((*again)->compression(), Compression::Gzip);
    QCOMPARE((*again)->placeCount(), places->placeCount());
    bool withState = false;
    bool without = false;
    for (std::size_t i = 0; i < places->placeCount(); ++i) {
        const auto a = places->place(i);
        const auto b = (*again)->place(i);
        QCOMPARE(b.offset, a.offset);
        QCOMPARE(b.sourceOffset, a.sourceOffset);
        QVERIFY(std::ranges::equal(a.state, b.state));
        withState = withState || !a.state.empty();
        without = without || a.state.empty();
    }
    QVERIFY(withState && without);
}

void TestSeekIndex::cutOrLengthenedPlacesAreRefused()
{
    const auto stored = compress(noise(200'000), Compression::Gzip);
    Bytes written;
    record(stored, Compression::Gzip, 60'000).places->appendTo(written);
    VERIFY_OK(SeekIndex::parse(written));
    for (std::size_t size = 0; size < written.size(); size += size < 200 ? 1 : 1'000) {
        QCOMPARE(outcome(SeekIndex::parse(std::span(written).first(size))), "Malformed"s);
    }
    written.push_back(std::byte{0});
    QCOMPARE(outcome(SeekIndex::parse(written)), "Malformed"s);
}

void TestSeekIndex::damagedPlacesDoNoHarm()
{
    const auto content = noise(100'000);
    const auto stored = compress(content, Compression::Gzip, 1);
    Bytes written;
    record(stored, Compression::Gzip).places->appendTo(written);
    std::size_t refused = 0;
    for (std::size_t i = 0; i < written.size(); i += i < 300 ? 1 : 499) {
        for (const unsigned flipped : {0x01U, 0x80U, 0xffU}) {
            auto damaged = written;
            damaged[i] ^= static_cast<std::byte>(flipped);
            const auto places = SeekIndex::parse(damaged);
            if (!places) {
                ++refused;
                continue;
            }
            const auto near = decompressNear(memorySource(stored), Compression::Gzip, places->get(),
                                             content.size());
            VERIFY_OK(near);
            const auto read = readAll(*near->stream, 1U << 24U);
            if (!read) {
                QVERIFY(isDamage(read.error()));
            }
        }
    }
    QVERIFY(refused > 0);
}

void TestSeekIndex::memoryIsBounded()
{
    constexpr std::uint64_t step = 1'000'000;
    SeekIndexBuilder builder(step);
    const auto state = noise(33'000);
    std::uint64_t offset = 0;
    for (int i = 0; i < 5'000; ++i) {
        offset += step;
        if (builder.wants(offset, true)) {
            builder.add({offset, offset / 2, state});
        }
    }
    QVERIFY(!builder.wants(offset + step, true));
    const auto places = builder.finish(Compression::Gzip);
    QVERIFY(places->bytes() <= limits::seekIndexBytes);
    QVERIFY(places->bytes() > limits::seekIndexBytes / 4);
    // What is left stands evenly all the way.
    QVERIFY(places->place(places->placeCount() - 1).offset + 32 * step >= offset);
    QVERIFY(places->before(offset / 2)->offset + 32 * step >= offset / 2);
    QVERIFY(std::ranges::equal(places->place(3).state, state));
    Bytes written;
    places->appendTo(written);
    VERIFY_OK(SeekIndex::parse(written));
}

void TestSeekIndex::placesCostLessThanAHundredth()
{
    const auto content = noise(20'000'000);
    for (const auto& stored :
         {compress(content, Compression::Gzip, 1), inPieces(content, 2'000, Compression::Gzip)}) {
        const auto whole =
            record(stored, Compression::Gzip, SeekIndexBuilder::usualSpacing, 1'000'000);
        QVERIFY(whole.places);
        QVERIFY(whole.places->placeCount() >= 2);
        QVERIFY(whole.places->bytes() < content.size() / 100);
    }
}

QTEST_GUILESS_MAIN(TestSeekIndex)

#include "tst_seek_index.moc"
