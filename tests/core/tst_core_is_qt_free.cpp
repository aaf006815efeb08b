// SPDX-License-Identifier: Apache-2.0
// Rule 1: core ← ui ← app. Core's headers use the standard library alone, and no Qt is in it.
#include "check.h"

#include <QDirIterator>
#include <QProcess>
#include <QRegularExpression>

using namespace std::string_literals;

namespace {

const QString root = QStringLiteral(STRATA_SOURCE_DIR);

QStringList sourcesOf(const QString& folder, const QStringList& patterns)
{
    QStringList out;
    QDirIterator it(root + u'/' + folder, patterns, QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        out.append(it.next());
    }
    out.sort();
    return out;
}

struct Include
{
    QString file;
    QString name;
    bool angled = false;
};

QList<Include> includesOf(const QStringList& files)
{
    static const QRegularExpression line(
        QStringLiteral("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]"),
        QRegularExpression::MultilineOption);
    QList<Include> out;
    for (const auto& path : files) {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly)) {
            continue;
        }
        const auto text = QString::fromUtf8(file.readAll());
        for (auto it = line.globalMatch(text); it.hasNext();) {
            const auto match = it.next();
            out.append({path, match.captured(2), match.captured(1) == u"<"});
        }
    }
    return out;
}

bool isStandard(const QString& name)
{
    // The C++ library's headers have neither folder nor suffix.
    static const QRegularExpression plain(QStringLiteral("^[a-z_0-9]+$"));
    return plain.match(name).hasMatch();
}

bool isOwn(const QString& name)
{
    return QFile::exists(root + QStringLiteral("/core/") + name);
}

QString told(const QStringList& wrong)
{
    return wrong.join(u'\n');
}

} // namespace

class TestCoreIsQtFree : public QObject
{
    Q_OBJECT

private slots:
    void thereAreSourcesToLookAt();
    void headersUseTheStandardLibraryAlone();
    void sourcesUseOnlyTheLibrariesChosen();
    void theLibraryHasNoQtSymbols();
    void coreDoesNotKnowTheFrontEnds();
    void uiDoesNotKnowTheApp();
    void theCommandLineHasNoScreen();
};

void TestCoreIsQtFree::thereAreSourcesToLookAt()
{
    QVERIFY(sourcesOf("core", {"*.h"}).size() > 20);
    QVERIFY(sourcesOf("core", {"*.cpp"}).size() > 20);
}

void TestCoreIsQtFree::headersUseTheStandardLibraryAlone()
{
    QStringList wrong;
    for (const auto& include : includesOf(sourcesOf("core", {"*.h"}))) {
        // Headers named _p.h are private to their folder.
        const bool isPrivate = include.file.endsWith(QStringLiteral("_p.h"));
        if (!(include.angled ? isStandard(include.name) || isPrivate : isOwn(include.name))) {
            wrong.append(include.file + QStringLiteral(": ") + include.name);
        }
        if (!isPrivate && include.name.endsWith(QStringLiteral("_p.h"))) {
            wrong.append(include.file + QStringLiteral(": ") + include.name);
        }
    }
    QCOMPARE(told(wrong), QString());
}

void TestCoreIsQtFree::sourcesUseOnlyTheLibrariesChosen()
{
    static const QRegularExpression allowed(QStringLiteral(
        "^(archive|archive_entry|zstd|zstd_errors|xxhash|xxh_x86dispatch|git2|pcre2)\\.h$"
        "|^isa-l(/[a-z_]+)?\\.h$|^openssl/[a-z0-9]+\\.h$|^nlohmann/json(_fwd)?\\.hpp$"
        "|^(fcntl|fnmatch|unistd|dirent|poll|locale|langinfo|malloc|time)\\.h$"
        "|^(sys|linux)/[a-z0-9_]+\\.h$"));
    QStringList wrong;
    for (const auto& include : includesOf(sourcesOf("core", {"*.cpp", "*_p.h"}))) {
        const bool fine = include.angled
                              ? isStandard(include.name) || allowed.match(include.name).hasMatch()
                              : isOwn(include.name);
        if (!fine) {
            wrong.append(include.file + QStringLiteral(": ") + include.name);
        }
    }
    QCOMPARE(told(wrong), QString());
}

void TestCoreIsQtFree::theLibraryHasNoQtSymbols()
{
    QProcess nm;
    nm.start(QStringLiteral("nm"),
             {QStringLiteral("--undefined-only"), QStringLiteral("--demangle"),
              QStringLiteral(STRATA_CORE_LIBRARY)});
    if (!nm.waitForStarted()) {
        QSKIP("nm is not installed");
    }
    QVERIFY(nm.waitForFinished());
    QCOMPARE(nm.exitCode(), 0);
    const auto symbols = QString::fromUtf8(nm.readAllStandardOutput());
    QVERIFY(symbols.size() > 1000);
    static const QRegularExpression qt(
        QStringLiteral("^\\s+U (Q[A-Z][A-Za-z]*::|q[A-Z]|Qt::|.*@Qt_).*$"),
        QRegularExpression::MultilineOption);
    QCOMPARE(qt.match(symbols).captured(), QString());
}

void TestCoreIsQtFree::coreDoesNotKnowTheFrontEnds()
{
    QStringList wrong;
    for (const auto& include : includesOf(sourcesOf("core", {"*.h", "*.cpp"}))) {
        if (include.name.contains(QStringLiteral("ui/")) ||
            include.name.contains(QStringLiteral("app/")) || include.name.startsWith(u'Q') ||
            include.name.startsWith(QStringLiteral("../"))) {
            wrong.append(include.file + QStringLiteral(": ") + include.name);
        }
    }
    QCOMPARE(told(wrong), QString());
}

void TestCoreIsQtFree::uiDoesNotKnowTheApp()
{
    QStringList wrong;
    for (const auto& include : includesOf(sourcesOf("ui", {"*.h", "*.cpp"}))) {
        if (include.name.contains(QStringLiteral("app/")) ||
            QFile::exists(root + QStringLiteral("/app/gui/") + include.name) ||
            QFile::exists(root + QStringLiteral("/app/cli/") + include.name)) {
            wrong.append(include.file + QStringLiteral(": ") + include.name);
        }
    }
    QCOMPARE(told(wrong), QString());
}

void TestCoreIsQtFree::theCommandLineHasNoScreen()
{
    QStringList wrong;
    for (const auto& include : includesOf(sourcesOf("app/cli", {"*.h", "*.cpp"}))) {
        if (include.name.startsWith(u'Q')) {
            wrong.append(include.file + QStringLiteral(": ") + include.name);
        }
    }
    QCOMPARE(told(wrong), QString());
}

QTEST_GUILESS_MAIN(TestCoreIsQtFree)
#include "tst_core_is_qt_free.moc"
