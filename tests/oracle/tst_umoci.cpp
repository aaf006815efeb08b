// SPDX-License-Identifier: Apache-2.0
#include "archive_builder.h"
#include "check.h"
#include "disk_tree.h"
#include "export/extract.h"
#include "tools.h"

#include <QTemporaryDir>
#include <QtTest>

#include <unistd.h>

using namespace strata;
using namespace strata::test;

namespace {

/// A stack with every kind of change that umoci reads as the specification says.
ImageBuilder unionImage()
{
    const auto at = [](std::int64_t mode, std::int64_t mtime) {
        return TarAttributes{.mode = mode, .mtime = mtime};
    };
    TarBuilder base;
    base.dir("etc/", at(0755, 1'700'000'000))
        .file("etc/kept", "kept", at(0644, 1'700'000'001))
        .file("etc/overwritten", "old", at(0644, 1'700'000'002))
        .file("etc/deleted", "gone", at(0600, 1'700'000'003))
        .dir("opaque/", at(0755, 1'700'000'004))
        .file("opaque/below", "below", at(0644, 1'700'000'005))
        .dir("replaced/", at(0755, 1'700'000'006))
        .file("replaced/child", "child", at(0644, 1'700'000'007))
        .file("wasfile", "file", at(0644, 1'700'000'008))
        .symlink("link", "etc/kept", at(0777, 1'700'000'009))
        .file("linked", "one inode", at(04755, 1'700'000'010))
        .hardlink("linked-too", "linked");
    TarBuilder middle;
    middle.dir("etc/", at(0750, 1'700'001'000))
        .whiteout("etc/deleted")
        .file("etc/overwritten", "new and longer", at(0640, 1'700'001'001))
        .dir("opaque/", at(0711, 1'700'001'002))
        .opaque("opaque")
        .file("opaque/above", "above", at(0644, 1'700'001'003))
        .file("replaced", "now a file", at(0644, 1'700'001'004));
    TarBuilder top;
    top.whiteout("wasfile")
        .dir("wasfile/", at(01777, 1'700'002'000))
        .fifo("wasfile/pipe", at(0600, 1'700'002'001))
        .symlink("link", "../outside", at(0777, 1'700'002'002))
        .file("linked", "another inode", at(0755, 1'700'002'003));
    ImageBuilder image;
    image.layer(base.end().bytes(), "base", Compression::Gzip)
        .layer(middle.end().bytes(), "middle", Compression::None)
        .layer(top.end().bytes(), "top", Compression::Gzip)
        .name("test");
    return image;
}

} // namespace

/// The merged tree and the extraction against `umoci unpack`, and the forms that skopeo makes of
/// one image against each other.
class TestUmoci : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void treeEqualsUmociUnpack_data();
    void treeEqualsUmociUnpack();
    void skopeoFormsGiveOneTree_data();
    void skopeoFormsGiveOneTree();

private:
    /// An OCI layout of the row's image, tagged "test".
    void makeLayout(const QString& which, const QString& layout);

    QTemporaryDir m_folder;
    bool m_root = ::geteuid() == 0;
};

void TestUmoci::initTestCase()
{
    STRATA_WITHOUT_REFEREE(missingTools({QStringLiteral("umoci"), QStringLiteral("skopeo")}));
    QVERIFY(m_folder.isValid());
}

void TestUmoci::makeLayout(const QString& which, const QString& layout)
{
    if (which == QStringLiteral("union")) {
        ArchiveBuilder(ArchiveForm::Oci).image(unionImage()).writeTo(layout.toStdString());
        return;
    }
    QString output;
    QVERIFY2(run(QStringLiteral("skopeo"),
                 {QStringLiteral("copy"), QStringLiteral("--quiet"),
                  QStringLiteral("oci-archive:" STRATA_SAMPLE),
                  QStringLiteral("oci:%1:test").arg(layout)},
                 output),
             qPrintable(output));
}

void TestUmoci::treeEqualsUmociUnpack_data()
{
    QTest::addColumn<QString>("which");
    QTest::newRow("built-in sample") << QStringLiteral("sample");
    QTest::newRow("every kind of change") << QStringLiteral("union");
}

void TestUmoci::treeEqualsUmociUnpack()
{
    QFETCH(const QString, which);
    const QString layout = m_folder.filePath(which + QStringLiteral("-layout"));
    const QString bundle = m_folder.filePath(which + QStringLiteral("-bundle"));
    makeLayout(which, layout);
    QStringList arguments{QStringLiteral("unpack"), QStringLiteral("--image"),
                          layout + QStringLiteral(":test")};
    if (!m_root) {
        arguments << QStringLiteral("--rootless");
    }
    QString output;
    QVERIFY2(run(QStringLiteral("umoci"), arguments << bundle, output), qPrintable(output));

    const auto image = load(layout.toStdString());
    QVERIFY2(image.has_value(), image ? "" : image.error().message().c_str());
    const auto unpacked = diskTree((bundle + QStringLiteral("/rootfs")).toStdString(), m_root);
    QVERIFY(unpacked.size() > 5);
    QCOMPARE(differences(unpacked, visibleTree(*(*image)->tree, m_root)), std::string());

    const std::filesystem::path extracted =
        m_folder.filePath(which + QStringLiteral("-extracted")).toStdString();
    const auto report = extractTree(**image, extracted, {}, {});
    QVERIFY2(report.has_value(), report ? "" : report.error().message().c_str());
    QCOMPARE(differences(unpacked, diskTree(extracted, m_root)), std::string());
}

void TestUmoci::skopeoFormsGiveOneTree_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("destination");
    const QString folder = m_folder.path();
    QTest::newRow("docker archive")
        << QStringList() << QStringLiteral("docker-archive:%1/docker.tar:test:1").arg(folder);
    QTest::newRow("oci archive") << QStringList()
                                 << QStringLiteral("oci-archive:%1/oci.tar:test").arg(folder);
    QTest::newRow("oci layout, zstd")
        << QStringList{QStringLiteral("--dest-compress-format"), QStringLiteral("zstd")}
        << QStringLiteral("oci:%1/zstd:test").arg(folder);
    QTest::newRow("dir") << QStringList() << QStringLiteral("dir:%1/dir").arg(folder);
    QTest::newRow("dir, decompressed") << QStringList{QStringLiteral("--dest-decompress")}
                                       << QStringLiteral("dir:%1/plain-dir").arg(folder);
}

void TestUmoci::skopeoFormsGiveOneTree()
{
    QFETCH(const QStringList, options);
    QFETCH(const QString, destination);
    QString output;
    QVERIFY2(run(QStringLiteral("skopeo"),
                 QStringList{QStringLiteral("copy"), QStringLiteral("--quiet")}
                     << options << QStringLiteral("oci-archive:" STRATA_SAMPLE) << destination,
                 output),
             qPrintable(output));
    const auto path = destination.section(QLatin1Char(':'), 1, 1).toStdString();
    const auto original = load(STRATA_SAMPLE);
    const auto copy = load(path);
    QVERIFY(original.has_value());
    QVERIFY2(copy.has_value(), copy ? "" : copy.error().message().c_str());
    QCOMPARE(differences(visibleTree(*(*original)->tree, true), visibleTree(*(*copy)->tree, true)),
             std::string());
}

QTEST_GUILESS_MAIN(TestUmoci)
#include "tst_umoci.moc"
