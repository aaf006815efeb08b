// SPDX-License-Identifier: Apache-2.0
// Tars that are broken or cut off, and the offsets by which members are found again.
#include "check.h"
#include "compressions.h"
#include "hole_source.h"
#include "tar_text.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

Q_DECLARE_METATYPE(strata::test::Bytes)

class TestTarDamage : public QObject
{
    Q_OBJECT

private slots:
    void aDamagedHeaderIsMalformed();
    void cutInAHeaderIsTruncated();
    void cutInDataGivesWhatCameBefore_data();
    void cutInDataGivesWhatCameBefore();
    void cutInASparseFileGivesWhatCameBefore();
    void claimedHolesTakeNoMemory();
    void moreContentThanTheSizeIsMalformed_data();
    void moreContentThanTheSizeIsMalformed();
    void holesThatNoMapAnnounces();
    void cutAnywhereEndsWithoutCrash();
    void hugePaxHeadersAreRefused();
    void damageNeverCrashes();
    void anErrorOfTheStreamIsHandedOn();
    void headerOffsetOpensTheMemberAgain();
    void headerOffsetsCountFromTheStart();
    void aMemberOfAnUnknownTypeIsReadFromItsHeader();
    void dataOffsetIsWhereTheBytesLie();
};

void TestTarDamage::aDamagedHeaderIsMalformed()
{
    const auto tar = TarBuilder().file("a", "x").header({.name = "b", .badChecksum = true});
    QCOMPARE(tarText(tar), "file a 1\nerror: Malformed\n"s);
}

void TestTarDamage::cutInAHeaderIsTruncated()
{
    auto tar = TarBuilder().file("a", "x").file("b", "y").bytes();
    tar.resize(1024 + 200);
    QCOMPARE(tarText(tar), "file a 1\nerror: Truncated\n"s);
}

void TestTarDamage::cutInDataGivesWhatCameBefore_data()
{
    addCompressionRows({Compression::None, Compression::Gzip, Compression::Zstd});
}

void TestTarDamage::cutInDataGivesWhatCameBefore()
{
    QFETCH(Compression, compression);
    auto tar = TarBuilder().file("a", std::string(2000, 'x')).bytes();
    tar.resize(512 + 700);
    QCOMPARE(tarText(tar), "file a 2000\nerror: Truncated\n"s);
    const auto stream = decompress(memorySource(compress(tar, compression)), compression);
    VERIFY_OK(stream);
    TarReader reader(**stream);
    VERIFY_OK(reader.next());
    QCOMPARE(restOf(reader), std::string(700, 'x') + "error: Truncated");
    QCOMPARE(restOf(reader), "error: Truncated"s);
}

void TestTarDamage::cutInASparseFileGivesWhatCameBefore()
{
    TarBuilder tar;
    tar.sparse(SparseForm::OldGnu, "s", {{0, std::string(512, 'a')}, {1024, std::string(512, 'b')}},
               4096);
    auto bytes = tar.end(0).bytes();
    bytes.resize(bytes.size() - 500);
    const auto stream = plainStream(memorySource(bytes));
    TarReader reader(*stream);
    VERIFY_OK(reader.next());
    QCOMPARE(restOf(reader), std::string(512, 'a') + std::string(512, '\0') + std::string(12, 'b') +
                                 "error: Truncated");
}

void TestTarDamage::claimedHolesTakeNoMemory()
{
    const auto tar = TarBuilder().sparse(SparseForm::Pax10, "s", {{0, "x"}}, 1ULL << 60U).file("z");
    QCOMPARE(tarText(tar), "file s 1152921504606846976\nfile z 0\n"s);
    const auto stream = plainStream(memorySource(tar.bytes()));
    TarReader reader(*stream);
    VERIFY_OK(reader.next());
    Bytes some(1000, std::byte{1});
    const auto data = reader.read(some);
    VERIFY_OK(data);
    QCOMPARE(*data, std::size_t{1});
    const auto hole = reader.read(some);
    VERIFY_OK(hole);
    QCOMPARE(*hole, some.size());
    QVERIFY(some == Bytes(1000));
    const auto next = reader.next();
    VERIFY_OK(next);
    QCOMPARE((*next)->path, "z"s);
}

void TestTarDamage::moreContentThanTheSizeIsMalformed_data()
{
    const std::string content(1000, 'x');
    QTest::addColumn<Bytes>("tar");
    QTest::newRow("old GNU")
        << TarBuilder().sparse(SparseForm::OldGnu, "s", {{0, content}}, 100).bytes();
    QTest::newRow("PAX 0.1")
        << TarBuilder().sparse(SparseForm::Pax01, "s", {{0, content}}, 100).bytes();
    QTest::newRow("PAX 1.0")
        << TarBuilder().sparse(SparseForm::Pax10, "s", {{0, content}}, 100).bytes();
    QTest::newRow("a real size")
        << TarBuilder().pax({{"SCHILY.realsize", "100"}}).file("s", content).bytes();
}

void TestTarDamage::moreContentThanTheSizeIsMalformed()
{
    QFETCH(Bytes, tar);
    QCOMPARE(tarText(tar), "file s 100\n"s);
    const auto stream = plainStream(memorySource(tar));
    TarReader reader(*stream);
    VERIFY_OK(reader.next());
    QCOMPARE(restOf(reader), "error: Malformed"s);
}

void TestTarDamage::holesThatNoMapAnnounces()
{
    const auto tar = TarBuilder().pax({{"SCHILY.realsize", "5000"}}).file("s", "x").bytes();
    const auto stream = plainStream(memorySource(tar));
    std::stop_source stop;
    TarReader reader(*stream, 0, stop.get_token());
    const auto member = reader.next();
    VERIFY_OK(member);
    QVERIFY(!(*member)->sparse);
    Bytes some(10);
    VERIFY_OK(reader.read(some));
    QVERIFY(!(*member)->sparse);
    const auto hole = reader.read(some);
    VERIFY_OK(hole);
    QCOMPARE(*hole, some.size());
    QVERIFY((*member)->sparse);
    stop.request_stop();
    QCOMPARE(outcome(reader.read(some)), "Cancelled"s);
}

void TestTarDamage::cutAnywhereEndsWithoutCrash()
{
    const auto whole = TarBuilder()
                           .xattr("user.a", "b")
                           .file("a", "content")
                           .gnuLongName(std::string(150, 'n'))
                           .file("n")
                           .sparse(SparseForm::Pax10, "holes", {{512, "x"}}, 2000)
                           .symlink("s", "t")
                           .bytes();
    for (std::size_t left = 0; left < whole.size(); left += 64) {
        auto tar = whole;
        tar.resize(left);
        QVERIFY(tarText(tar).size() < 1000);
    }
}

void TestTarDamage::hugePaxHeadersAreRefused()
{
    constexpr std::int64_t size = 4LL << 30;
    const auto source = std::make_shared<HoleSource>(static_cast<std::uint64_t>(size) + 2048);
    source->put(0, toBytes(TarHeader{.name = "x", .size = size, .typeflag = 'x'}.block()));
    const auto stream = plainStream(source);
    TarReader reader(*stream);
    const auto member = reader.next();
    QVERIFY(!member || *member == nullptr);
    QVERIFY(source->bytesRead() < (64U << 20U));
}

void TestTarDamage::damageNeverCrashes()
{
    const auto whole = TarBuilder()
                           .pax({{"path", "from-pax"}, {"mtime", "1.5"}})
                           .xattr("user.a", "b")
                           .file("a", "content")
                           .sparse(SparseForm::OldGnu, "s", {{512, "x"}}, 2000)
                           .sparse(SparseForm::Pax01, "t", {{512, "x"}}, 2000)
                           .bytes();
    for (std::size_t i = 0; i < whole.size(); ++i) {
        auto tar = whole;
        tar[i] ^= std::byte{0x0a};
        const auto stream = plainStream(memorySource(tar));
        TarReader reader(*stream);
        for (int n = 0; n < 100; ++n) {
            const auto member = reader.next();
            if (!member || *member == nullptr) {
                break;
            }
            Bytes some(4000);
            [[maybe_unused]] const auto read = reader.read(some);
        }
    }
}

void TestTarDamage::anErrorOfTheStreamIsHandedOn()
{
    auto gz = compress(TarBuilder().file("a", toText(noise(100'000))).bytes(), Compression::Gzip);
    gz.resize(gz.size() / 2);
    const auto stream = decompress(memorySource(gz), Compression::Gzip);
    VERIFY_OK(stream);
    TarReader reader(**stream);
    VERIFY_OK(reader.next());
    const auto end = reader.next();
    QCOMPARE(outcome(end), "Truncated"s);
    QCOMPARE(end.error().what, "gzip data that ends early"s);
}

void TestTarDamage::headerOffsetOpensTheMemberAgain()
{
    const auto tar = TarBuilder()
                         .dir("d")
                         .file("d/plain", "plain content")
                         .xattr("user.a", "value")
                         .pax({{"path", "d/" + std::string(300, 'p')}})
                         .file("x", "pax content")
                         .longNames(LongNames::Gnu)
                         .file("d/" + std::string(300, 'g'), "gnu content")
                         .sparse(SparseForm::OldGnu, "old", {{0, "old"}, {5000, "GNU"}}, 9000)
                         .sparse(SparseForm::Pax00, "p00", {{512, "zero"}}, 9000)
                         .sparse(SparseForm::Pax10, "p10", {{512, "one"}}, 9000)
                         .pax({{"GNU.sparse.size", "9000"},
                               {"GNU.sparse.numblocks", "1"},
                               {"GNU.sparse.map", "512,3"}})
                         .header({.name = "odd", .size = 3, .typeflag = '~'}, "odd")
                         .globalPax({{"comment", "c"}})
                         .file("last", "last content")
                         .bytes();
    const auto source = memorySource(tar);
    const auto stream = plainStream(source);
    TarReader reader(*stream);
    int count = 0;
    for (;;) {
        const auto next = reader.next();
        VERIFY_OK(next);
        if (*next == nullptr) {
            break;
        }
        const TarMember member = **next;
        const auto content = restOf(reader);
        const auto again = plainStream(source, member.headerOffset);
        TarReader second(*again, member.headerOffset);
        const auto found = second.next();
        VERIFY_OK(found);
        QVERIFY(*found != nullptr);
        QCOMPARE((*found)->path, member.path);
        QCOMPARE((*found)->size, member.size);
        QVERIFY((*found)->xattrs == member.xattrs);
        QCOMPARE((*found)->headerOffset, member.headerOffset);
        QVERIFY(restOf(second) == content);
        ++count;
    }
    QCOMPARE(count, 9);
}

// Of an archive's first header libarchive asks that it knows the type; of those behind it, not.
void TestTarDamage::aMemberOfAnUnknownTypeIsReadFromItsHeader()
{
    TarBuilder tar;
    tar.file("first");
    const auto at = tar.size();
    tar.header({.name = "odd", .size = 3, .typeflag = '\xa0'}, "odd");
    QCOMPARE(tarText(tar.bytes()), "file first 0\nfile odd 3\n"s);
    const auto stream = plainStream(memorySource(tar.bytes()), at);
    TarReader reader(*stream, at);
    const auto member = reader.next();
    VERIFY_OK(member);
    QCOMPARE((*member)->path, "odd"s);
    QCOMPARE(restOf(reader), "odd"s);
}

void TestTarDamage::headerOffsetsCountFromTheStart()
{
    TarBuilder tar;
    tar.file("a", "x");
    const auto second = tar.size();
    tar.xattr("user.a", "b").file("b", "y");
    const auto third = tar.size();
    tar.file("c");
    const auto stream = plainStream(memorySource(tar.bytes()), second);
    TarReader reader(*stream, second);
    const auto b = reader.next();
    VERIFY_OK(b);
    QCOMPARE((*b)->headerOffset, std::uint64_t{second});
    const auto c = reader.next();
    VERIFY_OK(c);
    QCOMPARE((*c)->headerOffset, std::uint64_t{third});
}

void TestTarDamage::dataOffsetIsWhereTheBytesLie()
{
    TarBuilder tar;
    tar.file("a", "first").xattr("user.a", "b").file("b", "second");
    const auto bytes = tar.bytes();
    const auto stream = plainStream(memorySource(bytes));
    TarReader reader(*stream);
    for (const auto* content : {"first", "second"}) {
        const auto member = reader.next();
        VERIFY_OK(member);
        const auto at = static_cast<std::size_t>((*member)->dataOffset);
        QCOMPARE(toText(std::span(bytes).subspan(at, (*member)->size)), std::string(content));
    }
}

QTEST_GUILESS_MAIN(TestTarDamage)
#include "tst_tar_damage.moc"
