// SPDX-License-Identifier: Apache-2.0
#include "cli_runner.h"

#include <QDir>
#include <QtTest>

using namespace strata::test;
using namespace Qt::StringLiterals;

namespace {

/// What one file or directory of the corpus must give: a tree, or an error that holds `error`.
struct Expected
{
    QString name;
    QString format; ///< empty: it cannot be opened at all
    int images = 0;
    QStringList choice; ///< options that pick the image looked at
    int layers = 0;     ///< of that image
    QString path;       ///< a path of its tree…
    int origin = 0;     ///< …and the layer it comes from
    QString error = {}; ///< what the message of `tree` (and where nothing opens, `info`) holds
    bool verifies = true;
};

const auto docker = u"docker-archive"_s;
const auto layout = u"oci-layout"_s;
const auto archive = u"oci-archive"_s;
const auto rootfs = u"rootfs"_s;

QStringList image(const QString& which)
{
    return {u"--image"_s, which};
}

QStringList platform(const QString& which)
{
    return {u"--platform"_s, which};
}

// clang-format off
const std::vector<Expected> corpus = {
    {u"alpine-3.10-legacy-save.tar.gz"_s, docker, 1, {}, 1, u"/etc/alpine-release"_s, 0},
    {u"bad-index-json"_s, {}, 0, {}, 0, {}, 0, u"index.json"_s},
    {u"bad-no-manifests"_s, {}, 0, {}, 0, {}, 0, u"no image"_s},
    {u"docker-containerd-store-partial.tar"_s, docker, 23, platform(u"linux/arm64"_s), 1, u"/hello"_s, 0},
    {u"docker-save-14-layers.tar"_s, docker, 1, {}, 14, u"/root/saved.txt"_s, 13},
    {u"foreign-layer.tar"_s, docker, 1, {}, 2, u"/random_file_4990765271833742716.txt"_s, 1},
    {u"ggcr-hello-world-v25.tar"_s, docker, 1, {}, 1, u"/hello"_s, 0},
    {u"ggcr-no_manifest.tar"_s, docker, 1, {}, 1, u"/foo/baz"_s, 0},
    {u"ggcr-null_manifest.tar"_s, {}, 0, {}, 0, {}, 0, u"manifest.json"_s},
    {u"ggcr-test_bundle.tar"_s, docker, 2, image(u"test_image_1"_s), 1, u"/bar"_s, 0},
    {u"ggcr-test_link.tar"_s, docker, 2, image(u"1"_s), 2, u"/bar"_s, 0},
    {u"ggcr-whiteout_image.tar"_s, docker, 1, {}, 3, u"/bar.txt"_s, 0},
    {u"hostile-escape-layer.tar"_s, rootfs, 1, {}, 1, u"/usr/share/doc/c/copyright"_s, 0},
    {u"kaniko.tar"_s, docker, 1, {}, 14, u"/root/saved.txt"_s, 13},
    {u"layer-concatenated-tars.tar"_s, rootfs, 1, {}, 1, u"/run/logs/log.txt"_s, 0},
    {u"layer-whiteouts-and-opaque.tar"_s, rootfs, 1, {}, 1, u"/layer3.txt"_s, 0},
    {u"not-an-image.tar"_s, {}, 0, {}, 0, {}, 0, u"neither an image"_s},
    {u"oci-dir-helm-artifact"_s, layout, 1, {}, 1, {}, 0, u"artifact"_s},
    {u"oci-dir-multiarch-attestations-referrers"_s, layout, 34, image(u"20"_s), 5, u"/base.txt"_s, 0},
    {u"oci-dir-multiplatform"_s, layout, 2, platform(u"linux/arm64"_s), 1, u"/linux/arm64/README.md"_s, 0},
    {u"oci-dir-oras-artifacts"_s, layout, 17, image(u"config"_s), 1, {}, 0, u"artifact"_s},
    {u"oci-dir-oras-images"_s, layout, 5, image(u"linux-armv7"_s), 1, {}, 0, u"config names 0"_s},
    {u"oci-dir-two-lists"_s, layout, 2, image(u"0"_s), 1, u"/foo"_s, 0},
    {u"oci-estargz.tar"_s, archive, 1, {}, 1, u"/README.md"_s, 0},
    {u"oci-gzip.tar"_s, archive, 1, {}, 1, u"/README.md"_s, 0},
    {u"oci-uncompressed.tar"_s, archive, 1, {}, 1, u"/README.md"_s, 0},
    {u"osv-overwrite-file.tar"_s, docker, 1, {}, 2, u"/sample.txt"_s, 1},
    {u"osv-symlink-attack.tar"_s, docker, 1, {}, 1, u"/dir1/attack-symlink.txt"_s, 0},
    {u"osv-symlink-cycle.tar"_s, docker, 1, {}, 1, u"/dir1/sample.txt"_s, 0},
    {u"podman-docker-two-images.tar.xz"_s, docker, 2, image(u"example.com/empty/but:different"_s), 1, u"/empty"_s, 0},
    {u"podman-docker-unnamed.tar.xz"_s, docker, 1, {}, 1, u"/empty"_s, 0},
    {u"podman-oci-registry-name.tar.gz"_s, archive, 1, {}, 1, u"/empty"_s, 0},
};
// clang-format on

QString corpusFolder()
{
    return qEnvironmentVariable("STRATASCOPE_CORPUS", QStringLiteral(STRATA_CORPUS));
}

} // namespace

/// Every image of ../shared/corpus, made by other tools: what each must give.
class TestCorpus : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (!QDir(corpusFolder()).exists()) {
            QSKIP("the corpus is not there");
        }
    }

    void everyFileIsExpected()
    {
        QStringList known{u"README.md"_s};
        for (const auto& expected : corpus) {
            known << expected.name;
        }
        const auto found =
            QDir(corpusFolder()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden);
        for (const auto& name : found) {
            QVERIFY2(known.contains(name), qPrintable(name + u" is not in the table"_s));
        }
    }

    void gives_data()
    {
        QTest::addColumn<int>("row");
        for (int i = 0; i < static_cast<int>(corpus.size()); ++i) {
            QTest::newRow(qPrintable(corpus[static_cast<std::size_t>(i)].name)) << i;
        }
    }
    void gives()
    {
        QFETCH(int, row);
        const auto& expected = corpus[static_cast<std::size_t>(row)];
        const auto file = QDir(corpusFolder()).filePath(expected.name);
        const auto info = runStrata({u"info"_s, u"--json"_s, file});
        if (expected.format.isEmpty()) {
            QCOMPARE(info.status, 2);
            QCOMPARE(info.errorLines(), 1);
            QVERIFY2(info.err.contains(expected.error.toUtf8()), info.err.constData());
            return;
        }
        QCOMPARE(info.status, 0);
        QCOMPARE(info.object()[u"format"_s].toString(), expected.format);
        QCOMPARE(info.object()[u"images"_s].toArray().size(), expected.images);

        const auto arguments = QStringList{u"--json"_s, file} + expected.choice;
        const auto one = runStrata(QStringList{u"info"_s} + arguments);
        QCOMPARE(one.object()[u"images"_s][0][u"layers"_s].toInt(), expected.layers);
        const auto tree = runStrata(QStringList{u"tree"_s} + arguments);
        if (!expected.error.isEmpty()) {
            QCOMPARE(tree.status, 2);
            QCOMPARE(tree.errorLines(), 1);
            QVERIFY2(tree.err.contains(expected.error.toUtf8()), tree.err.constData());
            return;
        }
        QCOMPARE(tree.status, 0);
        QCOMPARE(tree.err, QByteArray());
        const auto line = lineWith(tree.lines(), u"path"_s, expected.path);
        QVERIFY2(!line.isEmpty(), tree.out.left(2000).constData());
        QCOMPARE(line[u"layer"_s].toInt(), expected.origin);
        QCOMPARE(runStrata(QStringList{u"verify"_s} + arguments).status, expected.verifies ? 0 : 1);
    }

    void platformsThatWereNotPulledAreNoFailure()
    {
        const auto file = QDir(corpusFolder()).filePath(u"docker-containerd-store-partial.tar"_s);
        const auto all = runStrata({u"verify"_s, file});
        QCOMPARE(all.status, 0);
        QVERIFY2(all.out.contains("\nOK: 53 verified, 44 missing\n"), all.out.constData());
        // Whoever asks for one wants it.
        QCOMPARE(runStrata(QStringList{u"verify"_s, file} + platform(u"linux/s390x"_s)).status, 1);
    }

    void everyLayerIsPrinted_data() { gives_data(); }
    void everyLayerIsPrinted()
    {
        QFETCH(int, row);
        const auto& expected = corpus[static_cast<std::size_t>(row)];
        if (!expected.error.isEmpty()) {
            return;
        }
        const auto file = QDir(corpusFolder()).filePath(expected.name);
        const auto arguments = QStringList{u"--json"_s, file} + expected.choice;
        const auto layers = runStrata(QStringList{u"layers"_s} + arguments);
        QCOMPARE(layers.status, 0);
        const auto list = layers.object()[u"layers"_s].toArray();
        QCOMPARE(list.size(), expected.layers);
        for (int n = 0; n < expected.layers; ++n) {
            const auto diff = runStrata(QStringList{u"diff"_s, u"--all"_s} + arguments +
                                        QStringList{QString::number(n)});
            QCOMPARE(diff.status, 0);
            // The two ways to ask agree.
            for (const auto& change : {u"added"_s, u"modified"_s, u"metadata"_s, u"removed"_s}) {
                int count = 0;
                for (const auto& line : diff.lines()) {
                    count += line[u"change"_s].toString() == change ? 1 : 0;
                }
                QCOMPARE(count, list[n][change].toInt());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestCorpus)
#include "tst_corpus.moc"
