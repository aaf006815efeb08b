// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include "check.h"

#include <unordered_set>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

class TestDigest : public QObject
{
    Q_OBJECT

private slots:
    void partsOfADigest();
    void onlyFullLowerCaseHexIsADigest_data();
    void onlyFullLowerCaseHexIsADigest();
    void hexAloneIsTakenForSha256();
    void equalTextsAreEqualDigests();
};

void TestDigest::partsOfADigest()
{
    const auto hex = "0123456789abcdef"s + std::string(48, '0');
    const auto digest = Digest::parse("sha256:" + hex);
    VERIFY_OK(digest);
    QCOMPARE(digest->text(), "sha256:" + hex);
    QCOMPARE(std::string(digest->algorithm()), "sha256"s);
    QCOMPARE(std::string(digest->hex()), hex);
    QCOMPARE(std::string(digest->shortHex()), "0123456789ab"s);
    QVERIFY(Digest::parse("sha512:" + std::string(128, 'a')));
}

void TestDigest::onlyFullLowerCaseHexIsADigest_data()
{
    QTest::addColumn<QString>("text");

    const QString hex(64, u'a');
    QTest::newRow("empty") << QString();
    QTest::newRow("no algorithm") << hex;
    QTest::newRow("unknown algorithm") << QStringLiteral("md5:") + QString(32, u'a');
    QTest::newRow("short") << QStringLiteral("sha256:abc");
    QTest::newRow("long") << QStringLiteral("sha256:") + hex + QStringLiteral("a");
    QTest::newRow("upper case") << QStringLiteral("sha256:") + QString(64, u'A');
    QTest::newRow("no hex") << QStringLiteral("sha256:") + QString(64, u'g');
    QTest::newRow("path") << QStringLiteral("sha256:../../") + QString(58, u'a');
    QTest::newRow("sha512 of sha256's length") << QStringLiteral("sha512:") + hex;
    QTest::newRow("two colons") << QStringLiteral("sha256:sha256:") + hex;
    QTest::newRow("space") << QStringLiteral("sha256: ") + QString(63, u'a');
}

void TestDigest::onlyFullLowerCaseHexIsADigest()
{
    QFETCH(QString, text);
    QCOMPARE(outcome(Digest::parse(text.toStdString())), "Malformed"s);
}

void TestDigest::hexAloneIsTakenForSha256()
{
    const auto digest = Digest::fromSha256Hex(std::string(64, 'b'));
    VERIFY_OK(digest);
    QCOMPARE(digest->text(), "sha256:" + std::string(64, 'b'));
    QCOMPARE(outcome(Digest::fromSha256Hex("b")), "Malformed"s);
    QCOMPARE(outcome(Digest::fromSha256Hex(digest->text())), "Malformed"s);
}

void TestDigest::equalTextsAreEqualDigests()
{
    const auto a = Digest::fromSha256Hex(std::string(64, 'a'));
    const auto b = Digest::fromSha256Hex(std::string(64, 'b'));
    VERIFY_OK(a);
    VERIFY_OK(b);
    const std::unordered_set<Digest> digests{*a, *b, *a};
    QCOMPARE(digests.size(), std::size_t{2});
    QVERIFY(*a < *b);
}

QTEST_GUILESS_MAIN(TestDigest)
#include "tst_digest.moc"
