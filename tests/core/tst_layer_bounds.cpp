// SPDX-License-Identifier: Apache-2.0
// Layers that claim more than they hold. Nothing here is measured: what is not bounded does not
// come to its end.
#include "check.h"
#include "tree_text.h"

#include "base/limits.h"
#include "layer/content_reader.h"
#include "layer/layer_index_builder.h"
#include "layer/layer_indexer.h"

using namespace strata;
using namespace strata::test;
using namespace std::string_literals;

namespace {

/// Of the layer as gzip, whose contents are hashed.
Layer indexGzip(const TarBuilder& tar)
{
    return indexLayer(memorySource(compress(tar.bytes(), Compression::Gzip)), Compression::Gzip, {})
        .value()
        .index;
}

TarMember fileAt(std::string path)
{
    TarMember member;
    member.path = std::move(path);
    return member;
}

} // namespace

class TestLayerBounds : public QObject
{
    Q_OBJECT

private slots:
    void sizesBeyondWhatIsStoredAreNotHashed_data();
    void sizesBeyondWhatIsStoredAreNotHashed();
    void holesAreLeftWhenAStopIsAskedFor_data();
    void holesAreLeftWhenAStopIsAskedFor();
    void contentsMadeToCollideAreToldApart();
    void whatStandsBeforeDataThatWantTooMuchMemoryIsShown();
    void namesAreBoundedInAll();
    void namesOfAttributesAreBoundedInAll();
    void marksOfOverlayfsThatAreNotHeededAreWarnedAbout();
};

void TestLayerBounds::sizesBeyondWhatIsStoredAreNotHashed_data()
{
    QTest::addColumn<std::string>("record");
    QTest::newRow("Solaris") << "SCHILY.realsize"s;
    QTest::newRow("GNU without a map") << "GNU.sparse.realsize"s;
}

void TestLayerBounds::sizesBeyondWhatIsStoredAreNotHashed()
{
    QFETCH(std::string, record);
    const auto layer = indexGzip(
        TarBuilder().pax({{record, "9223372036854775807"}}).file("claims", "x").file("z", "z"));
    QCOMPARE(layerText(*layer), "file /claims 9223372036854775807\nfile /z 1\n"s);
    QVERIFY(!layer->entry(EntryId{0}).hashed);
    QVERIFY(layer->entry(EntryId{1}).hashed);
    QVERIFY(!layer->damaged());
}

void TestLayerBounds::holesAreLeftWhenAStopIsAskedFor_data()
{
    QTest::addColumn<Compression>("compression");
    QTest::newRow("plain") << Compression::None;
    QTest::newRow("gzip") << Compression::Gzip;
}

void TestLayerBounds::holesAreLeftWhenAStopIsAskedFor()
{
    QFETCH(Compression, compression);
    const auto stored = compress(
        TarBuilder().sparse(SparseForm::Pax10, "s", {{0, "x"}}, 1ULL << 62U).bytes(), compression);
    const auto layer = indexLayer(memorySource(stored), compression, {});
    VERIFY_OK(layer);
    std::stop_source stop;
    const auto content = openContent(memorySource(stored), compression, nullptr,
                                     layer->index->entry(EntryId{0}), {stop.get_token(), {}});
    VERIFY_OK(content);
    Bytes buffer(1000);
    VERIFY_OK((*content)->read(buffer));
    VERIFY_OK((*content)->read(buffer));
    stop.request_stop();
    QCOMPARE(outcome((*content)->read(buffer)), "Cancelled"s);
    QCOMPARE(outcome((*content)->read(buffer)), "Cancelled"s);
}

// The first eight bytes cancel out a part of XXH3's own key, so that without a seed the next eight
// do not matter.
void TestLayerBounds::contentsMadeToCollideAreToldApart()
{
    const auto key = "\xb8\xfe\x6c\x39\x23\xa4\x4b\xbe"s;
    const auto rest = std::string(16, 'r');
    const auto layer = indexGzip(
        TarBuilder().file("a", key + "AAAAAAAA" + rest).file("b", key + "EVILEVIL" + rest));
    QVERIFY(layer->entry(EntryId{0}).hashed);
    QVERIFY(layer->entry(EntryId{0}).contentHash != layer->entry(EntryId{1}).contentHash);
}

void TestLayerBounds::whatStandsBeforeDataThatWantTooMuchMemoryIsShown()
{
    const auto greedy = toBytes("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00"s); // a window of 2 GiB
    const auto stored =
        concat({compress(TarBuilder().file("a", "x").end(0).bytes(), Compression::Zstd), greedy});
    const auto layer = indexLayer(memorySource(stored), Compression::Zstd, {});
    VERIFY_OK(layer);
    QCOMPARE(layerText(*layer->index), "file /a 1\n"s);
    QVERIFY(layer->index->damaged());
    QCOMPARE(warningKinds(layer->index->warnings()), "LayerDamaged"s);
}

void TestLayerBounds::namesAreBoundedInAll()
{
    LayerIndexBuilder builder(LayerRoot::TarRoot, 2'000);
    for (int i = 0; i < 100; ++i) {
        auto link = fileAt("link" + std::to_string(i));
        link.type = FileType::Symlink;
        link.linkTarget = std::to_string(i) + std::string(90, 't');
        builder.add(link);
    }
    builder.add(fileAt("z"));
    const auto layer = builder.finish(0, false);
    QCOMPARE(layer->memberCount(), std::uint64_t{101});
    // Twenty of them have 1,940 bytes, and one byte more there is room for.
    QCOMPARE(layer->entryCount(), std::size_t{21});
    QVERIFY(layer->warnings().has(WarningCode::LimitReached));
}

void TestLayerBounds::namesOfAttributesAreBoundedInAll()
{
    constexpr std::size_t one = 1U << 20U;
    constexpr std::size_t count = 3 * limits::xattrBytes / one;
    LayerIndexBuilder builder;
    for (std::size_t i = 0; i < count; ++i) {
        auto member = fileAt("f" + std::to_string(i));
        member.xattrs.emplace_back(std::to_string(i) + std::string(one, 'n'), "");
        builder.add(member);
    }
    const auto layer = builder.finish(0, false);
    QCOMPARE(layer->entryCount(), count);
    QVERIFY(layer->entry(EntryId{0}).xattrs.valid());
    QVERIFY(!layer->entry(EntryId{count - 1}).xattrs.valid());
    QVERIFY(layer->warnings().has(WarningCode::LimitReached));
    QVERIFY(layer->bytes() < limits::xattrBytes + 2 * one);
}

void TestLayerBounds::marksOfOverlayfsThatAreNotHeededAreWarnedAbout()
{
    const auto layer = indexTar(TarBuilder()
                                    .xattr("trusted.overlay.redirect", "/elsewhere")
                                    .dir("d")
                                    .xattr("trusted.overlay.metacopy", "")
                                    .file("f")
                                    .xattr("trusted.overlay.whiteout", "y")
                                    .file("w")
                                    .xattr("trusted.overlay.origin", "harmless")
                                    .file("z"));
    QCOMPARE(layerText(*layer), "dir /d 0755\nfile /f 0\nfile /w 0\nfile /z 0\n"s);
    QCOMPARE(warningKinds(layer->warnings()), "Other Other Other"s);
    QCOMPARE(layer->warnings().items().front().text,
             "“d” has the attribute trusted.overlay.redirect, which overlayfs heeds and this "
             "program does not"s);
}

QTEST_GUILESS_MAIN(TestLayerBounds)
#include "tst_layer_bounds.moc"
