// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "cli_runner.h"
#include "sample_image.h"

#include <QtTest>

using namespace strata::test;
using namespace Qt::StringLiterals;

/// Exit statuses, messages, and where the output goes.
class TestCliStatus : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_image = m_workshop.everythingOci(); }

    void badUsageIsOneLineAndTwo_data()
    {
        QTest::addColumn<QStringList>("arguments");
        const auto image = m_workshop.everythingOci();
        QTest::newRow("nothing") << QStringList{};
        QTest::newRow("no such command") << QStringList{u"frobnicate"_s, image};
        QTest::newRow("empty image") << QStringList{u"info"_s, u""_s};
        QTest::newRow("no image") << QStringList{u"tree"_s};
        QTest::newRow("no path") << QStringList{u"cat"_s, image};
        QTest::newRow("too much") << QStringList{u"info"_s, image, image};
        QTest::newRow("no such option") << QStringList{u"tree"_s, u"--frob"_s, image};
        QTest::newRow("option without value") << QStringList{u"tree"_s, image, u"--as-of"_s};
        QTest::newRow("no number") << QStringList{u"diff"_s, image, u"one"_s};
        QTest::newRow("negative") << QStringList{u"tree"_s, u"--as-of=-1"_s, image};
        QTest::newRow("hexadecimal") << QStringList{u"diff"_s, image, u"0x1"_s};
        QTest::newRow("huge") << QStringList{u"diff"_s, image, u"99999999999999"_s};
        QTest::newRow("no such layer") << QStringList{u"diff"_s, image, u"3"_s};
        QTest::newRow("as of no layer") << QStringList{u"tree"_s, u"--as-of"_s, u"3"_s, image};
        QTest::newRow("cat of no layer")
            << QStringList{u"cat"_s, image, u"/etc/hostname"_s, u"--layer"_s, u"3"_s};
        QTest::newRow("no such image") << QStringList{u"tree"_s, u"--image"_s, u"other"_s, image};
        QTest::newRow("no such platform")
            << QStringList{u"tree"_s, u"--platform"_s, u"plan9/mips"_s, image};
        QTest::newRow("no directory") << QStringList{u"extract"_s, image};
        QTest::newRow("an empty directory") << QStringList{u"extract"_s, image, u"-C"_s, u""_s};
        QTest::newRow("an option before the command")
            << QStringList{u"--version=false"_s, u"info"_s, image};
        QTest::newRow("line break in a word") << QStringList{u"tree"_s, u"--a\nb"_s, image};
    }
    void badUsageIsOneLineAndTwo()
    {
        QFETCH(QStringList, arguments);
        const auto ran = runStrata(arguments);
        QCOMPARE(ran.status, 2);
        QCOMPARE(ran.out, QByteArray());
        QCOMPARE(ran.errorLines(), 1);
        QVERIFY(ran.err.startsWith("strata: "));
    }

    void namesAreEscapedOnce()
    {
        const auto file = m_workshop.path(u"no\n\\way"_s);
        QVERIFY(runStrata({u"tree"_s, file}).err.contains("/no\\n\\\\way: "));
        QVERIFY(runStrata({u"cat"_s, m_image, u"/no\n\\way"_s}).err.contains("/no\\n\\\\way: "));
        // Nothing is doubled where nothing is escaped.
        QVERIFY(runStrata({u"no\\way"_s}).err.contains("\"no\\way\""));
    }

    void layerNumbersAreDecimal()
    {
        QCOMPARE(runStrata({u"diff"_s, m_image, u"02"_s}).out,
                 runStrata({u"diff"_s, m_image, u"2"_s}).out);
        QCOMPARE(runStrata({u"tree"_s, u"--as-of"_s, u"000"_s, m_image}).out,
                 runStrata({u"tree"_s, u"--as-of"_s, u"0"_s, m_image}).out);
        for (const auto& [number, read] : {std::pair(u"010"_s, "10"), std::pair(u"08"_s, "8")}) {
            const auto ran = runStrata({u"diff"_s, m_image, number});
            QCOMPARE(ran.status, 2);
            QVERIFY2(ran.err.contains(QByteArray("there is no layer ") + read + ";"),
                     ran.err.constData());
        }
    }

    void whatCannotBeReadIsOneLineAndTwo_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("absent") << m_workshop.path(u"absent.tar"_s);
        QTest::newRow("absent, with a line break") << m_workshop.path(u"ab\nsent.tar"_s);
        QTest::newRow("empty") << m_workshop.file(u"empty"_s, {});
        QTest::newRow("text") << m_workshop.file(u"text"_s, toBytes("no image at all\n"));
        QTest::newRow("noise") << m_workshop.file(u"noise"_s, noise(5000));
        QTest::newRow("a directory of nothing") << m_workshop.path(QString());
        QTest::newRow("a device") << u"/dev/null"_s;
    }
    void whatCannotBeReadIsOneLineAndTwo()
    {
        QFETCH(QString, file);
        for (const auto& command : {u"info"_s, u"layers"_s, u"tree"_s, u"verify"_s}) {
            const auto ran = runStrata({command, file});
            QCOMPARE(ran.status, 2);
            QCOMPARE(ran.out, QByteArray());
            QCOMPARE(ran.errorLines(), 1);
            auto shown = file.toUtf8();
            shown.replace('\n', "\\n");
            QVERIFY2(ran.err.startsWith("strata: " + shown + ": "), ran.err.constData());
            // The file's name once, then what is wrong.
            QVERIFY2(!ran.err.mid(9 + shown.size()).contains(shown), ran.err.constData());
        }
    }

    void artifactsHaveNoTree()
    {
        const auto file = m_workshop.archive(u"artifact.tar"_s,
                                             ArchiveBuilder(ArchiveForm::Oci).image(artifact()));
        const auto ran = runStrata({u"tree"_s, file});
        QCOMPARE(ran.status, 2);
        QCOMPARE(ran.errorLines(), 1);
        const auto info = runStrata({u"info"_s, u"--json"_s, file});
        QCOMPARE(info.status, 0);
        const auto told = info.object()[u"images"_s][0];
        QCOMPARE(told[u"kind"_s].toString(), u"artifact"_s);
        QCOMPARE(told[u"artifact_type"_s].toString(), u"application/vnd.example.chart"_s);
    }

    void noIsOne_data()
    {
        QTest::addColumn<QStringList>("arguments");
        const auto image = m_workshop.everythingOci();
        QTest::newRow("tree") << QStringList{u"tree"_s, image, u"/nowhere"_s};
        QTest::newRow("tree, deleted") << QStringList{u"tree"_s, image, u"/old"_s};
        QTest::newRow("tree, later")
            << QStringList{u"tree"_s, u"--as-of"_s, u"0"_s, image, u"/opt"_s};
        QTest::newRow("history") << QStringList{u"history"_s, image, u"/nowhere"_s};
        QTest::newRow("history, JSON") << QStringList{u"history"_s, u"--json"_s, image, u"/x"_s};
        QTest::newRow("cat") << QStringList{u"cat"_s, image, u"/nowhere"_s};
        QTest::newRow("line break") << QStringList{u"cat"_s, image, u"/now\nhere"_s};
    }
    void noIsOne()
    {
        QFETCH(QStringList, arguments);
        const auto ran = runStrata(arguments);
        QCOMPARE(ran.status, 1);
        QCOMPARE(ran.out, QByteArray());
        QCOMPARE(ran.errorLines(), 1);
        QVERIFY(ran.err.startsWith("strata: " + m_image.toUtf8() + ": "));
    }

    void helpAndVersionAreAnswers()
    {
        for (const auto& arguments :
             {QStringList{u"--help"_s}, QStringList{u"-h"_s}, QStringList{u"help"_s},
              QStringList{u"tree"_s, u"--help"_s}, QStringList{u"help"_s, u"tree"_s},
              QStringList{u"--version"_s}}) {
            const auto ran = runStrata(arguments);
            QCOMPARE(ran.status, 0);
            QVERIFY(ran.out.endsWith('\n'));
            QCOMPARE(ran.err, QByteArray());
        }
        QVERIFY(runStrata({u"help"_s, u"diff"_s})
                    .out.contains("\nUsage: strata diff [OPTIONS] IMAGE N\n"));
        QVERIFY(runStrata({u"help"_s, u"tree"_s}).out.contains("--as-of"));
        for (const auto* command :
             {"info", "layers", "tree", "history", "diff", "cat", "extract", "verify"}) {
            QVERIFY(runStrata({u"--help"_s}).out.contains(command));
        }
    }

    void aFileNamedLikeACommandIsAFile()
    {
        m_workshop.archive(u"info"_s, ArchiveBuilder(ArchiveForm::Oci).image(everything()));
        const auto ran =
            shell(u"cd \"$1\" && exec \"$0\" info info"_s, {m_workshop.path(QString())});
        QCOMPARE(ran.status, 0);
    }

    void aReaderThatGoesEndsItQuietly()
    {
        TarBuilder tar;
        for (int i = 0; i < 20'000; ++i) {
            tar.file("directory/with/a/rather/long/name/file-" + std::to_string(i));
        }
        ImageBuilder image;
        image.layer(tar);
        const auto file =
            m_workshop.archive(u"long.tar"_s, ArchiveBuilder(ArchiveForm::Oci).image(image));
        for (const auto& option : {u"--json"_s, u""_s}) {
            const auto ran = shell(
                u"{ \"$0\" tree $2 \"$1\"; echo \"status $?\" >&2; } | head -n 1 >/dev/null"_s,
                {file, option});
            QCOMPARE(ran.err, QByteArray("status 0\n"));
        }
    }

    void aReaderThatIsGoneEndsVerifyQuietly()
    {
        // The pipe has lost its reader before the first line comes.
        const auto ran = shell(uR"x(mkfifo "$2"; : <"$2" & exec 3>"$2"; wait
            "$0" verify "$1" >&3; echo "status $?" >&2)x"_s,
                               {m_image, m_workshop.path(u"pipe"_s)});
        QCOMPARE(ran.err, QByteArray("status 0\n"));
    }

    void aReaderThatIsGoneMakesNoSuccessOfAFailure()
    {
        ImageBuilder image;
        image.layer(TarBuilder().file("a", "x").hardlink("b", "nowhere"));
        const auto file =
            m_workshop.archive(u"lacking.tar"_s, ArchiveBuilder(ArchiveForm::Oci).image(image));
        const auto ran = shell(uR"x(mkfifo "$3"; : <"$3" & exec 3>"$3"; wait
            exec "$0" extract "$1" -C "$2" >&3)x"_s,
                               {file, m_workshop.path(u"lacking"_s), m_workshop.path(u"end"_s)});
        QCOMPARE(ran.status, 2);
        QVERIFY2(ran.err.contains("/b was not written"), ran.err.constData());
    }

    void anOutputThatCannotBeWrittenIsAnError_data()
    {
        QTest::addColumn<QString>("arguments");
        for (const auto* arguments :
             {"info \"$1\"", "info --json \"$1\"", "layers \"$1\"", "tree \"$1\"",
              "tree --json \"$1\"", "history \"$1\" /etc", "diff \"$1\" 1",
              "cat \"$1\" /etc/hostname", "extract \"$1\" -C \"$2\"", "verify \"$1\"",
              "verify --json \"$1\"", "--help", "--version"}) {
            QTest::newRow(arguments) << QString::fromLatin1(arguments);
        }
    }
    void anOutputThatCannotBeWrittenIsAnError()
    {
        QFETCH(QString, arguments);
        const auto full = shell(u"exec \"$0\" %1 >/dev/full"_s.arg(arguments),
                                {m_image, m_workshop.path(u"full"_s)});
        QCOMPARE(full.status, 2);
        QVERIFY2(full.err.endsWith("strata: standard output: cannot write: No space left on "
                                   "device\n"),
                 full.err.constData());
    }

    void anOutputThatIsClosedIsAnError()
    {
        const auto closed = shell(u"exec \"$0\" tree \"$1\" >&-"_s, {m_image});
        QCOMPARE(closed.status, 2);
        QCOMPARE(closed.errorLines(), 1);
    }

    /// However little memory there is: an answer or one line, never an abort.
    void memoryThatRunsOutIsAnError()
    {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        QSKIP("sanitizers take address space without end");
#endif
        TarBuilder tar;
        for (int i = 0; i < 20'000; ++i) {
            tar.file("some/directory/file-" + std::to_string(i));
        }
        ImageBuilder image;
        image.layer(tar, "COPY", strata::Compression::Gzip);
        const auto file =
            m_workshop.archive(u"memory.tar"_s, ArchiveBuilder(ArchiveForm::Oci).image(image));
        bool refused = false;
        for (int mebibytes = 20; mebibytes <= 400; mebibytes += 20) {
            const auto ran =
                shell(u"ulimit -v $(($2 * 1024)); exec \"$0\" tree --json \"$1\" >/dev/null"_s,
                      {file, QString::number(mebibytes)});
            if (ran.status == 127) { // the system could not even load it
                continue;
            }
            QVERIFY2(
                ran.status == 0 || ran.status == 2,
                qPrintable(QString::number(mebibytes) + u" MiB: "_s + QString::fromUtf8(ran.err)));
            if (ran.status == 2) {
                refused = true;
                QVERIFY2(ran.err.startsWith("strata: ") && ran.errorLines() == 1,
                         ran.err.constData());
            }
        }
        QVERIFY(refused);
    }

    void nothingButTheAnswerIsPrinted()
    {
        for (const auto& arguments :
             {QStringList{u"info"_s, m_image}, QStringList{u"layers"_s, m_image},
              QStringList{u"tree"_s, m_image}, QStringList{u"diff"_s, m_image, u"1"_s},
              QStringList{u"history"_s, m_image, u"/etc"_s}, QStringList{u"verify"_s, m_image}}) {
            const auto ran = runStrata(arguments);
            QCOMPARE(ran.status, 0);
            QCOMPARE(ran.err, QByteArray());
            QVERIFY(!ran.out.contains('\x1b')); // no terminal, no colours
        }
    }

private:
    Workshop m_workshop;
    QString m_image;
};

QTEST_GUILESS_MAIN(TestCliStatus)
#include "tst_cli_status.moc"
