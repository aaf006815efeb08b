// SPDX-License-Identifier: Apache-2.0
#include "check.h"

#include "overlay/mode_change.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <array>

using namespace strata;
using namespace strata::test;

namespace {

constexpr std::array<std::uint16_t, 8> modesBefore = {0,    0644,  0755,  0111,
                                                      0420, 04755, 02070, 07777};

QString octal(unsigned mode)
{
    return QStringLiteral("%1").arg(mode, 4, 8, QLatin1Char('0'));
}

/// What chmod(1) makes of every mode, for a file and then for a directory, under umask 022.
QStringList modesAfter(const QString& change)
{
    const QTemporaryDir folder;
    QString script = QStringLiteral("umask 022; cd \"$1\"; touch f; mkdir d; for t in f d; do ");
    for (const auto mode : modesBefore) {
        // GNU chmod keeps a directory's set-ID bits unless there are five digits.
        script +=
            QStringLiteral("chmod 0%1 $t && chmod \"$2\" $t; stat -c %a $t; ").arg(octal(mode));
    }
    QProcess shell;
    shell.start(QStringLiteral("sh"),
                {QStringLiteral("-c"), script + QStringLiteral("chmod 755 $t; done"),
                 QStringLiteral("sh"), folder.path(), change});
    shell.waitForFinished();
    return QString::fromUtf8(shell.readAllStandardOutput()).split(u'\n', Qt::SkipEmptyParts);
}

} // namespace

/// Symbolic modes, with chmod(1) itself as the referee.
class TestModeChange : public QObject
{
    Q_OBJECT

private slots:
    void asChmodDoes_data();
    void asChmodDoes();
    void digitsAreTheModeItself();
    void refused_data();
    void refused();
};

void TestModeChange::asChmodDoes_data()
{
    QTest::addColumn<QString>("change");
    for (const char* change :
         {"u+x",   "go-w",    "a=r",    "+x",    "+w",    "=rw",       "a+X",    "u=rwX,g=rX,o=",
          "+t",    "u+s",     "g+s",    "o+t",   "ug-s",  "u=",        "g=u",    "o+g",
          "u-o",   "a=u",     "=g",     "u+x-w", "u=r+x", "ugo+rwxst", "u=rwxs", "g=s,o=t",
          "a-rwx", "u+r,u-r", "go=u-w", "a+st",  "=",     "o=rX",      "+",      "u-X"}) {
        QTest::newRow(change) << QString::fromLatin1(change);
    }
}

void TestModeChange::asChmodDoes()
{
    QFETCH(QString, change);
    const auto parsed = ModeChange::parse(change.toStdString());
    VERIFY_OK(parsed);
    const auto expected = modesAfter(change);
    QCOMPARE(expected.size(), 2 * static_cast<qsizetype>(modesBefore.size()));
    for (qsizetype i = 0; i < expected.size(); ++i) {
        const bool directory = i >= static_cast<qsizetype>(modesBefore.size());
        const auto before = modesBefore.at(static_cast<std::size_t>(i) % modesBefore.size());
        const auto after = octal(parsed->applied(before, directory));
        QVERIFY2(after == octal(expected[i].toUInt(nullptr, 8)),
                 qPrintable(QStringLiteral("%1 of %2 %3: %4, chmod makes %5")
                                .arg(change, directory ? u"a directory" : u"a file", octal(before),
                                     after, expected[i])));
    }
}

void TestModeChange::digitsAreTheModeItself()
{
    for (const auto mode : modesBefore) {
        const auto parsed = ModeChange::parse(octal(mode).toStdString());
        VERIFY_OK(parsed);
        QCOMPARE(parsed->applied(07070, true), mode);
        QCOMPARE(parsed->applied(07070, false), mode);
    }
}

void TestModeChange::refused_data()
{
    QTest::addColumn<std::string>("text");
    for (const char* text : {"", "8", "999", "10000", "-1", "u", "ugo", "x", "u+y", "u+x,", ",u+x",
                             "u+x go", "u x", "u+ur", "+0644x", "77777777777777777777"}) {
        QTest::newRow(*text == '\0' ? "nothing" : text) << std::string(text);
    }
}

void TestModeChange::refused()
{
    QFETCH(std::string, text);
    QCOMPARE(outcome(ModeChange::parse(text)), std::string("Malformed"));
}

QTEST_GUILESS_MAIN(TestModeChange)
#include "tst_mode_change.moc"
