// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "cli_runner.h"

#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QtTest>

using namespace strata::test;
using namespace Qt::StringLiterals;

namespace {

const auto commands = u"info layers tree history diff cat extract verify run cache"_s.split(u' ');
const auto packaging = QStringLiteral(STRATA_SOURCE_DIR "/packaging/");

QString contentOf(const QString& name)
{
    QFile file(packaging + name);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// "--json", "-C": the options that the program itself names.
QSet<QString> optionsOf(const QString& command)
{
    static const QRegularExpression option(u"^ +(?:(-[a-zA-Z]),? *)?(--[a-z-]+)"_s,
                                           QRegularExpression::MultilineOption);
    QSet<QString> out;
    const auto help = QString::fromUtf8(runStrata({u"help"_s, command}).out);
    for (auto it = option.globalMatch(help); it.hasNext();) {
        const auto match = it.next();
        out << match.captured(2);
        if (!match.captured(1).isEmpty()) {
            out << match.captured(1);
        }
    }
    return out;
}

/// What the completion offers for the word behind `words`.
QSet<QString> completed(const QStringList& words, const QString& start)
{
    const auto ran = shell(uR"x(
        exec bash -c '
            source "$1"; shift
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
            _strata
            printf "%s\n" "${COMPREPLY[@]}"' bash "$@")x"_s,
                           QStringList{packaging + u"completions/strata.bash"_s, u"strata"_s} +
                               words + QStringList{start});
    const auto lines = QString::fromUtf8(ran.out).split(u'\n', Qt::SkipEmptyParts);
    return {lines.begin(), lines.end()};
}

} // namespace

/// What is said about the program elsewhere: the manual page and the completion name what it has.
class TestCliDocuments : public QObject
{
    Q_OBJECT

private slots:
    void completionOffersTheCommands()
    {
        const auto offered = completed({}, QString());
        for (const auto& command : commands) {
            QVERIFY2(offered.contains(command), qPrintable(command));
        }
        QCOMPARE(completed({}, u"hist"_s), QSet<QString>{u"history"_s});
        QCOMPARE(completed({u"help"_s}, u"ver"_s), QSet<QString>{u"verify"_s});
    }

    void completionOffersTheOptionsThereAre()
    {
        for (const auto& command : commands) {
            auto known = optionsOf(command);
            QVERIFY(known.size() >= 3);
            auto offered = completed({command}, u"-"_s);
            known.remove(u"-h"_s); // nobody completes these
            offered.remove(u"-h"_s);
            QCOMPARE(offered, known);
        }
    }

    void completionOffersFilesOnce()
    {
        QVERIFY(completed({u"tree"_s}, u"/et"_s).contains(u"/etc"_s));
        QVERIFY(completed({u"tree"_s, u"image.tar"_s}, u"/et"_s).isEmpty());
        QVERIFY(completed({u"run"_s, u"image.tar"_s}, u"/et"_s).contains(u"/etc"_s));
        QVERIFY(completed({u"run"_s, u"image.tar"_s, u"script"_s}, u"/et"_s).isEmpty());
        QVERIFY(completed({u"extract"_s, u"image.tar"_s, u"-C"_s}, u"/et"_s).contains(u"/etc"_s));
    }

    void theManualNamesEveryCommandAndOption()
    {
        auto manual = contentOf(u"man/strata.1"_s);
        manual.replace(u"\\-"_s, u"-"_s);
        for (const auto& command : commands) {
            QVERIFY2(manual.contains(u"\n.BI "_s + command + u" \""_s), qPrintable(command));
            for (const auto& option : optionsOf(command)) {
                QVERIFY2(manual.contains(option), qPrintable(option));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestCliDocuments)
#include "tst_cli_documents.moc"
