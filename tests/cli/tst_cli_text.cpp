// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "cli_runner.h"
#include "sample_image.h"

#include <QFileInfo>
#include <QtTest>

#include <algorithm>
#include <regex>

using namespace strata::test;
using namespace Qt::StringLiterals;

/// What people read: shown whole, so that a change of it is seen.
class TestCliText : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_image = m_workshop.everythingOci(); }

    void layers()
    {
        QCOMPARE(
            withoutStoredSize(text({u"layers"_s, m_image})),
            std::string(
                "LAYER   CONTENT    STORED  ADDED  CHANGED  META  REMOVED  INSTRUCTION\n"
                "    0      27 B    16 KiB     23        0     0        0  ADD file:0123 in /\n"
                "    1      25 B   5.5 KiB      1        2     1        5  RUN change\n"
                "    -                                                     CMD [\"sh\"]\n"
                "    2       6 B         ~      2        0     0        2  RUN last\n"));
    }

    void tree()
    {
        QCOMPARE(text({u"tree"_s, m_image}),
                 std::string(
                     "LAYER  MODE        OWNER      SIZE  PATH\n"
                     "    0  lrwxrwxrwx  0:0           -  /badlink -> to�\n"
                     "    0  -rw-r--r--  0:0         3 B  /bad�name\n"
                     "    0  lrwxrwxrwx  0:0           -  /bin -> usr/bin\n"
                     "    0  drwxr-xr-x  0:0           -  /dev/\n"
                     "    0  crw-rw-rw-  0:0        1, 3  /dev/null\n"
                     "    0  prw-------  0:0           -  /dev/pipe\n"
                     "    2  drwxr-xr-x  0:0           -  /etc/\n"
                     "    1  -rw-r--r--  0:0        10 B  /etc/data\n"
                     "    1  -rw-r--r--  0:0         5 B  /etc/hostname\n"
                     "    1  -rw-------  0:42        7 B  /etc/shadow\n"
                     "    0  -rw-r--r--  0:0         1 B  /etc/subsecond\n"
                     "    2  drwxr-xr-x  0:0           -  /opt/ (listed by no layer)\n"
                     "    2  -rw-r--r--  0:0         6 B  /opt/copy\n"
                     "    0  drwxr-xr-x  0:0           -  /usr/ (listed by no layer)\n"
                     "    0  drwxr-xr-x  0:0           -  /usr/bin/ (listed by no layer)\n"
                     "    0  -rwsr-xr-x  0:0         5 B  /usr/bin/tool\n"
                     "    0  -rwsr-xr-x  0:0         5 B  /usr/bin/tool2 link to /usr/bin/tool\n"
                     "    0  drwxr-xr-x  0:0           -  /var/ (listed by no layer)\n"
                     "    0  drwxr-xr-x  0:0           -  /var/implied/ (listed by no layer)\n"));
    }

    void history()
    {
        QCOMPARE(
            text({u"history"_s, m_image, u"/etc/hostname"_s}),
            std::string(
                "  LAYER  CHANGE     MODE        OWNER      SIZE  MODIFIED (UTC)    INSTRUCTION\n"
                "      0  added      -rw-r--r--  0:0         5 B  2020-09-13 12:26  ADD file:0123 "
                "in /\n"
                ">     1  modified   -rw-r--r--  0:0         5 B  2020-09-13 12:26  RUN change\n"));
        QCOMPARE(
            text({u"history"_s, m_image, u"/usr/bin/new"_s}),
            std::string(
                "  LAYER  CHANGE     MODE        OWNER      SIZE  MODIFIED (UTC)    INSTRUCTION\n"
                "      1  added      -rw-r--r--  0:0         3 B  2020-09-13 12:26  RUN change\n"
                "      2  removed    by a whiteout                                  RUN last\n"));
    }

    void diff()
    {
        QCOMPARE(text({u"diff"_s, m_image, u"1"_s}),
                 std::string("CHANGE     MODE            SIZE  FROM  PATH\n"
                             "modified   -rw-r--r--      10 B     0  /etc/data  (was a directory, "
                             "with 1 path below)\n"
                             "modified   -rw-r--r--       5 B     0  /etc/hostname  (content)\n"
                             "metadata   -rw-------       7 B     0  /etc/shadow  (mode was 0640)\n"
                             "removed    drwxr-xr-x         -     0  /old/  (with 3 paths below)\n"
                             "added      -rw-r--r--       3 B        /usr/bin/new\n"));
    }

    void namesCannotPlayTricks()
    {
        ImageBuilder image;
        image.layer(TarBuilder()
                        .file("line\nbreak")
                        .file("\x1b[31mred")
                        .symlink("link", "a\rb")
                        .file("\xe2\x80\xaetxt.exe"),
                    "RUN printf '\x1b[2J'");
        const auto file =
            m_workshop.archive(u"tricks.tar"_s, ArchiveBuilder(ArchiveForm::Oci).image(image));
        const auto tree = text({u"tree"_s, file});
        QCOMPARE(std::ranges::count(tree, '\n'), 5);
        QVERIFY(tree.contains("/line\\nbreak"));
        QVERIFY(tree.contains("/\\x1b[31mred"));
        QVERIFY(tree.contains("a\\rb"));
        QVERIFY(tree.contains("/\\u202etxt.exe"));
        QVERIFY(!text({u"layers"_s, file}).contains('\x1b'));
        QVERIFY(!text({u"history"_s, file, u"link"_s}).contains('\x1b'));
    }

    /// `script` gives the program a terminal.
    void coloursAreForTerminalsAndForThoseWhoWantThem()
    {
        if (!QFileInfo::exists(u"/usr/bin/script"_s)) {
            QSKIP("script(1) is not there");
        }
        const auto onTerminal = [&](const QString& environment) {
            return shell(environment + uR"( TERM=xterm script -qec "$0 tree $1" /dev/null)"_s,
                         {m_image});
        };
        QVERIFY(onTerminal(QString()).out.contains("\x1b["));
        QVERIFY(onTerminal(u"NO_COLOR="_s).out.contains("\x1b["));
        QVERIFY(!onTerminal(u"NO_COLOR=1"_s).out.contains('\x1b'));
    }

    void theBuiltInSampleReadsWell()
    {
        const auto sample = QStringLiteral(STRATA_SAMPLE);
        if (!QFileInfo::exists(sample)) {
            QSKIP("the sample image is not built");
        }
        for (const auto& command : {u"info"_s, u"layers"_s, u"tree"_s, u"verify"_s}) {
            const auto ran = runStrata({command, sample});
            QCOMPARE(ran.status, 0);
            QCOMPARE(ran.err, QByteArray());
            QVERIFY(!ran.out.isEmpty());
        }
    }

private:
    /// How small a layer compresses is the compressor's affair.
    static std::string withoutStoredSize(const std::string& text)
    {
        return std::regex_replace(text, std::regex("[0-9]{3} B"), "    ~");
    }
    static std::string text(const QStringList& arguments)
    {
        const auto ran = runStrata(arguments);
        return ran.status == 0 ? ran.out.toStdString() : "error: " + ran.err.toStdString();
    }

    Workshop m_workshop;
    QString m_image;
};

QTEST_GUILESS_MAIN(TestCliText)
#include "tst_cli_text.moc"
