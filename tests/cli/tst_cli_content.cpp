// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "cli_runner.h"
#include "sample_image.h"

#include <QDir>
#include <QFileInfo>
#include <QtTest>

#include <csignal>

using namespace strata::test;
using namespace Qt::StringLiterals;
using strata::Compression;

/// cat and extract: bytes out of an image.
class TestCliContent : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_image = m_workshop.everythingOci(); }

    void catGivesTheVisibleContent()
    {
        const auto ran = runStrata({u"cat"_s, m_image, u"/etc/hostname"_s});
        QCOMPARE(ran.status, 0);
        QCOMPARE(ran.out, QByteArray("BASE\n"));
        QCOMPARE(ran.err, QByteArray());
        QCOMPARE(runStrata({u"cat"_s, m_image, u"opt/copy"_s}).out, QByteArray("copied"));
        QCOMPARE(runStrata({u"cat"_s, m_image, u"/usr/bin/tool2"_s}).out, QByteArray("tool!"));
    }

    void catGivesCopiesThatAreHiddenOrDeleted()
    {
        const auto copy = [&](const QString& path, const QString& layer) {
            return runStrata({u"cat"_s, m_image, path, u"--layer"_s, layer});
        };
        QCOMPARE(copy(u"/etc/hostname"_s, u"0"_s).out, QByteArray("base\n"));
        QCOMPARE(copy(u"/etc/hostname"_s, u"1"_s).out, QByteArray("BASE\n"));
        QCOMPARE(copy(u"/old/b/c"_s, u"0"_s).out, QByteArray("ccc"));
        QCOMPARE(copy(u"/usr/bin/new"_s, u"1"_s).out, QByteArray("new"));
    }

    void catAnswersNo_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("no such path") << QStringList{u"/nowhere"_s};
        QTest::newRow("a directory") << QStringList{u"/etc"_s};
        QTest::newRow("the root") << QStringList{u"/"_s};
        QTest::newRow("a symlink") << QStringList{u"/bin"_s};
        QTest::newRow("behind a symlink") << QStringList{u"/bin/tool"_s};
        QTest::newRow("deleted") << QStringList{u"/old/a"_s};
        QTest::newRow("a device") << QStringList{u"/dev/null"_s};
        QTest::newRow("not in that layer") << QStringList{u"/etc/hostname"_s, u"--layer"_s, u"2"_s};
        QTest::newRow("deleted by that layer") << QStringList{u"/old/a"_s, u"--layer"_s, u"1"_s};
        QTest::newRow("out of the image") << QStringList{u"../etc/hostname"_s};
    }
    void catAnswersNo()
    {
        QFETCH(QStringList, arguments);
        const auto ran = runStrata(QStringList{u"cat"_s, m_image} + arguments);
        QCOMPARE(ran.status, 1);
        QCOMPARE(ran.out, QByteArray());
        QCOMPARE(ran.errorLines(), 1);
        QVERIFY(ran.err.startsWith("strata: " + m_image.toUtf8() + ": "));
    }

    void catGivesEveryByte()
    {
        const auto content = noise(3'000'000);
        for (const auto compression : {Compression::None, Compression::Gzip, Compression::Zstd}) {
            ImageBuilder image;
            image.layer(TarBuilder().file("before", "x").file("big", toText(content)), "COPY",
                        compression);
            const auto file =
                m_workshop.archive(u"big.tar"_s, ArchiveBuilder(ArchiveForm::Oci).image(image));
            const auto ran = runStrata({u"cat"_s, file, u"/big"_s});
            QCOMPARE(ran.out.toStdString(), toText(content));
        }
    }

    void extractWritesTheMergedTree()
    {
        const auto target = m_workshop.path(u"all"_s);
        const auto ran = runStrata({u"extract"_s, m_image, u"-C"_s, target});
        QCOMPARE(ran.status, 0);
        QCOMPARE(read(target + u"/etc/hostname"_s), QByteArray("BASE\n"));
        QCOMPARE(read(target + u"/usr/bin/tool2"_s), QByteArray("tool!"));
        QCOMPARE(QFile::symLinkTarget(target + u"/bin"_s), target + u"/usr/bin"_s);
        QVERIFY(QFileInfo(target + u"/etc/data"_s).isFile());
        QVERIFY(!QFileInfo::exists(target + u"/old"_s));
        QVERIFY(!QFileInfo::exists(target + u"/var/implied/x"_s));
    }

    void extractWritesPartsAndOlderStates()
    {
        const auto target = m_workshop.path(u"parts"_s);
        const auto ran = runStrata({u"extract"_s, m_image, u"/old/b"_s, u"etc/hostname"_s,
                                    u"--as-of"_s, u"0"_s, u"-C"_s, target});
        QCOMPARE(ran.status, 0);
        QCOMPARE(read(target + u"/old/b/c"_s), QByteArray("ccc"));
        QCOMPARE(read(target + u"/etc/hostname"_s), QByteArray("base\n"));
        QVERIFY(!QFileInfo::exists(target + u"/old/a"_s));
        QVERIFY(!QFileInfo::exists(target + u"/etc/shadow"_s));
    }

    void extractWritesNothingWhenOnePathIsNotThere()
    {
        const auto target = m_workshop.path(u"none"_s);
        const auto ran =
            runStrata({u"extract"_s, m_image, u"/etc"_s, u"/nowhere"_s, u"-C"_s, target});
        QCOMPARE(ran.status, 1);
        QCOMPARE(ran.errorLines(), 1);
        QVERIFY(!QFileInfo::exists(target));
    }

    void extractOfADamagedLayerIsNoSuccess()
    {
        const auto tar = TarBuilder().file("a", "whole").file("b", toText(noise(100'000))).bytes();
        auto stored = compress(tar, Compression::Gzip);
        stored.resize(stored.size() / 2);
        ImageBuilder image;
        image.storedLayer(stored, tar, Compression::Gzip);
        const auto file =
            m_workshop.archive(u"damaged.tar"_s, ArchiveBuilder(ArchiveForm::Oci).image(image));
        const auto target = m_workshop.path(u"damaged"_s);
        const auto ran = runStrata({u"extract"_s, file, u"-C"_s, target});
        QCOMPARE(ran.status, 2);
        QCOMPARE(read(target + u"/a"_s), QByteArray("whole"));
        QVERIFY2(ran.err.contains("/b was not written"), ran.err.constData());
        QVERIFY(ran.out.startsWith("1 path (5 B) written to "));
    }

    void extractOfADamagedLayerKeepsAnEarlierCopy()
    {
        const auto target = m_workshop.path(u"earlier"_s);
        const auto archive = [&](const QString& name, const Bytes& stored, const TarBuilder& tar) {
            ImageBuilder image;
            image.storedLayer(stored, tar.bytes(), Compression::Gzip);
            return m_workshop.archive(name, ArchiveBuilder(ArchiveForm::Oci).image(image));
        };
        TarBuilder whole;
        whole.file("b", "precious");
        const auto before =
            archive(u"before.tar"_s, compress(whole.bytes(), Compression::Gzip), whole);
        QCOMPARE(runStrata({u"extract"_s, before, u"-C"_s, target}).status, 0);
        TarBuilder other;
        other.file("b", toText(noise(100'000)));
        auto stored = compress(other.bytes(), Compression::Gzip);
        stored.resize(stored.size() / 2);
        const auto cut = archive(u"cut.tar"_s, stored, other);
        QCOMPARE(runStrata({u"extract"_s, cut, u"-C"_s, target}).status, 2);
        QCOMPARE(read(target + u"/b"_s), QByteArray("precious"));
        QCOMPARE(QDir(target).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
                 QStringList{u"b"_s});
    }

    void extractWithoutALayerIsNoSuccess()
    {
        const auto image = everything();
        ArchiveBuilder archive(ArchiveForm::Oci);
        archive.image(image);
        archive.drop(archive.layerFile(image, 1));
        const auto file = m_workshop.archive(u"hole.tar"_s, archive);
        const auto target = m_workshop.path(u"hole"_s);
        const auto ran = runStrata({u"extract"_s, file, u"/etc/hostname"_s, u"-C"_s, target});
        QCOMPARE(ran.status, 2);
        QVERIFY2(ran.err.contains(": layer 1: "), ran.err.constData());
        QCOMPARE(read(target + u"/etc/hostname"_s), QByteArray("base\n")); // the best there is
        // What lies above is not asked for.
        QCOMPARE(runStrata({u"extract"_s, file, u"/etc/hostname"_s, u"--as-of"_s, u"0"_s, u"-C"_s,
                            target})
                     .status,
                 0);
    }

    void extractIntoALimitedFolderKeepsWhatFits()
    {
        ImageBuilder image;
        image.layer(TarBuilder().file("big", toText(noise(100'000))).file("small", "x"));
        const auto file =
            m_workshop.archive(u"limit.tar"_s, ArchiveBuilder(ArchiveForm::Oci).image(image));
        const auto target = m_workshop.path(u"limit"_s);
        const auto ran = shell(uR"x(ulimit -f 16; "$0" extract "$1" -C "$2")x"_s, {file, target});
        QCOMPARE(ran.status, 2); // and not by a signal
        QVERIFY2(ran.err.contains("/big was not written: File too large\n"), ran.err.constData());
        QCOMPARE(QDir(target).entryList(QDir::Files), QStringList{u"small"_s});
    }

    void extractThatIsInterruptedLeavesNothingHalfWritten()
    {
        // Its hole takes minutes to go through, and no space.
        TarBuilder tar;
        tar.dir("d", {.mode = 0711})
            .file("d/a", "whole")
            .sparse(SparseForm::Pax10, "d/long", {{.offset = 0, .data = "x"}}, 4ULL << 40);
        ImageBuilder image;
        image.layer(tar);
        const auto file =
            m_workshop.archive(u"long.tar"_s, ArchiveBuilder(ArchiveForm::Oci).image(image));
        const auto target = m_workshop.path(u"long"_s);
        const auto ran = shell(uR"x("$0" extract "$1" -C "$2" & strata=$!
            while ! [ -e "$2/d/long" ] && kill -0 $strata; do sleep 0.01; done
            kill -TERM $strata; wait $strata)x"_s,
                               {file, target});
        QCOMPARE(ran.status, 128 + SIGTERM);
        QCOMPARE(ran.out, QByteArray());
        QVERIFY2(ran.err.startsWith("strata: " + file.toUtf8() + ": stopped; "),
                 ran.err.constData());
        QCOMPARE(QDir(target + u"/d"_s).entryList(QDir::Files), QStringList{u"a"_s});
        QVERIFY(QFileInfo(target + u"/d"_s).permission(QFile::ExeOther)); // its mode, not ours
    }

    void pathsMayStartWithADash()
    {
        const auto file = m_workshop.archive(
            u"dash.tar"_s, ArchiveBuilder(ArchiveForm::Oci).image(single("-x", "dash")));
        QCOMPARE(runStrata({u"cat"_s, u"--"_s, file, u"-x"_s}).out, QByteArray("dash"));
        QCOMPARE(runStrata({u"cat"_s, file, u"/-x"_s}).out, QByteArray("dash"));
    }

    void pathsThatLookLikeListsArePaths()
    {
        ImageBuilder image;
        image.layer(TarBuilder().file("[a,b]", "list").file("{}", "braces").file("a", "wrong"));
        const auto file =
            m_workshop.archive(u"list.tar"_s, ArchiveBuilder(ArchiveForm::Oci).image(image));
        QCOMPARE(runStrata({u"cat"_s, file, u"[a,b]"_s}).out, QByteArray("list"));
        const auto target = m_workshop.path(u"list"_s);
        QCOMPARE(runStrata({u"extract"_s, file, u"[a,b]"_s, u"{}"_s, u"-C"_s, target}).status, 0);
        QCOMPARE(QDir(target).entryList(QDir::Files), (QStringList{u"[a,b]"_s, u"{}"_s}));
    }

    void extractNeedsItsDirectory()
    {
        const auto ran = runStrata({u"extract"_s, m_image});
        QCOMPARE(ran.status, 2);
        QCOMPARE(ran.errorLines(), 1);
    }

    void extractSaysWhenItCannotWrite()
    {
        const auto file = m_workshop.file(u"in-the-way"_s, toBytes("x"));
        const auto ran = runStrata({u"extract"_s, m_image, u"-C"_s, file + u"/below"_s});
        QCOMPARE(ran.status, 2);
        QVERIFY(ran.err.startsWith("strata: "));
        QCOMPARE(ran.errorLines(), 1);
    }

private:
    static QByteArray read(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read");
    }

    Workshop m_workshop;
    QString m_image;
};

QTEST_GUILESS_MAIN(TestCliContent)
#include "tst_cli_content.moc"
