// SPDX-License-Identifier: Apache-2.0
#include "base/byte_path.h"

#include "check.h"

using namespace strata;
using namespace std::string_literals;

class TestBytePath : public QObject
{
    Q_OBJECT

private slots:
    void splitsAndCleans_data();
    void splitsAndCleans();
    void joinsFromTheRoot();
    void memberNamesLoseTheirLeadingSlash_data();
    void memberNamesLoseTheirLeadingSlash();
    void knowsValidUtf8_data();
    void knowsValidUtf8();
    void invalidBytesBecomeReplacementCharacters();
    void displayEscapesControlCharacters_data();
    void displayEscapesControlCharacters();
};

void TestBytePath::splitsAndCleans_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("cleaned");
    QTest::addColumn<bool>("escapes");

    QTest::newRow("empty") << QByteArray("") << QByteArray("/") << false;
    QTest::newRow("dot") << QByteArray(".") << QByteArray("/") << false;
    QTest::newRow("dot slash") << QByteArray("./") << QByteArray("/") << false;
    QTest::newRow("slash") << QByteArray("/") << QByteArray("/") << false;
    QTest::newRow("relative") << QByteArray("a") << QByteArray("/a") << false;
    QTest::newRow("from dot") << QByteArray("./a") << QByteArray("/a") << false;
    QTest::newRow("absolute") << QByteArray("/a") << QByteArray("/a") << false;
    QTest::newRow("two slashes") << QByteArray("a//b") << QByteArray("/a/b") << false;
    QTest::newRow("slash at the end") << QByteArray("a/") << QByteArray("/a") << false;
    QTest::newRow("dot inside") << QByteArray("a/./b") << QByteArray("/a/b") << false;
    QTest::newRow("up and down") << QByteArray("a/../b") << QByteArray("/b") << false;
    QTest::newRow("up to the root") << QByteArray("a/..") << QByteArray("/") << false;
    QTest::newRow("out") << QByteArray("../a") << QByteArray("/a") << true;
    QTest::newRow("out later") << QByteArray("a/../../b") << QByteArray("/b") << true;
    QTest::newRow("absolute out") << QByteArray("/..") << QByteArray("/") << true;
    QTest::newRow("three dots") << QByteArray("...") << QByteArray("/...") << false;
    QTest::newRow("bytes") << QByteArray("\xff/\n") << QByteArray("/\xff/\n") << false;
}

void TestBytePath::splitsAndCleans()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, cleaned);
    QFETCH(bool, escapes);
    const auto input = path.toStdString();
    const auto split = splitPath(input);
    QCOMPARE(joinPath(split.parts), cleaned.toStdString());
    QCOMPARE(split.escapes, escapes);
}

void TestBytePath::joinsFromTheRoot()
{
    QCOMPARE(joinPath({}), "/"s);
    QCOMPARE(joinPath({"usr", "bin"}), "/usr/bin"s);
}

void TestBytePath::memberNamesLoseTheirLeadingSlash_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("cleaned");

    QTest::newRow("plain") << QByteArray("manifest.json") << QByteArray("manifest.json");
    QTest::newRow("nix") << QByteArray("/abc/layer.tar") << QByteArray("abc/layer.tar");
    QTest::newRow("dot slash") << QByteArray("./index.json") << QByteArray("index.json");
    QTest::newRow("directory") << QByteArray("blobs/sha256/") << QByteArray("blobs/sha256");
    QTest::newRow("escape") << QByteArray("../x") << QByteArray("");
    QTest::newRow("root") << QByteArray("./") << QByteArray("");
}

void TestBytePath::memberNamesLoseTheirLeadingSlash()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, cleaned);
    QCOMPARE(cleanMemberName(name.toStdString()), cleaned.toStdString());
}

void TestBytePath::knowsValidUtf8_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("valid");

    QTest::newRow("empty") << QByteArray("") << true;
    QTest::newRow("ascii") << QByteArray("abc") << true;
    QTest::newRow("two bytes") << QByteArray("\xc3\xa9") << true;
    QTest::newRow("three bytes") << QByteArray("\xe4\xbd\xa0") << true;
    QTest::newRow("four bytes") << QByteArray("\xf0\x9f\x90\xb3") << true;
    QTest::newRow("latin1") << QByteArray("caf\xe9") << false;
    QTest::newRow("cut") << QByteArray("\xe4\xbd") << false;
    QTest::newRow("overlong slash") << QByteArray("\xc0\xaf") << false;
    QTest::newRow("overlong three") << QByteArray("\xe0\x80\xaf") << false;
    QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80") << false;
    QTest::newRow("behind the last") << QByteArray("\xf4\x90\x80\x80") << false;
    QTest::newRow("lone continuation") << QByteArray("\x80") << false;
}

void TestBytePath::knowsValidUtf8()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, valid);
    QCOMPARE(isValidUtf8(bytes.toStdString()), valid);
    QVERIFY(isValidUtf8(toUtf8(bytes.toStdString())));
    QVERIFY(isValidUtf8(escapeForDisplay(bytes.toStdString())));
}

void TestBytePath::invalidBytesBecomeReplacementCharacters()
{
    QCOMPARE(toUtf8("caf\xe9!"), "caf\xef\xbf\xbd!"s);
    QCOMPARE(toUtf8("\xff\xfe"), "\xef\xbf\xbd\xef\xbf\xbd"s);
    QCOMPARE(toUtf8("a\nb"), "a\nb"s);
}

void TestBytePath::displayEscapesControlCharacters_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("shown");

    QTest::newRow("plain") << QByteArray("a b") << QByteArray("a b");
    QTest::newRow("newline") << QByteArray("a\nb") << QByteArray("a\\nb");
    QTest::newRow("terminal escape") << QByteArray("\x1b[2J") << QByteArray("\\x1b[2J");
    QTest::newRow("right to left") << QByteArray("a\xe2\x80\xae"
                                                 "b")
                                   << QByteArray("a\\u202eb");
    QTest::newRow("NUL") << QByteArray("a\0b", 3) << QByteArray("a\\x00b");
    QTest::newRow("DEL") << QByteArray("\x7f") << QByteArray("\\x7f");
    QTest::newRow("zero width space")
        << QByteArray("pass\xe2\x80\x8bwd") << QByteArray("pass\\u200bwd");
    QTest::newRow("word joiner") << QByteArray("\xe2\x81\xa0") << QByteArray("\\u2060");
    QTest::newRow("soft hyphen") << QByteArray("\xc2\xad") << QByteArray("\\xad");
    QTest::newRow("Arabic letter mark") << QByteArray("\xd8\x9c") << QByteArray("\\u061c");
    QTest::newRow("Mongolian vowel separator")
        << QByteArray("\xe1\xa0\x8e") << QByteArray("\\u180e");
    QTest::newRow("tag") << QByteArray("\xf3\xa0\x81\x81") << QByteArray("\\U000e0041");
    QTest::newRow("joiner") << QByteArray("\xe2\x80\x8d") << QByteArray("\xe2\x80\x8d");
    QTest::newRow("backslash alone") << QByteArray("a\\nb") << QByteArray("a\\nb");
    QTest::newRow("backslash beside one of ours") << QByteArray("\\\n") << QByteArray("\\\\\\n");
    QTest::newRow("markup") << QByteArray("<b>&amp;</b>") << QByteArray("<b>&amp;</b>");
    QTest::newRow("invalid") << QByteArray("\xff") << QByteArray("\xef\xbf\xbd");
}

void TestBytePath::displayEscapesControlCharacters()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, shown);
    QCOMPARE(escapeForDisplay(bytes.toStdString()), shown.toStdString());
}

QTEST_GUILESS_MAIN(TestBytePath)
#include "tst_byte_path.moc"
