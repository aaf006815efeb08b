// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"
#include "check.h"
#include "hole_source.h"
#include "tar_builder.h"
#include "tar_text.h"

#include "io/tar_reader.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

Q_DECLARE_METATYPE(strata::test::SparseForm)

class TestTarReader : public QObject
{
    Q_OBJECT

private slots:
    void everyTypeOfMember();
    void aHardlinkHasNoTypeOfItsOwn();
    void aHardlinkToNothingIsOneAllTheSame();
    void metadataOfAMember();
    void contentIsRead();
    void contentNotReadIsSkipped();
    void unreadDataOfAPlainTarIsNeverTouched();
    void v7AndGnuHeaders();
    void aNameEndingInASlashIsADirectoryInV7();
    void contiguousFilesAreFiles();
    void modeIsTheTwelvePermissionBits();
    void emptyTars_data();
    void emptyTars();
    void behindTheEndIsTheEnd();

    void case27_capabilityXattrsHoldNuls();
    void case29_sparse_data();
    void case29_sparse();
    void case29_manySparseChunks_data() { case29_sparse_data(); }
    void case29_manySparseChunks();
    void case31_sizesOverEightGigabytes_data();
    void case31_sizesOverEightGigabytes();
    void case31_base256Numbers();
    void case31_negativeNumbers();
    void case31_largeOwnersInPax();
    void case32_negativeTime();
    void case32_paxTimeHasNanoseconds();
    void case33_globalHeaderIsIgnored();
    void case34_endOfArchive_data();
    void case34_endOfArchive();
    void case34_aSecondTarBehindTheEndIsIgnored();
};

void TestTarReader::everyTypeOfMember()
{
    const auto tar = TarBuilder()
                         .dir("d/")
                         .file("d/f", "hello")
                         .symlink("d/s", "../x")
                         .hardlink("d/h", "d/f")
                         .charDevice("null", 1, 3)
                         .blockDevice("sda", 8, 0)
                         .fifo("pipe");
    QCOMPARE(tarText(tar), "dir d/ 0\n"
                           "file d/f 5\n"
                           "symlink d/s -> ../x 0\n"
                           "file d/h = d/f 0\n"
                           "char null 0\n"
                           "block sda 0\n"
                           "fifo pipe 0\n"s);
}

void TestTarReader::aHardlinkHasNoTypeOfItsOwn()
{
    // Its mode may hold the type bits of what it links to.
    QCOMPARE(tarText(TarBuilder()
                         .hardlink("symlink", "a", {.mode = 0120777})
                         .hardlink("folder", "a", {.mode = 040755})
                         .hardlink("device", "a", {.mode = 020644})),
             "file symlink = a 0\n"
             "file folder = a 0\n"
             "file device = a 0\n"s);
}

void TestTarReader::aHardlinkToNothingIsOneAllTheSame()
{
    // Whatever stands before it: behind PAX headers libarchive would take it for a file.
    for (const auto& before : {TarBuilder(), TarBuilder().pax({{"comment", "x"}}).file("f", "1")}) {
        auto tar = before;
        tar.hardlink("nowhere", "", {.mode = 0100644}).file("last", "22");
        const auto text = tarText(tar);
        QVERIFY2(text.ends_with("file nowhere =  0\nfile last 2\n"), text.c_str());
    }
}

void TestTarReader::metadataOfAMember()
{
    const auto m = firstMember(TarBuilder().charDevice(
        "tty", 4, 300, {.mode = 0620, .uid = 1000, .gid = 5, .mtime = 1234567890}));
    QCOMPARE(m.mode, std::uint16_t{0620});
    QCOMPARE(m.uid, 1000U);
    QCOMPARE(m.gid, 5U);
    QCOMPARE(m.mtime, std::int64_t{1234567890});
    QCOMPARE(m.mtimeNsec, 0U);
    QCOMPARE(m.deviceMajor, 4U);
    QCOMPARE(m.deviceMinor, 300U);
    QVERIFY(!m.hardlink);
    QVERIFY(!m.sparse);
    QVERIFY(m.xattrs.empty());
}

void TestTarReader::contentIsRead()
{
    const auto big = toText(noise(70'000));
    const auto tar = TarBuilder().file("a", "first").file("empty").file("b", big).bytes();
    const auto stream = plainStream(memorySource(tar));
    TarReader reader(*stream);
    VERIFY_OK(reader.next());
    QCOMPARE(restOf(reader), "first"s);
    VERIFY_OK(reader.next());
    QCOMPARE(restOf(reader), ""s);
    VERIFY_OK(reader.next());
    QVERIFY(restOf(reader) == big);
    const auto end = reader.next();
    VERIFY_OK(end);
    QVERIFY(*end == nullptr);
}

void TestTarReader::contentNotReadIsSkipped()
{
    const auto tar = TarBuilder().file("a", std::string(3000, 'x')).file("b", "second").bytes();
    const auto stream = plainStream(memorySource(tar));
    TarReader reader(*stream);
    VERIFY_OK(reader.next());
    Bytes some(100);
    VERIFY_OK(reader.read(some));
    const auto b = reader.next();
    VERIFY_OK(b);
    QVERIFY(*b != nullptr);
    QCOMPARE((*b)->path, "b"s);
    QCOMPARE(restOf(reader), "second"s);
}

void TestTarReader::unreadDataOfAPlainTarIsNeverTouched()
{
    constexpr std::uint64_t fileSize = 1ULL << 30U;
    const auto source = std::make_shared<HoleSource>(4 * (fileSize + 512) + 1024);
    for (std::uint64_t i = 0; i < 4; ++i) {
        TarHeader h;
        h.name = "f" + std::to_string(i);
        h.size = static_cast<std::int64_t>(fileSize);
        source->put(i * (fileSize + 512), toBytes(h.block()));
    }
    const auto stream = plainStream(source);
    TarReader reader(*stream);
    int count = 0;
    for (auto m = reader.next(); m && *m != nullptr; m = reader.next()) {
        ++count;
    }
    QCOMPARE(count, 4);
    QVERIFY2(source->bytesRead() < 4'000'000, std::to_string(source->bytesRead()).c_str());
}

void TestTarReader::v7AndGnuHeaders()
{
    const auto tar =
        TarBuilder()
            .header({.name = "v7", .size = 3, .typeflag = '\0', .magic = TarMagic::V7}, "abc")
            .header({.name = "gnu", .size = 2, .magic = TarMagic::Gnu}, "xy");
    QCOMPARE(tarText(tar), "file v7 3\nfile gnu 2\n"s);
}

void TestTarReader::aNameEndingInASlashIsADirectoryInV7()
{
    QCOMPARE(tarText(TarBuilder().header({.name = "d/", .typeflag = '\0', .magic = TarMagic::V7})),
             "dir d/ 0\n"s);
}

void TestTarReader::contiguousFilesAreFiles()
{
    QCOMPARE(tarText(TarBuilder().header({.name = "f", .size = 1, .typeflag = '7'}, "x")),
             "file f 1\n"s);
}

void TestTarReader::modeIsTheTwelvePermissionBits()
{
    QCOMPARE(firstMember(TarBuilder().file("f", {}, {.mode = 06755})).mode, std::uint16_t{06755});
    QCOMPARE(firstMember(TarBuilder().dir("d", {.mode = 01777})).mode, std::uint16_t{01777});
    QCOMPARE(firstMember(TarBuilder().file("f", {}, {.mode = 0100644})).mode, std::uint16_t{0644});
    QCOMPARE(firstMember(TarBuilder().file("f", {}, {.mode = 0})).mode, std::uint16_t{0});
}

void TestTarReader::emptyTars_data()
{
    QTest::addColumn<int>("zeros");
    QTest::newRow("no bytes") << 0;
    QTest::newRow("one block") << 512;
    QTest::newRow("two blocks") << 1024;
    QTest::newRow("a record") << 10240;
}

void TestTarReader::emptyTars()
{
    QFETCH(int, zeros);
    QCOMPARE(tarText(Bytes(static_cast<std::size_t>(zeros))), ""s);
}

void TestTarReader::behindTheEndIsTheEnd()
{
    const auto stream = plainStream(memorySource(TarBuilder().file("a", "x").bytes()));
    TarReader reader(*stream);
    VERIFY_OK(reader.next());
    for (int i = 0; i < 3; ++i) {
        const auto end = reader.next();
        VERIFY_OK(end);
        QVERIFY(*end == nullptr);
        QCOMPARE(restOf(reader), ""s);
    }
}

void TestTarReader::case27_capabilityXattrsHoldNuls()
{
    const auto capability = "\x01\0\0\x02\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s;
    const auto m = firstMember(TarBuilder()
                                   .xattr("security.capability", capability)
                                   .xattr("user.text", "a=b\nc")
                                   .xattr("user.empty", "")
                                   .file("ping", "x"));
    QCOMPARE(m.path, "ping"s);
    QCOMPARE(m.size, std::uint64_t{1});
    auto xattrs = m.xattrs;
    std::ranges::sort(xattrs);
    QCOMPARE(xattrs.size(), std::size_t{3});
    QCOMPARE(xattrs[0].first, "security.capability"s);
    QVERIFY(xattrs[0].second == capability);
    QCOMPARE(xattrs[1].first, "user.empty"s);
    QCOMPARE(xattrs[1].second, ""s);
    QCOMPARE(xattrs[2].first, "user.text"s);
    QCOMPARE(xattrs[2].second, "a=b\nc"s);
}

void TestTarReader::case29_sparse_data()
{
    QTest::addColumn<SparseForm>("form");
    QTest::newRow("old GNU") << SparseForm::OldGnu;
    QTest::newRow("PAX 0.0") << SparseForm::Pax00;
    QTest::newRow("PAX 0.1") << SparseForm::Pax01;
    QTest::newRow("PAX 1.0") << SparseForm::Pax10;
}

void TestTarReader::case29_sparse()
{
    QFETCH(SparseForm, form);
    const auto tar = TarBuilder()
                         .sparse(form, "dir/holes", {{512, "middle"}, {4096, "late"}}, 10'000)
                         .file("after", "x")
                         .bytes();
    QCOMPARE(tarText(tar), "file dir/holes 10000\nfile after 1\n"s);

    const auto stream = plainStream(memorySource(tar));
    TarReader reader(*stream);
    const auto member = reader.next();
    VERIFY_OK(member);
    QVERIFY((*member)->sparse);
    std::string expected(10'000, '\0');
    expected.replace(512, 6, "middle");
    expected.replace(4096, 4, "late");
    QVERIFY(restOf(reader) == expected);
}

void TestTarReader::case29_manySparseChunks()
{
    QFETCH(SparseForm, form);
    std::vector<SparseChunk> chunks;
    std::string expected(100'000, '\0');
    for (std::size_t i = 0; i < 100; ++i) {
        const auto data = "chunk " + std::to_string(i);
        chunks.push_back({i * 1000, data});
        expected.replace(i * 1000, data.size(), data);
    }
    const auto tar = TarBuilder().sparse(form, "holes", chunks, expected.size()).file("z").bytes();
    const auto stream = plainStream(memorySource(tar));
    TarReader reader(*stream);
    const auto member = reader.next();
    VERIFY_OK(member);
    QCOMPARE((*member)->size, std::uint64_t{expected.size()});
    QVERIFY(restOf(reader) == expected);
    const auto next = reader.next();
    VERIFY_OK(next);
    QVERIFY(*next != nullptr);
    QCOMPARE((*next)->path, "z"s);
}

void TestTarReader::case31_sizesOverEightGigabytes_data()
{
    QTest::addColumn<bool>("inPax");
    QTest::newRow("base-256") << false;
    QTest::newRow("PAX size") << true;
}

void TestTarReader::case31_sizesOverEightGigabytes()
{
    QFETCH(bool, inPax);
    constexpr std::int64_t size = (9LL << 30) + 5;
    TarBuilder tar;
    if (inPax) {
        tar.pax({{"size", std::to_string(size)}}).header({.name = "big"});
    } else {
        tar.header({.name = "big", .size = size, .magic = TarMagic::Gnu});
    }
    const auto head = tar.end(0).bytes();
    const auto next = TarBuilder().file("next", "found").bytes();
    const auto nextAt = head.size() + (static_cast<std::uint64_t>(size) + 511) / 512 * 512;
    const auto source = std::make_shared<HoleSource>(nextAt + next.size());
    source->put(0, head);
    source->put(nextAt, next);
    const auto stream = plainStream(source);
    TarReader reader(*stream);
    const auto big = reader.next();
    VERIFY_OK(big);
    QVERIFY(*big != nullptr);
    QCOMPARE((*big)->path, "big"s);
    QCOMPARE((*big)->size, static_cast<std::uint64_t>(size));
    const auto found = reader.next();
    VERIFY_OK(found);
    QVERIFY(*found != nullptr);
    QCOMPARE((*found)->path, "next"s);
    QCOMPARE((*found)->headerOffset, nextAt);
    QCOMPARE(restOf(reader), "found"s);
}

void TestTarReader::case31_base256Numbers()
{
    const auto m = firstMember(TarBuilder().header({.name = "f",
                                                    .uid = 3'000'000'000,
                                                    .gid = 70'000,
                                                    .size = 3,
                                                    .mtime = -86'400,
                                                    .magic = TarMagic::Gnu,
                                                    .base256 = true},
                                                   "abc"));
    QCOMPARE(m.size, std::uint64_t{3});
    QCOMPARE(m.uid, 3'000'000'000U);
    QCOMPARE(m.gid, 70'000U);
    QCOMPARE(m.mtime, std::int64_t{-86'400});
}

void TestTarReader::case31_negativeNumbers()
{
    const auto tar =
        TarBuilder().header({.name = "f", .size = -512, .magic = TarMagic::Gnu}).file("after", "x");
    QCOMPARE(tarText(tar), "error: Malformed\n"s);
    const auto m = firstMember(TarBuilder().header(
        {.name = "f", .uid = -1, .gid = -1, .magic = TarMagic::Gnu, .base256 = true}));
    QCOMPARE(m.uid, 0U);
    QCOMPARE(m.gid, 0U);
}

void TestTarReader::case31_largeOwnersInPax()
{
    const auto m =
        firstMember(TarBuilder().pax({{"uid", "4294967294"}, {"gid", "2097152"}}).file("f"));
    QCOMPARE(m.uid, 4294967294U);
    QCOMPARE(m.gid, 2097152U);
}

void TestTarReader::case32_negativeTime()
{
    QCOMPARE(firstMember(TarBuilder().file("f", {}, {.mtime = -1})).mtime, std::int64_t{-1});
    QCOMPARE(firstMember(TarBuilder().pax({{"mtime", "-62135596800"}}).file("f")).mtime,
             std::int64_t{-62135596800});
    QCOMPARE(firstMember(TarBuilder().file("f", {}, {.mtime = 1LL << 40})).mtime,
             std::int64_t{1} << 40);
}

void TestTarReader::case32_paxTimeHasNanoseconds()
{
    const auto m = firstMember(TarBuilder().pax({{"mtime", "1600000000.123456789"}}).file("f"));
    QCOMPARE(m.mtime, std::int64_t{1600000000});
    QCOMPARE(m.mtimeNsec, 123456789U);
    // A time is whole seconds plus a fraction, before 1970 too: -5.25 = -6 + 0.75.
    const auto early = firstMember(TarBuilder().pax({{"mtime", "-5.25"}}).file("f"));
    QCOMPARE(early.mtime, std::int64_t{-6});
    QCOMPARE(early.mtimeNsec, 750000000U);
}

void TestTarReader::case33_globalHeaderIsIgnored()
{
    const auto tar = TarBuilder()
                         .globalPax({{"path", "wrong"}, {"comment", "0123456789abcdef"}})
                         .file("a", "x")
                         .globalPax({{"mtime", "5"}})
                         .file("b", "y");
    QCOMPARE(tarText(tar), "file a 1\nfile b 1\n"s);
    QCOMPARE(firstMember(tar).mtime, defaultMtime);
}

void TestTarReader::case34_endOfArchive_data()
{
    QTest::addColumn<int>("zeroBlocks");
    QTest::newRow("end of file at a block's end") << 0;
    QTest::newRow("one zero block") << 1;
    QTest::newRow("two zero blocks") << 2;
    QTest::newRow("a whole record of them") << 20;
}

void TestTarReader::case34_endOfArchive()
{
    QFETCH(int, zeroBlocks);
    const auto tar =
        TarBuilder().file("a", "x").file("b", "y").end(static_cast<unsigned>(zeroBlocks));
    QCOMPARE(tarText(tar), "file a 1\nfile b 1\n"s);
}

void TestTarReader::case34_aSecondTarBehindTheEndIsIgnored()
{
    const auto second = TarBuilder().file("b", "y").bytes();
    QCOMPARE(tarText(concat({TarBuilder().file("a", "x").bytes(), second})), "file a 1\n"s);
    QCOMPARE(tarText(TarBuilder().file("a", "x").end(2).raw("rubbish behind the end")),
             "file a 1\n"s);
}

QTEST_GUILESS_MAIN(TestTarReader)
#include "tst_tar_reader.moc"
