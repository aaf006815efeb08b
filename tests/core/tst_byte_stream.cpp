// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"
#include "check.h"
#include "hole_source.h"

#include "io/byte_stream.h"

#include <algorithm>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

Q_DECLARE_METATYPE(strata::Compression)

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

void addCompressions()
{
    QTest::addColumn<Compression>("compression");
    for (const auto c : {Compression::None, Compression::Gzip, Compression::Zstd, Compression::Xz,
                         Compression::Bzip2, Compression::Lz4}) {
        QTest::newRow(std::string(compressionName(c)).c_str()) << c;
    }
}

} // namespace

class TestByteStream : public QObject
{
    Q_OBJECT

private slots:
    void compressionIsKnownByTheBytes_data() { addCompressions(); }
    void compressionIsKnownByTheBytes();
    void skippableFramesInFrontAreZstd();
    void textAndNothingAreNotCompressed();
    void aTarNamedLikeAMagicNumberIsATar();
    void readsBack_data() { addCompressions(); }
    void readsBack();
    void readsBackByteByByte_data() { addCompressions(); }
    void readsBackByteByByte();
    void emptyContentReadsBack_data() { addCompressions(); }
    void emptyContentReadsBack();
    void positionEndsAtTheSourcesSize_data() { addCompressions(); }
    void positionEndsAtTheSourcesSize();
    void cutOffIsAnErrorThatStays_data() { addCompressions(); }
    void cutOffIsAnErrorThatStays();
    void damageNeverCrashes_data() { addCompressions(); }
    void damageNeverCrashes();
    void allGzipMembersAreRead();
    void anEmptyGzipMemberEndsNothing();
    void nulsBehindGzipAreNoError();
    void aWrongGzipChecksumIsMalformed();
    void gzipHeaderFieldsArePassedOver();
    void allZstdFramesAreRead();
    void zstdSkippableFramesArePassedOver();
    void noBytesAreAnEmptyStream();
    void skipPassesOver_data() { addCompressions(); }
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
    if (compression == Compression::None) {
        QSKIP("plain bytes have no end of their own");
    }
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

void TestByteStream::allGzipMembersAreRead()
{
    const auto both = concat({compress(toBytes("one "), Compression::Gzip),
                              compress(toBytes("two "), Compression::Gzip),
                              compress(toBytes("three"), Compression::Gzip)});
    QCOMPARE(decompressed(both, Compression::Gzip), "one two three"s);
}

void TestByteStream::anEmptyGzipMemberEndsNothing()
{
    const auto empty = compress({}, Compression::Gzip);
    const auto one = compress(toBytes("one"), Compression::Gzip);
    QCOMPARE(decompressed(concat({empty, one, empty}), Compression::Gzip), "one"s);
}

void TestByteStream::nulsBehindGzipAreNoError()
{
    const auto one = compress(toBytes("one"), Compression::Gzip);
    for (const std::size_t count : {1U, 17U, 512U, 100'000U}) {
        QCOMPARE(decompressed(concat({one, Bytes(count)}), Compression::Gzip), "one"s);
    }
}

void TestByteStream::aWrongGzipChecksumIsMalformed()
{
    auto bytes = compress(toBytes("content with a checksum"), Compression::Gzip);
    bytes[bytes.size() - 6] ^= std::byte{1};
    QCOMPARE(decompressed(bytes, Compression::Gzip), "Malformed"s);
}

void TestByteStream::gzipHeaderFieldsArePassedOver()
{
    const auto plain = compress(toBytes("content"), Compression::Gzip);
    const auto body = toText(std::span(plain).subspan(10));
    const auto fields =
        "\x1f\x8b\x08\x1c\0\0\0\0\0\xff"s + "\x03\0abc"s + "name.tar\0"s + "comment\0"s;
    QCOMPARE(decompressed(toBytes(fields + body), Compression::Gzip), "content"s);
}

void TestByteStream::allZstdFramesAreRead()
{
    const auto frames =
        concat({compress(toBytes("one "), Compression::Zstd), compress({}, Compression::Zstd),
                compress(toBytes("two"), Compression::Zstd)});
    QCOMPARE(decompressed(frames, Compression::Zstd), "one two"s);
}

void TestByteStream::zstdSkippableFramesArePassedOver()
{
    const auto one = compress(toBytes("one "), Compression::Zstd);
    const auto two = compress(toBytes("two"), Compression::Zstd);
    const auto chunked = concat(
        {skippable("front"), one, skippable(""), two, skippable("toc"), skippable("GNUlInUx")});
    QCOMPARE(decompressed(chunked, Compression::Zstd), "one two"s);
    QCOMPARE(decompressed(skippable("nothing else"), Compression::Zstd), ""s);
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
    const auto exact = plainStream(memorySource(toBytes("abc")));
    VERIFY_OK(readAll(*exact, 3));
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
