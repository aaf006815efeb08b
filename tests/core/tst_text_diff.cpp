// SPDX-License-Identifier: Apache-2.0
#include "base/limits.h"
#include "check.h"

#include "insight/text_diff.h"

#include <thread>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

/// As `diff -u` prints hunks, with the line's numbers in front: "1 1  same", "2 -- old".
std::string text(const std::vector<DiffHunk>& hunks)
{
    std::string out;
    for (const DiffHunk& hunk : hunks) {
        out += "@@\n";
        for (const DiffLine& line : hunk.lines) {
            out += (line.oldLine > 0 ? std::to_string(line.oldLine) : "-") + " ";
            out += (line.newLine > 0 ? std::to_string(line.newLine) : "-") + " ";
            out += line.kind == DiffKind::Added ? "+" : line.kind == DiffKind::Removed ? "-" : " ";
            out += line.text + (line.noNewline ? " <no newline>" : "") + "\n";
        }
    }
    return out;
}

std::string diff(std::string_view oldText, std::string_view newText, unsigned context = 3)
{
    const auto hunks = diffText(oldText, newText, context);
    return hunks ? text(*hunks) : "error: " + outcome(hunks);
}

std::string lines(int from, int to)
{
    std::string out;
    for (int i = from; i <= to; ++i) {
        out += std::to_string(i) + "\n";
    }
    return out;
}

} // namespace

class TestTextDiff : public QObject
{
    Q_OBJECT

private slots:
    void equalTextsHaveNoHunks();
    void changedLinesStandBetweenTheirNeighbours();
    void contextIsAsWideAsAsked();
    void farChangesAreHunksOfTheirOwn();
    void textsMayBeEmpty();
    void aMissingLineEndIsToldOfEither();
    void bytesAreKeptAsTheyAre();
    void hugeTextsAreRefused();
    void countlessLinesAreRefused();
    void aStopIsObeyed();
    void runsOnSeveralThreads();
    void tellsBinary_data();
    void tellsBinary();
};

void TestTextDiff::equalTextsHaveNoHunks()
{
    QCOMPARE(diff("a\nb\n", "a\nb\n"), ""s);
    QCOMPARE(diff("", ""), ""s);
}

void TestTextDiff::changedLinesStandBetweenTheirNeighbours()
{
    QCOMPARE(diff("a\nb\nc\n", "a\nB\nc\n"), "@@\n1 1  a\n2 - -b\n- 2 +B\n3 3  c\n"s);
}

void TestTextDiff::contextIsAsWideAsAsked()
{
    QCOMPARE(diff(lines(1, 9), lines(1, 4) + "x\n" + lines(6, 9), 1),
             "@@\n4 4  4\n5 - -5\n- 5 +x\n6 6  6\n"s);
    QCOMPARE(diff(lines(1, 9), lines(1, 4) + "x\n" + lines(6, 9), 0), "@@\n5 - -5\n- 5 +x\n"s);
}

void TestTextDiff::farChangesAreHunksOfTheirOwn()
{
    QCOMPARE(diff("x\n" + lines(1, 20) + "y\n", lines(1, 20), 0), "@@\n1 - -x\n@@\n22 - -y\n"s);
}

void TestTextDiff::textsMayBeEmpty()
{
    QCOMPARE(diff("", "a\nb\n"), "@@\n- 1 +a\n- 2 +b\n"s);
    QCOMPARE(diff("a\n", ""), "@@\n1 - -a\n"s);
}

void TestTextDiff::aMissingLineEndIsToldOfEither()
{
    QCOMPARE(diff("a", "a\n"), "@@\n1 - -a <no newline>\n- 1 +a\n"s);
    QCOMPARE(diff("a\nb", "x\nb"), "@@\n1 - -a\n- 1 +x\n2 2  b <no newline>\n"s);
}

void TestTextDiff::bytesAreKeptAsTheyAre()
{
    QCOMPARE(diff("\xff\r\n", "\xfe\n", 0), "@@\n1 - -\xff\r\n- 1 +\xfe\n"s);
    QCOMPARE(diff("a\0b\n"s, "a\0c\n"s), "@@\n1 - -a\0b\n- 1 +a\0c\n"s);
}

void TestTextDiff::hugeTextsAreRefused()
{
    const std::string huge((16 << 20) + 1, 'x');
    QCOMPARE(diff(huge, ""), "error: LimitExceeded"s);
    QCOMPARE(diff("", huge), "error: LimitExceeded"s);
}

void TestTextDiff::countlessLinesAreRefused()
{
    // A line takes some hundred bytes of memory, however short it is.
    const std::string many(limits::diffTextLines + 1, '\n');
    QCOMPARE(diff(many, ""), "error: LimitExceeded"s);
    QCOMPARE(diff("", many), "error: LimitExceeded"s);
    QCOMPARE(diff(many.substr(1), many.substr(1) + "x", 0), "@@\n- 400001 +x <no newline>\n"s);
    const std::string difference(limits::diffLines + 1, '\n');
    QCOMPARE(diff(difference, ""), "error: LimitExceeded"s);
    QVERIFY(diffText(difference.substr(1), "").has_value());
}

void TestTextDiff::aStopIsObeyed()
{
    std::stop_source stop;
    stop.request_stop();
    QCOMPARE(outcome(diffText("a\n", "b\n", 3, {.stop = stop.get_token(), .progress = {}})),
             "Cancelled"s);
}

void TestTextDiff::runsOnSeveralThreads()
{
    std::vector<std::string> results(4);
    {
        std::vector<std::jthread> threads;
        for (std::string& result : results) {
            threads.emplace_back([&result] {
                for (int i = 0; i < 50; ++i) {
                    result = diff(lines(1, 200), lines(3, 202), 0);
                }
            });
        }
    }
    for (const std::string& result : results) {
        QCOMPARE(result, "@@\n1 - -1\n2 - -2\n@@\n- 199 +201\n- 200 +202\n"s);
    }
}

void TestTextDiff::tellsBinary_data()
{
    QTest::addColumn<std::string>("content");
    QTest::addColumn<bool>("binary");
    QTest::newRow("nothing") << ""s << false;
    QTest::newRow("text") << "a\tb\r\n\x1b[1mbold\n"s << false;
    QTest::newRow("UTF-8") << "größe 日本語 🪨\n"s << false;
    QTest::newRow("UTF-8 cut at 8 KiB") << std::string(8191, 'a') + "ß" << false;
    QTest::newRow("a few bytes of Latin-1") << "die gr\xf6\xdf"
                                               "te freude ist die vorfreude\n"s
                                            << false;
    QTest::newRow("NUL") << "text\0text"s << true;
    QTest::newRow("NUL behind 8 KiB") << std::string(8192, 'a') + '\0' << false;
    QTest::newRow("UTF-16") << "a\0b\0"s << true;
    QTest::newRow("much that is no UTF-8") << "\xff\xfe\xfd\xfc"
                                              "abc"s
                                           << true;
    QTest::newRow("control characters") << "\1\2\3\4\5\6\7x"s << true;
    QTest::newRow("surrogates") << "\xed\xa0\x80\xed\xb0\x80"s << true;
    QTest::newRow("overlong") << "\xc0\xaf\xe0\x80\xaf"s << true;
}

void TestTextDiff::tellsBinary()
{
    QFETCH(std::string, content);
    QFETCH(bool, binary);
    QCOMPARE(looksBinary(content), binary);
}

QTEST_APPLESS_MAIN(TestTextDiff)
#include "tst_text_diff.moc"
