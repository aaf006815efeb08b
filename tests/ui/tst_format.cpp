// SPDX-License-Identifier: Apache-2.0
// Raw values as words for people.
#include "text/format.h"

#include <QtTest>

using namespace strata;
using namespace strata::ui;
using namespace Qt::StringLiterals;

class TestFormat : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void sizes_data();
    void sizes();
    void modes();
    void frontsAreCutBetweenCharacters();
    void frontsEscapeControls();
    void toolTipsAreNoMarkup();
    void timesThatAreNone();
    void counts();
};

void TestFormat::sizes_data()
{
    QTest::addColumn<quint64>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("none") << quint64(0) << u"0 B"_s;
    QTest::newRow("last in bytes") << quint64(999) << u"999 B"_s;
    QTest::newRow("first in kB") << quint64(1000) << u"1.0 kB"_s;
    QTest::newRow("one place") << quint64(9'949) << u"9.9 kB"_s;
    QTest::newRow("no place") << quint64(9'950) << u"10 kB"_s;
    QTest::newRow("never 1000 kB") << quint64(999'500) << u"1.0 MB"_s;
    QTest::newRow("below") << quint64(999'499) << u"999 kB"_s;
    QTest::newRow("most") << ~quint64(0) << u"18 EB"_s;
}

void TestFormat::sizes()
{
    QFETCH(const quint64, bytes);
    QTEST(sizeText(bytes), "text");
}

void TestFormat::modes()
{
    QCOMPARE(modeText(0644), u"0644"_s);
    QCOMPARE(modeText(04755), u"4755"_s);
    QCOMPARE(modeLettersText(FileType::File, 04755), u"-rwsr-xr-x"_s);
    QCOMPARE(modeLettersText(FileType::File, 06644), u"-rwSr-Sr--"_s);
    QCOMPARE(modeLettersText(FileType::Directory, 01777), u"drwxrwxrwt"_s);
    QCOMPARE(modeLettersText(FileType::Directory, 01776), u"drwxrwxrwT"_s);
}

void TestFormat::frontsAreCutBetweenCharacters()
{
    QCOMPARE(displayFront("abc", 3), u"abc"_s);
    QCOMPARE(displayFront("abcd", 3), u"abc …"_s);
    const std::string umlauts = "\xc3\xa4\xc3\xb6\xc3\xbc"; // two bytes each
    QCOMPARE(displayFront(umlauts, 3), u"ä …"_s);
    QCOMPARE(displayFront(umlauts, 4), u"äö …"_s);
    QCOMPARE(displayFront("a\xf0\x9f\x98\x80"
                          "b",
                          4),
             u"a …"_s);
    QCOMPARE(displayFront("abc", 0), u" …"_s);
    // Bytes that are no UTF-8 do not make it look further back than a character is long.
    QCOMPARE(displayFront("abcdef\x80\x80\x80\x80\x80", 10), u"abcdef\uFFFD …"_s);
}

void TestFormat::frontsEscapeControls()
{
    QCOMPARE(displayFront("RUN a\n\xe2\x80\xae"
                          "b and more",
                          10),
             u"RUN a\\n\\u202eb …"_s);
}

void TestFormat::toolTipsAreNoMarkup()
{
    const QString tip = toolTipText(u"<b>a & b</b>\nnext"_s);
    QVERIFY(tip.contains(u"&lt;b&gt;a &amp; b&lt;/b&gt;\nnext"_s));
    QVERIFY(!tip.contains(u"<b>"_s));
}

void TestFormat::timesThatAreNone()
{
    QVERIFY(isoTimeText("").isEmpty());
    QVERIFY(isoTimeText("yesterday").isEmpty());
    QVERIFY(!isoTimeText("2020-02-03T04:05:06.123456789Z").isEmpty());
    const auto never = std::numeric_limits<std::int64_t>::max();
    QVERIFY(timeText(never).contains(QString::number(never)));
    QVERIFY(fullTimeText(never, 0).contains(QString::number(never)));
}

void TestFormat::counts()
{
    ChangeCounts counts;
    QCOMPARE(countsText(counts), u"no changes"_s);
    counts.added = 2301;
    counts.removed = 12;
    QCOMPARE(countsText(counts), u"2301 added, 12 removed"_s);
}

QTEST_MAIN(TestFormat)
#include "tst_format.moc"
