// SPDX-License-Identifier: Apache-2.0
#include "disk_tree.h"
#include "export/extract.h"
#include "insight/verify.h"
#include "tools.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

#include <unistd.h>

using namespace strata;
using namespace strata::test;

namespace {

/// Builds two layers on nothing and leaves the container mounted; prints the mount's path last.
/// What a layer holds is found by buildah itself, by comparing file systems.
constexpr auto buildScript = R"sh(
cd "$1"
bud="buildah --root $1/storage --runroot $1/run --storage-driver vfs"
mkdir -p source/etc/opaque source/etc/replaced source/usr/share/word
printf 'kept' >source/etc/kept
printf 'old' >source/etc/overwritten
printf 'gone' >source/etc/deleted
printf 'touched' >source/etc/touched
printf 'below' >source/etc/opaque/below
printf 'child' >source/etc/replaced/child
printf 'one inode' >source/usr/linked
ln source/usr/linked source/usr/linked-too
ln -s ../etc/kept source/usr/link
printf 'binary' >source/usr/setuid
printf 'a name' >"source/usr/share/word/$(printf 'caf\351 \346\227\245')"
chmod 4755 source/usr/setuid
chmod 1777 source/usr/share
mkfifo source/usr/pipe
base=$($bud from scratch)
$bud copy --quiet "$base" source / >/dev/null
$bud config --env LANG=C --cmd '["sh"]' "$base"
$bud commit --quiet "$base" first >/dev/null
top=$($bud from first)
mount=$($bud mount "$top")
rm "$mount/etc/deleted"
printf 'new and longer' >"$mount/etc/overwritten"
chmod 600 "$mount/etc/touched"
rm -r "$mount/etc/opaque"; mkdir "$mount/etc/opaque"; printf 'above' >"$mount/etc/opaque/above"
rm -r "$mount/etc/replaced"; printf 'a file' >"$mount/etc/replaced"
rm "$mount/usr/link"; mkdir "$mount/usr/link"; printf 'x' >"$mount/usr/link/x"
printf 'another' >"$mount/usr/another"; rm "$mount/usr/linked"; cp "$mount/usr/another" "$mount/usr/linked"
mkdir -p "$mount/var/lib"; ln -s /etc "$mount/var/lib/etc"
for form in oci:layout:test oci-archive:oci.tar:test docker-archive:docker.tar:test:1 dir:dir; do
    $bud commit --quiet "$top" "$form" >/dev/null
done
for format in gzip zstd; do
    skopeo copy --quiet --dest-compress --dest-compress-format $format oci:layout:test oci:$format:test
done
printf '%s\n' "$mount"
)sh";

QJsonObject inspect(const QString& reference, const QStringList& options)
{
    QString output;
    const bool ended = run(QStringLiteral("skopeo"),
                           QStringList{QStringLiteral("inspect")} << options << reference, output);
    return ended ? QJsonDocument::fromJson(output.toUtf8()).object() : QJsonObject();
}

QString digestText(const std::optional<Digest>& digest)
{
    return digest ? QString::fromStdString(digest->text()) : QString();
}

/// A line for each check, "layer-blob 1: verified".
QStringList resultsOf(const std::vector<Check>& checks)
{
    QStringList out;
    for (const Check& check : checks) {
        const std::string layer = check.layer ? " " + std::to_string(*check.layer) : "";
        out += QString::fromStdString(std::string(checkName(check.what)) + layer + ": " +
                                      std::string(checkResultName(check.result)));
    }
    return out;
}

/// Those that did not verify.
QString others(const QStringList& results)
{
    return results.filter(QRegularExpression(QStringLiteral(": (?!verified$)")))
        .join(QStringLiteral(", "));
}

} // namespace

/// An image that buildah builds here and now: its forms against the file system that buildah
/// itself shows for it, and our word on its digests against skopeo's.
class TestBuildah : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void treeEqualsBuildahMount_data();
    void treeEqualsBuildahMount();
    void digestsEqualSkopeoInspect_data();
    void digestsEqualSkopeoInspect();
    void verifyFindsTheChangedBlob();
    void cleanupTestCase();

private:
    QTemporaryDir m_folder;
    QString m_mount;
};

void TestBuildah::initTestCase()
{
    STRATA_WITHOUT_REFEREE(missingTools({QStringLiteral("buildah"), QStringLiteral("skopeo")}));
    STRATA_WITHOUT_REFEREE(
        ::geteuid() == 0 ? QString() : QStringLiteral("buildah mounts a container for root alone"));
    QVERIFY(m_folder.isValid());
    // As if without root, the tools keep their notes here instead of under /var.
    qputenv("_CONTAINERS_ROOTLESS_UID", "1000");
    qputenv("XDG_DATA_HOME", m_folder.filePath(QStringLiteral("data")).toLocal8Bit());
    QString output;
    QVERIFY2(run(QStringLiteral("sh"),
                 {QStringLiteral("-euc"), QString::fromLatin1(buildScript), QStringLiteral("sh"),
                  m_folder.path()},
                 output),
             qPrintable(output));
    m_mount = output.trimmed().section(QLatin1Char('\n'), -1);
    QVERIFY2(QFile::exists(m_mount + QStringLiteral("/etc/kept")), qPrintable(output));
}

void TestBuildah::treeEqualsBuildahMount_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("OCI layout") << QStringLiteral("layout");
    QTest::newRow("OCI layout, gzip") << QStringLiteral("gzip");
    QTest::newRow("OCI layout, zstd") << QStringLiteral("zstd");
    QTest::newRow("OCI archive") << QStringLiteral("oci.tar");
    QTest::newRow("docker archive") << QStringLiteral("docker.tar");
    QTest::newRow("dir") << QStringLiteral("dir");
}

void TestBuildah::treeEqualsBuildahMount()
{
    QFETCH(const QString, file);
    const auto image = load(m_folder.filePath(file).toStdString());
    QVERIFY2(image.has_value(), image ? "" : image.error().message().c_str());
    QCOMPARE((*image)->tree->layerCount(), 2U);
    const auto mounted = diskTree(m_mount.toStdString(), true);
    QVERIFY(mounted.size() > 15);
    QCOMPARE(differences(mounted, visibleTree(*(*image)->tree, true)), std::string());

    const QString extracted = m_folder.filePath(file + QStringLiteral("-extracted"));
    const auto report = extractTree(**image, extracted.toStdString(), {}, {});
    QVERIFY2(report.has_value(), report ? "" : report.error().message().c_str());
    QCOMPARE(differences(mounted, diskTree(extracted.toStdString(), true)), std::string());
    QString output;
    QVERIFY2(run(QStringLiteral("diff"),
                 {QStringLiteral("-r"), QStringLiteral("--no-dereference"),
                  QStringLiteral("--exclude=pipe"), m_mount, extracted},
                 output),
             qPrintable(output));
}

void TestBuildah::digestsEqualSkopeoInspect_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("reference");
    const QString folder = m_folder.path();
    QTest::newRow("OCI layout") << QStringLiteral("layout")
                                << QStringLiteral("oci:%1/layout:test").arg(folder);
    QTest::newRow("OCI layout, zstd")
        << QStringLiteral("zstd") << QStringLiteral("oci:%1/zstd:test").arg(folder);
    QTest::newRow("OCI archive") << QStringLiteral("oci.tar")
                                 << QStringLiteral("oci-archive:%1/oci.tar:test").arg(folder);
    QTest::newRow("dir") << QStringLiteral("dir") << QStringLiteral("dir:%1/dir").arg(folder);
}

void TestBuildah::digestsEqualSkopeoInspect()
{
    QFETCH(const QString, file);
    QFETCH(const QString, reference);
    const QJsonObject manifest = inspect(reference, {});
    const QJsonObject config = inspect(reference, {QStringLiteral("--config")});
    const QJsonArray layers = manifest[QStringLiteral("LayersData")].toArray();
    const QJsonArray diffIds =
        config[QStringLiteral("rootfs")][QStringLiteral("diff_ids")].toArray();
    QCOMPARE(layers.size(), 2);
    QCOMPARE(diffIds.size(), 2);

    const auto archive = ImageArchive::open(m_folder.filePath(file).toStdString(), {});
    QVERIFY2(archive.has_value(), archive ? "" : archive.error().message().c_str());
    QCOMPARE((*archive)->images().size(), 1U);
    const Image& image = (*archive)->images().front();
    QCOMPARE(digestText(image.manifestDigest), manifest[QStringLiteral("Digest")].toString());
    QCOMPARE(QString::fromStdString(image.platform.architecture),
             manifest[QStringLiteral("Architecture")].toString());
    QCOMPARE(QString::fromStdString(image.platform.os), manifest[QStringLiteral("Os")].toString());
    QCOMPARE(image.layers.size(), 2U);
    for (std::size_t i = 0; i < image.layers.size(); ++i) {
        const auto layer = layers[static_cast<qsizetype>(i)].toObject();
        QCOMPARE(digestText(image.layers[i].digest), layer[QStringLiteral("Digest")].toString());
        QCOMPARE(QString::fromStdString(image.layers[i].mediaType),
                 layer[QStringLiteral("MIMEType")].toString());
        QCOMPARE(image.layers[i].storedSize,
                 static_cast<std::uint64_t>(layer[QStringLiteral("Size")].toInteger()));
        QCOMPARE(digestText(image.layers[i].diffId), diffIds[static_cast<qsizetype>(i)].toString());
    }
    const auto checks = verifyImage(**archive, image, {});
    QVERIFY(checks.has_value());
    const QStringList results = resultsOf(*checks);
    // In skopeo's own form nothing names the manifest, so that nothing is promised of it.
    const bool promised = file != QLatin1String("dir");
    QCOMPARE(others(results), promised ? QString() : QStringLiteral("manifest: nothing"));
    for (const auto* one : {promised ? "manifest: verified" : "manifest: nothing",
                            "config: verified", "layer-blob 0: verified", "layer-blob 1: verified",
                            "diff-id 0: verified", "diff-id 1: verified"}) {
        QVERIFY2(results.contains(QLatin1String(one)), one);
    }
}

void TestBuildah::verifyFindsTheChangedBlob()
{
    const QString copy = m_folder.filePath(QStringLiteral("changed"));
    QString output;
    QVERIFY(run(QStringLiteral("cp"),
                {QStringLiteral("-r"), m_folder.filePath(QStringLiteral("gzip")), copy}, output));
    const auto sound = ImageArchive::open(copy.toStdString(), {});
    QVERIFY(sound.has_value());
    const QString digest = digestText((*sound)->images().front().layers[1].digest);
    QFile blob(copy + QStringLiteral("/blobs/sha256/") + digest.section(QLatin1Char(':'), 1));
    QVERIFY(blob.open(QIODevice::ReadWrite));
    // The time in the header of gzip: the content stays whole, the digest does not.
    QVERIFY(blob.seek(4));
    QVERIFY(blob.write("\x01") == 1);
    blob.close();

    const auto archive = ImageArchive::open(copy.toStdString(), {});
    QVERIFY(archive.has_value());
    const auto checks = verifyImage(**archive, (*archive)->images().front(), {});
    QVERIFY(checks.has_value());
    const QStringList results = resultsOf(*checks);
    QCOMPARE(others(results), QStringLiteral("layer-blob 1: mismatch"));
    QVERIFY(results.contains(QStringLiteral("diff-id 1: verified")));
    QVERIFY2(!run(QStringLiteral("skopeo"),
                  {QStringLiteral("copy"), QStringLiteral("--quiet"),
                   QStringLiteral("oci:%1:test").arg(copy),
                   QStringLiteral("dir:") + m_folder.filePath(QStringLiteral("refused"))},
                  output),
             "skopeo takes what we call changed");
}

void TestBuildah::cleanupTestCase()
{
    // Qt cannot remove a file whose name is not UTF-8.
    std::error_code ignored;
    std::filesystem::remove_all(m_folder.path().toStdString(), ignored);
}

QTEST_GUILESS_MAIN(TestBuildah)
#include "tst_buildah.moc"
