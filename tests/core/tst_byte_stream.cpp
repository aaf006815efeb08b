// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"
#include "check.h"
#include "compressions.h"
#include "hole_source.h"
#include "stopping_source.h"

#include "io/byte_stream.h"

#include <algorithm>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

/// A zstd skippable frame: zstd:chunked ends in such.
Bytes skippable(std::string_view body)
{
    const auto size = static_cast<unsigned char>(body.size());
    return toBytes("\x50\x2a\x4d\x18"s + static_cast<char>(size) + "\0\0\0"s + std::string(body));
}

std::string text()
{
    std::string out;
    for (int i = 0; i < 20'000; ++i) {
        out += "line " + std::to_string(i * 7919) + "\n";
    }
    return out;
}

/// All of it, or the name of the error.
std::string decompressed(const Bytes& bytes, Compression compression)
{
    const auto stream = decompress(memorySource(bytes), compression);
    if (!stream) {
        return outcome(stream);
    }
    const auto all = readAll(**stream, 1U << 30U);
    return all ? toText(*all) : outcome(all);
}

/// What is read before the error, and which it is; "ok" where there is none.
std::pair<Bytes, std::string> untilTheError(ByteStream& stream, std::size_t atOnce = 700'000)
{
    Bytes read;
    Bytes buffer(atOnce);
    for (;;) {
        const auto n = stream.read(buffer);
        if (!n || *n == 0) {
            return {std::move(read), outcome(n)};
        }
        read.insert(read.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*n));
    }
}

} // namespace

class TestByteStream : public QObject
{
    Q_OBJECT

private slots:
    void compressionIsKnownByTheBytes_data() { addCompressionRows(); }
    void compressionIsKnownByTheBytes();
    void skippableFramesInFrontAreZstd();
    void textAndNothingAreNotCompressed();
    void aTarNamedLikeAMagicNumberIsATar();
    void readsBack_data() { addCompressionRows(); }
    void readsBack();
    void readsBackByteByByte_data() { addCompressionRows(); }
    void readsBackByteByByte();
    void emptyContentReadsBack_data() { addCompressionRows(); }
    void emptyContentReadsBack();
    void positionEndsAtTheSourcesSize_data() { addCompressionRows(); }
    void positionEndsAtTheSourcesSize();
    void cutOffIsAnErrorThatStays_data()
    {
        addCompressionRows({Compression::Gzip, Compression::Zstd, Compression::Xz,
                            Compression::Bzip2, Compression::Lz4});
    }
    void cutOffIsAnErrorThatStays();
    void damageNeverCrashes_data() { addCompressionRows(); }
    void damageNeverCrashes();
    void cutOffGivesWhatCameBefore_data()
    {
        addCompressionRows({Compression::Gzip, Compression::Zstd, Compression::Xz,
                            Compression::Bzip2, Compression::Lz4});
    }
    void cutOffGivesWhatCameBefore();
    void case37_allGzipMembersAreRead();
    void case37_anEmptyGzipMemberEndsNothing();
    void case37_nulsBehindGzipAreNoError();
    void case37_nulsBetweenGzipMembersAreNoError();
    void whatIsBehindGzipIsIgnored();
    void aWrongGzipChecksumIsMalformedBehindTheContent();
    void gzipHeaderFieldsArePassedOver();
    void whatStandsBeforeAnErrorOfZstdIsGiven_data();
    void whatStandsBeforeAnErrorOfZstdIsGiven();
    void case39_allZstdFramesAreRead();
    void case39_zstdSkippableFramesArePassedOver();
    void zstdThatWantsTooMuchMemoryIsRefused();
    void aStopIsObeyed_data() { addCompressionRows(); }
    void aStopIsObeyed();
    void aStopIsObeyedWhereNothingComesOut_data();
    void aStopIsObeyedWhereNothingComesOut();
    void noBytesAreAnEmptyStream();
    void skipPassesOver_data() { addCompressionRows(); }
    void skipPassesOver();
    void plainSkipDoesNotRead();
    void plainStreamStartsAnywhere();
    void readAllKeepsTheLimit();
    void readUpToTakesTheFront();
};

void TestByteStream::compressionIsKnownByTheBytes()
{
    QFETCH(Compression, compression);
    const auto sniffed = sniffCompression(*memorySource(compress(toBytes("hello"), compression)));
    VERIFY_OK(sniffed);
    QCOMPARE(compressionName(*sniffed), compressionName(compression));
}

void TestByteStream::skippableFramesInFrontAreZstd()
{
    const auto frame = compress(toBytes("hello"), Compression::Zstd);
    const auto sniffed = sniffCompression(*memorySource(concat({skippable("x"), frame})));
    VERIFY_OK(sniffed);
    QCOMPARE(*sniffed, Compression::Zstd);
}

void TestByteStream::textAndNothingAreNotCompressed()
{
    for (const auto* content : {"", "\x1f", "\x1f\x8b", "BZ", "{}", "plain text of some length"}) {
        const auto sniffed = sniffCompression(*memorySource(toBytes(content)));
        VERIFY_OK(sniffed);
        QCOMPARE(*sniffed, Compression::None);
    }
}

void TestByteStream::aTarNamedLikeAMagicNumberIsATar()
{
    std::string header(512, '\0');
    header.replace(0, 10, "BZh91AY&SY");
    header.replace(257, 5, "ustar");
    const auto sniffed = sniffCompression(*memorySource(toBytes(header)));
    VERIFY_OK(sniffed);
    QCOMPARE(*sniffed, Compression::None);
}

void TestByteStream::readsBack()
{
    QFETCH(Compression, compression);
    const auto content = text();
    const auto stream = openStream(memorySource(compress(toBytes(content), compression)));
    VERIFY_OK(stream);
    QVERIFY(drain(**stream) == content);
    Bytes more(10);
    const auto got = (*stream)->read(more);
    VERIFY_OK(got);
    QCOMPARE(*got, std::size_t{0});
}

void TestByteStream::readsBackByteByByte()
{
    QFETCH(Compression, compression);
    const auto content = text().substr(0, 5000);
    const auto stream = openStream(memorySource(compress(toBytes(content), compression)));
    VERIFY_OK(stream);
    std::string read;
    Bytes one(1);
    for (;;) {
        const auto got = (*stream)->read(one);
        VERIFY_OK(got);
        if (*got == 0) {
            break;
        }
        read += toText(one);
    }
    QVERIFY(read == content);
}

void TestByteStream::emptyContentReadsBack()
{
    QFETCH(Compression, compression);
    QCOMPARE(decompressed(compress({}, compression), compression), ""s);
}

void TestByteStream::positionEndsAtTheSourcesSize()
{
    QFETCH(Compression, compression);
    const auto stored = compress(noise(300'000), compression);
    const auto stream = openStream(memorySource(stored));
    VERIFY_OK(stream);
    QVERIFY((*stream)->sourcePosition() < stored.size());
    drain(**stream);
    QCOMPARE((*stream)->sourcePosition(), std::uint64_t{stored.size()});
}

void TestByteStream::cutOffIsAnErrorThatStays()
{
    QFETCH(Compression, compression);
    const auto whole = compress(noise(200'000), compression);
    for (const std::size_t left : {whole.size() - 1, whole.size() / 2, std::size_t{20}}) {
        auto part = whole;
        part.resize(left);
        const auto stream = decompress(memorySource(part), compression);
        VERIFY_OK(stream);
        const auto all = readAll(**stream, 1U << 30U);
        QVERIFY2(!all, std::to_string(left).c_str());
        const auto first = all.error().code;
        QVERIFY(first == ErrorCode::Truncated || first == ErrorCode::Malformed);
        if (compression == Compression::Gzip || compression == Compression::Zstd) {
            QCOMPARE(outcome(all), "Truncated"s);
        }
        Bytes more(10);
        const auto again = (*stream)->read(more);
        QVERIFY(!again);
        QCOMPARE(again.error().code, first);
    }
}

void TestByteStream::cutOffGivesWhatCameBefore()
{
    QFETCH(Compression, compression);
    const auto content = noise(2'000'000);
    auto stored = compress(content, compression);
    stored.resize(stored.size() / 2);
    const auto stream = decompress(memorySource(stored), compression);
    VERIFY_OK(stream);
    const auto [read, end] = untilTheError(**stream);
    QVERIFY(end == "Truncated" || end == "Malformed");
    // Noise does not compress: half of it is there but for the last block, bzip2's being 900 kB.
    const std::size_t block = compression == Compression::Bzip2 ? 900'000
                              : compression == Compression::Lz4 ? 4U << 20U
                                                                : 200'000;
    QVERIFY2(read.size() + block >= stored.size(), std::to_string(read.size()).c_str());
    QVERIFY(std::equal(read.begin(), read.end(), content.begin()));
}

void TestByteStream::damageNeverCrashes()
{
    QFETCH(Compression, compression);
    const auto whole = compress(toBytes(text().substr(0, 2000)), compression);
    for (std::size_t i = 0; i < whole.size(); ++i) {
        auto damaged = whole;
        damaged[i] ^= std::byte{0x55};
        const auto stream = openStream(memorySource(damaged));
        if (!stream) {
            continue;
        }
        const auto all = readAll(**stream, 1U << 22U);
        if (!all) {
            const auto code = all.error().code;
            QVERIFY(code == ErrorCode::Truncated || code == ErrorCode::Malformed ||
                    code == ErrorCode::LimitExceeded || code == ErrorCode::Unsupported);
        }
    }
}

void TestByteStream::case37_allGzipMembersAreRead()
{
    const auto both = concat({compress(toBytes("one "), Compression::Gzip),
                              compress(toBytes("two "), Compression::Gzip),
                              compress(toBytes("three"), Compression::Gzip)});
    QCOMPARE(decompressed(both, Compression::Gzip), "one two three"s);
}

void TestByteStream::case37_anEmptyGzipMemberEndsNothing()
{
    const auto empty = compress({}, Compression::Gzip);
    const auto one = compress(toBytes("one"), Compression::Gzip);
    QCOMPARE(decompressed(concat({empty, one, empty}), Compression::Gzip), "one"s);
}

void TestByteStream::case37_nulsBehindGzipAreNoError()
{
    const auto one = compress(toBytes("one"), Compression::Gzip);
    for (const std::size_t count : {1U, 17U, 512U, 100'000U}) {
        QCOMPARE(decompressed(concat({one, Bytes(count)}), Compression::Gzip), "one"s);
    }
}

void TestByteStream::case37_nulsBetweenGzipMembersAreNoError()
{
    const auto one = compress(toBytes("one"), Compression::Gzip);
    const auto two = compress(toBytes("two"), Compression::Gzip);
    QCOMPARE(decompressed(concat({one, Bytes(600), two, Bytes(9)}), Compression::Gzip), "onetwo"s);
}

void TestByteStream::whatIsBehindGzipIsIgnored()
{
    const auto one = compress(toBytes("one"), Compression::Gzip);
    QCOMPARE(decompressed(concat({one, toBytes("a signature")}), Compression::Gzip), "one"s);
}

void TestByteStream::aWrongGzipChecksumIsMalformedBehindTheContent()
{
    const auto content = text();
    auto bytes = compress(toBytes(content), Compression::Gzip);
    bytes[bytes.size() - 6] ^= std::byte{1};
    QCOMPARE(decompressed(bytes, Compression::Gzip), "Malformed"s);
    const auto stream = decompress(memorySource(bytes), Compression::Gzip);
    VERIFY_OK(stream);
    const auto [before, end] = untilTheError(**stream);
    QVERIFY(toText(before) == content);
    QCOMPARE(end, "Malformed"s);
}

void TestByteStream::gzipHeaderFieldsArePassedOver()
{
    const auto plain = compress(toBytes("content"), Compression::Gzip);
    const auto body = toText(std::span(plain).subspan(10));
    const auto fields =
        "\x1f\x8b\x08\x1c\0\0\0\0\0\xff"s + "\x03\0abc"s + "name.tar\0"s + "comment\0"s;
    QCOMPARE(decompressed(toBytes(fields + body), Compression::Gzip), "content"s);
}

void TestByteStream::whatStandsBeforeAnErrorOfZstdIsGiven_data()
{
    // A frame with a checksum and a window of 256 KiB; a raw block has its length times eight
    // before it, and one added for the last.
    const auto start = "\x28\xb5\x2f\xfd\x04\x40"s;
    const auto first = "\x18\0\0one"s;
    const auto last = "\x19\0\0two"s;
    QTest::addColumn<std::string>("stored");
    QTest::addColumn<std::string>("content");
    QTest::newRow("a wrong checksum") << start + first + last + "\0\0\0\0"s << "onetwo"s;
    QTest::newRow("a block of no known kind") << start + first + "\x1e\0\0two"s << "one"s;
    QTest::newRow("a block larger than blocks are") << start + first + "\x1c\0\xf0two"s << "one"s;
    QTest::newRow("no frame behind it")
        << toText(compress(toBytes("one"), Compression::Zstd)) + "two, and what else" << "one"s;
}

void TestByteStream::whatStandsBeforeAnErrorOfZstdIsGiven()
{
    QFETCH(std::string, stored);
    QFETCH(std::string, content);
    for (const std::size_t atOnce : {1U, 2U, 3U, 100U}) {
        const auto stream = decompress(memorySource(toBytes(stored)), Compression::Zstd);
        VERIFY_OK(stream);
        const auto [before, end] = untilTheError(**stream, atOnce);
        QCOMPARE(toText(before), content);
        QCOMPARE(end, "Malformed"s);
    }
}

void TestByteStream::case39_allZstdFramesAreRead()
{
    const auto frames =
        concat({compress(toBytes("one "), Compression::Zstd), compress({}, Compression::Zstd),
                compress(toBytes("two"), Compression::Zstd)});
    QCOMPARE(decompressed(frames, Compression::Zstd), "one two"s);
}

void TestByteStream::case39_zstdSkippableFramesArePassedOver()
{
    const auto one = compress(toBytes("one "), Compression::Zstd);
    const auto two = compress(toBytes("two"), Compression::Zstd);
    const auto chunked = concat(
        {skippable("front"), one, skippable(""), two, skippable("toc"), skippable("GNUlInUx")});
    QCOMPARE(decompressed(chunked, Compression::Zstd), "one two"s);
    QCOMPARE(decompressed(skippable("nothing else"), Compression::Zstd), ""s);
}

void TestByteStream::zstdThatWantsTooMuchMemoryIsRefused()
{
    // Magic number, no flags, a window of 2 GiB, and a last raw block of nothing.
    const auto frame = toBytes("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00"s);
    QCOMPARE(decompressed(frame, Compression::Zstd), "LimitExceeded"s);
}

void TestByteStream::aStopIsObeyed()
{
    QFETCH(Compression, compression);
    const auto source =
        std::make_shared<StoppingSource>(memorySource(compress(noise(3'000'000), compression)), 3);
    const auto stream = decompress(source, compression, source->token());
    VERIFY_OK(stream);
    Bytes buffer(10'000);
    auto n = (*stream)->read(buffer);
    while (n && *n > 0) {
        n = (*stream)->read(buffer);
    }
    QCOMPARE(outcome(n), "Cancelled"s);
    QCOMPARE(source->readsAfterTheStop(), std::size_t{0});
    QCOMPARE(outcome((*stream)->read(buffer)), "Cancelled"s);
    QCOMPARE(outcome((*stream)->skip(1'000'000)), "Cancelled"s);
}

void TestByteStream::aStopIsObeyedWhereNothingComesOut_data()
{
    QTest::addColumn<Compression>("compression");
    QTest::addColumn<QByteArray>("front");
    const auto one = compress(toBytes("x"), Compression::Gzip);
    QTest::newRow("NULs behind gzip")
        << Compression::Gzip
        << QByteArray(reinterpret_cast<const char*>(one.data()), qsizetype(one.size()));
    QTest::newRow("a skippable zstd frame")
        << Compression::Zstd << QByteArray("\x50\x2a\x4d\x18\x00\x00\x00\x40", 8);
}

void TestByteStream::aStopIsObeyedWhereNothingComesOut()
{
    QFETCH(Compression, compression);
    QFETCH(QByteArray, front);
    const auto holes = std::make_shared<HoleSource>(2ULL << 30U);
    holes->put(0, toBytes(front.toStdString()));
    const auto source = std::make_shared<StoppingSource>(holes, 4);
    const auto stream = decompress(source, compression, source->token());
    VERIFY_OK(stream);
    QCOMPARE(outcome((*stream)->skip(1U << 20U)), "Cancelled"s);
    QCOMPARE(source->readsAfterTheStop(), std::size_t{0});
}

void TestByteStream::noBytesAreAnEmptyStream()
{
    const auto stream = openStream(memorySource({}));
    VERIFY_OK(stream);
    QCOMPARE(drain(**stream), ""s);
}

void TestByteStream::skipPassesOver()
{
    QFETCH(Compression, compression);
    const auto content = text();
    const auto stream = openStream(memorySource(compress(toBytes(content), compression)));
    VERIFY_OK(stream);
    const auto skipped = (*stream)->skip(100'000);
    VERIFY_OK(skipped);
    QCOMPARE(*skipped, std::uint64_t{100'000});
    Bytes buffer(10);
    const auto got = (*stream)->read(buffer);
    VERIFY_OK(got);
    QCOMPARE(toText(std::span(buffer).first(*got)), content.substr(100'000, *got));
    const auto rest = (*stream)->skip(~0ULL);
    VERIFY_OK(rest);
    QCOMPARE(*rest, std::uint64_t{content.size() - 100'000 - *got});
}

void TestByteStream::plainSkipDoesNotRead()
{
    const auto source = std::make_shared<HoleSource>(1ULL << 40U);
    source->put((1ULL << 40U) - 3, toBytes("end"));
    const auto stream = plainStream(source);
    const auto skipped = stream->skip((1ULL << 40U) - 3);
    VERIFY_OK(skipped);
    QCOMPARE(*skipped, (1ULL << 40U) - 3);
    QCOMPARE(drain(*stream), "end"s);
    QVERIFY(source->bytesRead() < (1U << 20U));
}

void TestByteStream::plainStreamStartsAnywhere()
{
    const auto stream = plainStream(memorySource(toBytes("0123456789")), 7);
    QCOMPARE(drain(*stream), "789"s);
    const auto behind = plainStream(memorySource(toBytes("0123")), 9);
    QCOMPARE(drain(*behind), ""s);
}

void TestByteStream::readAllKeepsTheLimit()
{
    const auto bomb = compress(Bytes(50'000'000), Compression::Gzip);
    const auto stream = openStream(memorySource(bomb));
    VERIFY_OK(stream);
    QCOMPARE(outcome(readAll(**stream, 1'000'000)), "LimitExceeded"s);
    for (const std::uint64_t enough : {std::uint64_t{3}, ~std::uint64_t{0}}) {
        const auto exact = plainStream(memorySource(toBytes("abc")));
        const auto all = readAll(*exact, enough);
        VERIFY_OK(all);
        QCOMPARE(toText(*all), "abc"s);
    }
}

void TestByteStream::readUpToTakesTheFront()
{
    const auto stream = plainStream(memorySource(toBytes("0123456789")));
    const auto front = readUpTo(*stream, 4);
    VERIFY_OK(front);
    QCOMPARE(toText(*front), "0123"s);
    const auto rest = readUpTo(*stream, 100);
    VERIFY_OK(rest);
    QCOMPARE(toText(*rest), "456789"s);
}

QTEST_GUILESS_MAIN(TestByteStream)
#include "tst_byte_stream.moc"
