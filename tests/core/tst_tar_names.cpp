// SPDX-License-Identifier: Apache-2.0
// Names of tar members: bytes, of any length, from whichever header counts.
#include "check.h"
#include "tar_text.h"

#include <clocale>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

/// Gives a few bytes a read, so that every header lies across several.
class TricklingStream : public ByteStream
{
public:
    explicit TricklingStream(const Bytes& bytes)
        : m_inner(plainStream(memorySource(bytes)))
    {
    }
    Result<std::size_t> read(std::span<std::byte> into) override
    {
        return m_inner->read(into.first(std::min<std::size_t>(into.size(), 100)));
    }
    std::uint64_t sourcePosition() const override { return m_inner->sourcePosition(); }

private:
    std::unique_ptr<ByteStream> m_inner;
};

} // namespace

class TestTarNames : public QObject
{
    Q_OBJECT

private slots:
    void case28_namesAreBytes_data();
    void case28_namesAreBytes();
    void case28_namesAreBytesInTheCLocale();
    void case30_longNames();
    void case30_longLinkTargets();
    void case30_paxWinsOverTheHeader();
    void case30_paxWinsOverGnu_data();
    void case30_paxWinsOverGnu();
    void case30_paxThatNamesNothingLeavesGnusName();
    void case30_paxWinsEvenIfItRepeatsTheHeader();
    void case30_contestedMembersAreReadAsOthers_data();
    void case30_contestedMembersAreReadAsOthers();
    void theFirstMemberMayComeInPieces();
};

void TestTarNames::case28_namesAreBytes_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("utf-8") << QByteArray("\xe4\xbd\xa0\xe5\xa5\xbd");
    QTest::newRow("latin1") << QByteArray("caf\xe9");
    QTest::newRow("not utf-8") << QByteArray("\xff\xfe\x80");
    QTest::newRow("surrogate") << QByteArray("x\xed\xa0\x80y");
    QTest::newRow("decomposed") << QByteArray("e\xcc\x81");
    QTest::newRow("composed") << QByteArray("\xc3\xa9");
    QTest::newRow("newline") << QByteArray("a\nb");
    QTest::newRow("backslash") << QByteArray("a\\b");
    QTest::newRow("spaces") << QByteArray(" a ");
    QTest::newRow("escape") << QByteArray("\x1b[31m");
}

void TestTarNames::case28_namesAreBytes()
{
    QFETCH(QByteArray, name);
    const auto bytes = name.toStdString();
    QCOMPARE(firstMember(TarBuilder().file(bytes)).path, bytes);
    QCOMPARE(firstMember(TarBuilder().pax({{"path", bytes}}).file("x")).path, bytes);
    QCOMPARE(firstMember(TarBuilder().gnuLongName(bytes).file("x")).path, bytes);
    QCOMPARE(firstMember(TarBuilder().symlink("s", bytes)).linkTarget, bytes);
    QCOMPARE(firstMember(TarBuilder().pax({{"linkpath", bytes}}).symlink("s", "x")).linkTarget,
             bytes);
    QCOMPARE(firstMember(TarBuilder().gnuLongLink(bytes).hardlink("h", "x")).linkTarget, bytes);
    QCOMPARE(firstMember(TarBuilder().pax({{"linkpath", bytes}}).hardlink("h", "x")).linkTarget,
             bytes);
}

void TestTarNames::case28_namesAreBytesInTheCLocale()
{
    // NOLINTBEGIN(concurrency-mt-unsafe): there is one thread
    const std::string before = std::setlocale(LC_ALL, nullptr);
    std::setlocale(LC_ALL, "C");
    const auto chinese = "\xe4\xbd\xa0\xe5\xa5\xbd"s;
    const auto plain = firstMember(TarBuilder().file(chinese)).path;
    const auto pax = firstMember(TarBuilder().pax({{"path", chinese}}).file("x")).path;
    std::setlocale(LC_ALL, before.c_str());
    // NOLINTEND(concurrency-mt-unsafe)
    QCOMPARE(plain, chinese);
    QCOMPARE(pax, chinese);
}

void TestTarNames::case30_longNames()
{
    const auto name = std::string(90, 'd') + "/" + std::string(90, 'n');
    const auto longer = std::string(200, 'd') + "/" + std::string(300, 'n');
    QCOMPARE(firstMember(TarBuilder().longNames(LongNames::UstarPrefix).file(name)).path, name);
    QCOMPARE(firstMember(TarBuilder().longNames(LongNames::Gnu).file(longer)).path, longer);
    QCOMPARE(firstMember(TarBuilder().longNames(LongNames::Pax).file(longer)).path, longer);
    const auto full = std::string(100, 'n');
    QCOMPARE(firstMember(TarBuilder().file(full)).path, full);
}

void TestTarNames::case30_longLinkTargets()
{
    const auto target = std::string(200, 't') + "/x";
    for (const auto how : {LongNames::Gnu, LongNames::Pax}) {
        QCOMPARE(firstMember(TarBuilder().longNames(how).symlink("s", target)).linkTarget, target);
        const auto hard = firstMember(TarBuilder().longNames(how).hardlink("h", target));
        QVERIFY(hard.hardlink);
        QCOMPARE(hard.linkTarget, target);
    }
}

void TestTarNames::case30_paxWinsOverTheHeader()
{
    const TarHeader prefixed{.name = "name", .prefix = "prefix"};
    QCOMPARE(firstMember(TarBuilder().header(prefixed)).path, "prefix/name"s);
    const auto m = firstMember(TarBuilder().pax({{"path", "from-pax"}}).header(prefixed));
    QCOMPARE(m.path, "from-pax"s);
    QVERIFY(!m.otherNames);
}

void TestTarNames::case30_paxWinsOverGnu_data()
{
    QTest::addColumn<bool>("gnuFirst");
    QTest::newRow("PAX first") << false;
    QTest::newRow("GNU first") << true;
}

// What others make of a member that both kinds of headers name, tried with these versions:
//   GNU tar 1.35                      PAX's name, whichever stands first
//   umoci 0.4.7 (Go's archive/tar)    GNU's name, whichever stands first
//   bsdtar 3.7.4, Python's tarfile    the name that stands first
// POSIX lets PAX override, and so does GNU tar, whose the other headers are; hence PAX. Because
// container engines are written in Go, the member says that there are other names.
void TestTarNames::case30_paxWinsOverGnu()
{
    QFETCH(bool, gnuFirst);
    const std::vector<std::pair<std::string, std::string>> pax = {{"path", "from-pax"},
                                                                  {"linkpath", "target-from-pax"}};
    TarBuilder tar;
    if (!gnuFirst) {
        tar.pax(pax);
    }
    tar.gnuLongName("from-gnu").gnuLongLink("target-from-gnu");
    if (gnuFirst) {
        tar.pax(pax);
    }
    tar.symlink("from-header", "target-from-header").file("after", "x");
    QCOMPARE(tarText(tar), "symlink from-pax -> target-from-pax 0\nfile after 1\n"s);
    QVERIFY(firstMember(tar).otherNames);
}

void TestTarNames::case30_paxThatNamesNothingLeavesGnusName()
{
    const auto m = firstMember(TarBuilder()
                                   .gnuLongName("from-gnu")
                                   .pax({{"mtime", "5.5"}, {"SCHILY.xattr.user.a", "b"}})
                                   .file("from-header"));
    QCOMPARE(m.path, "from-gnu"s);
    QCOMPARE(m.mtime, std::int64_t{5});
    QCOMPARE(m.xattrs.size(), std::size_t{1});
    QVERIFY(!m.otherNames);
    const auto same =
        firstMember(TarBuilder().gnuLongName("same").pax({{"path", "same"}}).file("from-header"));
    QCOMPARE(same.path, "same"s);
    QVERIFY(!same.otherNames);
}

void TestTarNames::case30_paxWinsEvenIfItRepeatsTheHeader()
{
    const auto m =
        firstMember(TarBuilder().gnuLongName("from-gnu").pax({{"path", "name"}}).file("name"));
    QCOMPARE(m.path, "name"s);
    QVERIFY(m.otherNames);
}

void TestTarNames::case30_contestedMembersAreReadAsOthers_data()
{
    QTest::addColumn<bool>("trickling");
    QTest::newRow("whole") << false;
    QTest::newRow("in pieces") << true;
}

void TestTarNames::case30_contestedMembersAreReadAsOthers()
{
    QFETCH(bool, trickling);
    const auto longName = std::string(5000, 'n');
    TarBuilder tar;
    tar.file("before", std::string(3000, 'b'));
    const auto at = tar.size();
    tar.globalPax({{"comment", "c"}})
        .gnuLongName(std::string(9000, 'g'))
        .pax({{"path", longName}, {"mtime", "7.5"}})
        .file("x", "content", {.mode = 0700, .uid = 5});
    tar.sparse(SparseForm::Pax10, "holes", {{512, "x"}}, 2000);
    const auto bytes = tar.bytes();
    const auto stream =
        trickling ? std::make_unique<TricklingStream>(bytes) : plainStream(memorySource(bytes));
    TarReader reader(*stream);
    VERIFY_OK(reader.next());
    const auto member = reader.next();
    VERIFY_OK(member);
    QVERIFY((*member)->path == longName);
    QVERIFY((*member)->otherNames);
    QCOMPARE((*member)->headerOffset, std::uint64_t{at});
    QCOMPARE((*member)->mtime, std::int64_t{7});
    QCOMPARE((*member)->mode, std::uint16_t{0700});
    QCOMPARE((*member)->uid, 5U);
    QCOMPARE((*member)->size, std::uint64_t{7});
    const auto dataAt = static_cast<std::size_t>((*member)->dataOffset);
    QCOMPARE(toText(std::span(bytes).subspan(dataAt, 7)), "content"s);
    QCOMPARE(restOf(reader), "content"s);
    const auto holes = reader.next();
    VERIFY_OK(holes);
    QCOMPARE((*holes)->path, "holes"s);
    QVERIFY(!(*holes)->otherNames);
}

void TestTarNames::theFirstMemberMayComeInPieces()
{
    const auto first = [](const TarBuilder& tar) {
        TricklingStream stream(tar.bytes());
        TarReader reader(stream);
        const auto member = reader.next();
        return member && *member != nullptr ? **member : TarMember();
    };
    const auto contested =
        first(TarBuilder().gnuLongName("from-gnu").pax({{"path", "from-pax"}}).file("x"));
    QCOMPARE(contested.path, "from-pax"s);
    QVERIFY(contested.otherNames);
    QCOMPARE(contested.headerOffset, std::uint64_t{0});
    const auto link = first(TarBuilder().hardlink("nowhere", "", {.mode = 0100644}));
    QCOMPARE(link.path, "nowhere"s);
    QVERIFY(link.hardlink);
}

QTEST_GUILESS_MAIN(TestTarNames)
#include "tst_tar_names.moc"
