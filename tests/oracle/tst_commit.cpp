// SPDX-License-Identifier: Apache-2.0
#include "bytes.h"
#include "check.h"
#include "disk_tree.h"
#include "export/container_layer.h"
#include "insight/verify.h"
#include "tools.h"

#include <QTemporaryDir>
#include <QtTest>

#include <unistd.h>

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(strata::WriteFormat)
Q_DECLARE_METATYPE(strata::LayerCompression)

namespace {

void did(const Trace& trace)
{
    QVERIFY2(trace.done(), traceText(trace).c_str());
}

/// One of everything that a layer can say of what lies below it.
Container changedContainer(std::shared_ptr<const OpenedImage> image)
{
    Container container(std::move(image), {.metacopy = false, .clock = [] {
                                               return Timestamp{.seconds = 1'700'000'000,
                                                                .nanoseconds = 0};
                                           }});
    const std::string text = "written here\n";
    const Bytes large = noise(3 << 20);
    did(container.replace("/etc/motd", std::as_bytes(std::span(text))));
    did(container.append("/etc/passwd", std::as_bytes(std::span(text))));
    did(container.replace("/large", large));
    did(container.changeMode("/large", 0600));
    did(container.link("/large", "/etc/large"));
    did(container.symlink("../etc/motd", "/usr/motd"));
    did(container.makeDirectory("/opt/new"));
    did(container.changeOwner("/opt/new", 12, 34));
    did(container.makeNode("/opt/new/pipe", FileType::Fifo));
    did(container.setXattr("/opt/new", "user.a", "1"));
    did(container.unlink("/etc/hostname"));
    did(container.removeTree("/usr/share"));
    did(container.makeDirectory("/usr/share"));
    did(container.create("/usr/share/new"));
    did(container.move("/home", "/opt/home"));
    return container;
}

} // namespace

/// A container that was committed, as other tools read it.
class TestCommit : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void otherToolsReadIt_data();
    void otherToolsReadIt();
    void podmanLoadsIt();

private:
    QTemporaryDir m_folder;
    bool m_root = ::geteuid() == 0;
};

void TestCommit::initTestCase()
{
    STRATA_WITHOUT_REFEREE(missingTools({u"umoci"_s, u"skopeo"_s}));
    QVERIFY(m_folder.isValid());
}

void TestCommit::otherToolsReadIt_data()
{
    QTest::addColumn<WriteFormat>("format");
    QTest::addColumn<LayerCompression>("compression");
    QTest::addColumn<QString>("transport");
    const auto row = [](const char* name, WriteFormat format, LayerCompression compression,
                        const QString& transport) {
        QTest::newRow(name) << format << compression << transport;
    };
    using enum WriteFormat;
    using enum LayerCompression;
    row("oci archive, gzip", OciArchive, Gzip, u"oci-archive:%1:test"_s);
    row("oci archive, zstd", OciArchive, Zstd, u"oci-archive:%1:test"_s);
    row("oci layout, none", OciLayout, None, u"oci:%1:test"_s);
    row("oci layout, gzip", OciLayout, Gzip, u"oci:%1:test"_s);
    row("docker archive", DockerArchive, None, u"docker-archive:%1:localhost/test:latest"_s);
}

void TestCommit::otherToolsReadIt()
{
    QFETCH(const WriteFormat, format);
    QFETCH(const LayerCompression, compression);
    QFETCH(const QString, transport);
    const auto image = load(STRATA_SAMPLE);
    QVERIFY(image.has_value());
    const auto container = changedContainer(*image);
    const QString written = m_folder.filePath(
        QString::fromLatin1(QTest::currentDataTag()).replace(u", "_s, u"-"_s).replace(u' ', u'-'));
    CommitOptions options;
    options.name = format == WriteFormat::DockerArchive ? "localhost/test" : "test";
    options.message = "by a test";
    VERIFY_OK(commitContainer(container, written.toStdString(), format, compression, options, {}));

    // strata itself: every digest, size and diff ID; and the chain of the layers below is the same.
    const auto committed = load(written.toStdString());
    QVERIFY2(committed.has_value(), committed ? "" : committed.error().message().c_str());
    const auto checks = verifyImage(*(*committed)->archive, (*committed)->image(), {});
    VERIFY_OK(checks);
    for (const auto& check : *checks) {
        QCOMPARE(checkResultName(check.result), "verified");
    }
    const auto& below = (*image)->image().layers;
    QCOMPARE((*committed)->image().layers.size(), below.size() + 1);
    for (std::size_t n = 0; n < below.size(); ++n) {
        QCOMPARE((*committed)->image().layers[n].chainId, below[n].chainId);
    }

    // skopeo makes another form of it, which checks digests and diff IDs on the way.
    const QString layout = written + u"-layout"_s;
    QString output;
    QVERIFY2(run(u"skopeo"_s,
                 {u"copy"_s, u"--quiet"_s, u"--dest-compress-format"_s, u"gzip"_s,
                  u"--dest-compress"_s, transport.arg(written), u"oci:%1:test"_s.arg(layout)},
                 output),
             qPrintable(output));
    const QString docker = written + u"-docker.tar"_s;
    QVERIFY2(run(u"skopeo"_s,
                 {u"copy"_s, u"--quiet"_s, u"oci:%1:test"_s.arg(layout),
                  u"docker-archive:%1:test:1"_s.arg(docker)},
                 output),
             qPrintable(output));
    const auto copied = load(docker.toStdString());
    QVERIFY2(copied.has_value(), copied ? "" : copied.error().message().c_str());
    QCOMPARE((*copied)->image().layers.back().diffId, (*committed)->image().layers.back().diffId);

    // umoci unpacks what was seen in the container.
    const QString bundle = written + u"-bundle"_s;
    QStringList arguments{u"unpack"_s, u"--image"_s, layout + u":test"_s};
    if (!m_root) {
        arguments << u"--rootless"_s;
    }
    QVERIFY2(run(u"umoci"_s, arguments << bundle, output), qPrintable(output));
    const auto rootfs = (bundle + u"/rootfs"_s).toStdString();
    const auto unpacked = diskTree(rootfs, m_root);
    QVERIFY(unpacked.size() > 20);
    QCOMPARE(differences(unpacked, visibleTree(container, m_root)), std::string());
    QCOMPARE(differences(unpacked, visibleTree(*(*committed)->tree, m_root)), std::string());
    for (const auto& path : {"/etc/motd"s, "/etc/passwd"s, "/large"s, "/etc/large"s}) {
        const auto content = container.open(*container.find(path));
        VERIFY_OK(content);
        QCOMPARE(toText(readFile(rootfs + path)), drain(**content));
    }
}

void TestCommit::podmanLoadsIt()
{
    if (const auto missing = missingTools({u"podman"_s}); !missing.isEmpty()) {
        QSKIP(qPrintable(missing)); // no part of the test root
    }
    const auto image = load(STRATA_SAMPLE);
    QVERIFY(image.has_value());
    const QString written = m_folder.filePath(u"podman.tar"_s);
    CommitOptions options;
    options.name = "localhost/strata-test";
    VERIFY_OK(commitContainer(changedContainer(*image), written.toStdString(),
                              WriteFormat::DockerArchive, LayerCompression::None, options, {}));
    QString output;
    QVERIFY2(run(u"podman"_s,
                 {u"--root"_s, m_folder.filePath(u"store"_s), u"--runroot"_s,
                  m_folder.filePath(u"run"_s), u"--storage-driver"_s, u"vfs"_s, u"load"_s, u"-i"_s,
                  written},
                 output),
             qPrintable(output));
    QVERIFY2(output.contains(u"localhost/strata-test"_s), qPrintable(output));
}

QTEST_GUILESS_MAIN(TestCommit)
#include "tst_commit.moc"
