// SPDX-License-Identifier: Apache-2.0
#include "check.h"

#include "base/shell_words.h"

#include <QtTest>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

/// Words as a POSIX shell takes a line apart (XCU 2.2), without expansions.
class TestShellWords : public QObject
{
    Q_OBJECT

private slots:
    void words_data();
    void words();
    void refused_data();
    void refused();
    void quotedComesBack();
};

void TestShellWords::words_data()
{
    QTest::addColumn<std::string>("line");
    QTest::addColumn<std::vector<std::string>>("words");
    const auto row = [](const char* name, const std::string& line,
                        const std::vector<std::string>& words) {
        QTest::newRow(name) << line << words;
    };
    row("blanks", " a \t b\r", {"a", "b"});
    row("nothing", "  ", {});
    row("a comment", "a # b", {"a"});
    row("no comment", "a#b", {"a#b"});
    row("single quotes", R"('a "b" \n $c')", {R"(a "b" \n $c)"});
    row("double quotes", R"("a 'b' \" \\ \n")", {R"(a 'b' " \ \n)"});
    row("empty words", R"('' "")", {"", ""});
    row("parts of one word", R"(a'b c'"d e"\ f)", {"ab cd e f"});
    row("escapes", R"($'a\n\t\x41\101\'\\')", {"a\n\tAA'\\"});
    row("bytes", R"($'\xff\0')", {"\xff\0"s});
    row("a tilde within", "a~", {"a~"});
}

void TestShellWords::words()
{
    QFETCH(std::string, line);
    const auto got = splitWords(line);
    VERIFY_OK(got);
    QTEST(*got, "words");
}

void TestShellWords::refused_data()
{
    QTest::addColumn<std::string>("line");
    for (const auto* line : {"'a", "\"a", "$'a", "a\\", "$a", "\"$a\"", "`a`", "a*", "a?", "[a]",
                             "a|b", "a;b", "a>b", "a&", "~/a", "$'\\q'", "$'\\x'"}) {
        QTest::newRow(line) << std::string(line);
    }
}

void TestShellWords::refused()
{
    QFETCH(std::string, line);
    QCOMPARE(outcome(splitWords(line)), "Malformed"s);
}

void TestShellWords::quotedComesBack()
{
    for (const auto& word :
         {"plain/word.1"s, ""s, "two words"s, "it's"s, "\\n"s, "new\nline"s, "'\n\\"s,
          "\0\x01\x7f"s, "\xff\xc3\xa9"s, "$a*"s, "~"s, "#a"s, "a\n1"s}) {
        const auto words = splitWords(quoteWord(word));
        VERIFY_OK(words);
        QCOMPARE(*words, std::vector{word});
    }
    QCOMPARE(quoteWord("a b"), "'a b'"s);
    QCOMPARE(quoteWord("a\nb"), "$'a\\nb'"s);
    QCOMPARE(quoteWord("caf\xc3\xa9"), "caf\xc3\xa9"s);
    QCOMPARE(quoteWord("caf\xe9"), "$'caf\\351'"s);
    QCOMPARE(quoteWords(std::vector{"mv"s, "a b"s, ""s}), "mv 'a b' ''"s);
}

QTEST_GUILESS_MAIN(TestShellWords)
#include "tst_shell_words.moc"
