// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "cli_runner.h"
#include "sample_image.h"

#include <QtTest>

using namespace strata::test;
using namespace Qt::StringLiterals;

namespace {

const auto infoContract = u"images:array format:string warnings:array"_s;
const auto imageContract =
    u"names:array os:string architecture:string variant:string id:string "
    u"manifest_digest:string|null "
    "kind:string media_type:string artifact_type:string|null created:string|null layers:number "
    "size:number stored_size:number available:bool warnings:array"_s;
const auto layersContract = u"layers:array steps:array"_s;
const auto layerContract =
    u"index:number diff_id:string chain_id:string digest:string|null media_type:string "
    "compression:string stored_size:number size:number entries:number added:number "
    "modified:number metadata:number removed:number bytes_added:number created:string|null "
    "created_by:string instruction:string available:bool warnings:array"_s;
const auto stepContract = u"position:number layer:number|null created_by:string "
                          "instruction:string comment:string"_s;
const auto checkContract = u"what:string layer:number|null result:string expected:string|null "
                           "actual:string|null note:string image:number"_s;

std::string sha256OfPair(const std::string& first, const std::string& second)
{
    return sha256Text(toBytes(first + " " + second));
}

} // namespace

/// info, layers and verify: the JSON contract of archives.
class TestCliArchive : public QObject
{
    Q_OBJECT

private slots:
    void infoKeepsItsContractInEveryForm_data()
    {
        QTest::addColumn<ArchiveForm>("form");
        QTest::addColumn<QString>("format");
        QTest::newRow("docker 1.x") << ArchiveForm::DockerClassic << u"docker-archive"_s;
        QTest::newRow("docker 25") << ArchiveForm::Docker25 << u"docker-archive"_s;
        QTest::newRow("podman") << ArchiveForm::Podman << u"docker-archive"_s;
        QTest::newRow("kaniko") << ArchiveForm::Kaniko << u"docker-archive"_s;
        QTest::newRow("nix") << ArchiveForm::Nix << u"docker-archive"_s;
        QTest::newRow("oci") << ArchiveForm::Oci << u"oci-archive"_s;
    }
    void infoKeepsItsContractInEveryForm()
    {
        QFETCH(ArchiveForm, form);
        QFETCH(QString, format);
        const auto image = everything();
        const auto file = m_workshop.archive(u"form.tar"_s, ArchiveBuilder(form).image(image));
        const auto ran = runStrata({u"info"_s, u"--json"_s, file});
        QCOMPARE(ran.status, 0);
        QCOMPARE(ran.err, QByteArray());
        const auto info = ran.object();
        QCOMPARE(breaches(info, infoContract), QString());
        QCOMPARE(info[u"images"_s].toArray().size(), 1);
        const auto told = info[u"images"_s].toArray().first().toObject();
        QCOMPARE(breaches(told, imageContract), QString());
        QCOMPARE(told[u"names"_s].toArray().first().toString(), u"localhost/everything:1"_s);
        QCOMPARE(told[u"os"_s].toString(), u"linux"_s);
        QCOMPARE(told[u"architecture"_s].toString(), u"amd64"_s);
        QCOMPARE(told[u"variant"_s].toString(), QString());
        QCOMPARE(told[u"id"_s].toString().toStdString(), image.configDigest());
        QCOMPARE(told[u"kind"_s].toString(), u"image"_s);
        QCOMPARE(told[u"layers"_s].toInt(), 3);
        QCOMPARE(told[u"created"_s].toString(), u"2024-05-01T12:00:00Z"_s);
        QCOMPARE(told[u"available"_s].toBool(), true);
        std::size_t size = 0;
        for (const auto& layer : image.layers()) {
            size += layer.tar.size();
        }
        QCOMPARE(told[u"size"_s].toInt(), static_cast<int>(size));
        QCOMPARE(info[u"format"_s].toString(), format);
    }

    void infoOfALayoutDirectory()
    {
        const auto directory = m_workshop.path(u"layout"_s);
        ArchiveBuilder(ArchiveForm::Oci).image(everything()).writeTo(directory.toStdString());
        const auto info = runStrata({u"info"_s, u"--json"_s, directory}).object();
        QCOMPARE(info[u"format"_s].toString(), u"oci-layout"_s);
        const auto image = info[u"images"_s].toArray().first().toObject();
        QCOMPARE(image[u"manifest_digest"_s].toString().toStdString(),
                 everything().manifestDigest());
        QCOMPARE(image[u"media_type"_s].toString(),
                 u"application/vnd.oci.image.manifest.v1+json"_s);
    }

    void infoOfARootfs()
    {
        const auto file = m_workshop.archive(
            u"rootfs.tar"_s, ArchiveBuilder(ArchiveForm::Rootfs).image(everything()));
        const auto info = runStrata({u"info"_s, u"--json"_s, file}).object();
        QCOMPARE(info[u"format"_s].toString(), u"rootfs"_s);
        QVERIFY(info[u"images"_s].toArray().first()[u"id"_s].isNull());
        // No config names its digests: they are computed.
        const auto layers = runStrata({u"layers"_s, u"--json"_s, file}).object();
        const auto layer = layers[u"layers"_s].toArray().first().toObject();
        QCOMPARE(breaches(layer, layerContract), QString());
        QCOMPARE(layer[u"diff_id"_s].toString().toStdString(), everything().diffId(0));
        QCOMPARE(layer[u"chain_id"_s].toString().toStdString(), everything().diffId(0));
    }

    void infoListsEveryImage()
    {
        ArchiveBuilder archive(ArchiveForm::DockerClassic);
        archive.image(single("a").name("first:1")).image(single("b").name("second:1"));
        const auto file = m_workshop.archive(u"two.tar"_s, archive);
        const auto ran = runStrata({u"info"_s, u"--json"_s, file});
        QCOMPARE(ran.object()[u"images"_s].toArray().size(), 2);
        QCOMPARE(ran.err, QByteArray()); // nothing was chosen
        const auto one = runStrata({u"info"_s, u"--json"_s, u"--image"_s, u"second:1"_s, file});
        const auto images = one.object()[u"images"_s].toArray();
        QCOMPARE(images.size(), 1);
        QCOMPARE(images.first()[u"names"_s][0].toString(), u"second:1"_s);
    }

    void whichImageIsMeantIsChosenOrSaid()
    {
        ArchiveBuilder archive(ArchiveForm::Oci);
        archive.image(single("one").name("first:1").platform("linux", "amd64"))
            .image(single("two").name("second:1").platform("plan9", "mips"));
        const auto file = m_workshop.archive(u"several.tar"_s, archive);
        const auto tree = [&](const QStringList& wish) {
            return runStrata(QStringList{u"tree"_s, u"--json"_s} + wish + QStringList{file});
        };
        QCOMPARE(column(tree({u"--image"_s, u"second:1"_s}).lines(), u"path"_s), "/two\n");
        QCOMPARE(column(tree({u"--image"_s, u"1"_s}).lines(), u"path"_s), "/two\n");
        QCOMPARE(column(tree({u"--platform"_s, u"plan9/mips"_s}).lines(), u"path"_s), "/two\n");
        QCOMPARE(tree({u"--platform"_s, u"plan9/mips"_s}).err, QByteArray());
        const auto taken = tree({});
        QCOMPARE(taken.status, 0);
        QCOMPARE(taken.errorLines(), 1);
        QVERIFY(taken.err.startsWith("strata: "));
        QCOMPARE(taken.lines().size(), std::size_t{1});
        const auto none = tree({u"--image"_s, u"third:1"_s});
        QCOMPARE(none.status, 2);
        QCOMPARE(none.errorLines(), 1);
    }

    void layersKeepTheirContract()
    {
        const auto image = everything();
        const auto ran = runStrata({u"layers"_s, u"--json"_s, m_workshop.everythingOci()});
        QCOMPARE(ran.status, 0);
        QCOMPARE(breaches(ran.object(), layersContract), QString());
        const auto layers = ran.object()[u"layers"_s].toArray();
        QCOMPARE(layers.size(), 3);
        std::string chain;
        for (int i = 0; i < 3; ++i) {
            const auto layer = layers[i].toObject();
            const auto& built = image.layers()[static_cast<std::size_t>(i)];
            QCOMPARE(breaches(layer, layerContract), QString());
            QCOMPARE(layer[u"index"_s].toInt(), i);
            QCOMPARE(layer[u"diff_id"_s].toString().toStdString(), built.diffId);
            chain = i == 0 ? built.diffId : sha256OfPair(chain, built.diffId);
            QCOMPARE(layer[u"chain_id"_s].toString().toStdString(), chain);
            QCOMPARE(layer[u"digest"_s].toString().toStdString(), built.digest);
            QCOMPARE(layer[u"stored_size"_s].toInt(), static_cast<int>(built.stored.size()));
            QCOMPARE(layer[u"size"_s].toInt(), static_cast<int>(built.tar.size()));
        }
        QCOMPARE(layers[0][u"compression"_s].toString(), u"none"_s);
        QCOMPARE(layers[2][u"compression"_s].toString(), u"gzip"_s);
        for (const auto& step : ran.object()[u"steps"_s].toArray()) {
            QCOMPARE(breaches(step.toObject(), stepContract), QString());
        }
    }

    void layersCountWhatTheyDo()
    {
        const auto ran = runStrata({u"layers"_s, u"--json"_s, m_workshop.everythingOci()});
        const auto layers = ran.object()[u"layers"_s].toArray();
        const auto figures = [&](int i) {
            QStringList out;
            for (const auto& key : {u"entries"_s, u"added"_s, u"modified"_s, u"metadata"_s,
                                    u"removed"_s, u"bytes_added"_s}) {
                out << QString::number(layers[i][key].toInt());
            }
            return out.join(u' ');
        };
        // 19 members, and /usr, /usr/bin, /var, /var/implied that none lists; the hardlink's bytes
        // count once.
        QCOMPARE(figures(0), u"19 23 0 0 0 27"_s);
        QCOMPARE(figures(1), u"5 1 2 1 5 25"_s);
        QCOMPARE(figures(2), u"4 2 0 0 2 6"_s);
    }

    void stepsWithoutALayerAreThere()
    {
        const auto ran = runStrata({u"layers"_s, u"--json"_s, m_workshop.everythingOci()});
        const auto steps = ran.object()[u"steps"_s].toArray();
        QCOMPARE(steps.size(), 4);
        QCOMPARE(steps[1][u"position"_s].toInt(), 1);
        QCOMPARE(steps[1][u"layer"_s].toInt(), 1);
        QCOMPARE(steps[1][u"instruction"_s].toString(), u"RUN change"_s);
        QCOMPARE(steps[2][u"position"_s].toInt(), 2);
        QVERIFY(steps[2][u"layer"_s].isNull());
        QCOMPARE(steps[2][u"instruction"_s].toString(), u"CMD [\"sh\"]"_s);
        QCOMPARE(steps[2][u"created_by"_s].toString(), u"/bin/sh -c #(nop)  CMD [\"sh\"]"_s);
    }

    void anAbsentLayerIsSaid()
    {
        const auto image = everything();
        ArchiveBuilder archive(ArchiveForm::Oci);
        archive.image(image);
        archive.drop(archive.layerFile(image, 1));
        const auto file = m_workshop.archive(u"absent.tar"_s, archive);
        const auto layers =
            runStrata({u"layers"_s, u"--json"_s, file}).object()[u"layers"_s].toArray();
        QCOMPARE(layers[1][u"available"_s].toBool(), false);
        QVERIFY(!layers[1][u"warnings"_s].toArray().isEmpty());
        QCOMPARE(breaches(layers[1].toObject(), layerContract), QString());
        // A tree with a hole must not look whole.
        const auto tree = runStrata({u"tree"_s, u"--json"_s, file});
        QCOMPARE(tree.status, 0);
        QCOMPARE(tree.errorLines(), 1);
        QVERIFY(tree.err.contains("layer 1"));
    }

    void verifyKeepsItsContract()
    {
        const auto ran = runStrata({u"verify"_s, u"--json"_s, m_workshop.everythingOci()});
        QCOMPARE(ran.status, 0);
        QVERIFY(ran.lines().size() >= 5);
        for (const auto& line : ran.lines()) {
            QCOMPARE(breaches(line, checkContract), QString());
            QCOMPARE(line[u"result"_s].toString(), u"verified"_s);
        }
    }

    void verifySaysNothingOfWhatArtifactsHold()
    {
        const auto file =
            m_workshop.archive(u"chart.tar"_s, ArchiveBuilder(ArchiveForm::Oci).image(artifact()));
        const auto ran = runStrata({u"verify"_s, u"--json"_s, file});
        QCOMPARE(ran.status, 0);
        QCOMPARE(column(ran.lines(), u"what"_s),
                 std::string("manifest\nmanifest-size\nconfig\nconfig-size\n"
                             "layer-blob\nlayer-size\n"));
    }

    void verifyFailsForDiffIdsWithoutLayers()
    {
        auto image = ImageBuilder().layer(TarBuilder().file("a")).layer(TarBuilder().file("b"));
        const auto config = image.config();
        image = ImageBuilder().layer(TarBuilder().file("a")).configOverride(config);
        const auto file = m_workshop.archive(
            u"surplus.tar"_s, ArchiveBuilder(ArchiveForm::DockerClassic).image(image));
        const auto ran = runStrata({u"verify"_s, u"--json"_s, file});
        QCOMPARE(ran.status, 1);
        const auto missing = lineWith(ran.lines(), u"result"_s, u"missing"_s);
        QCOMPARE(missing[u"what"_s].toString(), u"diff-id"_s);
        QCOMPARE(missing[u"layer"_s].toInt(), 1);
        const auto broken = lineWith(ran.lines(), u"what"_s, u"image"_s);
        QCOMPARE(breaches(broken, checkContract), QString());
        QCOMPARE(broken[u"result"_s].toString(), u"damaged"_s);
        QVERIFY(broken[u"note"_s].toString().contains(u"1 layer, but its config names 2"));
        QCOMPARE(runStrata({u"verify"_s, file}).status, 1);
    }

    void verifyFindsOneFlippedBit()
    {
        const auto image = everything();
        ArchiveBuilder archive(ArchiveForm::Oci);
        archive.image(image);
        archive.corrupt(archive.layerFile(image, 1));
        const auto file = m_workshop.archive(u"flipped.tar"_s, archive);
        const auto ran = runStrata({u"verify"_s, u"--json"_s, file});
        QCOMPARE(ran.status, 1);
        const auto wrong = lineWith(ran.lines(), u"result"_s, u"mismatch"_s);
        QCOMPARE(wrong[u"layer"_s].toInt(), 1);
        QCOMPARE(wrong[u"expected"_s].toString().toStdString(), image.layerDigest(1));
        QVERIFY(wrong[u"actual"_s].toString().startsWith(u"sha256:"));
        const auto text = runStrata({u"verify"_s, file});
        QCOMPARE(text.status, 1);
        QVERIFY(text.out.contains("mismatch"));
    }

    void verifyFailsForWhatIsAbsentButNotForForeignLayers()
    {
        auto image = everything();
        ArchiveBuilder archive(ArchiveForm::Oci);
        archive.image(image);
        archive.drop(archive.layerFile(image, 0));
        QCOMPARE(runStrata({u"verify"_s, m_workshop.archive(u"lacks.tar"_s, archive)}).status, 1);

        image.foreignLayer(TarBuilder().file("windows").bytes());
        const auto foreign =
            m_workshop.archive(u"foreign.tar"_s, ArchiveBuilder(ArchiveForm::Oci).image(image));
        QCOMPARE(runStrata({u"verify"_s, foreign}).status, 0);
    }

    void verifyExcusesManifestsThatAreElsewhereButNotAllOfThem()
    {
        const auto here = single("here");
        const auto elsewhere = single("elsewhere");
        const auto without = [&](const ImageBuilder& dropped, ArchiveBuilder archive) {
            return archive.drop("blobs/sha256/" + dropped.manifestDigest().substr(7));
        };
        ArchiveBuilder both(ArchiveForm::Oci);
        both.image(here).image(elsewhere);
        const auto one = m_workshop.archive(u"one.tar"_s, without(elsewhere, both));
        const auto ran = runStrata({u"verify"_s, u"--json"_s, one});
        QCOMPARE(ran.status, 0);
        QVERIFY(!lineWith(ran.lines(), u"result"_s, u"missing"_s).isEmpty());
        QVERIFY(runStrata({u"verify"_s, one}).out.contains("\nOK: "));
        // Whoever asks for it wants it.
        QCOMPARE(runStrata({u"verify"_s, one, u"--image"_s, u"0"_s}).status, 0);
        QCOMPARE(runStrata({u"verify"_s, one, u"--image"_s, u"1"_s}).status, 1);
        const auto none =
            m_workshop.archive(u"none.tar"_s, without(here, without(elsewhere, both)));
        QCOMPARE(runStrata({u"verify"_s, none}).status, 1);
    }

private:
    Workshop m_workshop;
};

QTEST_GUILESS_MAIN(TestCliArchive)
#include "tst_cli_archive.moc"
