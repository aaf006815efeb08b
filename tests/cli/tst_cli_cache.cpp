// SPDX-License-Identifier: Apache-2.0
// strata cache, and what the other commands keep there.
#include "check.h"
#include "cli_runner.h"
#include "sample_image.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

#include <memory>

using namespace strata::test;
using namespace Qt::StringLiterals;

namespace {

/// A layer large enough to be worth keeping.
ImageBuilder large()
{
    ImageBuilder image;
    image.layer(TarBuilder().file("etc/name", "x").file("big", toText(noise(300'000))), "ADD",
                strata::Compression::Gzip);
    return image;
}

} // namespace

class TestCliCache : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_image =
            m_workshop.archive(u"large.tar"_s, ArchiveBuilder(ArchiveForm::Oci).image(large()));
        // A file is trusted once it has been left alone for two seconds.
        QTest::qWait(2'100);
    }

    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("XDG_CACHE_HOME", m_home->path().toUtf8());
        qputenv("STRATASCOPE_CACHE", "100M");
    }

    void cleanupTestCase()
    {
        qunsetenv("XDG_CACHE_HOME");
        qunsetenv("STRATASCOPE_CACHE");
    }

    void thereIsNoneAtFirst()
    {
        const auto ran = runStrata({u"cache"_s});
        QCOMPARE(ran.status, 0);
        QCOMPARE(QString::fromUtf8(ran.out),
                 u"folder  %1\nholds   0 layers, 0 B\nlimit   100 MiB\n"_s.arg(folder()));
        QVERIFY(!QDir(folder()).exists());
    }

    void whatIsReadIsKeptAndCleared()
    {
        const auto first = runStrata({u"tree"_s, m_image});
        QCOMPARE(first.status, 0);
        QCOMPARE(breaches(state(), u"folder:string enabled:bool entries:number bytes:number "
                                   "limit:number"_s),
                 QString());
        QCOMPARE(state().value("entries"_L1).toInt(), 1);
        QVERIFY(state().value("bytes"_L1).toInt() > 100);
        QCOMPARE(state().value("limit"_L1).toInt(), 100 << 20);
        QCOMPARE(runStrata({u"tree"_s, m_image}).out, first.out);
        QVERIFY(runStrata({u"cache"_s}).out.contains("\nholds   1 layer, "));

        const auto cleared = runStrata({u"cache"_s, u"--clear"_s, u"--json"_s}).object();
        QCOMPARE(cleared.value("removed"_L1).toObject().value("entries"_L1).toInt(), 1);
        QCOMPARE(cleared.value("entries"_L1).toInt(), 0);
        QVERIFY(runStrata({u"cache"_s, u"--clear"_s}).out.startsWith("removed 0 layers, 0 B\n"));
    }

    void theSecondRunTakesItFromThere()
    {
        const auto first = runStrata({u"tree"_s, u"--json"_s, m_image});
        const auto before = entry();
        QVERIFY(!before.isEmpty());
        age(before);
        const auto old = QFileInfo(before).lastModified();
        QCOMPARE(runStrata({u"tree"_s, u"--json"_s, m_image}).out, first.out);
        QVERIFY(QFileInfo(before).lastModified() > old); // marked as used
        // Of another secret it is another's: the same answer, and a new entry in its place.
        QVERIFY(QFile::remove(folder() + u"/seed"_s));
        const auto bytes = content(before);
        QCOMPARE(runStrata({u"tree"_s, u"--json"_s, m_image}).out, first.out);
        QCOMPARE(entry(), before);
        QVERIFY(content(before) != bytes);
    }

    void aDamagedEntryChangesNoAnswer()
    {
        const auto first = runStrata({u"tree"_s, m_image});
        QFile file(entry());
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.resize(file.size() / 2));
        file.close();
        QCOMPARE(runStrata({u"tree"_s, m_image}).out, first.out);
    }

    void verifyingMakesALayerKnownElsewhere()
    {
        runStrata({u"tree"_s, m_image});
        QCOMPARE(runStrata({u"verify"_s, m_image}).status, 0);
        const auto copy = m_workshop.path(u"copy.tar"_s);
        QFile::remove(copy);
        QVERIFY(QFile::copy(m_image, copy));
        QTest::qWait(2'100);
        QCOMPARE(runStrata({u"tree"_s, copy}).out, runStrata({u"tree"_s, m_image}).out);
        QCOMPARE(state().value("entries"_L1).toInt(), 1);
        QCOMPARE(QDir(folder()).entryList({u"*.layer"_s}, QDir::Files).size(), 3);
    }

    void nothingIsKeptWhereNothingShallBe_data()
    {
        QTest::addColumn<QByteArray>("wish");
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("option") << QByteArray() << QStringList{u"tree"_s, u"--no-cache"_s, m_image};
        QTest::newRow("variable") << QByteArray("off") << QStringList{u"tree"_s, m_image};
        QTest::newRow("no tree wanted") << QByteArray() << QStringList{u"info"_s, m_image};
    }
    void nothingIsKeptWhereNothingShallBe()
    {
        QFETCH(const QByteArray, wish);
        QFETCH(const QStringList, arguments);
        qputenv("STRATASCOPE_CACHE", wish.isEmpty() ? "1G" : wish);
        QCOMPARE(runStrata(arguments).status, 0);
        QVERIFY(!QDir(folder()).exists());
        QCOMPARE(state().value("enabled"_L1).toBool(), wish.isEmpty());
    }

    void aFolderOfOthersIsNotUsed()
    {
        QVERIFY(QDir().mkpath(folder()));
        QFile::setPermissions(folder(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner |
                                            QFile::ReadOther | QFile::WriteOther | QFile::ExeOther);
        QCOMPARE(runStrata({u"tree"_s, m_image}).status, 0);
        QVERIFY(QDir(folder()).isEmpty());
        const auto ran = runStrata({u"cache"_s});
        QCOMPARE(ran.status, 2);
        QCOMPARE(ran.errorLines(), 1);
        QVERIFY(ran.err.contains("others can write to it"));
    }

    void itTakesNoImage() { QCOMPARE(runStrata({u"cache"_s, m_image}).status, 2); }

private:
    QString folder() const { return m_home->path() + u"/stratascope/index"_s; }
    static QJsonObject state() { return runStrata({u"cache"_s, u"--json"_s}).object(); }
    QString entry() const
    {
        const auto names = QDir(folder()).entryList({u"*.layer"_s}, QDir::Files);
        return names.size() == 1 ? folder() + u'/' + names.front() : QString();
    }
    static QByteArray content(const QString& name)
    {
        QFile file(name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static void age(const QString& name)
    {
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.setFileTime(QDateTime::currentDateTime().addSecs(-3'600),
                                 QFileDevice::FileModificationTime));
    }

    Workshop m_workshop;
    QString m_image;
    std::unique_ptr<QTemporaryDir> m_home;
};

QTEST_GUILESS_MAIN(TestCliCache)
#include "tst_cli_cache.moc"
